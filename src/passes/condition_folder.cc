/*! Part of NormaliseParallel: comparisons that the ranges of their variables decide. */
#include "passes/condition_folder.h"

#include <tvm/tirx/builtin.h>
#include <tvm/tirx/expr_functor.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

namespace tvm::tt {

using namespace tirx;

namespace {

class ConditionFolder : public ExprMutator {
 public:
  explicit ConditionFolder(arith::Analyzer* analyzer) : analyzer_(analyzer) {}

 private:
  PrimExpr VisitExpr(const PrimExpr& expr) final {
    if (expr.dtype().is_bool() && !expr.as<IntImmNode>() && IsIndexCondition(expr)) {
      if (analyzer_->CanProve(expr)) return Bool(true);
      if (analyzer_->CanProve(!expr)) return Bool(false);
    }
    return ExprMutator::VisitExpr(expr);
  }
  PrimExpr VisitExpr_(const CallNode* op) final {
    PrimExpr folded = ExprMutator::VisitExpr_(op);
    const auto* call = folded.as<CallNode>();
    if (call && call->dtype.is_bool()) {  // bits of conditions
      if (call->op.same_as(builtin::bitwise_and())) return call->args[0] && call->args[1];
      if (call->op.same_as(builtin::bitwise_or())) return call->args[0] || call->args[1];
    }
    if (!call || !call->op.same_as(builtin::if_then_else())) return folded;
    if (is_one(call->args[0])) return call->args[1];
    if (is_zero(call->args[0])) return call->args[2];
    return folded;
  }
  PrimExpr VisitExpr_(const SelectNode* op) final {
    PrimExpr folded = ExprMutator::VisitExpr_(op);
    const auto* select = folded.as<SelectNode>();
    if (select && is_one(select->condition)) return select->true_value;
    if (select && is_zero(select->condition)) return select->false_value;
    return folded;
  }
  /*! Whether the condition is about indices alone, which is all that the analyzer knows of. */
  static bool IsIndexCondition(const PrimExpr& expr) {
    bool loads = false;
    PostOrderVisit(expr, [&](const ffi::ObjectRef& node) {
      const auto* value = node.as<PrimExprNode>();
      loads |= node->IsInstance<BufferLoadNode>() ||
               (value && (value->dtype.is_float() || value->dtype.is_bfloat()));
    });
    return !loads;
  }

  arith::Analyzer* analyzer_;
};

}  // namespace

PrimExpr FoldConditions(const PrimExpr& expr, arith::Analyzer* analyzer) {
  return ConditionFolder(analyzer)(expr);
}

}  // namespace tvm::tt
