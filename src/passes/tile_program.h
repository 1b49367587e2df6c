/*!
 * Tile programs: the body of a loop over the tiles of a block, as a straight line of tile
 * intrinsics on virtual DST registers.
 */
#pragma once

#include <tvm/tirx/stmt.h>

#include <functional>
#include <string>
#include <unordered_map>

#include "passes/tile_expression.h"

namespace tvm::tt {

/*! What the selection of intrinsics depends on. */
struct TileProgramOptions {
  bool fp32_dest;       /*!< DST registers are 32 bits wide */
  int64_t dst_capacity; /*!< tiles in one DST half */
  /*! Accumulators that stay in DST: data variable of the block -> its DST buffer. */
  std::unordered_map<const tirx::VarNode*, tirx::Buffer> resident;
  /*! The circular buffer that holds the tile of an index, filled once. */
  std::function<tirx::Buffer(const TileIndex& index)> index_tile;
  /*! Makes a circular buffer for an intermediate block of this shape and dtype. */
  std::function<tirx::Buffer(const tirx::Buffer& shape_of, DataType dtype)> make_temporary;
};

/*!
 * DST registers that the expression of a T.Parallel store needs, by Sethi-Ullman numbering; throws a
 * user error for an expression outside of what is supported.
 */
int64_t RegistersNeeded(const tirx::For& nest, const TileProgramOptions& options);

/*! T.Parallel nest with one store -> one tile loop, or several if it needs more registers. */
tirx::Stmt LowerElementwise(const tirx::For& nest, const TileProgramOptions& options);
/*! Copy of a block into another, changing the data format if they differ. */
tirx::Stmt LowerBlockCopy(const tirx::Buffer& from, const tirx::Buffer& to, const Span& span,
                          const TileProgramOptions& options);
/*! Fill of a block with a constant. */
tirx::Stmt LowerBlockFill(const tirx::Buffer& to, const PrimExpr& value, const Span& span);
/*! Fill of a one-tile block with an index: row * rows + col * cols. */
tirx::Stmt LowerIndexTile(const tirx::Buffer& to, const TileIndex& index);
/*! Running sums down the columns of a block. */
tirx::Stmt LowerBlockScan(const tirx::Buffer& from, const tirx::Buffer& to, const Span& span);
/*!
 * Transpose of a block into another: tiles and tile order. Exact ones move all 32 bits inside DST
 * (which has to be 32 bits wide), the others pass through a source register.
 */
tirx::Stmt LowerBlockTranspose(const tirx::Buffer& from, const tirx::Buffer& to, bool exact,
                               const Span& span);

/*! A virtual DST register. */
tirx::Buffer MakeRegister(const std::string& name);
/*! A loop over the tiles of a block around a tile program. */
tirx::Stmt MakeTileLoop(const tirx::Var& tile, int64_t tiles, const tirx::Stmt& body,
                        const Span& span);

/*! The value of a floating constant; throws a user error if the expression is none. */
double ConstantValue(const PrimExpr& value, const Span& span);

}  // namespace tvm::tt
