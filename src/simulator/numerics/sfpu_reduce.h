/*!
 * \file sfpu_reduce.h
 * \brief Reductions and broadcasts of the vector unit: results of tiles that are already in DST.
 *
 * Unlike the matrix unit's reduction these add in float32 and keep all 32 bits; the packer masks
 * nothing, so what they leave beside their results can be packed too and is exact here.
 */
#ifndef TT_SIMULATOR_NUMERICS_SFPU_REDUCE_H_
#define TT_SIMULATOR_NUMERICS_SFPU_REDUCE_H_

#include <cstdint>
#include <span>

#include "tiles.h"

namespace tt_simulator {

/*! \brief Numbers as the kernel API's `PoolType`. */
enum class SfpuPool : uint8_t { Sum, Avg, Max, Min };

/*! \brief What DST holds, for `sfpu_reduce`. */
enum class SfpuNumber : uint8_t {
  Float,  /*!< float32 patterns, in a 32-bit or a 16-bit DST */
  Int32,  /*!< two's complement; sums wrap */
  UInt32, /*!< sums wrap */
};

struct SfpuReduceConfig {
  SfpuPool pool = SfpuPool::Sum;
  SfpuNumber number = SfpuNumber::Float;
  bool fp32_dest = false;
};

/*!
 * \brief `sfpu_reduce<pool, format, REDUCE_COL>`: the results of the 32 columns of one tile.
 *
 * They stand in row 0. Rows 1 to 3 hold what the program leaves there; the other rows stay.
 */
void SfpuReduceColumns(const SfpuReduceConfig& config, DestTile& tile);

/*!
 * \brief `sfpu_reduce<pool, format, REDUCE_ROW>`: the results of the rows of `tiles_across` tiles
 * that lie side by side; `tiles` is a row-major block of them.
 *
 * They stand in the even columns 0 to 14 of the first tile of each row of tiles; the other tiles
 * hold their own results there. All other columns stay. There is no average: std::invalid_argument.
 */
void SfpuReduceRows(const SfpuReduceConfig& config, std::span<DestTile> tiles, int tiles_across);

enum class SfpuBroadcastOp : uint8_t { Add, Sub, Mul };

/*!
 * \brief `sfpu_<op>_bcast_col`: data[r][c] = data[r][c] op vector[r][0].
 *
 * Column 0 is spread by multiplying the even columns 2 to 14 by zero and adding: an infinity or
 * NaN there makes the row NaN. `vector` may be `data`.
 */
void SfpuBroadcastColumn(SfpuBroadcastOp op, bool fp32_dest, const DestTile& vector,
                         DestTile& data);

/*! \brief `sfpu_<op>_bcast_row`: data[r][c] = data[r][c] op vector[0][c]. */
void SfpuBroadcastRow(SfpuBroadcastOp op, bool fp32_dest, const DestTile& vector, DestTile& data);

}  // namespace tt_simulator

#endif  // TT_SIMULATOR_NUMERICS_SFPU_REDUCE_H_
