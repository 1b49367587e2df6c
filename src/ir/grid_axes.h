/*! How work items, blocks and cores are numbered. */
#pragma once

#include <tvm/tirx/function.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt.h>

#include <cstdint>
#include <vector>

#include "ir/attrs.h"

namespace tvm::tt {

/*!
 * Block index of axis `axis` for work item `work`, given the number of blocks along each axis,
 * innermost first.
 */
inline PrimExpr BlockIndex(PrimExpr work, const std::vector<PrimExpr>& blocks, size_t axis) {
  for (size_t i = 0; i < axis; ++i) work = floordiv(work, blocks[i]);
  return axis + 1 == blocks.size() ? work : floormod(work, blocks[axis]);
}

/*!
 * Where GridToCoreGrid binds the round that a core is at, if it has several: work item, core, round, block
 * indices. Without rounds the block indices come right after the work item.
 */
inline constexpr size_t kRoundBind = 2;
/*! The block index of an axis in a region, as GridToCoreGrid bound it for cores with so many rounds. */
tirx::Var BlockIndexVar(const tirx::Stmt& region, size_t axis, int64_t rounds);

/*! The axis whose index for work item `work` a let holds, or -1. */
int AxisOfLet(const tirx::BindNode* let, const tirx::Var& work, const ffi::Array<GridAxis>& axes);
/*! Blocks along all axes, as the kernel was lowered for. */
std::vector<PrimExpr> BlocksOf(const ffi::Array<GridAxis>& axes, DataType dtype);

/*!
 * Contiguous runs of items for the cores of a grid, row by row and balanced to within one item; the first cores
 * get one more.
 */
ffi::Array<CoreWork> DealOut(int64_t items, int64_t grid_x, int64_t grid_y);
/*! The first `cores` cores of a grid of so many columns, row by row, as at most two rectangles. */
ffi::Array<CoreRange> FirstCores(int64_t cores, int64_t grid_x);

/*!
 * Fewer cores read a block from DRAM, each for itself, no slower than they share it: the handshake of a
 * shared block takes as long as the reads of so few.
 */
constexpr int64_t kFewestSharers = 4;

/*! The smallest rectangle around the active cores, from the first on. */
struct CoreRectangle {
  int64_t columns = 1, rows = 1;
};
CoreRectangle RectangleOf(const tirx::PrimFunc& func);

/*! What a core's position is called in a row of cores (1), in a column (2) and among all of them (3). */
const char* PositionName(int64_t line);

/*!
 * The blocks of each axis spread evenly over a rectangle of cores, so that the cores of a row or column
 * that have the same blocks of an axis have them in the same rounds. The items of a core are numbered one
 * after another, cores row by row.
 */
class CoreSpread {
 public:
  /*! The spread that a function's attributes describe; the empty one if items are dealt out in order. */
  static CoreSpread Of(const tirx::PrimFunc& func);
  CoreSpread() = default;
  CoreSpread(int64_t columns, int64_t rows, ffi::Array<ffi::String> axes)
      : columns_(columns), rows_(rows), axes_(std::move(axes)) {}

  bool Empty() const { return axes_.empty(); }
  int64_t Columns() const { return columns_; }
  int64_t Rows() const { return rows_; }
  const ffi::Array<ffi::String>& Axes() const { return axes_; }

  /*! Over how many cores the blocks of an axis are spread; the others have them all. */
  int64_t CoresOf(size_t axis) const;
  /*!
   * The line of cores that share what depends on a set of axes (as bits) alone: 1 the row that the core is
   * in, 2 its column, 3 all cores; 0 if there are too few of them.
   */
  int64_t LineThatShares(uint32_t axes) const;
  /*! Cores in a line. */
  int64_t CoresIn(int64_t line) const { return (line & 1 ? columns_ : 1) * (line & 2 ? rows_ : 1); }

  /*!
   * How much the number of the core grows along an axis, where every core has one block of each axis; without a
   * spread, too.
   */
  int64_t StepOf(size_t axis, const std::vector<int64_t>& extents) const;

  /*! Block index of an axis in round `round` of core `core`, for axes of the given extents. */
  PrimExpr BlockIndex(PrimExpr core, PrimExpr round, const std::vector<int64_t>& extents,
                      size_t axis) const;

 private:
  int64_t columns_ = 1, rows_ = 1;
  ffi::Array<ffi::String> axes_;
};

}  // namespace tvm::tt
