#include "report_json.h"

#include <nlohmann/json.hpp>

namespace tt_simulator {

using nlohmann::json;

namespace {

json ToJson(const SimulationErrorInfo& info) {
  return {{"violation", info.violation}, {"core", {info.core.x, info.core.y}},
          {"risc", info.risc},           {"kernel", info.kernel},
          {"file", info.file},           {"line", info.line},
          {"cb_id", info.cb_id},         {"detail", info.message},
          {"machine", info.machine},     {"hint", info.hint}};
}

json ToJson(const WaitRecord& wait) {
  return {{"core", {wait.core.x, wait.core.y}},
          {"risc", wait.risc},
          {"kernel", wait.kernel},
          {"file", wait.file},
          {"line", wait.line},
          {"call", wait.call},
          {"cb_id", wait.cb_id},
          {"waits_for", wait.waits_for},
          {"waits_on", wait.waits_on}};
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
                {"fiber_switches", c.fiber_switches}}}}
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
