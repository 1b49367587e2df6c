/*!
 * A call launches one kernel after the other. Workspaces are host tensors for as long as the call takes, zero
 * at its start; each kernel finds what the ones before left there.
 */
#include "runtime/kernel_sequence.h"

#include <tvm/ffi/container/tensor.h>
#include <tvm/ffi/extra/json.h>
#include <tvm/ffi/extra/serialization.h>
#include <tvm/tirx/op.h>

#include <cstdlib>
#include <cstring>
#include <utility>
#include <vector>

#include "passes/split_launches.h"

namespace tvm::tt {

namespace {

constexpr const char* kModuleKind = "tenstorrent_sequence";
constexpr const char* kEntry = "main";

/*! Memory of the host, zeroed. */
struct HostAllocator {
  void AllocData(DLTensor* tensor) { tensor->data = std::calloc(1, ffi::GetDataSize(*tensor)); }
  void FreeData(DLTensor* tensor) { std::free(tensor->data); }
};

/*! What tensors hold, to be put back if a kernel fails after others wrote. */
class Snapshot {
 public:
  Snapshot(const ffi::AnyView* args, int32_t num_args) {
    for (int32_t i = 0; i < num_args; ++i) {
      auto tensor = args[i].try_cast<DLTensor*>();
      // No kernel takes, or writes, others than these.
      if (!tensor || (*tensor)->device.device_type != kDLCPU || !ffi::IsContiguous(**tensor))
        continue;
      char* data = static_cast<char*>((*tensor)->data) + (*tensor)->byte_offset;
      held_.emplace_back(data, std::vector<char>(data, data + ffi::GetDataSize(**tensor)));
    }
  }
  void Restore() const {
    for (const auto& [data, bytes] : held_) std::memcpy(data, bytes.data(), bytes.size());
  }

 private:
  std::vector<std::pair<char*, std::vector<char>>> held_;
};

class KernelSequenceObj : public ffi::ModuleObj {
 public:
  KernelSequenceObj(IRModule module, const std::function<ffi::Module(const IRModule&)>& build)
      : module_(std::move(module)),
        function_(KernelOf(module_)),
        sequence_(SplitLaunches(function_)) {
    for (const KernelLaunch& launch : sequence_.launches) {
      const auto name = launch.func->GetAttr<ffi::String>(tvm::attr::kGlobalSymbol).value();
      programs_.push_back(build(IRModule({{GlobalVar(name), launch.func}})));
    }
  }

  const char* kind() const final { return kModuleKind; }
  int GetPropertyMask() const final {
    return ffi::Module::kBinarySerializable | ffi::Module::kRunnable;
  }
  ffi::Optional<ffi::Function> GetFunction(const ffi::String& name) final {
    const auto symbol = function_->GetAttr<ffi::String>(tvm::attr::kGlobalSymbol);
    if (name != kEntry && name != symbol.value_or("")) return std::nullopt;
    return ffi::Function::FromPacked(
        [this](const ffi::AnyView* args, int32_t num_args, ffi::Any*) { Launch(args, num_args); });
  }
  ffi::Bytes SaveToBytes() const final {
    return ffi::Bytes(std::string(ffi::json::Stringify(ffi::ToJSONGraph(module_))));
  }
  ffi::String InspectSource(const ffi::String& format) const final {
    std::string text;
    for (const ffi::Module& program : programs_) text += program->InspectSource(format);
    return text;
  }

 private:
  void Launch(const ffi::AnyView* args, int32_t num_args) const {
    const size_t params = function_->params.size();
    if (static_cast<size_t>(num_args) != params) {
      TVM_FFI_THROW(ValueError) << "The function takes " << params << " tensors, got " << num_args
                                << ".";
    }
    std::vector<ffi::Any> tensors(args, args + num_args);
    for (const tirx::Buffer& workspace : sequence_.workspaces) {
      std::vector<int64_t> shape;
      for (const PrimExpr& extent : workspace->shape) shape.push_back(*tirx::as_const_int(extent));
      tensors.push_back(ffi::Tensor::FromNDAlloc(HostAllocator(), ffi::Shape(shape),
                                                 workspace->dtype, DLDevice{kDLCPU, 0}));
    }
    const Snapshot before(args, num_args);
    try {
      for (size_t i = 0; i < programs_.size(); ++i) LaunchOne(i, tensors);
    } catch (...) {
      before.Restore();
      throw;
    }
  }
  void LaunchOne(size_t i, const std::vector<ffi::Any>& tensors) const {
    std::vector<ffi::AnyView> used;
    for (size_t tensor : sequence_.launches[i].tensors) used.push_back(tensors[tensor]);
    ffi::Any result;
    programs_[i]
        ->GetFunction(kEntry, false)
        .value()
        .CallPacked(used.data(), static_cast<int32_t>(used.size()), &result);
  }

  IRModule module_;
  tirx::PrimFunc function_;
  LaunchSequence sequence_;
  std::vector<ffi::Module> programs_;
};

}  // namespace

ffi::Module MakeKernelSequence(const IRModule& module,
                               std::function<ffi::Module(const IRModule&)> build) {
  return ffi::Module(ffi::make_object<KernelSequenceObj>(module, build));
}

}  // namespace tvm::tt
