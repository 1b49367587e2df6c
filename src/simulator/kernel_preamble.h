#pragma once

#include <string>

#include "descriptors.h"
#include "target/hardware_model.h"

namespace tt_simulator {

/// Macros and tables that the vendor's build derives from the same descriptors.
std::string KernelPreamble(const KernelDescriptor& kernel, const ProgramDescriptor& program,
                           const tt_target::HardwareModel& model);

/// Where the words of a kernel's named bindings lie among its arguments.
struct BindingLayout {
  /// First compile-time word of each tensor's accessor, behind the positional ones.
  std::vector<uint32_t> tensor_words;
  /// Common runtime words: named arguments, then tensor addresses, then scratchpad addresses.
  uint32_t first_tensor_address = 0;
  uint32_t first_scratchpad_address = 0;
  uint32_t num_common_words = 0;  ///< Before the unnamed common arguments.
};
BindingLayout LayoutOf(const KernelDescriptor& kernel);

/// Declarations of `args::`, `dfb::`, `sem::`, `tensor::` and `scratch::` for a kernel, or an empty
/// text when the kernel has no named bindings.
std::string BindingsText(const KernelDescriptor& kernel);

/// Positional and generated compile-time words of a kernel.
std::vector<uint32_t> CompileTimeWords(const KernelDescriptor& kernel);
/// All common runtime words of a kernel whose scratchpads lie at `scratchpads` (L1 addresses).
std::vector<uint32_t> CommonRuntimeWords(const KernelDescriptor& kernel,
                                         const std::vector<uint32_t>& scratchpads);

}  // namespace tt_simulator
