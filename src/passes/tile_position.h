/*! Positions: integers made of the loop variables of a T.Parallel nest, tile by tile. */
#pragma once

#include <tvm/tirx/expr.h>
#include <tvm/tirx/var.h>

#include <optional>
#include <utility>

namespace tvm::tt {

/*! An integer that is linear in the position inside the tile: row * rows + col * cols. */
struct TileIndex {
  int64_t rows = 0, cols = 0;
  bool operator<(const TileIndex& other) const {
    return std::pair(rows, cols) < std::pair(other.rows, other.cols);
  }
};
/*! index of the tile + what is the same for all elements of a tile. */
struct TilePosition {
  TileIndex index;
  PrimExpr offset;
};

/*! Stand for the row and column of the tile inside its block, in scalars of tile expressions. */
const tirx::Var& TileRow();
const tirx::Var& TileCol();

/*! Whether an expression reads a buffer. */
bool ReadsBuffer(const PrimExpr& expr);
/*!
 * Whether an expression is the same for all elements of a block that is stored at `indices`: made of
 * integers that are none of its loop variables.
 */
bool IsUniform(const PrimExpr& expr, const ffi::Array<PrimExpr>& indices);
/*! The position that an integer expression is, or nothing. */
std::optional<TilePosition> AsPosition(const PrimExpr& expr, const ffi::Array<PrimExpr>& indices);

}  // namespace tvm::tt
