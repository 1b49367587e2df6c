/*! How a block index is computed from the index of a work item. */
#pragma once

#include <tvm/tirx/op.h>

#include <vector>

namespace tvm::tt {

/*!
 * Block index of axis `axis` for work item `work`, given the number of blocks along each axis,
 * innermost first.
 */
inline PrimExpr BlockIndex(PrimExpr work, const std::vector<PrimExpr>& blocks, size_t axis) {
  for (size_t i = 0; i < axis; ++i) work = floordiv(work, blocks[i]);
  return axis + 1 == blocks.size() ? work : floormod(work, blocks[axis]);
}

}  // namespace tvm::tt
