/*!
 * \file broadcast.h
 * \brief Which element of a broadcast operand meets which element of a tile.
 */
#ifndef TT_SIMULATOR_NUMERICS_BROADCAST_H_
#define TT_SIMULATOR_NUMERICS_BROADCAST_H_

#include "matrix_unit.h"
#include "tiles.h"

namespace tt_simulator {

/*!
 * \brief Position in the broadcast operand for element (row, col) of the tile.
 * \param broadcast_row the row that Broadcast::Row repeats.
 */
constexpr int BroadcastIndex(Broadcast broadcast, int row, int col, int broadcast_row) {
  switch (broadcast) {
    case Broadcast::None:
      return TileIndex(row, col);
    case Broadcast::Row:
      return TileIndex(broadcast_row, col);
    case Broadcast::Col:
      return TileIndex(row, 0);
    case Broadcast::Scalar:
      return 0;
  }
  return 0;
}

/*! \brief Row of element `index` of a tile in face order. */
constexpr int RowOfIndex(int index) { return ((index >> 9) << 4) | ((index >> 4) & 15); }

/*! \brief Column of element `index` of a tile in face order. */
constexpr int ColOfIndex(int index) { return (((index >> 8) & 1) << 4) | (index & 15); }

}  // namespace tt_simulator

#endif  // TT_SIMULATOR_NUMERICS_BROADCAST_H_
