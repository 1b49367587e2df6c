/*! Reads of tensors and the block axes in them. */
#include "analysis/tensor_reads.h"

#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <string>
#include <utility>

#include "analysis/block_access.h"
#include "ir/im2col.h"
#include "ir/tiles.h"
#include "op/copy.h"
#include "schema/schema.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! The axes in an expression. What is loaded from a buffer may depend on any. */
class AxesInExpr : public ExprVisitor {
 public:
  explicit AxesInExpr(const BlockIndices& indices) : indices_(indices) {}

  AxisSet Of(const PrimExpr& expr) {
    axes_ = 0;
    VisitExpr(expr);
    return axes_;
  }
  /*! Of the operands of an operator, where a load stands for the slice that begins there. */
  AxisSet OfOperands(const CallNode* call) {
    axes_ = 0;
    slices_ = true;
    VisitExpr_(call);
    slices_ = false;
    return axes_;
  }

 private:
  void VisitExpr_(const CallNode* op) final {
    if (op->op.same_as(GetOp(Intrinsic::WorkIndex))) axes_ = kAllAxes;
    ExprVisitor::VisitExpr_(op);
  }
  void VisitExpr_(const VarNode* op) final {
    if (op->dtype.is_handle() || op->IsInstance<SizeVarNode>()) return;
    auto it = indices_.find(op);
    axes_ |= it == indices_.end() ? kAllAxes : it->second;
  }
  void VisitExpr_(const BufferLoadNode* op) final {
    if (!std::exchange(slices_, false)) {
      axes_ = kAllAxes;
      return;
    }
    for (const PrimExpr& index : op->indices) VisitExpr(index);
    slices_ = true;
  }

  const BlockIndices& indices_;
  AxisSet axes_ = 0;
  bool slices_ = false;
};

int64_t BytesOf(const Stmt& leaf, const LayoutMap& layouts) {
  if (auto im2col = AsIm2Col(leaf)) {
    int64_t bytes = im2col->block->dtype.bytes();
    for (const PrimExpr& extent : im2col->block->shape) bytes *= *as_const_int(extent);
    return bytes;
  }
  tl::TileOperator op = tl::ParseOperator(leaf);
  const auto* copy = op.as<tl::CopyNode>();
  if (copy == nullptr) return 0;
  int64_t elements = 1;
  for (const Range& range : copy->src_range) {
    if (const int64_t* extent = as_const_int(range->extent)) elements *= *extent;
  }
  const std::string format = layouts.at(copy->src->name)->data_format;
  return PageBytes(format, elements);
}

class ReadFinder : public StmtVisitor {
 public:
  ReadFinder(BlockIndices indices, const LayoutMap& layouts)
      : indices_(std::move(indices)), layouts_(layouts) {}
  std::vector<TensorRead> reads;

 private:
  AxisSet AxesOf(const PrimExpr& expr) { return AxesInExpr(indices_).Of(expr); }

  void VisitStmt_(const BindNode* op) final {
    indices_.try_emplace(op->var.get(), AxesOf(op->value));
  }

  template <typename Body>
  void Under(AxisSet axes, int64_t trips, Body body) {
    const AxisSet outer_axes = std::exchange(path_, path_ | axes);
    const int64_t outer_trips = std::exchange(trips_, trips_ * trips);
    body();
    path_ = outer_axes;
    trips_ = outer_trips;
  }
  void VisitStmt_(const ForNode* op) final {
    const AxisSet axes = AxesOf(op->min) | AxesOf(op->extent);
    indices_[op->loop_var.get()] = axes;
    const int64_t* extent = as_const_int(op->extent);
    Under(axes, extent == nullptr ? 1 : *extent, [&] { VisitStmt(op->body); });
  }
  void VisitStmt_(const WhileNode* op) final {
    Under(kAllAxes, 1, [&] { VisitStmt(op->body); });
  }
  void VisitStmt_(const IfThenElseNode* op) final {
    Under(AxesOf(op->condition), 1, [&] {
      VisitStmt(op->then_case);
      if (op->else_case) VisitStmt(op->else_case.value());
    });
  }

  void VisitStmt_(const EvaluateNode* op) final {
    Stmt leaf = ffi::GetRef<Stmt>(op);
    IntrinsicCall move = AsIntrinsic(leaf);
    const bool moves = IsBlockRead(move);
    if (!moves && (move || !CopiesFromTensor(leaf))) return;
    // Rows are not read ahead.
    const AxisSet axes = move.Is(Intrinsic::ReadRows) || move.Is(Intrinsic::ReadLines)
                             ? kAllAxes
                             : AxesInExpr(indices_).OfOperands(op->value.as<CallNode>());
    reads.push_back({leaf, path_ | axes, moves ? 0 : trips_ * BytesOf(leaf, layouts_)});
  }

  BlockIndices indices_;
  const LayoutMap& layouts_;
  AxisSet path_ = 0;
  int64_t trips_ = 1;
};

}  // namespace

std::vector<TensorRead> FindTensorReads(const Stmt& body, BlockIndices indices,
                                        const LayoutMap& layouts) {
  ReadFinder finder(std::move(indices), layouts);
  finder(body);
  return finder.reads;
}

}  // namespace tvm::tt
