/*!
 * Work items that add to one slice of a tensor differ in grid axes that do not tell their slices apart. Those
 * axes become loops of the core, so that one core does all additions to a slice, in the order of the loops, and
 * the result is the same on any number of cores. A slice that is the same in all steps is read once, added to,
 * and written once; one that moves is read and written at each addition.
 *
 *   before   bz in grid(4): C_l = A[.., bz ..] @ B[bz .., ..]; T.atomic_add(C[by * 64, bx * 64], C_l)
 *   after    T.copy(C[by * 64, bx * 64], C_sum)
 *            for bz in range(4): C_l = ...; C_sum[i, j] = C_sum[i, j] + C_l[i, j]
 *            T.copy(C_sum, C[by * 64, bx * 64])
 *   before   by in grid(4): for k in range(8): T.atomic_add(dQ[bx, k * 64, 0], dq)
 *   after    for by in range(4): for k in range(8):
 *                T.copy(dQ[bx, k * 64, 0], dQ_sum); dQ_sum[i, j] = dQ_sum[i, j] + dq[i, j]
 *                T.copy(dQ_sum, dQ[bx, k * 64, 0])
 */
#include "passes/sum_atomics.h"

#include <tvm/tirx/stmt_functor.h>

#include <string>
#include <utility>
#include <vector>

#include "analysis/atomic_additions.h"
#include "analysis/launch_nest.h"
#include "ir/element_slice.h"
#include "ir/loops.h"
#include "ir/tile_operators.h"
#include "ir/tiles.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! The sum of one slice of a tensor. */
struct Sum {
  Addition slice;
  Buffer block; /*!< holds the sum */
};
Buffer SumBlockOf(const Addition& addition) {
  return MakeBlock(std::string(addition.tensor->name) + "_sum", addition.tensor->dtype,
                   BlockShape(addition.extents), addition.span);
}
Stmt Transfer(const Addition& slice, const Buffer& block, bool to_tensor) {
  return CopySlice(slice.tensor, slice.starts, slice.extents, block, to_tensor, slice.span);
}
/*! An element-wise addition to a block, in the nest that it stands in. */
Stmt AddInNest(const Buffer& block, const ffi::Array<PrimExpr>& loops, PrimExpr value,
               const Span& span) {
  if (value.dtype() != block->dtype) value = Cast(block->dtype, value);
  return BufferStore(block, BufferLoad(block, loops) + value, loops, std::nullopt, span);
}

/*! Replaces atomic additions by additions to blocks that hold the sums of all steps. */
class SumKeeper : public AdditionVisitor {
 public:
  /*! `slices`: of the additions in program order, computed from axes of the grid. */
  explicit SumKeeper(const std::vector<Addition>& slices) : slices_(slices) {}
  std::vector<Sum> sums;

 private:
  Stmt AddBlockTo(const Addition& addition, const Buffer& source) final {
    return AddBlock(source, NextSum(), addition.span);
  }
  Stmt AddElementTo(const Addition& addition, const ffi::Array<PrimExpr>& loops,
                    const PrimExpr& value) final {
    return AddInNest(NextSum(), loops, value, addition.span);
  }
  /*! The block of the next addition's slice. */
  Buffer NextSum() {
    const Addition& slice = slices_[next_++];
    for (const Sum& sum : sums) {
      if (sum.slice.tensor.same_as(slice.tensor)) return sum.block;
    }
    sums.push_back({slice, SumBlockOf(slice)});
    return sums.back().block;
  }

  const std::vector<Addition>& slices_;
  size_t next_ = 0;
};

/*! Replaces atomic additions by reading the slice, adding, and writing it. */
class SumUpdater : public AdditionVisitor {
 public:
  std::vector<Buffer> blocks;

 private:
  Stmt AddBlockTo(const Addition& addition, const Buffer& source) final {
    blocks.push_back(SumBlockOf(addition));
    return SeqStmt::Flatten(Transfer(addition, blocks.back(), false),
                            AddBlock(source, blocks.back(), addition.span),
                            Transfer(addition, blocks.back(), true));
  }
  Stmt AddElementTo(const Addition& addition, const ffi::Array<PrimExpr>& loops,
                    const PrimExpr& value) final {
    blocks.push_back(SumBlockOf(addition));
    before_.push_back(Transfer(addition, blocks.back(), false));
    after_.push_back(Transfer(addition, blocks.back(), true));
    return AddInNest(blocks.back(), loops, value, addition.span);
  }
  Stmt VisitNest(const ForNode* op) final {
    Stmt nest = AdditionVisitor::VisitNest(op);
    ffi::Array<Stmt> stmts = std::exchange(before_, {});
    stmts.push_back(nest);
    for (const Stmt& stmt : std::exchange(after_, {})) stmts.push_back(stmt);
    return SeqStmt::Flatten(stmts);
  }

  ffi::Array<Stmt> before_, after_; /*!< of the nest */
};

/*! Moves axes of the grid into the block of the kernel, as loops, and puts the sums around them. */
class AxisMover : public StmtMutator {
 public:
  AxisMover(AdditionFinder* found, std::vector<Sum> sums, std::vector<Buffer> blocks)
      : found_(found), sums_(std::move(sums)), blocks_(std::move(blocks)) {
    for (const Sum& sum : sums_) blocks_.push_back(sum.block);
  }

 private:
  Stmt VisitStmt_(const ForNode* op) final {
    if (op->kind != ForKind::kThreadBinding) return StmtMutator::VisitStmt_(op);
    const bool outermost = std::exchange(outermost_, false);
    const bool moves = !found_->TellsApart(op->loop_var);
    if (moves) axes_.push_back(op);
    const size_t gone = axes_.size();
    Stmt stmt = StmtMutator::VisitStmt_(op);
    if (!moves) return gone == 0 ? stmt : Renumbered(Downcast<For>(stmt), gone);
    Stmt body = stmt.as<ForNode>()->body;
    const auto* inner = body.as<ForNode>();
    if (!outermost || (inner && inner->kind == ForKind::kThreadBinding)) return body;
    // All axes are loops: one core does them.
    return For(Var(op->loop_var->name_hint, op->loop_var->dtype), Imm(0), Imm(1), op->kind, body,
               op->thread_binding, {}, std::nullopt, op->span);
  }

  /*! An axis of the grid that comes so many places earlier now. */
  static Stmt Renumbered(For axis, size_t gone) {
    const IterVar binding = axis->thread_binding.value();
    axis.CopyOnWrite()->thread_binding = OnAxis(binding, binding->var, AxisOf(axis.get()) - gone);
    return axis;
  }

  Stmt VisitStmt_(const SBlockNode* op) final {
    if (done_ || op->alloc_buffers.empty()) return StmtMutator::VisitStmt_(op);
    done_ = true;
    SBlock block = ffi::GetRef<SBlock>(op);
    Stmt body = op->body;
    for (size_t i = axes_.size(); i-- > 0;) body = Loop(axes_[i]->loop_var, axes_[i]->extent, body);
    ffi::Array<Stmt> list;
    for (const Sum& sum : sums_) list.push_back(Transfer(sum.slice, sum.block, false));
    list.push_back(body);
    for (const Sum& sum : sums_) list.push_back(Transfer(sum.slice, sum.block, true));
    ffi::Array<Buffer> buffers = op->alloc_buffers;
    for (const Buffer& buffer : blocks_) buffers.push_back(buffer);
    block.CopyOnWrite()->alloc_buffers = buffers;
    block.CopyOnWrite()->body = SeqStmt::Flatten(list);
    return block;
  }
  AdditionFinder* found_;
  std::vector<Sum> sums_;
  std::vector<Buffer> blocks_;
  std::vector<const ForNode*> axes_;
  bool outermost_ = true;
  bool done_ = false;
};

}  // namespace

Stmt SumAtomics(const Stmt& body) {
  AdditionFinder found(body);
  if (found.additions.empty()) return body;
  if (found.StayInPlace()) {
    SumKeeper keeper(found.additions);
    Stmt replaced = keeper(body);
    return AxisMover(&found, std::move(keeper.sums), {})(replaced);
  }
  SumUpdater updater;
  Stmt replaced = updater(body);
  return AxisMover(&found, {}, std::move(updater.blocks))(replaced);
}

}  // namespace tvm::tt
