/*!
 * The sizes of a launch come with its tensors, scalars beside them. The first launch with new values puts
 * them in place of the symbols, lowers the kernel and keeps the program; later ones find it.
 */
#include "runtime/sized_programs.h"

#include <tvm/ffi/container/tensor.h>
#include <tvm/ffi/extra/json.h>
#include <tvm/ffi/extra/serialization.h>
#include <tvm/tirx/function.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <map>
#include <variant>
#include <vector>

#include "passes/split_launches.h"

namespace tvm::tt {

using namespace tirx;

namespace {

constexpr const char* kModuleKind = "tenstorrent_sized";

using ScalarValue = std::variant<int64_t, double>;

class SizedProgramsObj : public ffi::ModuleObj {
 public:
  SizedProgramsObj(IRModule module, std::function<ffi::Module(const IRModule&)> build)
      : module_(std::move(module)), kernel_(KernelOf(module_)), build_(std::move(build)) {}

  const char* kind() const final { return kModuleKind; }
  int GetPropertyMask() const final {
    return ffi::Module::kBinarySerializable | ffi::Module::kRunnable;
  }
  ffi::Optional<ffi::Function> GetFunction(const ffi::String& name) final {
    return ffi::Function::FromPacked(
        [this, name](const ffi::AnyView* args, int32_t num_args, ffi::Any* result) {
          // The launch proper checks the tensors against the program, and their number first.
          ffi::Module program = ProgramFor(ValuesOf(args, num_args));
          auto entry = program->GetFunction(name, false);
          if (!entry) TVM_FFI_THROW(ValueError) << "The kernel has no function '" << name << "'.";
          std::vector<ffi::AnyView> rest;
          for (int32_t i = 0; i < num_args; ++i) {
            if (!IsScalarParameter(i)) rest.push_back(args[i]);
          }
          entry.value().CallPacked(rest.data(), static_cast<int32_t>(rest.size()), result);
        });
  }
  ffi::Bytes SaveToBytes() const final {
    return ffi::Bytes(std::string(ffi::json::Stringify(ffi::ToJSONGraph(module_))));
  }
  ffi::String InspectSource(const ffi::String& format) const final {
    if (programs_.empty()) {
      return "// The sizes of this kernel are known when it is launched; its programs are made "
             "then.\n";
    }
    return programs_.rbegin()->second->InspectSource(format);
  }

 private:
  using Values = std::map<const VarNode*, ScalarValue>;

  bool IsScalarParameter(int32_t i) const {
    return i < static_cast<int32_t>(kernel_->params.size()) &&
           !kernel_->buffer_map.count(kernel_->params[i]);
  }

  /*! Values of the symbols and scalars; throws if tensors disagree on one, or a scalar is none. */
  Values ValuesOf(const ffi::AnyView* args, int32_t num_args) const {
    Values sizes;
    for (int32_t i = 0; i < num_args && i < static_cast<int32_t>(kernel_->params.size()); ++i) {
      if (IsScalarParameter(i)) sizes[kernel_->params[i].get()] = ScalarOf(i, args[i]);
      auto tensor = args[i].try_cast<DLTensor*>();
      auto buffer = kernel_->buffer_map.Get(kernel_->params[i]);
      if (!tensor || !buffer) continue;
      for (size_t dim = 0; dim < buffer.value()->shape.size(); ++dim) {
        const auto* symbol = buffer.value()->shape[dim].as<VarNode>();
        if (symbol == nullptr || static_cast<int>(dim) >= (*tensor)->ndim) continue;
        const int64_t extent = (*tensor)->shape[dim];
        const int64_t known =
            std::get<int64_t>(sizes.try_emplace(symbol, ScalarValue(extent)).first->second);
        if (known == extent) continue;
        TVM_FFI_THROW(ValueError) << "Dimension " << dim << " of argument " << i << " ('"
                                  << buffer.value()->name << "') is " << extent << ", but '"
                                  << symbol->name_hint << "' is " << known << " in another tensor.";
      }
    }
    return sizes;
  }

  ScalarValue ScalarOf(int32_t i, const ffi::AnyView& arg) const {
    const Var& param = kernel_->params[i];
    if (param->dtype.is_float()) {
      if (auto value = arg.try_cast<double>()) return *value;
    } else if (auto value = arg.try_cast<int64_t>()) {
      return *value;
    }
    TVM_FFI_THROW(TypeError) << "Argument " << i << " ('" << param->name_hint
                             << "') of the kernel is a " << arg.GetTypeKey()
                             << ", expected a number of type " << param->dtype << ".";
    TVM_FFI_UNREACHABLE();
  }

  ffi::Module ProgramFor(const Values& sizes) {
    std::vector<ScalarValue> key;
    for (const auto& [symbol, extent] : sizes) key.push_back(extent);
    auto it = programs_.find(key);
    if (it != programs_.end()) return it->second;
    return programs_.emplace(key, build_(Specialised(sizes))).first->second;
  }

  /*! The module with extents in place of the symbols. */
  IRModule Specialised(const Values& sizes) const {
    ffi::Map<Var, PrimExpr> values;
    ffi::Map<Var, ffi::Variant<Buffer, PrimExpr>> buffers;
    for (const auto& [symbol, value] : sizes) {
      const Var var = ffi::GetRef<Var>(symbol);
      const auto* whole = std::get_if<int64_t>(&value);
      values.Set(var, whole ? PrimExpr(IntImm(var->dtype, *whole))
                            : FloatImm(var->dtype, std::get<double>(value)));
    }
    for (int32_t i = 0; i < static_cast<int32_t>(kernel_->params.size()); ++i) {
      const Var& param = kernel_->params[i];
      if (IsScalarParameter(i)) buffers.Set(param, values.at(param));
    }
    for (const auto& [param, buffer] : kernel_->buffer_map) {
      Buffer sized = buffer;
      auto put = [&](const PrimExpr& extent) { return Substitute(extent, values); };
      sized.CopyOnWrite()->shape = buffer->shape.Map(put);
      sized.CopyOnWrite()->strides = buffer->strides.Map(put);
      buffers.Set(param, sized);
    }
    IRModule module = module_;
    auto* node = module.CopyOnWrite();
    ffi::Map<GlobalVar, BaseFunc> functions;
    for (const auto& [var, base] : node->functions) {
      functions.Set(var, base.as<PrimFunc>() ? BaseFunc(Specialize(kernel_, buffers)) : base);
    }
    node->functions = functions;
    return module;
  }

  IRModule module_;
  PrimFunc kernel_;
  std::function<ffi::Module(const IRModule&)> build_;
  std::map<std::vector<ScalarValue>, ffi::Module> programs_;
};

}  // namespace

bool IsSized(const IRModule& module) {
  for (const auto& [var, base] : module->functions) {
    const auto* func = base.as<PrimFuncNode>();
    if (func == nullptr) continue;
    if (func->params.size() != func->buffer_map.size()) return true;
    for (const auto& [param, buffer] : func->buffer_map) {
      for (const PrimExpr& extent : buffer->shape) {
        if (extent.as<VarNode>()) return true;
      }
    }
  }
  return false;
}

ffi::Module MakeSizedPrograms(const IRModule& module,
                              std::function<ffi::Module(const IRModule&)> build) {
  return ffi::Module(ffi::make_object<SizedProgramsObj>(module, std::move(build)));
}

}  // namespace tvm::tt
