/*!
 * \file sfpu.h
 * \brief The vector unit (SFPU): element-wise programs on DST tiles.
 *
 * Lane arithmetic is float32 with round to nearest even; denormal operands and results are zero. A
 * 32-bit DST keeps all bits of a result; a store to a 16-bit DST truncates to bfloat16 unless the
 * program itself rounds first.
 */
#ifndef TT_SIMULATOR_NUMERICS_SFPU_H_
#define TT_SIMULATOR_NUMERICS_SFPU_H_

#include <array>
#include <cstdint>

#include "formats.h"
#include "sfpu_operations.h"
#include "tiles.h"

namespace tt_simulator {

/*! \brief Settings of one SFPU call. */
struct SfpuConfig {
  bool fp32_dest = false;
  VectorMode mode = VectorMode::RC;
  std::array<uint32_t, 3> params = {0, 0, 0}; /*!< scalar arguments, in the order of the call */
};

void SfpuUnary(SfpuUnaryOp op, const SfpuConfig& config, DestTile& tile);

/*! \brief out may be a or b. */
void SfpuBinary(SfpuBinaryOp op, const SfpuConfig& config, const DestTile& a, const DestTile& b,
                DestTile& out);

/*! \brief out may be a, b or c. */
void SfpuTernary(SfpuTernaryOp op, const SfpuConfig& config, const DestTile& a, const DestTile& b,
                 const DestTile& c, DestTile& out);

/*! \brief `typecast_tile<from, to>`; throws std::invalid_argument for a pair that does not exist.
 */
void SfpuTypecast(DataFormat from, DataFormat to, const SfpuConfig& config, DestTile& tile);

/*!
 * \brief `cumsum_tile`: running sum down the rows of each column.
 * \param carry row 31 of the previous tile's result per column; updated. Ignored when `first`.
 */
void SfpuCumsum(bool first, const SfpuConfig& config, std::array<float, kTileDim>& carry,
                DestTile& tile);

}  // namespace tt_simulator

#endif  // TT_SIMULATOR_NUMERICS_SFPU_H_
