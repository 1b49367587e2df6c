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

#include <tvm/arith/analyzer.h>
#include <tvm/arith/pattern.h>
#include <tvm/ffi/extra/structural_equal.h>
#include <tvm/tirx/analysis.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <algorithm>
#include <string>
#include <unordered_map>
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
bool SameStarts(const ffi::Array<PrimExpr>& a, const ffi::Array<PrimExpr>& b) {
  return ffi::StructuralEqual()(a, b);
}

/*! One atomic addition: the slice it adds to. */
struct Addition {
  Buffer tensor;
  ffi::Array<PrimExpr> starts, extents;
  Span span;
};

/*! Visits atomic additions, with the nest of T.Parallel that they stand in. */
class AdditionVisitor : public StmtMutator {
 protected:
  /*! T.atomic_add of a whole block. */
  virtual Stmt AddBlockTo(const Addition& addition, const Buffer& source) = 0;
  /*! T.atomic_add(tensor[start + loop, ...], value) inside of T.Parallel. */
  virtual Stmt AddElementTo(const Addition& addition, const ffi::Array<PrimExpr>& loops,
                            const PrimExpr& value) = 0;
  /*! Visits a nest of T.Parallel. */
  virtual Stmt VisitNest(const ForNode* op) { return StmtMutator::VisitStmt_(op); }

  using StmtMutator::VisitStmt_;
  Stmt VisitStmt_(const ForNode* op) override {
    if (op->kind != ForKind::kParallel) return StmtMutator::VisitStmt_(op);
    const bool outermost = loops_.empty();
    loops_.push_back(op);
    Stmt stmt = outermost ? VisitNest(op) : StmtMutator::VisitStmt_(op);
    loops_.pop_back();
    return stmt;
  }
  Stmt VisitStmt_(const BindNode* op) override {
    if (!loops_.empty()) lets_.Set(op->var, Substitute(op->value, lets_));
    return ffi::GetRef<Stmt>(op);
  }

  Stmt VisitStmt_(const EvaluateNode* op) override {
    static const Op& element = Op::Get("tl.atomic_add_elem_op");
    const auto* call = op->value.as<CallNode>();
    if (call && call->op.same_as(element)) return Element(call, op->span);
    tl::TileOperator tile_op = tl::ParseOperator(ffi::GetRef<Stmt>(op));
    const auto* add = tile_op.as<tl::AtomicAddNode>();
    if (add == nullptr) return Other(op);
    if (!IsBlockBuffer(add->src) || !IsGlobal(add->dst)) {
      TT_USER_ERROR(op->span) << "T.atomic_add adds '" << add->src->name << "' to '"
                              << add->dst->name << "'. Supported: a block added to a tensor.";
    }
    ffi::Array<PrimExpr> starts, extents;
    for (const Range& range : add->dst_range) {
      starts.push_back(range->min);
      extents.push_back(range->extent);
    }
    return AddBlockTo({add->dst, starts, extents, op->span}, add->src);
  }
  /*! A statement that is no atomic addition. */
  virtual Stmt Other(const EvaluateNode* op) { return ffi::GetRef<Stmt>(op); }

 private:
  Stmt Element(const CallNode* call, const Span& span) {
    const auto* pointer = call->args[0].as<CallNode>();
    const auto* load = pointer ? pointer->args[0].as<BufferLoadNode>() : nullptr;
    if (load == nullptr || !IsGlobal(load->buffer) || loops_.empty()) {
      TT_USER_ERROR(span) << "T.atomic_add of this form is not supported. Supported: elements of a "
                             "tensor inside of T.Parallel, and whole blocks.";
    }
    const ffi::Array<PrimExpr> indices =
        load->indices.Map([&](const PrimExpr& index) { return Substitute(index, lets_); });
    ElementSlice slice = SliceOf(load->buffer, indices, loops_, &analyzer_, span);
    return AddElementTo({load->buffer, slice.starts, slice.extents, span}, slice.loops,
                        call->args[1]);
  }

  arith::Analyzer analyzer_;
  std::vector<const ForNode*> loops_;
  ffi::Map<Var, PrimExpr> lets_; /*!< of the nest */
};

/*! Puts quotient and remainder of a variable by a constant in place of it. */
class VariableSplitter : public ExprMutator {
 public:
  VariableSplitter(Var var, int64_t by) : var_(std::move(var)), by_(by) {}
  const Var quotient{"quotient", DataType::Int(32)}, remainder{"remainder", DataType::Int(32)};

 private:
  bool IsSplit(const PrimExpr& a, const PrimExpr& b) const {
    return a.same_as(var_) && is_const_int(b, by_);
  }
  PrimExpr VisitExpr_(const FloorDivNode* op) final {
    return IsSplit(op->a, op->b) ? PrimExpr(quotient) : ExprMutator::VisitExpr_(op);
  }
  PrimExpr VisitExpr_(const FloorModNode* op) final {
    return IsSplit(op->a, op->b) ? PrimExpr(remainder) : ExprMutator::VisitExpr_(op);
  }
  Var var_;
  int64_t by_;
};

/*! What a kernel adds to, and which axes of its grid tell the slices apart. */
class AdditionFinder : public AdditionVisitor {
 public:
  explicit AdditionFinder(const Stmt& body) { VisitStmt(body); }
  std::vector<Addition>
      additions; /*!< their starts computed from axes, loops, and values at run time */

  /*! Whether work items that differ in an axis add to slices that do not overlap. */
  bool TellsApart(const Var& axis) {
    return std::all_of(additions.begin(), additions.end(), [&](const Addition& addition) {
      return IsOneSlice(addition) && Separates(axis, axes_.at(axis.get()), addition);
    });
  }
  /*! Whether every sum can stay on the core: its slice is the same in all steps that add to it. */
  bool StayInPlace() {
    for (const auto& [axis, extent] : axes_) {
      const Var var = ffi::GetRef<Var>(axis);
      if (!TellsApart(var) && Moves(var)) return false;
    }
    if (std::any_of(inner_.begin(), inner_.end(), [&](const Var& var) { return Moves(var); })) {
      return false;
    }
    return std::all_of(additions.begin(), additions.end(),
                       [&](const Addition& addition) { return IsOneSlice(addition); });
  }

 private:
  /*! Whether the kernel uses a tensor for additions to one slice only. */
  bool IsOneSlice(const Addition& addition) const {
    return elsewhere_.count(addition.tensor.get()) == 0 &&
           std::all_of(additions.begin(), additions.end(), [&](const Addition& other) {
             return !other.tensor.same_as(addition.tensor) ||
                    SameStarts(other.starts, addition.starts);
           });
  }

  /*! Whether a slice depends on a variable. */
  bool Moves(const Var& var) const {
    return std::any_of(additions.begin(), additions.end(), [&](const Addition& addition) {
      return std::any_of(addition.starts.begin(), addition.starts.end(),
                         [&](const PrimExpr& start) { return Uses(start, var); });
    });
  }

  Stmt VisitStmt_(const ForNode* op) final {
    analyzer_.Bind(op->loop_var, Range::FromMinExtent(op->min, Substitute(op->extent, values_)));
    if (op->kind == ForKind::kThreadBinding) {
      const int64_t* extent = as_const_int(op->extent);
      axes_[op->loop_var.get()] = extent ? *extent : 0;
    } else {
      inner_.push_back(op->loop_var);
    }
    return AdditionVisitor::VisitStmt_(op);
  }
  Stmt VisitStmt_(const BindNode* op) final {
    bool fixed = op->value.dtype().is_int();
    PostOrderVisit(op->value, [&](const ffi::ObjectRef& node) {
      fixed &= !node->IsInstance<BufferLoadNode>() && !node->IsInstance<CallNode>();
    });
    if (fixed) {
      values_.Set(op->var, Substitute(op->value, values_));
    } else {
      inner_.push_back(op->var);
    }
    return AdditionVisitor::VisitStmt_(op);
  }
  Stmt AddBlockTo(const Addition& addition, const Buffer&) final {
    Note(addition);
    return Evaluate(0);
  }
  Stmt AddElementTo(const Addition& addition, const ffi::Array<PrimExpr>&,
                    const PrimExpr& value) final {
    Note(addition);
    VisitLoads(value);
    return Evaluate(0);
  }
  void Note(Addition addition) {
    addition.starts =
        addition.starts.Map([&](const PrimExpr& start) { return Substitute(start, values_); });
    additions.push_back(std::move(addition));
  }
  Stmt Other(const EvaluateNode* op) final {
    VisitLoads(op->value);
    return ffi::GetRef<Stmt>(op);
  }
  Stmt VisitStmt_(const BufferStoreNode* op) final {
    elsewhere_.insert(op->buffer.get());
    VisitLoads(op->value);
    return ffi::GetRef<Stmt>(op);
  }
  void VisitLoads(const PrimExpr& expr) {
    PostOrderVisit(expr, [&](const ffi::ObjectRef& node) {
      if (const auto* load = node.as<BufferLoadNode>()) elsewhere_.insert(load->buffer.get());
    });
  }

  /*! Whether an axis moves the slice by at least its extent, whatever else the start depends on. */
  bool Separates(const Var& axis, int64_t extent, const Addition& addition) {
    for (size_t i = 0; i < addition.starts.size(); ++i) {
      auto linear = arith::DetectLinearEquation(addition.starts[i], {axis});
      if (linear.size() != 2) continue;
      const int64_t* step = as_const_int(linear[0]);
      const arith::ConstIntBound rest = analyzer_.const_int_bound(analyzer_.Simplify(linear[1]));
      const int64_t* covered = as_const_int(addition.extents[i]);
      if (step == nullptr || covered == nullptr) continue;
      if (rest->max_value == arith::ConstIntBound::kPosInf) continue;
      if (rest->min_value == arith::ConstIntBound::kNegInf) continue;
      if (std::abs(*step) >= *covered + rest->max_value - rest->min_value) return true;
    }
    return SeparatesByParts(axis, extent, addition);
  }
  /*! The same for an axis that two indices are computed from, as in axis // 8 and axis % 8. */
  bool SeparatesByParts(const Var& axis, int64_t extent, const Addition& addition) {
    int64_t divisor = 0;
    for (const PrimExpr& start : addition.starts) {
      PostOrderVisit(start, [&](const ffi::ObjectRef& node) {
        const auto* quotient = node.as<FloorDivNode>();
        const int64_t* by = quotient ? as_const_int(quotient->b) : nullptr;
        if (by && quotient->a.same_as(axis)) divisor = *by;
      });
    }
    if (divisor <= 1 || extent == 0) return false;
    VariableSplitter splitter(axis, divisor);
    Addition split = addition;
    split.starts = addition.starts.Map([&](const PrimExpr& start) { return splitter(start); });
    if (std::any_of(split.starts.begin(), split.starts.end(),
                    [&](const PrimExpr& start) { return Uses(start, axis); })) {
      return false;
    }
    const int64_t parts = (extent + divisor - 1) / divisor;
    analyzer_.Bind(splitter.quotient, Range::FromMinExtent(Imm(0), Imm(parts)));
    analyzer_.Bind(splitter.remainder, Range::FromMinExtent(Imm(0), Imm(divisor)));
    return Separates(splitter.quotient, parts, split) &&
           Separates(splitter.remainder, divisor, split);
  }

  std::unordered_map<const VarNode*, int64_t> axes_; /*!< extents; 0 if a launch says it */
  std::vector<Var> inner_; /*!< loops, and lets that are known at run time only */
  ffi::Map<Var, PrimExpr> values_;
  std::unordered_set<const BufferNode*> elsewhere_; /*!< buffers that are used otherwise, too */
  arith::Analyzer analyzer_;
};

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
    IterVar binding = axis->thread_binding.value();
    const std::string tag = binding->thread_tag;
    const char letter = static_cast<char>(tag.back() - static_cast<char>(gone));
    axis.CopyOnWrite()->thread_binding = IterVar(binding->dom, binding->var, binding->iter_type,
                                                 tag.substr(0, tag.size() - 1) + letter);
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
