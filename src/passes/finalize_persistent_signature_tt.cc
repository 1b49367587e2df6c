/*!
 * FinalizePersistentSignatureTT: protocol -> final.
 *
 * Freezes the arguments of the three kernels in one order that code generation, the plan and the host
 * share: the addresses of the kernel's tensors, then start_id, count, Mt, Nt; in a kernel that shares
 * blocks with other cores also its position among them and the NoC coordinates of the columns and rows
 * of cores; last the symbolic sizes that it uses. The work loop gets its bounds from start_id and count. The numbers
 * of blocks that the block indices are computed with come from Mt and Nt wherever an axis walks the output, so that
 * the text does not depend on the size of the output, and otherwise from sizes if an extent is made of them.
 * Compile-time arguments are the accessor words and the circular buffer ids, by name.
 * Last, because all uses of arguments exist only now.
 *
 *   before   with T.attr(0, "tt.work_loop", 16):
 *                work: T.int32 = T.tt.work_index()
 *                bx: T.int32 = work % 4
 *   after    A_addr: T.int32 = T.tt.runtime_arg(0)   ...   Nt: T.int32 = T.tt.runtime_arg(5)
 *            bx_blocks: T.int32 = Nt // 2
 *            with T.attr(0, "tt.work_loop", T.tt.work_range(start_id, count)):
 *                work: T.int32 = T.tt.work_index()
 *                bx: T.int32 = work % bx_blocks
 */
#include <tvm/arith/analyzer.h>
#include <tvm/ffi/extra/structural_equal.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <set>
#include <unordered_set>

#include "ir/attrs.h"
#include "ir/grid_axes.h"
#include "ir/kernel_body.h"
#include "ir/loops.h"
#include "ir/program_plan.h"
#include "ir/tiles.h"
#include "passes/pass_runner.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! The positions of the core that a kernel asks for, by line, and whether it addresses other cores. */
struct CoreUses {
  std::set<int64_t> lines;
  bool others = false;
};

CoreUses FindCoreUses(const Stmt& body) {
  CoreUses uses;
  PostOrderVisit(body, [&](const ffi::ObjectRef& node) {
    const auto* call = node.as<CallNode>();
    const IntrinsicRow* row = call ? FindRow(call->op) : nullptr;
    if (row == nullptr) return;
    if (row->id == Intrinsic::CorePosition) uses.lines.insert(*as_const_int(call->args[0]));
    uses.others |= row->id == Intrinsic::NocX || row->id == Intrinsic::NocY;
  });
  return uses;
}

ffi::Array<RuntimeArg> RuntimeArgsOf(const PrimFunc& func) {
  ffi::Array<RuntimeArg> args;
  for (const Var& param : func->params) {
    const ffi::String tensor = func->buffer_map.at(param)->name;
    args.push_back(RuntimeArg(std::string(tensor) + "_addr", "address", tensor));
  }
  for (const char* name : {"start_id", "count", "Mt", "Nt"})
    args.push_back(RuntimeArg(name, name, ""));
  const CoreUses uses = FindCoreUses(func->body);
  for (int64_t line : uses.lines)
    args.push_back(RuntimeArg(PositionName(line), PositionName(line), ""));
  if (!uses.others) return args;
  const CoreRectangle cores = RectangleOf(func);
  for (int64_t i = 0; i < cores.columns; ++i)
    args.push_back(RuntimeArg("noc_x_" + std::to_string(i), "noc_x", ""));
  for (int64_t i = 0; i < cores.rows; ++i)
    args.push_back(RuntimeArg("noc_y_" + std::to_string(i), "noc_y", ""));
  return args;
}

/*! Puts arguments in the place of what a kernel asks about cores. */
class CoreArguments : public StmtExprMutator {
 public:
  explicit CoreArguments(const ffi::Array<RuntimeArg>& args) : args_(args) {}

 private:
  PrimExpr VisitExpr_(const CallNode* op) final {
    const IntrinsicRow* row = FindRow(op->op);
    if (row != nullptr && row->id == Intrinsic::CorePosition)
      return Argument(PositionName(*as_const_int(op->args[0])), Imm(0));
    if (row != nullptr && row->id == Intrinsic::NocX) return Argument("noc_x", op->args[0]);
    if (row != nullptr && row->id == Intrinsic::NocY) return Argument("noc_y", op->args[0]);
    return StmtExprMutator::VisitExpr_(op);
  }
  /*! The argument `index` places behind the first of its kind. */
  PrimExpr Argument(const std::string& kind, const PrimExpr& index) {
    int64_t first = 0;
    while (args_[first]->kind != kind) ++first;
    PrimExpr position = arith::Analyzer().Simplify(Imm(first) + index);
    return MakeCall(Intrinsic::RuntimeArg, {position});
  }

  const ffi::Array<RuntimeArg>& args_;
};

ffi::Array<CompileArg> CompileArgsOf(const PrimFunc& func, const KernelBody& kernel) {
  ffi::Array<CompileArg> args;
  auto accessors = func->GetAttr<AccessorMap>(Key(Attr::TensorAccessor)).value();
  for (const Var& param : func->params) {
    const ffi::String tensor = func->buffer_map.at(param)->name;
    args.push_back(CompileArg(tensor, "accessor", accessors.at(tensor)->compile_arg_offset));
  }
  for (const Stmt& stmt : kernel.allocations) {
    const Buffer& buffer = stmt.as<AllocBufferNode>()->buffer;
    args.push_back(CompileArg(buffer->name, IsCB(buffer) ? "circular_buffer" : "semaphore", -1));
  }
  return args;
}

/*! Rewrites the block indices of a kernel to numbers of blocks that come from Mt and Nt. */
class SignatureBuilder {
 public:
  /*! The sizes that the kernel uses are added to `args`. */
  SignatureBuilder(const PrimFunc& func, KernelBody* kernel, ffi::Array<RuntimeArg>* args)
      : axes_(func->GetAttr<ffi::Array<GridAxis>>(Key(Attr::GridAxes)).value()),
        grid_tiles_(func->GetAttr<ffi::Array<Extent>>(Key(Attr::GridTiles)).value()),
        kernel_(kernel),
        args_(args) {}

  void Run() {
    std::vector<Stmt> region;
    // A kernel whose block indices are all 0 has lost the work index, which they are computed from now.
    if (!kernel_->work.defined()) {
      kernel_->work = Var("work", DataType::Int(32));
      region.push_back(Bind(kernel_->work, MakeCall(Intrinsic::WorkIndex, {})));
    }
    for (const Stmt& stmt : AsList(kernel_->region)) {
      const auto* bind = stmt.as<BindNode>();
      region.push_back(bind == nullptr || bind->var.same_as(kernel_->work) ? stmt
                                                                           : RewriteBind(bind));
    }
    kernel_->region = AsStmt(region);
    kernel_->work_items = MakeCall(Intrinsic::WorkRange, {Arg("start_id"), Arg("count")});
    Prepend();
  }

 private:
  /*! A block index with constant extents becomes one with the extents of this launch. */
  Stmt RewriteBind(const BindNode* bind) {
    if (!bind->var.dtype().is_int()) return ffi::GetRef<Stmt>(bind);
    const int axis = AxisOfLet(bind, kernel_->work, axes_);
    if (axis < 0) return ffi::GetRef<Stmt>(bind);
    const int count = static_cast<int>(axes_.size());
    std::vector<PrimExpr> blocks = BlocksOf(axes_, bind->var.dtype());
    for (int i = 0; i < count; ++i) {
      if (i < axis || (i == axis && axis + 1 < count)) blocks[i] = Blocks(axes_[i]);
    }
    return Bind(bind->var, BlockIndex(kernel_->work, blocks, axis), bind->span);
  }

  /*! Whether the blocks of an axis are the output's tiles along its dimension, cut into blocks. */
  bool CoversOutput(const GridAxis& axis) {
    if (axis->output_dim < 0) return false;
    const PrimExpr tiles = ExprOf(grid_tiles_[axis->output_dim]);
    const PrimExpr blocks = floordiv(tiles + Imm(axis->tiles - 1), Imm(axis->tiles));
    return arith::Analyzer().CanProveEqual(blocks, ExprOf(axis->extent));
  }

  PrimExpr Blocks(const GridAxis& axis) {
    const bool covers = CoversOutput(axis);
    if (!covers && NumberOf(axis->extent)) return ExprOf(axis->extent);
    auto it = blocks_.find(axis.get());
    if (it != blocks_.end()) return it->second;
    Var var(std::string(axis->name) + "_blocks", DataType::Int(32));
    derived_.push_back(Bind(var, covers ? BlocksOfOutput(axis) : ExprOf(axis->extent)));
    blocks_[axis.get()] = var;
    return var;
  }
  PrimExpr BlocksOfOutput(const GridAxis& axis) {
    PrimExpr total = Arg(axis->output_dim == 0 ? "Mt" : "Nt");
    if (axis->tiles == 1) return total;
    const auto known = NumberOf(grid_tiles_[axis->output_dim]);
    const bool even = known && *known % axis->tiles == 0;
    return floordiv(even ? total : total + Imm(axis->tiles - 1), Imm(axis->tiles));
  }

  Var Arg(const std::string& name) {
    auto it = vars_.find(name);
    if (it == vars_.end()) it = vars_.emplace(name, Var(name, DataType::Int(32))).first;
    return it->second;
  }

  /*! Addresses and the arguments in use, in their order, in front of everything else. */
  void Prepend() {
    std::vector<Stmt> prologue;
    for (size_t i = 0; i < args_->size(); ++i) {
      const RuntimeArg& arg = (*args_)[i];
      if (arg->tensor.empty() && !vars_.count(arg->name)) continue;
      // An address is no index: it has no sign.
      const bool address = !arg->tensor.empty();
      const Var var = address ? Var(arg->name, DataType::UInt(32)) : Arg(arg->name);
      PrimExpr value = MakeCall(Intrinsic::RuntimeArg, {IntImm(DataType::Int(32), i)});
      prologue.push_back(Bind(var, cast(var.dtype(), value)));
    }
    std::vector<Stmt> rest = derived_;
    rest.insert(rest.end(), kernel_->prologue.begin(), kernel_->prologue.end());
    std::vector<Var> sizes;
    for (const Stmt& stmt : rest) CollectSizes(stmt, &sizes);
    CollectSizes(kernel_->region, &sizes);
    for (const Var& size : sizes) {
      prologue.push_back(Bind(size, MakeCall(Intrinsic::RuntimeArg, {Imm(args_->size())})));
      args_->push_back(RuntimeArg(size->name_hint, tt_plan::kSize, ""));
    }
    prologue.insert(prologue.end(), rest.begin(), rest.end());
    kernel_->prologue = prologue;
  }

  ffi::Array<GridAxis> axes_;
  ffi::Array<Extent> grid_tiles_;
  KernelBody* kernel_;
  ffi::Array<RuntimeArg>* args_;
  std::unordered_map<std::string, Var> vars_;
  std::unordered_map<const ffi::Object*, Var> blocks_;
  std::vector<Stmt> derived_;
};

PrimFunc Rewrite(PrimFunc func) {
  ffi::Array<RuntimeArg> runtime_args = RuntimeArgsOf(func);
  KernelBody kernel = KernelBody::From(CoreArguments(runtime_args)(func->body));
  ffi::Array<CompileArg> compile_args = CompileArgsOf(func, kernel);
  if (kernel.region.defined()) {
    SignatureBuilder(func, &kernel, &runtime_args).Run();
    func.CopyOnWrite()->body = kernel.ToStmt();
  }
  return WithAttrs(std::move(func), {{Key(Attr::RuntimeArgs), runtime_args},
                                     {Key(Attr::CompileArgs), compile_args}});
}

}  // namespace

namespace transform {
Pass FinalizePersistentSignatureTT() {
  return FunctionPass("FinalizePersistentSignatureTT", Rewrite);
}
}  // namespace transform

}  // namespace tvm::tt
