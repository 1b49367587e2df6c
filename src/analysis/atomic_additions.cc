/*! Atomic additions of a kernel to tensors: their slices, and which grid axes tell the slices apart. */
#include "analysis/atomic_additions.h"

#include <tvm/arith/pattern.h>
#include <tvm/ffi/extra/structural_equal.h>
#include <tvm/tirx/analysis.h>
#include <tvm/tirx/op.h>

#include <algorithm>
#include <utility>

#include "ir/element_slice.h"
#include "ir/errors.h"
#include "ir/loops.h"
#include "ir/tiles.h"
#include "op/atomic_add.h"
#include "op/builtin.h"
#include "op/copy.h"

namespace tvm::tt {

using namespace tirx;

namespace {

bool Uses(const PrimExpr& expr, const Var& var) {
  return UsesVar(expr, [&](const VarNode* used) { return used == var.get(); });
}
bool SameStarts(const ffi::Array<PrimExpr>& a, const ffi::Array<PrimExpr>& b) {
  return ffi::StructuralEqual()(a, b);
}

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

}  // namespace

Stmt AdditionVisitor::VisitStmt_(const ForNode* op) {
  if (op->kind != ForKind::kParallel) return StmtMutator::VisitStmt_(op);
  const bool outermost = loops_.empty();
  loops_.push_back(op);
  Stmt stmt = outermost ? VisitNest(op) : StmtMutator::VisitStmt_(op);
  loops_.pop_back();
  return stmt;
}

Stmt AdditionVisitor::VisitStmt_(const BindNode* op) {
  if (!loops_.empty()) lets_.Set(op->var, Substitute(op->value, lets_));
  return ffi::GetRef<Stmt>(op);
}

Stmt AdditionVisitor::VisitStmt_(const EvaluateNode* op) {
  static const Op& element = Op::Get("tl.atomic_add_elem_op");
  const auto* call = op->value.as<CallNode>();
  if (call && call->op.same_as(element)) return Element(call, op->span);
  tl::TileOperator tile_op = tl::ParseOperator(ffi::GetRef<Stmt>(op));
  const auto* add = tile_op.as<tl::AtomicAddNode>();
  if (add == nullptr) return Other(op);
  if (!IsBlockBuffer(add->src) || !IsGlobal(add->dst)) {
    TT_USER_ERROR(op->span) << "T.atomic_add adds '" << add->src->name << "' to '" << add->dst->name
                            << "'. Supported: a block added to a tensor.";
  }
  ffi::Array<PrimExpr> starts, extents;
  for (const Range& range : add->dst_range) {
    starts.push_back(range->min);
    extents.push_back(range->extent);
  }
  return AddBlockTo({add->dst, starts, extents, op->span}, add->src);
}

Stmt AdditionVisitor::Element(const CallNode* call, const Span& span) {
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

bool AdditionFinder::TellsApart(const Var& axis) {
  const auto it = std::find_if(axes.begin(), axes.end(),
                               [&](const AdditionAxis& other) { return other.var.same_as(axis); });
  return std::all_of(additions.begin(), additions.end(), [&](const Addition& addition) {
    return IsOneSlice(addition) && Separates(axis, it->extent, addition);
  });
}

bool AdditionFinder::StayInPlace() {
  for (const AdditionAxis& axis : axes) {
    if (!TellsApart(axis.var) && Moves(axis.var)) return false;
  }
  if (std::any_of(inner_.begin(), inner_.end(), [&](const Var& var) { return Moves(var); })) {
    return false;
  }
  return std::all_of(additions.begin(), additions.end(),
                     [&](const Addition& addition) { return IsOneSlice(addition); });
}

/*! Whether the kernel uses a tensor for additions to one slice only. */
bool AdditionFinder::IsOneSlice(const Addition& addition) const {
  return elsewhere_.count(addition.tensor.get()) == 0 &&
         std::all_of(additions.begin(), additions.end(), [&](const Addition& other) {
           return !other.tensor.same_as(addition.tensor) ||
                  SameStarts(other.starts, addition.starts);
         });
}

/*! Whether a slice depends on a variable. */
bool AdditionFinder::Moves(const Var& var) const {
  return std::any_of(additions.begin(), additions.end(), [&](const Addition& addition) {
    return std::any_of(addition.starts.begin(), addition.starts.end(),
                       [&](const PrimExpr& start) { return Uses(start, var); });
  });
}

Stmt AdditionFinder::VisitStmt_(const ForNode* op) {
  analyzer_.Bind(op->loop_var, Range::FromMinExtent(op->min, Substitute(op->extent, values_)));
  if (op->kind == ForKind::kThreadBinding) {
    const int64_t* extent = as_const_int(op->extent);
    axes.push_back({op->loop_var, extent ? *extent : 0});
  } else {
    inner_.push_back(op->loop_var);
  }
  const bool loops = op->kind != ForKind::kThreadBinding && op->kind != ForKind::kParallel;
  control_ += loops;
  Stmt stmt = AdditionVisitor::VisitStmt_(op);
  control_ -= loops;
  return stmt;
}

Stmt AdditionFinder::VisitStmt_(const IfThenElseNode* op) {
  ++control_;
  Stmt stmt = AdditionVisitor::VisitStmt_(op);
  --control_;
  return stmt;
}

Stmt AdditionFinder::VisitStmt_(const WhileNode* op) {
  ++control_;
  Stmt stmt = AdditionVisitor::VisitStmt_(op);
  --control_;
  return stmt;
}

Stmt AdditionFinder::VisitStmt_(const BindNode* op) {
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

Stmt AdditionFinder::VisitStmt_(const BufferStoreNode* op) {
  elsewhere_.insert(op->buffer.get());
  writes_otherwise |= IsGlobal(op->buffer);
  NoteLoads(op->value);
  return ffi::GetRef<Stmt>(op);
}

Stmt AdditionFinder::AddBlockTo(const Addition& addition, const Buffer&) {
  Note(addition);
  return Evaluate(0);
}

Stmt AdditionFinder::AddElementTo(const Addition& addition, const ffi::Array<PrimExpr>&,
                                  const PrimExpr& value) {
  Note(addition);
  NoteLoads(value);
  return Evaluate(0);
}

Stmt AdditionFinder::Other(const EvaluateNode* op) {
  tl::TileOperator tile_op = tl::ParseOperator(ffi::GetRef<Stmt>(op));
  const auto* copy = tile_op.as<tl::CopyNode>();
  writes_otherwise |= copy != nullptr && IsGlobal(copy->dst);
  NoteLoads(op->value);
  return ffi::GetRef<Stmt>(op);
}

void AdditionFinder::Note(Addition addition) {
  add_once &= control_ == 0;
  for (const Addition& other : additions) add_once &= !other.tensor.same_as(addition.tensor);
  addition.starts =
      addition.starts.Map([&](const PrimExpr& start) { return Substitute(start, values_); });
  additions.push_back(std::move(addition));
}

void AdditionFinder::NoteLoads(const PrimExpr& expr) {
  PostOrderVisit(expr, [&](const ffi::ObjectRef& node) {
    if (const auto* load = node.as<BufferLoadNode>()) elsewhere_.insert(load->buffer.get());
  });
}

/*! Whether an axis moves the slice by at least its extent, whatever else the start depends on. */
bool AdditionFinder::Separates(const Var& axis, int64_t extent, const Addition& addition) {
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
bool AdditionFinder::SeparatesByParts(const Var& axis, int64_t extent, const Addition& addition) {
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

}  // namespace tvm::tt
