/*!
 * Work items that add to one slice of a tensor differ in grid axes that the slice does not depend on. Those
 * axes become loops of the core: it reads the slice once, adds what every step gives, and writes it once.
 * The order of additions is fixed by that, so the result is the same on any number of cores.
 *
 *   before   bz in grid(4): C_l = A[.., bz ..] @ B[bz .., ..]; T.atomic_add(C[by * 64, bx * 64], C_l)
 *   after    T.copy(C[by * 64, bx * 64], C_sum)
 *            for bz in range(4): C_l = ...; C_sum[i, j] = C_sum[i, j] + C_l[i, j]
 *            T.copy(C_sum, C[by * 64, bx * 64])
 */
#include "passes/sum_atomics.h"

#include <tvm/arith/analyzer.h>
#include <tvm/ffi/extra/structural_equal.h>
#include <tvm/tirx/analysis.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <unordered_set>
#include <utility>
#include <vector>

#include "ir/element_slice.h"
#include "ir/errors.h"
#include "ir/loops.h"
#include "ir/tile_operators.h"
#include "ir/tiles.h"
#include "op/atomic_add.h"
#include "op/builtin.h"

namespace tvm::tt {

using namespace tirx;

namespace {

bool Uses(const PrimExpr& expr, const Var& var) {
  return UsesVar(expr, [&](const VarNode* used) { return used == var.get(); });
}

/*! The sum of one slice of a tensor. */
struct Sum {
  Buffer tensor;
  ffi::Array<PrimExpr> starts, extents;
  Buffer block; /*!< holds the sum */
  Span span;
};

/*! Replaces atomic additions by additions to blocks. */
class AtomicReplacer : public StmtMutator {
 public:
  std::vector<Sum> sums;

 private:
  Stmt VisitStmt_(const ForNode* op) final {
    const bool parallel = op->kind == ForKind::kParallel;
    if (parallel) loops_.push_back(op);
    Stmt stmt = StmtMutator::VisitStmt_(op);
    if (parallel) loops_.pop_back();
    return stmt;
  }

  Stmt VisitStmt_(const EvaluateNode* op) final {
    static const Op& element = Op::Get("tl.atomic_add_elem_op");
    const auto* call = op->value.as<CallNode>();
    if (call && call->op.same_as(element)) return AddElement(call, op->span);
    tl::TileOperator tile_op = tl::ParseOperator(ffi::GetRef<Stmt>(op));
    const auto* add = tile_op.as<tl::AtomicAddNode>();
    if (add == nullptr) return ffi::GetRef<Stmt>(op);
    if (!IsBlockBuffer(add->src) || !IsGlobal(add->dst)) {
      TT_USER_ERROR(op->span) << "T.atomic_add adds '" << add->src->name << "' to '"
                              << add->dst->name << "'. Supported: a block added to a tensor.";
    }
    ffi::Array<PrimExpr> starts, extents;
    for (const Range& range : add->dst_range) {
      starts.push_back(range->min);
      extents.push_back(range->extent);
    }
    return AddBlock(add->src, SumOf(add->dst, starts, extents, op->span).block, op->span);
  }

  /*! T.atomic_add(tensor[start + loop, ...], value) inside of T.Parallel. */
  Stmt AddElement(const CallNode* call, const Span& span) {
    const auto* pointer = call->args[0].as<CallNode>();
    const auto* load = pointer ? pointer->args[0].as<BufferLoadNode>() : nullptr;
    if (load == nullptr || !IsGlobal(load->buffer) || loops_.empty()) {
      TT_USER_ERROR(span) << "T.atomic_add of this form is not supported. Supported: elements of a "
                             "tensor inside of T.Parallel, and whole blocks.";
    }
    ElementSlice slice = SliceOf(load->buffer, load->indices, loops_, &analyzer_, span);
    const Buffer& block = SumOf(load->buffer, slice.starts, slice.extents, span).block;
    PrimExpr value = call->args[1];
    if (value.dtype() != block->dtype) value = Cast(block->dtype, value);
    return BufferStore(block, BufferLoad(block, slice.loops) + value, slice.loops, std::nullopt,
                       span);
  }

  const Sum& SumOf(const Buffer& tensor, const ffi::Array<PrimExpr>& starts,
                   const ffi::Array<PrimExpr>& extents, const Span& span) {
    for (const Sum& sum : sums) {
      if (sum.tensor.same_as(tensor) && ffi::StructuralEqual()(sum.starts, starts)) return sum;
    }
    Buffer block =
        MakeBlock(std::string(tensor->name) + "_sum", tensor->dtype, BlockShape(extents), span);
    sums.push_back({tensor, starts, extents, block, span});
    return sums.back();
  }

  arith::Analyzer analyzer_;
  std::vector<const ForNode*> loops_;
};

/*! Moves the axes of the grid that sums go over into the block of the kernel. */
class AxisMover : public StmtMutator {
 public:
  AxisMover(std::vector<Sum> sums) : sums_(std::move(sums)) {}

 private:
  Stmt VisitStmt_(const ForNode* op) final {
    if (op->kind != ForKind::kThreadBinding) return StmtMutator::VisitStmt_(op);
    const bool outermost = std::exchange(outermost_, false);
    const bool summed = IsSummed(op->loop_var);
    if (summed) axes_.push_back(op);
    Stmt stmt = StmtMutator::VisitStmt_(op);
    if (!summed) return stmt;
    Stmt body = stmt.as<ForNode>()->body;
    const auto* inner = body.as<ForNode>();
    if (!outermost || (inner && inner->kind == ForKind::kThreadBinding)) return body;
    // All axes are sums: one core does them.
    return For(Var(op->loop_var->name_hint, op->loop_var->dtype), Imm(0), Imm(1), op->kind, body,
               op->thread_binding, {}, std::nullopt, op->span);
  }
  /*! Whether no sum depends on the axis; all must agree. */
  bool IsSummed(const Var& axis) {
    size_t depend = 0;
    for (const Sum& sum : sums_) {
      depend += std::any_of(sum.starts.begin(), sum.starts.end(),
                            [&](const PrimExpr& start) { return Uses(start, axis); });
    }
    if (depend != 0 && depend != sums_.size()) {
      TT_USER_ERROR(sums_[0].span)
          << "T.atomic_add to several slices, of which only some depend on '" << axis->name_hint
          << "'. Supported: slices that depend on the same indices of T.Kernel.";
    }
    return depend == 0;
  }

  Stmt VisitStmt_(const SBlockNode* op) final {
    if (done_ || op->alloc_buffers.empty()) return StmtMutator::VisitStmt_(op);
    done_ = true;
    SBlock block = ffi::GetRef<SBlock>(op);
    Stmt body = op->body;
    for (size_t i = axes_.size(); i-- > 0;) body = Loop(axes_[i]->loop_var, axes_[i]->extent, body);
    ffi::Array<Stmt> list;
    ffi::Array<Buffer> buffers = op->alloc_buffers;
    for (const Sum& sum : sums_) {
      buffers.push_back(sum.block);
      list.push_back(CopySlice(sum.tensor, sum.starts, sum.extents, sum.block, false, sum.span));
    }
    list.push_back(body);
    for (const Sum& sum : sums_) {
      list.push_back(CopySlice(sum.tensor, sum.starts, sum.extents, sum.block, true, sum.span));
    }
    block.CopyOnWrite()->alloc_buffers = buffers;
    block.CopyOnWrite()->body = SeqStmt::Flatten(list);
    return block;
  }
  std::vector<Sum> sums_;
  std::vector<const ForNode*> axes_;
  bool outermost_ = true;
  bool done_ = false;
};

/*! Refuses sums whose slice depends on a loop or let inside of the kernel. */
class ScopeChecker : public StmtVisitor {
 public:
  explicit ScopeChecker(const std::vector<Sum>& sums) : sums_(sums) {}

 private:
  void VisitStmt_(const ForNode* op) final {
    if (op->kind != ForKind::kThreadBinding) Check(op->loop_var);
    StmtVisitor::VisitStmt_(op);
  }
  void VisitStmt_(const BindNode* op) final { Check(op->var); }
  void Check(const Var& var) {
    for (const Sum& sum : sums_) {
      for (const PrimExpr& start : sum.starts) {
        if (!Uses(start, var)) continue;
        TT_USER_ERROR(sum.span) << "T.atomic_add to a slice that starts at " << start
                                << ". Supported: starts computed from the indices of T.Kernel.";
      }
    }
  }
  const std::vector<Sum>& sums_;
};

}  // namespace

Stmt SumAtomics(const Stmt& body) {
  AtomicReplacer replacer;
  Stmt replaced = replacer(body);
  if (replacer.sums.empty()) return body;
  ScopeChecker checker(replacer.sums);
  checker(replaced);
  return AxisMover(std::move(replacer.sums))(replaced);
}

}  // namespace tvm::tt
