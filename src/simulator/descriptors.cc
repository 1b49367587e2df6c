#include "descriptors.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "errors.h"

namespace tt_simulator {

using nlohmann::json;

bool Contains(const CoreRangeSet& ranges, CoreCoord core) {
  for (const CoreRange& range : ranges) {
    if (range.Contains(core)) return true;
  }
  return false;
}

std::vector<CoreCoord> CoresOf(const CoreRangeSet& ranges) {
  auto row_major = [](CoreCoord a, CoreCoord b) {
    return std::pair(a.y, a.x) < std::pair(b.y, b.x);
  };
  std::set<CoreCoord, decltype(row_major)> cores(row_major);
  for (const CoreRange& range : ranges) {
    for (uint32_t y = range.start.y; y <= range.end.y; ++y) {
      for (uint32_t x = range.start.x; x <= range.end.x; ++x) cores.insert({x, y});
    }
  }
  return {cores.begin(), cores.end()};
}

namespace {

json ToJson(const CoreRangeSet& ranges) {
  json out = json::array();
  for (const CoreRange& range : ranges) {
    out.push_back(
        json::array({json{range.start.x, range.start.y}, json{range.end.x, range.end.y}}));
  }
  return out;
}

CoreRangeSet RangesFromJson(const json& j) {
  CoreRangeSet ranges;
  for (const json& r : j) {
    ranges.push_back({{r.at(0).at(0).get<uint32_t>(), r.at(0).at(1).get<uint32_t>()},
                      {r.at(1).at(0).get<uint32_t>(), r.at(1).at(1).get<uint32_t>()}});
  }
  return ranges;
}

const char* FidelityName(MathFidelity fidelity) {
  switch (fidelity) {
    case MathFidelity::LoFi:
      return "LoFi";
    case MathFidelity::HiFi2:
      return "HiFi2";
    case MathFidelity::HiFi3:
      return "HiFi3";
    case MathFidelity::HiFi4:
      return "HiFi4";
  }
  return "HiFi4";
}

MathFidelity FidelityFromName(const std::string& name) {
  for (MathFidelity fidelity :
       {MathFidelity::LoFi, MathFidelity::HiFi2, MathFidelity::HiFi3, MathFidelity::HiFi4}) {
    if (name == FidelityName(fidelity)) return fidelity;
  }
  throw DescriptorError(
      fmt::format("math_fidelity '{}' is unknown; use LoFi, HiFi2, HiFi3 or HiFi4", name));
}

json ConfigToJson(const KernelDescriptor& kernel) {
  if (kernel.IsCompute()) {
    const auto& c = std::get<ComputeConfigDescriptor>(kernel.config);
    return {{"kind", "compute"},
            {"math_fidelity", FidelityName(c.math_fidelity)},
            {"math_approx_mode", c.math_approx_mode},
            {"fp32_dest_acc_en", c.fp32_dest_acc_en},
            {"dst_full_sync_en", c.dst_full_sync_en},
            {"bfp8_pack_precise", c.bfp8_pack_precise},
            {"unpack_to_dest_fp32", c.unpack_to_dest_fp32}};
  }
  const auto& c = std::get<DataMovementConfigDescriptor>(kernel.config);
  return {{"kind", "data_movement"}, {"processor", static_cast<int>(c.processor)}, {"noc", c.noc}};
}

json BindingsToJson(const NamedBindings& b) {
  if (!b.present) return nullptr;
  json tensors = json::array();
  for (const TensorBinding& tensor : b.tensors) {
    tensors.push_back({{"name", tensor.name},
                       {"accessor_args", tensor.accessor_args},
                       {"address", tensor.address}});
  }
  return {{"compile_time_args", b.compile_time_args},
          {"runtime_args", b.runtime_args},
          {"common_runtime_args", b.common_runtime_args},
          {"dfbs", b.dfbs},
          {"semaphores", b.semaphores},
          {"tensors", tensors},
          {"tensor_sequences", b.tensor_sequences},
          {"scratchpads", b.scratchpads}};
}

NamedBindings BindingsFromJson(const json& j) {
  NamedBindings b;
  if (j.is_null()) return b;
  b.present = true;
  b.compile_time_args = j.value("compile_time_args", b.compile_time_args);
  b.runtime_args = j.value("runtime_args", b.runtime_args);
  b.common_runtime_args = j.value("common_runtime_args", b.common_runtime_args);
  b.dfbs = j.value("dfbs", b.dfbs);
  b.semaphores = j.value("semaphores", b.semaphores);
  for (const json& tensor : j.value("tensors", json::array())) {
    b.tensors.push_back({tensor.at("name").get<std::string>(),
                         tensor.at("accessor_args").get<std::vector<uint32_t>>(),
                         tensor.at("address").get<uint32_t>()});
  }
  b.tensor_sequences = j.value("tensor_sequences", b.tensor_sequences);
  b.scratchpads = j.value("scratchpads", b.scratchpads);
  return b;
}

void ConfigFromJson(const json& j, KernelDescriptor& kernel) {
  const std::string kind = j.at("kind");
  if (kind == "compute") {
    ComputeConfigDescriptor c;
    c.math_fidelity = FidelityFromName(j.value("math_fidelity", "HiFi4"));
    c.math_approx_mode = j.value("math_approx_mode", false);
    c.fp32_dest_acc_en = j.value("fp32_dest_acc_en", false);
    c.dst_full_sync_en = j.value("dst_full_sync_en", false);
    c.bfp8_pack_precise = j.value("bfp8_pack_precise", false);
    c.unpack_to_dest_fp32 = j.value("unpack_to_dest_fp32", std::vector<uint32_t>{});
    kernel.config = c;
  } else if (kind == "reader") {
    kernel.config = ReaderConfigDescriptor();
  } else if (kind == "writer") {
    kernel.config = WriterConfigDescriptor();
  } else if (kind == "data_movement") {
    kernel.config =
        DataMovementConfigDescriptor{j.at("processor").get<int>() ? DataMovementProcessor::RISCV_1
                                                                  : DataMovementProcessor::RISCV_0,
                                     j.at("noc").get<uint32_t>()};
  } else {
    throw DescriptorError(fmt::format(
        "kernel config kind '{}' is unknown; use reader, writer, data_movement or compute", kind));
  }
}

}  // namespace

void to_json(json& out, const ProgramDescriptor& program) {
  out = {{"kernels", json::array()}, {"semaphores", json::array()}, {"cbs", json::array()}};
  for (const KernelDescriptor& k : program.kernels) {
    json runtime_args = json::array();
    for (const auto& [core, args] : k.runtime_args) {
      runtime_args.push_back({{"core", {core.x, core.y}}, {"args", args}});
    }
    out["kernels"].push_back(
        {{"name", k.name},
         {"kernel_source", k.kernel_source},
         {"source_type", k.source_type == SourceType::kFilePath ? "FILE_PATH" : "SOURCE_CODE"},
         {"core_ranges", ToJson(k.core_ranges)},
         {"compile_time_args", k.compile_time_args},
         {"named_compile_time_args", k.named_compile_time_args},
         {"defines", k.defines},
         {"compiler_include_paths", k.compiler_include_paths},
         {"runtime_args", runtime_args},
         {"common_runtime_args", k.common_runtime_args},
         {"bindings", BindingsToJson(k.bindings)},
         {"binary_bytes", k.binary_bytes},
         {"config", ConfigToJson(k)}});
  }
  for (const SemaphoreDescriptor& s : program.semaphores) {
    out["semaphores"].push_back(
        {{"id", s.id}, {"core_ranges", ToJson(s.core_ranges)}, {"initial_value", s.initial_value}});
  }
  for (const CBDescriptor& cb : program.cbs) {
    json formats = json::array();
    for (const CBFormatDescriptor& f : cb.format_descriptors) {
      formats.push_back({{"buffer_index", f.buffer_index},
                         {"data_format", f.data_format},
                         {"page_size", f.page_size}});
    }
    out["cbs"].push_back({{"total_size", cb.total_size},
                          {"core_ranges", ToJson(cb.core_ranges)},
                          {"format_descriptors", formats}});
    if (cb.buffer_address) out["cbs"].back()["buffer_address"] = *cb.buffer_address;
  }
}

void from_json(const json& in, ProgramDescriptor& program) {
  for (const json& j : in.at("kernels")) {
    KernelDescriptor k;
    k.name = j.value("name", "");
    k.kernel_source = j.at("kernel_source");
    const std::string type = j.value("source_type", "FILE_PATH");
    if (type != "FILE_PATH" && type != "SOURCE_CODE") {
      throw DescriptorError(
          fmt::format("source_type '{}' is unknown; use FILE_PATH or SOURCE_CODE", type));
    }
    k.source_type = type == "FILE_PATH" ? SourceType::kFilePath : SourceType::kSourceCode;
    k.core_ranges = RangesFromJson(j.at("core_ranges"));
    k.compile_time_args = j.value("compile_time_args", k.compile_time_args);
    k.named_compile_time_args = j.value("named_compile_time_args", k.named_compile_time_args);
    k.defines = j.value("defines", k.defines);
    k.compiler_include_paths = j.value("compiler_include_paths", k.compiler_include_paths);
    for (const json& entry : j.value("runtime_args", json::array())) {
      const json& core = entry.at("core");
      k.runtime_args[{core.at(0).get<uint32_t>(), core.at(1).get<uint32_t>()}] =
          entry.at("args").get<std::vector<uint32_t>>();
    }
    k.common_runtime_args = j.value("common_runtime_args", k.common_runtime_args);
    k.bindings = BindingsFromJson(j.value("bindings", json()));
    k.binary_bytes = j.value("binary_bytes", k.binary_bytes);
    ConfigFromJson(j.at("config"), k);
    program.kernels.push_back(std::move(k));
  }
  for (const json& j : in.value("semaphores", json::array())) {
    program.semaphores.push_back({j.at("id").get<uint32_t>(), RangesFromJson(j.at("core_ranges")),
                                  j.value("initial_value", 0u)});
  }
  for (const json& j : in.value("cbs", json::array())) {
    CBDescriptor cb;
    cb.total_size = j.at("total_size");
    cb.core_ranges = RangesFromJson(j.at("core_ranges"));
    for (const json& f : j.at("format_descriptors")) {
      cb.format_descriptors.push_back({f.at("buffer_index").get<uint32_t>(),
                                       f.at("data_format").get<std::string>(),
                                       f.at("page_size").get<uint32_t>()});
    }
    if (const auto address = j.find("buffer_address"); address != j.end() && !address->is_null()) {
      cb.buffer_address = address->get<uint32_t>();
    }
    program.cbs.push_back(std::move(cb));
  }
}

namespace {

/// All numbers of a program are words; conversion would wrap others silently.
void RequireWords(const json& value, const std::string& where) {
  if (value.is_structured()) {
    for (const auto& [key, member] : value.items()) RequireWords(member, where + "/" + key);
  } else if (value.is_number() && (!value.is_number_unsigned() || value > 0xffffffffu)) {
    throw DescriptorError(fmt::format(
        "program descriptor: {} is {}, which is no unsigned 32-bit integer", where, value.dump()));
  }
}

}  // namespace

ProgramDescriptor ProgramDescriptorFromJson(const std::string& text) {
  try {
    const json program = json::parse(text);
    RequireWords(program, "");
    return program.get<ProgramDescriptor>();
  } catch (const json::exception& error) {
    throw DescriptorError(fmt::format("program descriptor JSON: {}", error.what()));
  }
}

}  // namespace tt_simulator
