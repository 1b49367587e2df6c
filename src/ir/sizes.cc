/*! Expressions of sizes. */
#include "ir/sizes.h"

#include <tvm/tirx/expr_functor.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <algorithm>
#include <limits>

#include "ir/loops.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! Computes what the host needs of a launch: no simplifier, because every launch does. */
class Evaluator : public ExprFunctor<int64_t(const PrimExpr&)> {
 public:
  explicit Evaluator(const Sizes& sizes) : sizes_(sizes) {}

 private:
  int64_t VisitExpr_(const IntImmNode* op) final { return op->value; }
  int64_t VisitExpr_(const VarNode* op) final {
    auto it = sizes_.find(op->name_hint);
    if (it == sizes_.end()) {
      TVM_FFI_THROW(ValueError) << "The kernel has the symbolic size '" << op->name_hint
                                << "', and no number for it. Pass sizes={'" << op->name_hint
                                << "': ...}; with tilelang.compile they come with the tensors.";
    }
    return it->second;
  }
  int64_t VisitExpr_(const CastNode* op) final { return VisitExpr(op->value); }
  int64_t VisitExpr_(const AddNode* op) final { return VisitExpr(op->a) + VisitExpr(op->b); }
  int64_t VisitExpr_(const SubNode* op) final { return VisitExpr(op->a) - VisitExpr(op->b); }
  int64_t VisitExpr_(const MulNode* op) final { return VisitExpr(op->a) * VisitExpr(op->b); }
  int64_t VisitExpr_(const MinNode* op) final {
    return std::min(VisitExpr(op->a), VisitExpr(op->b));
  }
  int64_t VisitExpr_(const MaxNode* op) final {
    return std::max(VisitExpr(op->a), VisitExpr(op->b));
  }
  int64_t VisitExpr_(const FloorDivNode* op) final { return Quotient(op->a, op->b); }
  int64_t VisitExpr_(const FloorModNode* op) final {
    return VisitExpr(op->a) - Quotient(op->a, op->b) * VisitExpr(op->b);
  }
  int64_t Quotient(const PrimExpr& a, const PrimExpr& b) {
    const int64_t x = VisitExpr(a), y = VisitExpr(b);
    if (y <= 0) TVM_FFI_THROW(ValueError) << a << " is divided by " << b << ", which is " << y;
    return x >= 0 ? x / y : -((-x + y - 1) / y);
  }
  int64_t VisitExprDefault_(const ffi::Object* op) final {
    TVM_FFI_THROW(ValueError) << "The host cannot compute a " << op->GetTypeKey()
                              << " of symbolic sizes.";
    TVM_FFI_UNREACHABLE();
  }

  const Sizes& sizes_;
};

}  // namespace

PrimExpr ExprOf(const Extent& extent) {
  if (auto number = extent.as<int64_t>()) return Imm(*number);
  return extent.get<PrimExpr>();
}

Extent ExtentOf(const PrimExpr& expr) {
  if (const int64_t* number = as_const_int(expr)) return *number;
  PrimExpr simple = arith::Analyzer().Simplify(expr);
  if (const int64_t* number = as_const_int(simple)) return *number;
  return simple;
}

std::optional<int64_t> NumberOf(const Extent& extent) { return extent.as<int64_t>(); }

int64_t NumberFor(const Extent& extent, const Sizes& sizes) {
  if (auto number = extent.as<int64_t>()) return *number;
  return Evaluator(sizes)(extent.get<PrimExpr>());
}

bool IsOfSizes(const PrimExpr& expr) {
  bool any = false, only = true;
  PostOrderVisit(expr, [&](const ffi::ObjectRef& node) {
    any |= node->IsInstance<SizeVarNode>();
    only &= !node->IsInstance<VarNode>() || node->IsInstance<SizeVarNode>();
    only &= !node->IsInstance<BufferLoadNode>() && !node->IsInstance<CallNode>();
  });
  return any && only;
}

void CollectSizes(const ffi::ObjectRef& node, std::vector<Var>* sizes) {
  PostOrderVisit(node, [&](const ffi::ObjectRef& part) {
    if (!part->IsInstance<SizeVarNode>()) return;
    const Var size = Downcast<Var>(part);
    const bool known = std::any_of(sizes->begin(), sizes->end(),
                                   [&](const Var& other) { return other.same_as(size); });
    if (!known) sizes->push_back(size);
  });
}

void BindSizes(arith::Analyzer* analyzer, const ffi::ObjectRef& node) {
  std::vector<Var> sizes;
  CollectSizes(node, &sizes);
  const int64_t many = std::numeric_limits<int32_t>::max() - 1;
  for (const Var& size : sizes) analyzer->Bind(size, Range::FromMinExtent(Imm(1), Imm(many)));
}

bool IsPositive(const PrimExpr& expr) {
  arith::Analyzer analyzer;
  BindSizes(&analyzer, expr);
  return analyzer.CanProve(expr > Imm(0));
}

}  // namespace tvm::tt
