#include "report_json.h"

#include <nlohmann/json.hpp>

namespace tt_simulator {

using nlohmann::json;

namespace {

json ToJson(const SimulationErrorInfo& info) {
  return {{"violation", info.violation},
          {"core", {info.core.x, info.core.y}},
          {"risc", info.risc},
          {"kernel", info.kernel},
          {"file", info.file},
          {"line", info.line},
          {"cb_id", info.cb_id},
          {"detail", info.message},
          {"at_cycle", info.at_cycle},
          {"machine", info.machine},
          {"hint", info.hint}};
}

json ToJson(const WaitRecord& wait) {
  return {{"core", {wait.core.x, wait.core.y}},
          {"risc", wait.risc},
          {"kernel", wait.kernel},
          {"file", wait.file},
          {"line", wait.line},
          {"call", wait.call},
          {"cb_id", wait.cb_id},
          {"since_cycle", wait.since_cycle},
          {"waits_for", wait.waits_for},
          {"waits_on", wait.waits_on}};
}

json ToJson(const timing::ThreadTime& thread) {
  json waits = json::object();
  for (size_t kind = 0; kind < thread.waits.size(); ++kind) {
    if (thread.waits[kind]) {
      waits[timing::NameOf(static_cast<timing::WaitKind>(kind))] = thread.waits[kind];
    }
  }
  return {{"core", {thread.core_x, thread.core_y}},
          {"risc", RiscName(thread.role)},
          {"start", thread.start},
          {"end", thread.end},
          {"engine_busy", thread.engine_busy},
          {"vector_busy", thread.vector_busy},
          {"waits", waits}};
}

json ToJson(const timing::TimeReport& time) {
  json threads = json::array(), cbs = json::array(), lines = json::array();
  json links = json::array(), banks = json::array(), zones = json::array();
  for (const timing::ThreadTime& thread : time.threads) threads.push_back(ToJson(thread));
  for (const timing::CircularBufferTime& cb : time.cbs) {
    cbs.push_back({{"core", {cb.core_x, cb.core_y}},
                   {"id", cb.id},
                   {"pages", cb.pages_pushed},
                   {"wait_for_data", cb.wait_for_data},
                   {"wait_for_space", cb.wait_for_space}});
  }
  for (const timing::LineTime& line : time.lines) {
    lines.push_back({{"risc", RiscName(line.role)},
                     {"line", line.line},
                     {"waits_for", timing::NameOf(line.kind)},
                     {"cycles", line.cycles}});
  }
  for (const timing::LinkTime& link : time.links) {
    links.push_back({{"noc", link.noc},
                     {"router", {link.x, link.y}},
                     {"horizontal", link.horizontal},
                     {"vertical", link.vertical},
                     {"inject", link.inject},
                     {"absorb", link.absorb}});
  }
  for (const timing::BankTime& bank : time.banks) {
    banks.push_back({{"busy", bank.busy}, {"bytes", bank.bytes}});
  }
  for (const timing::ZoneTime& zone : time.zones) {
    zones.push_back({{"name", time.zone_names[zone.name]},
                     {"core", {zone.core_x, zone.core_y}},
                     {"risc", RiscName(zone.role)},
                     {"start", zone.start},
                     {"end", zone.end}});
  }
  json result = {{"clock_ghz", time.clock_ghz},
                 {"cycles", time.cycles},
                 {"launch",
                  {{"dispatch_ns", time.launch.dispatch_ns},
                   {"go_cycles", time.launch.go_cycles},
                   {"overlaps", time.launch.overlaps}}},
                 {"zones", zones},
                 {"threads", threads},
                 {"cbs", cbs},
                 {"lines", lines},
                 {"links", links},
                 {"banks", banks},
                 {"grid_columns", time.grid_columns},
                 {"noc_extent", time.noc_extent},
                 {"core_places", time.core_places},
                 {"bank_places", time.bank_places}};
  if (!time.timeline.spans.empty()) {
    json spans = json::array(), counters = json::array();
    for (const timing::TimelineSpan& s : time.timeline.spans) {
      spans.push_back({s.core, s.role, s.name, s.waiting, s.start, s.end, s.line});
    }
    for (const timing::TimelineCounter& c : time.timeline.counters) {
      counters.push_back({c.core, c.cb, c.time, c.delta});
    }
    result["spans"] = spans;
    result["counters"] = counters;
  }
  return result;
}

}  // namespace

std::string ReportJson(const RunReport& report) {
  json kernels = json::array();
  for (const KernelReport& kernel : report.kernels) {
    kernels.push_back({{"name", kernel.name}, {"compile_ms", kernel.compile_ms}});
  }
  const Counters& c = report.counters;
  return json{{"status", "ok"},
              {"kernels", kernels},
              {"load_ms", report.load_ms},
              {"run_ms", report.run_ms},
              {"bounded_channels", report.bounded_channels},
              {"counters",
               {{"tile_matmuls", c.tile_matmuls},
                {"fpu_tile_ops", c.fpu_tile_ops},
                {"sfpu_tile_ops", c.sfpu_tile_ops},
                {"tiles_unpacked", c.tiles_unpacked},
                {"tiles_packed", c.tiles_packed},
                {"noc_read_bytes", c.noc_read_bytes},
                {"noc_write_bytes", c.noc_write_bytes},
                {"noc_transactions", c.noc_transactions},
                {"cb_waits", c.cb_waits},
                {"fiber_switches", c.fiber_switches}}},
              {"time", report.time.clock_ghz > 0 ? ToJson(report.time) : json()}}
      .dump();
}

std::string CurrentErrorJson() {
  json result;
  try {
    throw;
  } catch (const DeadlockError& error) {
    result = ToJson(error.info);
    result["status"] = "DeadlockError";
    result["message"] = error.what();
    result["cycle"] = error.cycle;
    result["waits"] = json::array();
    for (const WaitRecord& wait : error.waits) result["waits"].push_back(ToJson(wait));
  } catch (const SimulationError& error) {
    result = ToJson(error.info);
    result["status"] = "SimulationError";
    result["message"] = error.what();
  } catch (const KernelCompileError& error) {
    result = {
        {"status", "KernelCompileError"}, {"message", error.what()}, {"kernel", error.kernel}};
  } catch (const DescriptorError& error) {
    result = {{"status", "DescriptorError"}, {"message", error.what()}};
  }
  return result.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace tt_simulator
