#include "launch.h"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

namespace tt_simulator::timing {
namespace {

constexpr uint32_t kWordBytes = 4;
constexpr uint32_t kCbConfigBytes = 16;  ///< Address, size, pages, page size.

/// Processors of a kernel; a compute kernel has a binary for each of three.
uint32_t Processors(const KernelDescriptor& kernel) { return kernel.IsCompute() ? 3 : 1; }

uint64_t BinaryBytes(const tt_target::TimingModel& model, const KernelDescriptor& kernel) {
  return uint64_t{kernel.binary_bytes ? kernel.binary_bytes : model.launch_binary_bytes} *
         Processors(kernel);
}

/// How many different sets of `members` (by index) the cores have.
template <typename Members, typename Cores>
size_t Groups(const Members& members, Cores cores_of) {
  std::map<CoreCoord, std::vector<size_t>> of_core;
  for (size_t i = 0; i < members.size(); ++i) {
    for (CoreCoord core : CoresOf(cores_of(members[i]))) of_core[core].push_back(i);
  }
  std::set<std::vector<size_t>> groups;
  for (const auto& [core, indices] : of_core) groups.insert(indices);
  return groups.size();
}

}  // namespace

LaunchTime LaunchOf(const tt_target::TimingModel& model, const ProgramDescriptor& program) {
  uint64_t multicast = 0, unicast = 0, largest_argument_set = 0;
  std::map<CoreCoord, uint32_t> processors;
  std::set<CoreCoord> own_arguments;
  bool configured = !program.semaphores.empty();
  for (const KernelDescriptor& kernel : program.kernels) {
    multicast += BinaryBytes(model, kernel) + kernel.common_runtime_args.size() * kWordBytes;
    configured = configured || !kernel.common_runtime_args.empty();
    for (CoreCoord core : CoresOf(kernel.core_ranges)) processors[core] += Processors(kernel);
    for (const auto& [core, arguments] : kernel.runtime_args) {
      own_arguments.insert(core);
      unicast += arguments.size() * kWordBytes * Processors(kernel);
      largest_argument_set = std::max<uint64_t>(largest_argument_set, arguments.size());
    }
  }
  uint32_t used = 1;
  for (const auto& [core, count] : processors) used = std::max(used, count);
  uint32_t highest_cb = 0;
  for (const CBDescriptor& cb : program.cbs) {
    configured = true;
    for (const CBFormatDescriptor& format : cb.format_descriptors) {
      multicast += kCbConfigBytes;
      highest_cb = std::max(highest_cb, format.buffer_index + 1);
    }
  }
  multicast += program.semaphores.size() * kCbConfigBytes;
  configured = configured || !own_arguments.empty();

  LaunchTime time;
  time.dispatch_ns = model.launch_base_ns + (used - 1) * model.launch_risc_ns +
                     multicast / model.launch_multicast_rate;
  if (configured) time.dispatch_ns += model.launch_config_ns;
  if (own_arguments.size() > 1) {
    time.dispatch_ns +=
        own_arguments.size() * model.launch_core_ns + unicast / model.launch_unicast_rate;
  }
  const size_t kernel_groups =
      Groups(program.kernels, [](const KernelDescriptor& k) { return k.core_ranges; });
  const size_t cb_groups = Groups(program.cbs, [](const CBDescriptor& c) { return c.core_ranges; });
  time.dispatch_ns += (std::max<size_t>(kernel_groups, 1) - 1) * model.launch_kernel_group_ns;
  time.dispatch_ns += (std::max<size_t>(cb_groups, 1) - 1) * model.launch_cb_group_ns;
  time.go_cycles = model.launch_go + highest_cb * model.launch_cb_setup;
  // The ring on each core must hold this program and the next.
  const uint64_t on_a_core =
      multicast / std::max<size_t>(kernel_groups, 1) + largest_argument_set * kWordBytes * used;
  time.overlaps = 2 * on_a_core <= model.launch_ring_bytes;
  return time;
}

}  // namespace tt_simulator::timing
