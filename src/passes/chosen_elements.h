/*! Part of NormaliseParallel: the row, column or element of a block at a place that a nest does not run along. */
#pragma once

#include <tvm/tirx/expr.h>
#include <tvm/tirx/stmt.h>

#include <optional>
#include <vector>

namespace tvm::tt {

/*!
 * A vector of what a block holds at `places`: for each dimension where, or undefined where the vector runs;
 * a buffer of one element if it runs nowhere. `statements` make it; buffers that it needs are appended to
 * `allocated`. Throws a user error with the span if the block's dtype has no sums.
 */
tirx::Buffer ChooseElements(const tirx::Buffer& block, const std::vector<PrimExpr>& places,
                            const Span& span, ffi::Array<tirx::Stmt>* statements,
                            std::vector<tirx::Buffer>* allocated);
/*! The nest that does what a copy of one row, column or element of a block into a vector does; nothing for others. */
std::optional<tirx::For> NestOfChosen(const tirx::Stmt& stmt);

}  // namespace tvm::tt
