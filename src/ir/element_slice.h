/*! The slice of a tensor that a nest of T.Parallel covers element by element. */
#pragma once

#include <tvm/arith/analyzer.h>
#include <tvm/tirx/stmt.h>

#include <vector>

namespace tvm::tt {

/*! `tensor[start + loop, ...]` over the loops of a nest. */
struct ElementSlice {
  ffi::Array<PrimExpr> starts, extents; /*!< of every dimension of the tensor */
  ffi::Array<PrimExpr> loops, shape;    /*!< variables and extents of the loops, in that order */
};

/*!
 * The slice of an element access. Throws a user error with the span if an index is not a loop variable plus
 * what does not depend on one.
 */
ElementSlice SliceOf(const tirx::Buffer& tensor, const ffi::Array<PrimExpr>& indices,
                     const std::vector<const tirx::ForNode*>& nest, arith::Analyzer* analyzer,
                     const Span& span);

/*! The loop of a nest whose variable an index is, or null. */
const tirx::ForNode* LoopAt(const std::vector<const tirx::ForNode*>& nest, const PrimExpr& index);

}  // namespace tvm::tt
