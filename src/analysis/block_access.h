/*!
 * Which block buffers and circular buffers a leaf statement reads, writes or accumulates into.
 *
 * A leaf is a statement that works on whole blocks: a tile operator, a T.Parallel nest, a tile loop,
 * or one of our intrinsics. Everything above leaves is control flow.
 */
#pragma once

#include <tvm/tirx/stmt.h>

#include <vector>

namespace tvm::tt {

enum class AccessKind : uint8_t {
  Read,       /*!< the current value is consumed */
  Write,      /*!< the whole block is defined anew */
  Accumulate, /*!< the current value is added to, in place */
};

struct BlockAccess {
  const tirx::VarNode* data; /*!< data variable of the buffer */
  AccessKind kind;
};

/*! Whether the statement is a leaf. */
bool IsLeaf(const tirx::Stmt& stmt);
/*! Whether the loop is annotated as a loop over the tiles of a block. */
bool IsTileLoop(const tirx::ForNode* loop);
/*! Whether the leaf is a copy from a tensor. */
bool CopiesFromTensor(const tirx::Stmt& leaf);
/*! Accesses of a leaf, each buffer and kind once, reads first. */
std::vector<BlockAccess> LeafAccesses(const tirx::Stmt& leaf);

}  // namespace tvm::tt
