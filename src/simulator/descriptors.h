#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "simulator/numerics/matrix_unit.h"

namespace tt_simulator {

/// Logical worker-core coordinate (column x, row y), zero-based.
struct CoreCoord {
  uint32_t x = 0;
  uint32_t y = 0;
  auto operator<=>(const CoreCoord&) const = default;  // NOLINT(modernize-use-nullptr)
};

/// Inclusive rectangle of logical cores.
struct CoreRange {
  CoreCoord start;
  CoreCoord end;
  bool Contains(CoreCoord core) const {
    return core.x >= start.x && core.x <= end.x && core.y >= start.y && core.y <= end.y;
  }
};

using CoreRangeSet = std::vector<CoreRange>;

/// True when any rectangle of `ranges` holds `core`.
bool Contains(const CoreRangeSet& ranges, CoreCoord core);
/// Every core of `ranges`, each once, row by row.
std::vector<CoreCoord> CoresOf(const CoreRangeSet& ranges);

/// Format of one index of a circular buffer. `data_format` is the vendor's DataFormat name
/// ("Float16_b", "Float32", "Bfp8_b", ...) or a ttnn dtype name ("bfloat16", "float32", ...).
struct CBFormatDescriptor {
  uint32_t buffer_index = 0;
  std::string data_format;
  uint32_t page_size = 0;  ///< Bytes.
};

/// One L1 allocation and the circular buffers on it. Several formats share (alias) the memory.
struct CBDescriptor {
  uint32_t total_size = 0;  ///< Bytes.
  CoreRangeSet core_ranges;
  std::vector<CBFormatDescriptor> format_descriptors;
  /// Places the circular buffer on a tensor in L1 instead of memory of its own.
  std::optional<uint32_t> buffer_address = {};
};

struct SemaphoreDescriptor {
  uint32_t id = 0;
  CoreRangeSet core_ranges;
  uint32_t initial_value = 0;
};

enum class DataMovementProcessor : uint8_t { RISCV_0 = 0 /* BRISC */, RISCV_1 = 1 /* NCRISC */ };

/// A data-movement kernel. The reader default is RISCV_1 (NCRISC) on NoC 0, the writer default
/// RISCV_0 (BRISC) on NoC 1.
struct DataMovementConfigDescriptor {
  DataMovementProcessor processor = DataMovementProcessor::RISCV_0;
  uint32_t noc = 0;
};

inline constexpr DataMovementConfigDescriptor ReaderConfigDescriptor() {
  return {DataMovementProcessor::RISCV_1, 0};
}
inline constexpr DataMovementConfigDescriptor WriterConfigDescriptor() {
  return {DataMovementProcessor::RISCV_0, 1};
}

/// A compute kernel (three TRISCs).
struct ComputeConfigDescriptor {
  MathFidelity math_fidelity = MathFidelity::HiFi4;
  bool fp32_dest_acc_en = false;
  bool dst_full_sync_en = false;
  bool bfp8_pack_precise = false;
  bool math_approx_mode = false;
  std::vector<uint32_t> unpack_to_dest_fp32;  ///< CB ids in UnpackToDestFp32 mode.
};

/// A tensor under a name: the words of its accessor and where it starts.
struct TensorBinding {
  std::string name;
  std::vector<uint32_t> accessor_args;
  uint32_t address = 0;
};

/// What the names `args::`, `dfb::`, `sem::`, `tensor::` and `scratch::` of a kernel stand for
/// (Metal 2.0). Named runtime arguments come before the unnamed ones of `runtime_args`.
struct NamedBindings {
  bool present = false;  ///< Whether the kernel is written with named bindings at all.
  std::vector<std::pair<std::string, uint32_t>> compile_time_args;
  std::vector<std::string> runtime_args;
  std::vector<std::pair<std::string, uint32_t>> common_runtime_args;
  std::vector<std::pair<std::string, uint32_t>> dfbs;        ///< Circular buffer ids.
  std::vector<std::pair<std::string, uint32_t>> semaphores;  ///< Semaphore ids.
  std::vector<TensorBinding> tensors;
  /// Names that stand for tuples of tensors: name, and the names of its members.
  std::vector<std::pair<std::string, std::vector<std::string>>> tensor_sequences;
  std::vector<std::pair<std::string, uint32_t>> scratchpads;  ///< Bytes on every core.
};

enum class SourceType : uint8_t { kFilePath, kSourceCode };

struct KernelDescriptor {
  std::string name;           ///< Shown in messages, e.g. "reader.cpp"; derived if empty.
  std::string kernel_source;  ///< Path or text, as `source_type` says.
  SourceType source_type = SourceType::kFilePath;
  CoreRangeSet core_ranges;
  std::vector<uint32_t> compile_time_args;
  std::vector<std::pair<std::string, uint32_t>> named_compile_time_args;
  std::vector<std::pair<std::string, std::string>> defines;
  std::vector<std::string> compiler_include_paths;  ///< More folders for `#include`.
  std::map<CoreCoord, std::vector<uint32_t>> runtime_args;
  std::vector<uint32_t> common_runtime_args;
  NamedBindings bindings;
  /// Size of the RISC-V binary of one RISC, for the time of a launch; 0 if it is not known.
  uint32_t binary_bytes = 0;
  std::variant<DataMovementConfigDescriptor, ComputeConfigDescriptor> config;

  bool IsCompute() const { return std::holds_alternative<ComputeConfigDescriptor>(config); }
};

struct ProgramDescriptor {
  std::vector<KernelDescriptor> kernels;
  std::vector<SemaphoreDescriptor> semaphores;
  std::vector<CBDescriptor> cbs;
};

/// JSON form. Reading throws DescriptorError naming the offending key.
void to_json(nlohmann::json& json, const ProgramDescriptor& program);
void from_json(const nlohmann::json& json, ProgramDescriptor& program);
ProgramDescriptor ProgramDescriptorFromJson(const std::string& text);

}  // namespace tt_simulator
