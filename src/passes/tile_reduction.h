/*! Reductions of blocks along rows or columns. */
#pragma once

#include <tvm/tirx/stmt.h>

#include "op/reduce.h"

namespace tvm::tt {

/*!
 * T.reduce_* of a block into a vector -> a tile loop over the vector's tiles, each of which folds a
 * row or column of tiles in DST and then the tile. Throws a user error for kinds, shapes or regions
 * outside of what is supported.
 */
tirx::Stmt LowerReduction(const tl::ReduceOpNode& reduce, const Span& span);

}  // namespace tvm::tt
