/*! Substitution in whole functions. */
#include "ir/put_values.h"

#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <utility>

namespace tvm::tt {

using namespace tirx;

namespace {

class ValuePutter : public StmtExprMutator {
 public:
  explicit ValuePutter(const ffi::Map<Var, PrimExpr>& values) : values_(values) {}

  PrimFunc Run(PrimFunc func) {
    ffi::Map<Var, Buffer> buffers;
    ffi::Array<Var> params;
    for (const Var& param : func->params) {
      if (!values_.count(param)) params.push_back(param);
    }
    for (const auto& [param, buffer] : func->buffer_map) buffers.Set(param, VisitBufferUse(buffer));
    auto* node = func.CopyOnWrite();
    node->body = VisitStmt(node->body);
    node->params = params;
    node->buffer_map = buffers;
    return func;
  }

 private:
  Buffer VisitBufferDef(const Buffer& buffer, bool) final { return VisitBufferUse(buffer); }
  Buffer VisitBufferUse(const Buffer& buffer) final {
    auto known = buffer_remap_.find(buffer);
    if (known != buffer_remap_.end()) return (*known).second;
    auto put = [this](const PrimExpr& expr) { return VisitExpr(expr); };
    const ffi::Array<PrimExpr> shape = buffer->shape.Map(put), strides = buffer->strides.Map(put);
    Buffer result = buffer;
    if (!shape.same_as(buffer->shape)) result.CopyOnWrite()->shape = shape;
    if (!strides.same_as(buffer->strides)) result.CopyOnWrite()->strides = strides;
    buffer_remap_.Set(buffer, result);
    return result;
  }

  PrimExpr VisitExpr_(const VarNode* op) final {
    return values_.Get(ffi::GetRef<Var>(op)).value_or(ffi::GetRef<PrimExpr>(op));
  }

// The functions that TVM makes expressions with fold constants, its mutators do not.
#define TT_FOLD(Node, make)                                         \
  PrimExpr VisitExpr_(const Node* op) final {                       \
    PrimExpr a = VisitExpr(op->a), b = VisitExpr(op->b);            \
    const bool same = a.same_as(op->a) && b.same_as(op->b);         \
    return same ? ffi::GetRef<PrimExpr>(op) : make(a, b, op->span); \
  }
  TT_FOLD(AddNode, add)
  TT_FOLD(SubNode, sub)
  TT_FOLD(MulNode, mul)
  TT_FOLD(DivNode, div)
  TT_FOLD(ModNode, truncmod)
  TT_FOLD(FloorDivNode, floordiv)
  TT_FOLD(FloorModNode, floormod)
  TT_FOLD(MinNode, min)
  TT_FOLD(MaxNode, max)
  TT_FOLD(EQNode, equal)
  TT_FOLD(NENode, not_equal)
  TT_FOLD(LTNode, less)
  TT_FOLD(LENode, less_equal)
  TT_FOLD(GTNode, greater)
  TT_FOLD(GENode, greater_equal)
  TT_FOLD(AndNode, logical_and)
  TT_FOLD(OrNode, logical_or)
#undef TT_FOLD
  PrimExpr VisitExpr_(const NotNode* op) final {
    PrimExpr a = VisitExpr(op->a);
    return a.same_as(op->a) ? ffi::GetRef<PrimExpr>(op) : logical_not(a, op->span);
  }
  PrimExpr VisitExpr_(const CastNode* op) final {
    PrimExpr value = VisitExpr(op->value);
    return value.same_as(op->value) ? ffi::GetRef<PrimExpr>(op) : cast(op->dtype, value, op->span);
  }

  const ffi::Map<Var, PrimExpr>& values_;
};

}  // namespace

PrimFunc PutValues(PrimFunc func, const ffi::Map<Var, PrimExpr>& values) {
  return values.empty() ? func : ValuePutter(values).Run(std::move(func));
}

}  // namespace tvm::tt
