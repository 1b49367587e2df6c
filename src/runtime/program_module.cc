/*!
 * The runtime module of a compiled program: TVM-FFI's face of the launch. Its function checks the
 * tensors against the plan, launches, and raises the simulator's errors by the name of their class.
 */
#include <tvm/ffi/container/tensor.h>
#include <tvm/ffi/extra/json.h>
#include <tvm/ffi/extra/module.h>
#include <tvm/ffi/extra/serialization.h>
#include <tvm/ffi/reflection/registry.h>
#include <tvm/ir/module.h>
#include <tvm/tirx/function.h>

#include <nlohmann/json.hpp>

#include "codegen/emit_program.h"
#include "ir/errors.h"
#include "passes/passes.h"
#include "passes/split_launches.h"
#include "runtime/kernel_sequence.h"
#include "runtime/launch.h"
#include "runtime/sized_programs.h"
#include "schema/schema.h"
#include "simulator/report_json.h"

namespace tvm::tt {

namespace {

constexpr const char* kModuleKind = "tenstorrent";
/*! Names under which the execution backend looks for the entry. */
constexpr const char* kEntry = "main";
/*! Launches like the entry, with options as JSON for one more argument; returns the report as JSON, if wanted. */
constexpr const char* kLaunch = "launch";

std::string ShapeText(const int64_t* extents, size_t rank) {
  std::ostringstream text;
  text << "(";
  for (size_t i = 0; i < rank; ++i) text << (i ? ", " : "") << extents[i];
  text << ")";
  return text.str();
}

/*! Checks one argument against its plan; throws what is expected and what came. */
void CheckTensor(const tt_plan::ProgramPlan& plan, size_t index, const DLTensor* tensor) {
  const tt_plan::Tensor& expected = plan.tensors[index];
  auto refuse = [&](const std::string& what) {
    TVM_FFI_THROW(ValueError) << "Argument " << index << " ('" << expected.name << "') of kernel '"
                              << plan.name << "' " << what;
  };
  if (tensor->device.device_type != kDLCPU) {
    refuse("is not in host memory. The simulator takes CPU tensors; use .cpu().");
  }
  const std::string dtype = ffi::DLDataTypeToString(tensor->dtype);
  if (dtype != expected.host_dtype) {
    refuse("is of dtype " + dtype + ", expected " + expected.host_dtype +
           ". Convert it with .to().");
  }
  const std::string shape = ShapeText(tensor->shape, tensor->ndim);
  const std::string wanted = ShapeText(expected.host_shape.data(), expected.host_shape.size());
  if (shape != wanted) refuse("has shape " + shape + ", expected " + wanted + ".");
  int64_t dense = 1;
  for (int i = tensor->ndim - 1; i >= 0; --i) {
    if (tensor->strides != nullptr && tensor->shape[i] != 1 && tensor->strides[i] != dense) {
      refuse("is not contiguous. Use .contiguous().");
    }
    dense *= tensor->shape[i];
  }
}

tt_runtime::LaunchOptions ParseLaunchOptions(const std::string& text) {
  const nlohmann::json options = nlohmann::json::parse(text);
  const std::string numerics = options.value("numerics", "exact");
  if (numerics != "exact" && numerics != "fast") {
    TVM_FFI_THROW(ValueError) << "numerics must be 'exact' or 'fast', not '" << numerics << "'";
  }
  return {
      .numerics = numerics == "fast" ? tt_simulator::Numerics::Fast : tt_simulator::Numerics::Exact,
      .timing = options.value("timeline", false) ? tt_simulator::Timing::kTimeline
                                                 : tt_simulator::Timing::kOn,
      .seed = options.value("seed", uint64_t{0})};
}

/*! Runs `body`, and raises an error of the simulator as an FFI error of the class's name. */
template <typename Body>
auto RaiseByClass(Body body) {
  try {
    return body();
  } catch (const ffi::Error&) {
    throw;
  } catch (...) {
    std::string report = tt_simulator::CurrentErrorJson();
    std::string kind = nlohmann::json::parse(report).at("status");
    throw ffi::Error(kind, report, "");
  }
}

class ProgramModuleObj : public ffi::ModuleObj {
 public:
  explicit ProgramModuleObj(Program program) : program_(std::move(program)) {}

  const char* kind() const final { return kModuleKind; }
  int GetPropertyMask() const final {
    return ffi::Module::kBinarySerializable | ffi::Module::kRunnable;
  }
  ffi::Optional<ffi::Function> GetFunction(const ffi::String& name) final {
    if (name == kLaunch) {
      return ffi::Function::FromPacked(
          [this](const ffi::AnyView* args, int32_t num_args, ffi::Any* report) {
            const auto options = args[num_args - 1].cast<ffi::String>();
            const auto run = Call(args, num_args - 1, ParseLaunchOptions(options));
            const bool wanted = nlohmann::json::parse(std::string(options)).value("report", true);
            *report = ffi::String(wanted ? tt_simulator::ReportJson(run) : "");
          });
    }
    if (name != kEntry && name != program_.plan.name) return std::nullopt;
    return ffi::Function::FromPacked([this](const ffi::AnyView* args, int32_t num_args, ffi::Any*) {
      Call(args, num_args, {});
    });
  }
  ffi::Bytes SaveToBytes() const final {
    nlohmann::ordered_json files;
    for (const auto& [file, text] : program_.sources) files[file] = text;
    files[tt_plan::kPlanFile] = tt_plan::ToJson(program_.plan);
    return ffi::Bytes(files.dump());
  }
  ffi::String InspectSource(const ffi::String& format) const final { return TextsOf(program_); }

  static ffi::Module Load(Program program) {
    return ffi::Module(ffi::make_object<ProgramModuleObj>(std::move(program)));
  }
  /*! A module from its serialised files: sources and plan by name. */
  static ffi::Module FromFiles(const std::string& files) {
    Program program;
    const nlohmann::json parsed = nlohmann::json::parse(files);
    for (const auto& [file, text] : parsed.items()) {
      if (file == tt_plan::kPlanFile) {
        program.plan = tt_plan::FromJson(text.get<std::string>());
      } else {
        program.sources[file] = text.get<std::string>();
      }
    }
    return Load(std::move(program));
  }

 private:
  tt_simulator::RunReport Call(const ffi::AnyView* args, int32_t num_args,
                               const tt_runtime::LaunchOptions& options) {
    const auto& tensors = program_.plan.tensors;
    if (static_cast<size_t>(num_args) != tensors.size()) {
      TVM_FFI_THROW(ValueError) << "Kernel '" << program_.plan.name << "' takes " << tensors.size()
                                << " tensors, got " << num_args << ".";
    }
    std::vector<tt_runtime::HostTensor> host;
    for (int32_t i = 0; i < num_args; ++i) {
      auto tensor = args[i].try_cast<DLTensor*>();
      if (!tensor) {
        TVM_FFI_THROW(TypeError) << "Argument " << i << " ('" << tensors[i].name << "') of kernel '"
                                 << program_.plan.name << "' is a " << args[i].GetTypeKey()
                                 << ", expected a tensor.";
      }
      CheckTensor(program_.plan, i, *tensor);
      host.push_back({static_cast<char*>((*tensor)->data) + (*tensor)->byte_offset});
    }
    return RaiseByClass([&] { return tt_runtime::Launch(program_, host, options); });
  }

  Program program_;
};

/*! The fully lowered module that a launch stub carries. */
IRModule LoweredModuleOf(const IRModule& stubs) {
  for (const auto& [var, base] : stubs->functions) {
    if (auto lowered = base->GetAttr<IRModule>(Key(Attr::Lowered))) return lowered.value();
  }
  TVM_FFI_THROW(ValueError) << "The module holds no program of the tenstorrent backend.";
  TVM_FFI_UNREACHABLE();
}

/*!
 * A host and a device function without body that carry the lowered module through the generic steps of
 * the compiler, which know neither persistent kernels nor our intrinsics.
 */
IRModule MakeLaunchStubs(const IRModule& lowered, const Target& target) {
  auto stub = [&](CallingConv convention, const std::string& name) {
    return WithAttrs(tirx::PrimFunc({}, tirx::Evaluate(0)),
                     {{Key(Attr::Lowered), lowered},
                      {tvm::attr::kTarget, target},
                      {tvm::attr::kGlobalSymbol, ffi::String(name)},
                      {tvm::attr::kCallingConv, Integer(static_cast<int>(convention))}});
  };
  return IRModule({{GlobalVar(kEntry), stub(CallingConv::kCPackedFunc, kEntry)},
                   {GlobalVar("device"), stub(CallingConv::kDeviceKernelLaunch, "device")}});
}

/*!
 * The runtime module of a kernel: of one that is lowered, of one that is not, of several in a row, or of one whose
 * sizes the launch brings.
 */
ffi::Module ModuleOf(const IRModule& module) {
  if (IsSized(module)) return MakeSizedPrograms(module, {ModuleOf, ProgramModuleObj::Load});
  const bool lowered = KernelOf(module)->GetAttr<ffi::String>(Key(Attr::LoweredBy)).has_value();
  if (!lowered && IsLaunchSequence(KernelOf(module))) return MakeKernelSequence(module, ModuleOf);
  return ProgramModuleObj::Load(EmitProgram(lowered ? module : LoweringPipeline()(module)));
}

/*! A module that was saved before it was lowered. */
ffi::Module FromSavedModule(const ffi::Bytes& bytes) {
  return ModuleOf(ffi::FromJSONGraph(ffi::json::Parse(std::string(bytes))).cast<IRModule>());
}

/*! Kernels of a function, each with the positions of its tensors; names, shapes and dtypes of workspaces. */
ffi::Array<ffi::Any> Kernels(const tirx::PrimFunc& func) {
  LaunchSequence sequence = SplitLaunches(func);
  ffi::Array<ffi::Any> launches, workspaces;
  for (const KernelLaunch& launch : sequence.launches) {
    ffi::Array<int64_t> tensors;
    for (size_t tensor : launch.tensors) tensors.push_back(static_cast<int64_t>(tensor));
    launches.push_back(ffi::Array<ffi::Any>{launch.func, tensors});
  }
  for (const tirx::Buffer& buffer : sequence.workspaces) {
    workspaces.push_back(ffi::Array<ffi::Any>{buffer->name, buffer->shape,
                                              ffi::String(ffi::DLDataTypeToString(buffer->dtype))});
  }
  return {launches, workspaces};
}

}  // namespace

TVM_FFI_STATIC_INIT_BLOCK() {
  namespace refl = tvm::ffi::reflection;
  refl::GlobalDef()
      .def("tilelang_tenstorrent.runtime.MakeLaunchStubs", MakeLaunchStubs)
      .def("tilelang_tenstorrent.runtime.BuildProgram",
           [](IRModule stubs, Target) { return ModuleOf(LoweredModuleOf(stubs)); })
      .def("tilelang_tenstorrent.runtime.IsLoweredLater",
           [](const IRModule& module) {
             return IsSized(module) || IsLaunchSequence(KernelOf(module));
           })
      .def("tilelang_tenstorrent.runtime.IsLaunchSequence", IsLaunchSequence)
      .def("tilelang_tenstorrent.runtime.Kernels", Kernels)
      .def("ffi.Module.load_from_bytes.tenstorrent_sized", FromSavedModule)
      .def("ffi.Module.load_from_bytes.tenstorrent_sequence", FromSavedModule)
      .def("tilelang_tenstorrent.runtime.ProgramFromFiles",
           [](ffi::String files) { return ProgramModuleObj::FromFiles(files); })
      .def("ffi.Module.load_from_bytes.tenstorrent",
           [](ffi::Bytes bytes) { return ProgramModuleObj::FromFiles(bytes); });
}

}  // namespace tvm::tt
