/*!
 * \file bfloat16_pairs.h
 * \brief Products of Numerics::Fast with the host's instruction for pairs of bfloat16 numbers.
 */
#ifndef TT_SIMULATOR_NUMERICS_BFLOAT16_PAIRS_H_
#define TT_SIMULATOR_NUMERICS_BFLOAT16_PAIRS_H_

#include "tiles.h"

namespace tt_simulator {

/*!
 * \brief dst[r * columns + c] += in0[r] @ in1[c] in float32, for all of them.
 *
 * VDPBF16PS adds the product of the second numbers of two pairs, then that of the first, each with one
 * rounding, and flushes denormals: the bits are those of multiply-adds in that order.
 *
 * \return false, and nothing is done, if this processor has no such instruction or an operand is no
 *         bfloat16.
 */
bool MatmulPairs(const SourceTile* in0, int rows, const SourceTile* in1, int columns,
                 bool fp32_dest, DestTile* dst);

}  // namespace tt_simulator

#endif  // TT_SIMULATOR_NUMERICS_BFLOAT16_PAIRS_H_
