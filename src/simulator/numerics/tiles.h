/*!
 * \file tiles.h
 * \brief What the source registers and the destination registers hold, one tile each.
 */
#ifndef TT_SIMULATOR_NUMERICS_TILES_H_
#define TT_SIMULATOR_NUMERICS_TILES_H_

#include <cstdint>

#include "formats.h"

namespace tt_simulator {

/*!
 * \brief Position of element (row, col) in a tile: four 16x16 faces in row-major order of the 2x2
 *        face grid, row-major inside a face. Both tile types and L1 use this order.
 */
constexpr int TileIndex(int row, int col) {
  return ((row >> 4) << 9) | ((col >> 4) << 8) | ((row & 15) << 4) | (col & 15);
}

/*!
 * \brief One operand as SrcA or SrcB holds it: 1024 float32 patterns with at most 10 mantissa bits.
 *
 * Integer formats keep their value zero- or sign-extended to 32 bits.
 */
struct alignas(64) SourceTile {
  uint32_t bits[kTileElements];
};

/*!
 * \brief One DST tile: 1024 float32 patterns, or integers for integer formats (two's complement).
 *
 * With a 16-bit DST every float pattern has its low 16 bits clear. All zero is what DST reads as
 * after `tile_regs_acquire`.
 */
struct alignas(64) DestTile {
  uint32_t bits[kTileElements];
};

}  // namespace tt_simulator

#endif  // TT_SIMULATOR_NUMERICS_TILES_H_
