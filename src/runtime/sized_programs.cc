/*!
 * The sizes of a launch come with its tensors, scalars beside them. A kernel that can take sizes as arguments is
 * lowered once for each set of scalars, and a launch only needs a plan. Otherwise the first launch with new
 * values puts them in place of the symbols, lowers the kernel and keeps the program; later ones find it.
 */
#include "runtime/sized_programs.h"

#include <tvm/ffi/container/tensor.h>
#include <tvm/ffi/extra/json.h>
#include <tvm/ffi/extra/serialization.h>
#include <tvm/tirx/function.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <sstream>
#include <utility>
#include <variant>
#include <vector>

#include "ir/put_values.h"
#include "passes/passes.h"
#include "passes/split_launches.h"
#include "target/target_options.h"

namespace tvm::tt {

using namespace tirx;

namespace {

constexpr const char* kModuleKind = "tenstorrent_sized";

/*! A size to make texts with, which do not depend on it: some blocks in every dimension. */
constexpr int64_t kSomeSize = 4096;

using ScalarValue = std::variant<int64_t, double>;

/*! The program of a kernel that serves all sizes, or why there is none. */
class AnySizesProgram {
 public:
  AnySizesProgram(const IRModule& module, Sizes some) : sizes_(std::move(some)) {
    try {
      lowered_ = LoweringPipeline()(module);
      program_ = EmitProgram(lowered_, sizes_);
    } catch (const ffi::Error& error) {
      // A construct wants constants. Any other error will be met again when a launch brings them.
      reason_ = error.message();
    }
  }
  /*! Empty if there is a program. */
  const std::string& Reason() const { return reason_; }
  const Program& Latest() const { return program_; }

  /*! The program with the plan of a launch. */
  ffi::Module For(const Sizes& sizes, const ModuleBuilder& build) {
    if (!module_ || sizes != sizes_) {
      program_.plan = EmitPlan(lowered_, sizes);
      sizes_ = sizes;
      module_ = build.load(program_);
    }
    return module_.value();
  }

 private:
  IRModule lowered_;
  Program program_;
  Sizes sizes_; /*!< of the plan that the program has */
  ffi::Optional<ffi::Module> module_;
  std::string reason_;
};

class SizedProgramsObj : public ffi::ModuleObj {
 public:
  SizedProgramsObj(IRModule module, ModuleBuilder build)
      : module_(std::move(module)),
        kernel_(KernelOf(module_)),
        build_(std::move(build)),
        any_sizes_(TargetOptions::FromFunction(kernel_).any_sizes) {
    for (const auto& [param, buffer] : kernel_->buffer_map) {
      for (const PrimExpr& extent : buffer->shape) {
        if (auto symbol = extent.as<Var>()) some_sizes_[symbol.value()->name_hint] = kSomeSize;
      }
    }
    // Scalars come with a launch; without them, the program can be made now.
    if (kernel_->params.size() == kernel_->buffer_map.size()) AnySizesFor({});
  }

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
    std::string text;
    if (!any_.empty()) {
      const AnySizesProgram& latest = *any_.rbegin()->second;
      if (latest.Reason().empty()) return TextsOf(latest.Latest());
      text = "// A program for each set of sizes, because one for all is refused:\n" +
             AsComment(latest.Reason());
    }
    if (!programs_.empty())
      return text + std::string(programs_.rbegin()->second->InspectSource(format));
    return text +
           "// The sizes of this kernel are known when it is launched; its programs are made "
           "then.\n";
  }

 private:
  using Values = std::map<const VarNode*, ScalarValue>;

  static std::string AsComment(const std::string& message) {
    std::istringstream lines(message);
    std::string text;
    for (std::string line; std::getline(lines, line);) text += "//   " + line + "\n";
    return text;
  }

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

  ffi::Module ProgramFor(const Values& values) {
    std::lock_guard<std::mutex> lock(mutex_);
    Values scalars;
    Sizes sizes;
    bool positive = true;
    for (const auto& [var, value] : values) {
      if (IsScalar(var)) {
        scalars.insert({var, value});
      } else {
        const int64_t extent = std::get<int64_t>(value);
        sizes[var->name_hint] = extent;
        positive &= extent > 0;
      }
    }
    AnySizesProgram* any = positive ? AnySizesFor(scalars) : nullptr;
    if (any != nullptr && any->Reason().empty()) return any->For(sizes, build_);
    const std::vector<ScalarValue> key = KeyOf(values);
    auto it = programs_.find(key);
    if (it != programs_.end()) return it->second;
    return programs_.emplace(key, build_.lower(Specialised(values))).first->second;
  }
  bool IsScalar(const VarNode* var) const {
    return std::any_of(kernel_->params.begin(), kernel_->params.end(),
                       [&](const Var& param) { return param.get() == var; });
  }
  static std::vector<ScalarValue> KeyOf(const Values& values) {
    std::vector<ScalarValue> key;
    for (const auto& [var, value] : values) key.push_back(value);
    return key;
  }

  /*! The program that takes the sizes as arguments, for these scalars; null if nobody wants one. */
  AnySizesProgram* AnySizesFor(const Values& scalars) {
    if (!any_sizes_ || some_sizes_.empty()) return nullptr;
    std::unique_ptr<AnySizesProgram>& program = any_[KeyOf(scalars)];
    if (!program) program = std::make_unique<AnySizesProgram>(Specialised(scalars), some_sizes_);
    return program.get();
  }

  /*! The module with values in place of symbols and scalars. */
  IRModule Specialised(const Values& known) const {
    ffi::Map<Var, PrimExpr> values;
    for (const auto& [symbol, value] : known) {
      const Var var = ffi::GetRef<Var>(symbol);
      const auto* whole = std::get_if<int64_t>(&value);
      values.Set(var, whole ? PrimExpr(IntImm(var->dtype, *whole))
                            : FloatImm(var->dtype, std::get<double>(value)));
    }
    IRModule module = module_;
    auto* node = module.CopyOnWrite();
    ffi::Map<GlobalVar, BaseFunc> functions;
    for (const auto& [var, base] : node->functions) {
      functions.Set(var, base.as<PrimFunc>() ? BaseFunc(PutValues(kernel_, values)) : base);
    }
    node->functions = functions;
    return module;
  }

  IRModule module_;
  PrimFunc kernel_;
  ModuleBuilder build_;
  bool any_sizes_;
  Sizes some_sizes_; /*!< numbers for all symbols, to make texts with */
  std::mutex mutex_; /*!< launches come from several threads */
  std::map<std::vector<ScalarValue>, std::unique_ptr<AnySizesProgram>> any_; /*!< by scalars */
  std::map<std::vector<ScalarValue>, ffi::Module> programs_;                 /*!< by all values */
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

ffi::Module MakeSizedPrograms(const IRModule& module, ModuleBuilder build) {
  return ffi::Module(ffi::make_object<SizedProgramsObj>(module, std::move(build)));
}

}  // namespace tvm::tt
