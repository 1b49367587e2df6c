#include "kernel_preamble.h"

#include <fmt/format.h>

#include "compute_engine.h"

namespace tt_simulator {
namespace {

std::string Quoted(const std::string& text) { return "\"" + text + "\""; }

/// `namespace name { lines }`, with a lookup of optional tokens by name.
std::string Namespace(const std::string& name, const std::string& lines) {
  return "namespace " + name + " {\n" + lines + "}\n";
}

/// get_token_if_present<"name">(): a pointer to the token, or a null pointer of type `absent`.
std::string Lookup(const std::vector<std::string>& names, const char* absent) {
  std::string text =
      "template <::tt_simulator_abi::BindingName kName>\n"
      "constexpr auto get_token_if_present() {\n";
  for (const std::string& name : names) {
    text += fmt::format("  if constexpr (kName == \"{0}\") return &{0}; else\n", name);
  }
  return text + fmt::format("  return static_cast<const {}*>(nullptr);\n}}\n", absent);
}

}  // namespace

std::string KernelPreamble(const KernelDescriptor& kernel, const ProgramDescriptor& program,
                           const tt_target::HardwareModel& model) {
  std::string text;
  auto define = [&text](const std::string& name, const std::string& value) {
    text += "#define " + name + " " + value + "\n";
  };
  define(model.name == "blackhole" ? "ARCH_BLACKHOLE" : "ARCH_WORMHOLE", "1");
  define("KERNEL_BUILD", "1");
  define("NUM_DRAM_BANKS", std::to_string(model.num_dram_banks));
  if (kernel.IsCompute()) {
    const auto& config = std::get<ComputeConfigDescriptor>(kernel.config);
    define("COMPILE_FOR_TRISC", "1");
    // One text serves all three threads; what it does for one alone tests the thread at run time.
    for (const char* thread : {"TRISC_UNPACK", "TRISC_MATH", "TRISC_PACK"}) define(thread, "1");
    define("DST_ACCUM_MODE", config.fp32_dest_acc_en ? "true" : "false");
    define("ENABLE_FP32_DEST_ACC", config.fp32_dest_acc_en ? "1" : "0");
    define("DST_SYNC_MODE", config.dst_full_sync_en ? "DstSync::SyncFull" : "DstSync::SyncHalf");
    define("APPROX", config.math_approx_mode ? "true" : "false");
    define("TT_SIMULATOR_MATH_FIDELITY", std::to_string(static_cast<int>(config.math_fidelity)));
  } else {
    const auto& config = std::get<DataMovementConfigDescriptor>(kernel.config);
    define(config.processor == DataMovementProcessor::RISCV_0 ? "COMPILE_FOR_BRISC"
                                                              : "COMPILE_FOR_NCRISC",
           "1");
    define("NOC_INDEX", std::to_string(config.noc));
    define("NOC_MODE", "0");
  }
  std::string values;
  for (uint32_t value : CompileTimeWords(kernel)) {
    values += (values.empty() ? "" : ", ") + std::to_string(value);
  }
  define("KERNEL_COMPILE_TIME_ARGS", values);
  values.clear();
  for (const auto& [name, value] : kernel.named_compile_time_args) {
    values += fmt::format("{}{{{}, {}}}", values.empty() ? "" : ", ", Quoted(name), value);
  }
  if (!values.empty()) define("KERNEL_COMPILE_TIME_ARG_MAP", values);
  const CoreCoord first = CoresOf(kernel.core_ranges).front();
  std::vector<uint32_t> formats(model.num_circular_buffers,
                                static_cast<uint32_t>(DataFormat::Invalid));
  for (const CBDescriptor& cb : program.cbs) {
    if (!Contains(cb.core_ranges, first)) continue;
    for (const CBFormatDescriptor& format : cb.format_descriptors) {
      formats[format.buffer_index] = static_cast<uint32_t>(FormatFromName(format.data_format));
    }
  }
  values.clear();
  for (uint32_t format : formats) values += (values.empty() ? "" : ", ") + std::to_string(format);
  define("TT_SIMULATOR_CB_FORMATS", values);
  for (const auto& [name, value] : kernel.defines) define(name, value);
  return text;
}

BindingLayout LayoutOf(const KernelDescriptor& kernel) {
  const NamedBindings& bindings = kernel.bindings;
  BindingLayout layout;
  uint32_t word = kernel.compile_time_args.size();
  for (const TensorBinding& tensor : bindings.tensors) {
    layout.tensor_words.push_back(word);
    word += tensor.accessor_args.size();
  }
  layout.first_tensor_address = bindings.common_runtime_args.size();
  layout.first_scratchpad_address = layout.first_tensor_address + bindings.tensors.size();
  layout.num_common_words = layout.first_scratchpad_address + bindings.scratchpads.size();
  return layout;
}

std::vector<uint32_t> CompileTimeWords(const KernelDescriptor& kernel) {
  std::vector<uint32_t> words = kernel.compile_time_args;
  for (const TensorBinding& tensor : kernel.bindings.tensors) {
    words.insert(words.end(), tensor.accessor_args.begin(), tensor.accessor_args.end());
  }
  return words;
}

std::vector<uint32_t> CommonRuntimeWords(const KernelDescriptor& kernel,
                                         const std::vector<uint32_t>& scratchpads) {
  std::vector<uint32_t> words;
  for (const auto& [name, value] : kernel.bindings.common_runtime_args) words.push_back(value);
  for (const TensorBinding& tensor : kernel.bindings.tensors) words.push_back(tensor.address);
  words.insert(words.end(), scratchpads.begin(), scratchpads.end());
  words.insert(words.end(), kernel.common_runtime_args.begin(), kernel.common_runtime_args.end());
  return words;
}

std::string BindingsText(const KernelDescriptor& kernel) {
  const NamedBindings& bindings = kernel.bindings;
  if (!bindings.present) return "";
  const BindingLayout layout = LayoutOf(kernel);
  std::string args, dfbs, semaphores, tensors, scratchpads;
  for (const auto& [name, value] : bindings.compile_time_args) {
    args += fmt::format("constexpr ::experimental::CtaVal<uint32_t> {}{{{}u}};\n", name, value);
  }
  for (size_t i = 0; i < bindings.runtime_args.size(); ++i) {
    args += fmt::format("constexpr ::experimental::RtaArg<uint32_t> {}{{{}}};\n",
                        bindings.runtime_args[i], 4 * i);
  }
  for (size_t i = 0; i < bindings.common_runtime_args.size(); ++i) {
    args += fmt::format("constexpr ::experimental::CrtaArg<uint32_t> {}{{{}}};\n",
                        bindings.common_runtime_args[i].first, 4 * i);
  }
  std::vector<std::string> dfb_names, tensor_names;
  for (const auto& [name, id] : bindings.dfbs) {
    dfbs += fmt::format("constexpr ::DFBBindingToken<> {}{{{}}};\n", name, id);
    dfb_names.push_back(name);
  }
  for (const auto& [name, id] : bindings.semaphores) {
    semaphores += fmt::format(
        "constexpr ::SemaphoreBindingToken {}{{{}, ::SemScope::LOCAL_NONATOMIC}};\n", name, id);
  }
  for (size_t i = 0; i < bindings.tensors.size(); ++i) {
    const std::string& name = bindings.tensors[i].name;
    tensors += fmt::format(
        "using {0}_t = ::tensor_accessor::TensorBindingToken<{1}, {2}>;\nconstexpr {0}_t "
        "{0}{{}};\n",
        name, layout.tensor_words[i], 4 * (layout.first_tensor_address + i));
    tensor_names.push_back(name);
  }
  for (const auto& [name, members] : bindings.tensor_sequences) {
    tensors +=
        fmt::format("constexpr auto {} = ::std::make_tuple({});\n", name, fmt::join(members, ", "));
  }
  for (size_t i = 0; i < bindings.scratchpads.size(); ++i) {
    scratchpads += fmt::format("constexpr ::ScratchpadBindingToken {}{{{}, {}}};\n",
                               bindings.scratchpads[i].first, layout.first_scratchpad_address + i,
                               bindings.scratchpads[i].second);
  }
  dfbs += Lookup(dfb_names, "::NullDFBBindingToken");
  tensors += Lookup(tensor_names, "::tensor_accessor::NullTensorBindingToken");
  const std::string varargs = fmt::format(
      "inline uint32_t get_vararg(uint32_t index, TT_SITE) {{\n"
      "  return get_arg_val<uint32_t>(index + {}, site);\n}}\n"
      "inline uint32_t get_common_vararg(uint32_t index, TT_SITE) {{\n"
      "  return get_common_arg_val<uint32_t>(index + {}, site);\n}}\n",
      bindings.runtime_args.size(), layout.num_common_words);
  const std::string compile_time_varargs =
      "template <uint32_t kIndex>\nconstexpr uint32_t get_compile_time_vararg() {\n"
      "  return get_ct_arg<kIndex>();\n}\n"
      "constexpr uint32_t get_compile_time_vararg(uint32_t index) {\n"
      "  return kernel_compile_time_args[index];\n}\n";
  return "#include \"simulator_abi/kernel_bindings.h\"\n" + Namespace("args", args) +
         Namespace("dfb", dfbs) + Namespace("sem", semaphores) + Namespace("tensor", tensors) +
         Namespace("scratch", scratchpads) + varargs + compile_time_varargs;
}

}  // namespace tt_simulator
