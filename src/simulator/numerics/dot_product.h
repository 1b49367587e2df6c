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

/*! \brief The operand that varies along the output lanes, [k][lane]. */
struct LaneOperand {
  alignas(64) int16_t exponent[1024]; /*!< unbiased, kZeroExponent for zero */
  alignas(64) int16_t sign[1024];     /*!< +1 or -1 */
  alignas(
      64) int16_t part[2][1024]; /*!< high and low part: scaled magnitude, and 1 in the high byte */
  ExponentRange range;
};

/*! \brief The operand that is one number per output row and k, [row][k]. */
struct ScalarOperand {
  alignas(64) int16_t exponent[1024];
  alignas(
      64) int16_t part[2][1024]; /*!< scaled signed part in the low byte, +-1 in the high byte */
  ExponentRange range;
};

/*! \brief Group sums of one output row of 32 lanes: groups of 8 k, phases 0..3. */
struct RowSums {
  alignas(64) int16_t sum[4][4][32];
  alignas(64) int16_t exponent[4][32]; /*!< biased by 127, for phase 0 */
};

/*! \brief Biased exponent below every one that occurs in the common range. */
inline constexpr int kCommonRangeFloor = 26;

/*!
 * \brief Whether no step of a tile operation can overflow, underflow or drop a nonzero group.
 *
 * Products stay within 2^-66 .. 2^74, so with the parts' drop of at most 12 every group's biased
 * exponent is at least 49; a 32-bit DST keeps at most 23 bits below that, hence the floor of 26.
 */
inline bool InCommonRange(ExponentRange a, ExponentRange b, ExponentRange dst) {
  const bool products = a.smallest > a.largest || b.smallest > b.largest ||
                        (a.smallest + b.smallest >= -66 && a.largest + b.largest <= 73);
  return products && (dst.smallest > dst.largest ||
                      (dst.smallest + 127 >= kCommonRangeFloor && dst.largest <= 73));
}

}  // namespace tt_simulator

#endif  // TT_SIMULATOR_NUMERICS_DOT_PRODUCT_H_
