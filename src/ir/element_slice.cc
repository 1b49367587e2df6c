/*! Slices of tensors that nests of T.Parallel cover. */
#include "ir/element_slice.h"

#include <tvm/tirx/analysis.h>

#include "ir/errors.h"

namespace tvm::tt {

using namespace tirx;

namespace {

const ForNode* LoopOf(const PrimExpr& index, const std::vector<const ForNode*>& nest) {
  for (const ForNode* loop : nest) {
    if (UsesVar(index, [&](const VarNode* var) { return var == loop->loop_var.get(); }))
      return loop;
  }
  return nullptr;
}

}  // namespace

ElementSlice SliceOf(const Buffer& tensor, const ffi::Array<PrimExpr>& indices,
                     const std::vector<const ForNode*>& nest, arith::Analyzer* analyzer,
                     const Span& span) {
  ElementSlice slice;
  for (const PrimExpr& index : indices) {
    const ForNode* loop = LoopOf(index, nest);
    PrimExpr start = loop ? analyzer->Simplify(index - loop->loop_var) : index;
    if (LoopOf(start, nest)) {
      TT_USER_ERROR(span) << "T.Parallel uses '" << ElementText(tensor, indices)
                          << "' of a tensor. Supported: indices that are a loop variable plus what "
                             "does not depend on one.";
    }
    slice.starts.push_back(start);
    slice.extents.push_back(loop ? loop->extent : IntImm(index.dtype(), 1));
    if (loop == nullptr) continue;
    slice.loops.push_back(loop->loop_var);
    slice.shape.push_back(loop->extent);
  }
  return slice;
}

const ForNode* LoopAt(const std::vector<const ForNode*>& nest, const PrimExpr& index) {
  for (const ForNode* loop : nest) {
    if (index.same_as(loop->loop_var)) return loop;
  }
  return nullptr;
}

}  // namespace tvm::tt
