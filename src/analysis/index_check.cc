/*! Checks of index expressions. */
#include "analysis/index_check.h"

#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include "ir/errors.h"

namespace tvm::tt {

using namespace tirx;

namespace {

bool IsArithmetic(const ffi::ObjectRef& node) {
  return node.as<AddNode>() || node.as<SubNode>() || node.as<MulNode>();
}

/*! Whether a part of the expression subtracts or holds a negative constant. */
bool HasNegative(const PrimExpr& expr) {
  bool found = false;
  PostOrderVisit(expr, [&](const ffi::ObjectRef& node) {
    const auto* constant = node.as<IntImmNode>();
    found |= node.as<SubNode>() != nullptr || (constant != nullptr && constant->value < 0);
  });
  return found;
}

}  // namespace

void CheckIndex(const PrimExpr& expr, arith::Analyzer* analyzer, const Span& span) {
  PostOrderVisit(expr,
                 [&](const ffi::ObjectRef& node) {
                   if (const auto* load = node.as<BufferLoadNode>()) {
                     TT_USER_ERROR(span)
                         << "The index or condition " << expr << " reads '" << load->buffer->name
                         << "'. Supported: indices and conditions of block indices, loop variables "
                            "and constants.";
                   }
                   if (!IsArithmetic(node)) return;
                   PrimExpr part = Downcast<PrimExpr>(node);
                   if (!part.dtype().is_int() || !HasNegative(part)) return;
                   if (analyzer->CanProve(part >= IntImm(part.dtype(), 0))) return;
                   TT_USER_ERROR(span)
                       << "The index or condition " << expr << " holds " << part
                       << ", which may be negative. Supported: kernels index by unsigned numbers; "
                          "write the expression without subtraction.";
                 });
}

}  // namespace tvm::tt
