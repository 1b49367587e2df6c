/*!
 * \file dot_product.h
 * \brief Operands of the vectorised multiply-accumulate (dot_product-inl.h), same for all targets.
 */
#ifndef TT_SIMULATOR_NUMERICS_DOT_PRODUCT_H_
#define TT_SIMULATOR_NUMERICS_DOT_PRODUCT_H_

#include <cstdint>

namespace tt_simulator {

/*! \brief Exponent of a zero operand: small enough that no sum of two exponents reaches a real one.
 */
inline constexpr int kZeroExponent = -8192;

/*! \brief Unbiased exponents of the nonzero numbers of a tile; smallest > largest if there are
 * none. */
struct ExponentRange {
  int smallest;
  int largest;
};
inline constexpr int kNoSmallest = 1000;
inline constexpr int kNoLargest = -1000;

/*!
 * \brief The operand that varies along the 32 output lanes, 32 k of 16 words each.
 *
 * A word holds two 16-bit numbers: lane i in the low half and lane 16 + i in the high half, so that
 * 16-bit results become the two halves of a row of DST by a shift or a mask.
 */
struct LaneOperand {
  alignas(64) int32_t exponent[512]; /*!< unbiased, kZeroExponent for zero */
  alignas(64) int32_t sign[512];     /*!< +1 or -1 */
  alignas(64) int32_t part[2][512];  /*!< high and low part: scaled magnitude, 1 in the high byte */
  ExponentRange range;
};

/*! \brief The operand that is one number per output row and k, [row][k], twice in each word. */
struct ScalarOperand {
  alignas(64) int32_t exponent[1024];
  alignas(
      64) int32_t part[2][1024]; /*!< scaled signed part in the low byte, +-1 in the high byte */
  ExponentRange range;
};

/*! \brief Group sums of one output row of 32 lanes, phases 0..3. */
struct RowSums {
  alignas(64) int32_t sum[4][4][16];      /*!< [phase][group of 8 k], words as in LaneOperand */
  alignas(64) int32_t exponent[4][2][16]; /*!< [group][low or high lanes], biased, of phase 0 */
};

/*! \brief How far the exponent of a product of parts lies below that of the operands, per phase. */
inline constexpr int kPhaseDrop[4] = {0, 5, 7, 12};

/*!
 * \brief Biased exponent that stands for "no product" in the common range: at most that of any
 *        nonzero DST value, and still large enough to make a float after kPhaseDrop and 26 more.
 */
inline constexpr int kCommonRangeFloor = 39;

/*!
 * \brief Whether no step of a tile operation can overflow, underflow or drop a nonzero group.
 *
 * Products stay within 2^-53 .. 2^74, so with the parts' drop of at most 12 every group's biased
 * exponent is at least 62; a 32-bit DST keeps at most 23 bits below that, hence the floor of 39.
 */
inline bool InCommonRange(ExponentRange a, ExponentRange b, ExponentRange dst) {
  const bool products = a.smallest > a.largest || b.smallest > b.largest ||
                        (a.smallest + b.smallest >= -53 && a.largest + b.largest <= 73);
  return products && (dst.smallest > dst.largest ||
                      (dst.smallest + 127 >= kCommonRangeFloor && dst.largest <= 73));
}

}  // namespace tt_simulator

#endif  // TT_SIMULATOR_NUMERICS_DOT_PRODUCT_H_
