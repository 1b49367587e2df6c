/*!
 * \file half_dest.h
 * \brief The matrix unit with float16 operands and a 16-bit DST, which then holds float16, too.
 *
 * Rarely used, so element by element with scalar_model.h. The rules are those of the other numbers
 * in DST (round half away from zero; no infinity, no NaN, no denormals) with the widths of float16:
 * 10 bits of mantissa and exponents from -14 to 16. The vendor's ISA documentation gives formats,
 * bit patterns and conversions; measurements exist for bfloat16 and float32 only.
 */
#ifndef TT_SIMULATOR_NUMERICS_HALF_DEST_H_
#define TT_SIMULATOR_NUMERICS_HALF_DEST_H_

#include "matrix_unit.h"

namespace tt_simulator {

/*! \brief MatmulAccumulate into a float16 DST. */
void MatmulHalf(const SourceTile& in0, const SourceTile& in1, int phases, DestTile& dst);

/*! \brief EltwiseBinary into a float16 DST. */
void EltwiseHalf(BinaryOp op, Broadcast broadcast, const SourceTile& a, const SourceTile& b,
                 int phases, bool accumulate, DestTile& dst, int broadcast_row);

/*! \brief Sums of ReduceAccumulate into a float16 DST. */
void ReduceSumHalf(ReduceDim dim, const SourceTile& data, const SourceTile& scaler, int phases,
                   DestTile& dst);

}  // namespace tt_simulator

#endif  // TT_SIMULATOR_NUMERICS_HALF_DEST_H_
