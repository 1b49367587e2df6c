#include <fmt/format.h>

#include <map>
#include <set>

#include "device.h"

namespace tt_simulator {
namespace {

template <typename... Args>
[[noreturn]] void Reject(fmt::format_string<Args...> text, Args&&... args) {
  throw DescriptorError(fmt::format(text, std::forward<Args>(args)...));
}

void CheckRanges(const CoreRangeSet& ranges, const std::string& what, uint32_t grid_x,
                 uint32_t grid_y) {
  if (ranges.empty()) Reject("{}: core_ranges is empty; name at least one core", what);
  for (const CoreRange& range : ranges) {
    if (range.start.x > range.end.x || range.start.y > range.end.y) {
      Reject("{}: core range ({}, {}) to ({}, {}) ends before it starts", what, range.start.x,
             range.start.y, range.end.x, range.end.y);
    }
    if (range.end.x >= grid_x || range.end.y >= grid_y) {
      Reject("{}: core ({}, {}) is outside the {}x{} worker grid; cores go from (0, 0) to ({}, {})",
             what, range.end.x, range.end.y, grid_x, grid_y, grid_x - 1, grid_y - 1);
    }
  }
}

void CheckKernels(const ProgramDescriptor& program, const tt_target::HardwareModel& model,
                  uint32_t grid_x, uint32_t grid_y) {
  if (program.kernels.empty()) Reject("the program has no kernels");
  std::map<std::pair<CoreCoord, std::string>, std::string> owner;
  std::map<std::pair<CoreCoord, uint32_t>, std::string> noc_owner;
  for (const KernelDescriptor& kernel : program.kernels) {
    const std::string what = fmt::format("kernel '{}'", kernel.name);
    CheckRanges(kernel.core_ranges, what, grid_x, grid_y);
    if (kernel.kernel_source.empty()) Reject("{}: kernel_source is empty", what);
    std::string processor = "the compute processors";
    if (!kernel.IsCompute()) {
      const auto& config = std::get<DataMovementConfigDescriptor>(kernel.config);
      processor = config.processor == DataMovementProcessor::RISCV_0 ? "RISCV_0 (BRISC)"
                                                                     : "RISCV_1 (NCRISC)";
      if (config.noc > 1) Reject("{}: noc {} does not exist; use 0 or 1", what, config.noc);
    }
    for (CoreCoord core : CoresOf(kernel.core_ranges)) {
      const auto [it, fresh] = owner.emplace(std::pair(core, processor), kernel.name);
      if (!fresh) {
        Reject(
            "{}: core ({}, {}) already runs kernel '{}' on {}; move one of them to the other "
            "processor or to other cores",
            what, core.x, core.y, it->second, processor);
      }
      if (kernel.IsCompute()) continue;
      const uint32_t noc = std::get<DataMovementConfigDescriptor>(kernel.config).noc;
      const auto [other, free] = noc_owner.emplace(std::pair(core, noc), kernel.name);
      if (!free) {
        Reject(
            "{}: core ({}, {}) already uses NoC {} for kernel '{}'; give the two data-movement "
            "kernels different NoCs",
            what, core.x, core.y, noc, other->second);
      }
    }
    size_t expected = 0;
    for (const auto& [core, args] : kernel.runtime_args) {
      if (!Contains(kernel.core_ranges, core)) {
        Reject("{}: runtime_args for core ({}, {}), which is not in its core_ranges", what, core.x,
               core.y);
      }
      if (args.size() > model.max_runtime_args) {
        Reject("{}: {} runtime arguments on core ({}, {}); at most {} are possible", what,
               args.size(), core.x, core.y, model.max_runtime_args);
      }
      expected = std::max(expected, args.size());
    }
    if (expected > 0) {
      for (CoreCoord core : CoresOf(kernel.core_ranges)) {
        if (!kernel.runtime_args.count(core)) {
          Reject(
              "{}: no runtime_args for core ({}, {}), but other cores have some; give every core "
              "of core_ranges its own list",
              what, core.x, core.y);
        }
      }
    }
    if (kernel.common_runtime_args.size() > model.max_runtime_args) {
      Reject("{}: {} common runtime arguments; at most {} are possible", what,
             kernel.common_runtime_args.size(), model.max_runtime_args);
    }
    std::set<std::string> names;
    for (const auto& [name, value] : kernel.named_compile_time_args) {
      if (!names.insert(name).second) Reject("{}: named argument '{}' is given twice", what, name);
    }
  }
}

void CheckCircularBuffers(const ProgramDescriptor& program, const tt_target::HardwareModel& model,
                          uint32_t grid_x, uint32_t grid_y) {
  std::set<std::pair<CoreCoord, uint32_t>> used;
  std::map<CoreCoord, uint64_t> bytes;
  for (const CBDescriptor& cb : program.cbs) {
    if (cb.format_descriptors.empty()) {
      Reject("a circular buffer descriptor of {} bytes has no format_descriptors", cb.total_size);
    }
    for (const CBFormatDescriptor& format : cb.format_descriptors) {
      const std::string what = fmt::format("circular buffer {}", format.buffer_index);
      CheckRanges(cb.core_ranges, what, grid_x, grid_y);
      if (format.buffer_index >= model.num_circular_buffers) {
        Reject("{}: {} has circular buffers 0 to {}", what, model.name,
               model.num_circular_buffers - 1);
      }
      const DataFormat data_format = FormatFromName(format.data_format);
      if (data_format == DataFormat::Invalid) {
        Reject("{}: data format '{}' is unknown; use for example Float16_b, Float32 or Bfp8_b",
               what, format.data_format);
      }
      if (!IsSupportedFormat(data_format)) {
        Reject("{}: data format {} is not supported by the simulator", what, format.data_format);
      }
      if (format.page_size == 0) Reject("{}: page_size is 0", what);
      if (format.page_size % model.l1_alignment != 0) {
        Reject("{}: page_size {} is not a multiple of {} bytes", what, format.page_size,
               model.l1_alignment);
      }
      if (cb.total_size == 0 || cb.total_size % format.page_size != 0) {
        Reject("{}: total_size {} is not a positive multiple of page_size {}", what, cb.total_size,
               format.page_size);
      }
      if (cb.total_size / format.page_size > 0xffff) {
        Reject("{}: {} pages; the page counters have 16 bits", what,
               cb.total_size / format.page_size);
      }
      for (CoreCoord core : CoresOf(cb.core_ranges)) {
        if (!used.insert({core, format.buffer_index}).second) {
          Reject("{}: described twice for core ({}, {})", what, core.x, core.y);
        }
      }
    }
    for (CoreCoord core : CoresOf(cb.core_ranges)) {
      if (!cb.buffer_address) bytes[core] += cb.total_size;
      if (bytes[core] > model.l1_bytes - model.l1_usable_base) {
        Reject(
            "circular buffers of core ({}, {}) need {} bytes or more of L1, {} are usable; use "
            "fewer or smaller pages",
            core.x, core.y, bytes[core], model.l1_bytes - model.l1_usable_base);
      }
    }
  }
}

/// The vendor's build refuses them, too: one compute kernel has exponents of one width.
void CheckExponents(const ProgramDescriptor& program) {
  std::map<CoreCoord, const CBFormatDescriptor*> narrow, wide;
  for (const CBDescriptor& cb : program.cbs) {
    for (const CBFormatDescriptor& format : cb.format_descriptors) {
      const DataFormat data_format = FormatFromName(format.data_format);
      if (data_format != DataFormat::Float16 && !HasWideExponent(data_format)) continue;
      for (CoreCoord core : CoresOf(cb.core_ranges)) {
        (data_format == DataFormat::Float16 ? narrow : wide).emplace(core, &format);
      }
    }
  }
  for (const KernelDescriptor& kernel : program.kernels) {
    if (!kernel.IsCompute()) continue;
    for (CoreCoord core : CoresOf(kernel.core_ranges)) {
      if (!narrow.count(core) || !wide.count(core)) continue;
      Reject(
          "kernel '{}': circular buffer {} is Float16 and circular buffer {} is {} on core ({}, "
          "{}); a compute kernel's formats have exponents of one width, or are Float32",
          kernel.name, narrow[core]->buffer_index, wide[core]->buffer_index,
          wide[core]->data_format, core.x, core.y);
    }
  }
}

}  // namespace

void ValidateProgram(const ProgramDescriptor& program, const tt_target::HardwareModel& model,
                     uint32_t grid_x, uint32_t grid_y) {
  CheckKernels(program, model, grid_x, grid_y);
  CheckCircularBuffers(program, model, grid_x, grid_y);
  CheckExponents(program);
  std::set<std::pair<CoreCoord, uint32_t>> semaphores;
  for (const SemaphoreDescriptor& semaphore : program.semaphores) {
    const std::string what = fmt::format("semaphore {}", semaphore.id);
    CheckRanges(semaphore.core_ranges, what, grid_x, grid_y);
    if (semaphore.id >= model.num_semaphores) {
      Reject("{}: a core has semaphores 0 to {}", what, model.num_semaphores - 1);
    }
    for (CoreCoord core : CoresOf(semaphore.core_ranges)) {
      if (!semaphores.insert({core, semaphore.id}).second) {
        Reject("{}: described twice for core ({}, {})", what, core.x, core.y);
      }
    }
  }
}

}  // namespace tt_simulator
