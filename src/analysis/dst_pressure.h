/*! How work is cut to the capacity of the DST registers. Recomputed by whoever needs it. */
#pragma once

#include <tvm/tirx/stmt.h>

#include <cstdint>

namespace tvm::tt {

/*! A sub-block of a block matmul: rt x ct tiles at once in DST. */
struct MatmulBlocking {
  int64_t rt;
  int64_t ct;
};

/*!
 * The largest sub-block of rows x cols tiles that divides the block and fits in DST; among equal
 * ones the squarest, which unpacks fewest tiles. With B transposed its tiles of one k step are not
 * neighbours, so a sub-block is one tile wide; and one tile in all if it accumulates in DST, where it
 * must lie row by row.
 */
MatmulBlocking ChooseBlocking(int64_t rows, int64_t cols, int64_t dst_capacity, bool transpose_b,
                              bool resident);

/*! Virtual registers that the tile program of a tile loop declares. */
int64_t TileLoopRegisters(const tirx::For& loop);

/*! Tiles of a tile loop that go through DST at once: the largest divisor of its extent that fits. */
int64_t TilesAtOnce(int64_t tiles, int64_t registers, int64_t dst_capacity);

}  // namespace tvm::tt
