/*! The pipeline as data, order checks, and the entry points that run it. */
#include "passes/pass_runner.h"

#include <tvm/ffi/extra/json.h>
#include <tvm/ffi/extra/serialization.h>
#include <tvm/ffi/reflection/registry.h>
#include <tvm/ir/function.h>

#include <sstream>

namespace tvm::tt {

using tirx::PrimFunc;
using tvm::transform::Pass;
using tvm::transform::PassContext;

const std::vector<PassRow>& Pipeline() {
  static const std::vector<PassRow> rows = {
      {"InferTTLayout", Level::Tile, Level::Placed,
       "first: everything that follows asks where and how a tensor lies", transform::InferTTLayout},
      {"PropagateTTLayout", Level::Placed, Level::Placed,
       "after the layouts, whose dtype and tile give the page size", transform::PropagateTTLayout},
      {"AttachTensorAccessorTT", Level::Placed, Level::Placed,
       "after the layouts, before anything is bound to a kernel",
       transform::AttachTensorAccessorTT},
      {"LayoutAwareWorkPartitionTT", Level::Placed, Level::Placed,
       "needs shapes and layouts, and the T.Kernel axes still in place",
       transform::LayoutAwareWorkPartitionTT},
      {"GridToCoreGrid", Level::Placed, Level::Placed,
       "consumes the T.Kernel axes that the partition has read", transform::GridToCoreGrid},
      {"LowerSharedToCB", Level::Placed, Level::Staged,
       "on one kernel function without launch nest; tile operators still typed",
       transform::LowerSharedToCB},
      {"LowerTTTileIntrinsics", Level::Staged, Level::Staged,
       "operands are circular buffers now, so operators can become tile programs",
       transform::LowerTTTileIntrinsics},
      {"SumOverCoresTT", Level::Staged, Level::Staged,
       "the blocks of sums are circular buffers, with one move in and one out",
       transform::SumOverCoresTT},
      {"ShareReadsTT", Level::Staged, Level::Staged,
       "reads are abstract moves, and their new buffers still get ids", transform::ShareReadsTT},
      {"BuildTileDFGTT", Level::Staged, Level::Staged,
       "sees all moves and all compute, still in one function", transform::BuildTileDFGTT},
      {"SplitDeviceKernel", Level::Staged, Level::Split,
       "roles at both ends of every buffer are known", transform::SplitDeviceKernel},
      {"ConfigureTensorAccessorTT", Level::Split, Level::Protocol,
       "argument slots belong to a kernel, so after the split",
       transform::ConfigureTensorAccessorTT},
      {"LowerCBIntrinsics", Level::Protocol, Level::Protocol,
       "each end of a buffer is in its own kernel, handshakes can be placed",
       transform::LowerCBIntrinsics},
      {"InsertComputeInitTT", Level::Protocol, Level::Protocol,
       "tile programs are whole, so modes can be hoisted out of their loops",
       transform::InsertComputeInitTT},
      {"InsertDSTManagementTT", Level::Protocol, Level::Protocol,
       "last structural change: blocks are cut to DST capacity around initialisations",
       transform::InsertDSTManagementTT},
      {"FinalizePersistentSignatureTT", Level::Protocol, Level::Final,
       "all uses of arguments exist, so they can be numbered",
       transform::FinalizePersistentSignatureTT},
      {"VerifyTTIR", Level::Final, Level::Final, "the last word before code generation",
       transform::VerifyTTIR},
  };
  return rows;
}

const PassRow& FindPass(const std::string& name) {
  std::ostringstream names;
  for (const PassRow& row : Pipeline()) {
    if (name == row.name) return row;
    names << (names.tellp() > 0 ? ", " : "") << row.name;
  }
  TVM_FFI_THROW(ValueError) << "Unknown pass '" << name << "'. Passes, in order: " << names.str()
                            << ".";
  TVM_FFI_UNREACHABLE();
}

namespace {

/*! The pass that must have run just before `name`, or null for the first. */
const char* Predecessor(const std::string& name) {
  const char* previous = nullptr;
  for (const PassRow& row : Pipeline()) {
    if (name == row.name) return previous;
    previous = row.name;
  }
  return nullptr;
}

void CheckOrder(const char* name, const PrimFunc& func) {
  auto last = func->GetAttr<ffi::String>(Key(Attr::LoweredBy));
  const char* expected = Predecessor(name);
  if (expected == nullptr ? !last.has_value() : (last && last.value() == expected)) return;
  TVM_FFI_THROW(ValueError) << name << " runs "
                            << (expected == nullptr ? "on a fresh TileLang function"
                                                    : std::string("right after ") + expected)
                            << ", but the last pass on this function was "
                            << (last ? std::string(last.value()) : "none")
                            << ". Run the passes in the order of the pipeline.";
}

Pass Wrap(const char* name, std::function<IRModule(IRModule)> rewrite) {
  auto run = [name, rewrite](IRModule module, PassContext) {
    for (const auto& [var, base] : module->functions) {
      if (const auto* func = base.as<tirx::PrimFuncNode>())
        CheckOrder(name, ffi::GetRef<PrimFunc>(func));
    }
    IRModule result = rewrite(module);
    ffi::Map<GlobalVar, BaseFunc> stamped;
    for (const auto& [var, base] : result->functions) {
      if (auto func = base.as<PrimFunc>()) {
        stamped.Set(var, WithAttr(func.value(), Key(Attr::LoweredBy), ffi::String(name)));
      } else {
        stamped.Set(var, base);
      }
    }
    return IRModule(stamped, result->source_map, result->attrs);
  };
  return tvm::transform::CreateModulePass(run, 0, name, {});
}

}  // namespace

Pass FunctionPass(const char* name, std::function<PrimFunc(PrimFunc)> rewrite) {
  return Wrap(name, [rewrite](IRModule module) {
    ffi::Map<GlobalVar, BaseFunc> functions;
    for (const auto& [var, base] : module->functions) {
      if (auto func = base.as<PrimFunc>()) {
        functions.Set(var, rewrite(func.value()));
      } else {
        functions.Set(var, base);
      }
    }
    return IRModule(functions, module->source_map, module->attrs);
  });
}

Pass ModulePass(const char* name, std::function<IRModule(IRModule)> rewrite) {
  return Wrap(name, std::move(rewrite));
}

Pass LoweringPipeline(const std::string& upto) {
  ffi::Array<Pass> passes;
  FindPass(upto);
  for (const PassRow& row : Pipeline()) {
    passes.push_back(row.factory());
    if (upto == row.name) break;
  }
  return tvm::transform::Sequential(passes, "tenstorrent");
}

IRModule ParseTIR(const std::string& text) {
  ffi::Any value = ffi::FromJSONGraph(ffi::json::Parse(text));
  auto module = value.try_cast<IRModule>();
  if (!module) {
    TVM_FFI_THROW(ValueError)
        << "The text holds a " << value.GetTypeKey()
        << ", not an IRModule. Serialise one with tilelang_tenstorrent.to_json.";
  }
  return module.value();
}

TVM_FFI_STATIC_INIT_BLOCK() {
  namespace refl = tvm::ffi::reflection;
  refl::GlobalDef()
      .def("tilelang_tenstorrent.pipeline.Rows",
           [] {
             ffi::Array<ffi::Array<ffi::String>> rows;
             for (const PassRow& row : Pipeline()) {
               rows.push_back({row.name, ToString(row.from), ToString(row.to), row.why_here});
             }
             return rows;
           })
      .def("tilelang_tenstorrent.pipeline.Pass",
           [](ffi::String name) { return FindPass(name).factory(); })
      .def("tilelang_tenstorrent.pipeline.Lowering",
           [](ffi::String upto) { return LoweringPipeline(upto); })
      .def("tilelang_tenstorrent.pipeline.ParseTIR",
           [](ffi::String text) { return ParseTIR(text); });
}

}  // namespace tvm::tt
