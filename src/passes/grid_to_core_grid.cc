/*!
 * GridToCoreGrid: placed -> placed.
 *
 * Replaces the launch nest of T.Kernel by the persistent form: the function body is one work item,
 * and every block axis is computed from the index of the item the core is at. The loop over items is
 * never a TIR loop; code generation opens it from the finalized signature. Thread placeholders are
 * dropped (there are no threads), block-index bindings that T.Persistent emits ahead of their loop
 * move into it, and for every axis the output dimension it walks is recorded. Where the partition has
 * spread blocks over cores, the index says which core and which of its rounds an item is. Where loops are
 * the longer the larger the first block index is, as in causal attention, work items take its values from
 * both ends in turn, so that cores with several items have about equally much to do. Runs after the
 * partition has read the nest.
 *
 *   before   for bx in T.thread_binding(4, "blockIdx.x"):
 *                for by in T.thread_binding(8, "blockIdx.y"): <body>
 *   after    with T.attr(0, "tt.work_loop", 32):
 *                work: T.int32 = T.tt.work_index()
 *                bx: T.int32 = work % 4
 *                by: T.int32 = work // 4
 *                <body>      and {"tt.grid_axes": [GridAxis("bx", extent=4, output_dim=1, tiles=2)...]}
 */
#include <tvm/arith/analyzer.h>
#include <tvm/arith/pattern.h>
#include <tvm/tirx/analysis.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <unordered_set>

#include "analysis/launch_nest.h"
#include "ir/attrs.h"
#include "ir/errors.h"
#include "ir/grid_axes.h"
#include "ir/loops.h"
#include "ir/tiles.h"
#include "op/builtin.h"
#include "passes/pass_runner.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! Which output dimension an axis walks, and by how many tiles; {-1, 0} if it does not simply walk. */
std::pair<int64_t, int64_t> OutputWalk(const Var& axis, const TensorWrite& write) {
  const size_t rank = write.region.size();
  for (size_t i = rank > 1 ? 0 : 1; i < 2; ++i) {
    PrimExpr start = write.region[rank - 2 + i]->min;
    ffi::Array<PrimExpr> linear = arith::DetectLinearEquation(start, {axis});
    if (linear.size() != 2) continue;
    const int64_t* step = as_const_int(linear[0]);
    if (step == nullptr || *step <= 0 || *step % kTileDim != 0 || !is_zero(linear[1])) continue;
    return {static_cast<int64_t>(i), *step / kTileDim};
  }
  return {-1, 0};
}

/*!
 * Drops thread placeholders and moves bindings that use a not yet defined loop variable into the
 * loop that defines it.
 */
class BindingLegalizer : public StmtExprMutator {
 private:
  Stmt VisitStmt_(const BindNode* op) final {
    if (const auto* call = op->value.as<CallNode>()) {
      if (call->op.same_as(tl::launch_thread_idx())) {
        placeholders_.insert(op->var.get());
        return Evaluate(0);
      }
    }
    for (const Var& used : UndefinedVars(op->value, {})) {
      if (undefined_.count(used.get())) {
        waiting_.push_back(ffi::GetRef<Bind>(op));
        undefined_.insert(op->var.get());
        return Evaluate(0);
      }
    }
    return StmtExprMutator::VisitStmt_(op);
  }

  Stmt VisitStmt_(const SeqStmtNode* op) final {
    NoteLaterLoops(op);
    return SeqStmt::Flatten(StmtExprMutator::VisitStmt_(op));  // without what is gone
  }

  /*! Loop variables of this sequence count as undefined until their loop is entered. */
  void NoteLaterLoops(const SeqStmtNode* op) {
    for (const Stmt& stmt : op->seq) {
      if (const auto* loop = stmt.as<ForNode>()) undefined_.insert(loop->loop_var.get());
    }
  }

  Stmt VisitStmt_(const ForNode* op) final {
    undefined_.erase(op->loop_var.get());
    ffi::Array<Stmt> ready;
    std::vector<Bind> still_waiting;
    for (const Bind& bind : waiting_) {
      bool defined = true;
      for (const Var& used : UndefinedVars(bind->value, {}))
        defined &= !undefined_.count(used.get());
      if (defined) {
        undefined_.erase(bind->var.get());
        ready.push_back(bind);
      } else {
        still_waiting.push_back(bind);
      }
    }
    waiting_ = std::move(still_waiting);
    For loop = Downcast<For>(StmtExprMutator::VisitStmt_(op));
    if (!ready.empty()) {
      ready.push_back(loop->body);
      loop.CopyOnWrite()->body = SeqStmt::Flatten(ready);
    }
    return loop;
  }

  Stmt VisitStmt(const Stmt& stmt) final {
    if (stmt->span.defined()) span_ = stmt->span;
    return StmtExprMutator::VisitStmt(stmt);
  }

  PrimExpr VisitExpr_(const VarNode* op) final {
    if (placeholders_.count(op)) {
      TT_USER_ERROR(span_) << "The kernel uses the thread index '" << op->name_hint
                           << "'. Supported: kernels written in tiles, without threads.";
    }
    return ffi::GetRef<Var>(op);
  }

  std::unordered_set<const VarNode*> placeholders_;
  std::unordered_set<const VarNode*> undefined_;
  std::vector<Bind> waiting_;
  Span span_;  // of the innermost statement that has one
};

/*! Whether trip counts grow, or fall, with an axis all along it, and none does otherwise. */
class TripCounts : public StmtVisitor {
 public:
  static bool Ordered(const LaunchAxis& axis, const Stmt& body) {
    TripCounts counts(axis);
    counts(body);
    return counts.grow_ != counts.fall_ && !counts.mixed_;
  }

 private:
  explicit TripCounts(const LaunchAxis& axis) : axis_(axis) {
    analyzer_.Bind(axis.var, Range::FromMinExtent(Imm(0), axis.extent - Imm(1)));
  }
  void VisitStmt_(const BindNode* op) final {
    values_.Set(op->var, Substitute(op->value, values_));
  }
  void VisitStmt_(const ForNode* op) final {
    const PrimExpr extent = Substitute(op->extent, values_);
    if (UsesVar(extent, [this](const VarNode* var) { return var == axis_.var.get(); })) {
      const PrimExpr next = Substitute(extent, {{axis_.var, axis_.var + Imm(1)}});
      const bool grows = analyzer_.CanProve(next >= extent);
      const bool falls = !grows && analyzer_.CanProve(next <= extent);
      (grows ? grow_ : falls ? fall_ : mixed_) = true;
    }
    StmtVisitor::VisitStmt_(op);
  }

  const LaunchAxis& axis_;
  arith::Analyzer analyzer_;
  ffi::Map<Var, PrimExpr> values_;
  bool grow_ = false, fall_ = false, mixed_ = false;
};

/*! 0, n - 1, 1, n - 2, ...: neighbouring values add up to about the same. */
PrimExpr FromBothEnds(const Var& index, const PrimExpr& extent) {
  return Select(floormod(index, Imm(2)) == Imm(0), floordiv(index, Imm(2)),
                extent - Imm(1) - floordiv(index, Imm(2)));
}

/*! Whether some core has several work items, or may have. */
bool HasRounds(const PrimFunc& func) {
  const auto partition = func->GetAttr<ffi::Array<CoreWork>>(Key(Attr::WorkPartition)).value();
  return partition.empty() || partition[0]->count > 1;
}
bool AtMostTwo(const PrimExpr& extent) {
  const int64_t* number = as_const_int(extent);
  return number != nullptr && *number <= 2;
}

/*! Bindings of the block indices to what they are for work item `work`. */
std::vector<Stmt> BlockIndices(const PrimFunc& func, const LaunchNest& nest, const Var& work) {
  const CoreSpread spread = CoreSpread::Of(func);
  std::vector<Stmt> stmts;
  if (spread.Empty()) {
    std::vector<PrimExpr> blocks;
    for (const LaunchAxis& axis : nest.axes) blocks.push_back(cast(axis.var.dtype(), axis.extent));
    const LaunchAxis& first = nest.axes[0];
    const bool fold =
        !AtMostTwo(first.extent) && HasRounds(func) && TripCounts::Ordered(first, nest.body);
    for (size_t i = 0; i < nest.axes.size(); ++i) {
      const Var& var = nest.axes[i].var;
      const Var index = fold && i == 0 ? Var(var->name_hint + "_turn", var.dtype()) : var;
      stmts.push_back(Bind(index, BlockIndex(work, blocks, i)));
      if (!index.same_as(var)) stmts.push_back(Bind(var, FromBothEnds(index, nest.axes[i].extent)));
    }
    return stmts;
  }
  Var core = work, round("round", DataType::Int(32));
  const int64_t rounds = *as_const_int(nest.NumWorkItems()) / spread.CoresIn(3);
  if (rounds > 1) {
    core = Var("core", DataType::Int(32));
    stmts = {Bind(core, floordiv(work, Imm(rounds))), Bind(round, floormod(work, Imm(rounds)))};
  }
  std::vector<int64_t> extents;
  for (const LaunchAxis& axis : nest.axes) extents.push_back(*as_const_int(axis.extent));
  for (size_t i = 0; i < nest.axes.size(); ++i)
    stmts.push_back(Bind(nest.axes[i].var, spread.BlockIndex(core, round, extents, i)));
  return stmts;
}

PrimFunc Rewrite(PrimFunc func) {
  LaunchNest nest = FindLaunchNest(func);
  auto write = FirstTensorWrite(nest.body);
  Var work("work", DataType::Int(32));
  ffi::Array<Stmt> stmts{Bind(work, MakeCall(Intrinsic::WorkIndex, {}))};
  ffi::Array<GridAxis> axes;
  ffi::Map<ffi::String, int64_t> sums;
  for (const LaunchAxis& axis : nest.axes) {
    for (const ffi::String& tensor : axis.sums) sums.Set(tensor, axes.size());
    auto [dim, tiles] = OutputWalk(axis.var, write.value());
    axes.push_back(GridAxis(axis.var->name_hint, ExtentOf(axis.extent), dim, tiles));
  }
  for (const Stmt& index : BlockIndices(func, nest, work)) stmts.push_back(index);
  stmts.push_back(BindingLegalizer()(nest.body));
  func.CopyOnWrite()->body =
      AttrStmt(Integer(0), Key(Attr::WorkLoop), nest.NumWorkItems(), SeqStmt::Flatten(stmts));
  return WithAttrs(std::move(func), {{Key(Attr::GridAxes), axes}, {Key(Attr::CoreSums), sums}});
}

}  // namespace

namespace transform {
Pass GridToCoreGrid() { return FunctionPass("GridToCoreGrid", Rewrite); }
}  // namespace transform

}  // namespace tvm::tt
