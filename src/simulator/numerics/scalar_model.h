/*!
 * \file scalar_model.h
 * \brief The arithmetic of the matrix unit and the packer, one element at a time.
 *
 * These functions are the readable definition. Whole-tile code that must be fast has vector forms
 * elsewhere; the tests compare both on random data.
 *
 * Numbers: a pattern with exponent field 0 is +0. There is no infinity or NaN: exponent field 255
 * is an ordinary exponent. RHA = round half away from zero, RHU = floor(x + 1/2), RNE = to nearest
 * even.
 */
#ifndef TT_SIMULATOR_NUMERICS_SCALAR_MODEL_H_
#define TT_SIMULATOR_NUMERICS_SCALAR_MODEL_H_

#include <algorithm>
#include <bit>
#include <cstdint>

namespace tt_simulator::scalar_model {

inline constexpr uint32_t kSignBit = 0x80000000u;
inline constexpr uint32_t kInfinity = 0x7f800000u;

/*! \brief Exponent of "no value": smaller than any exponent that can occur. */
inline constexpr int kNoExponent = -100000;

/*! \brief Biased exponent field; 0 stands for zero. */
inline int ExponentField(uint32_t bits) { return static_cast<int>((bits >> 23) & 255); }

inline bool IsZero(uint32_t bits) { return ExponentField(bits) == 0; }

/*! \brief floor(log2|x|), kNoExponent for zero. */
inline int Exponent(uint32_t bits) {
  return IsZero(bits) ? kNoExponent : ExponentField(bits) - 127;
}

/*! \brief Signed significand in units of 2^(Exponent - 23), 0 for zero. */
inline int64_t Significand(uint32_t bits) {
  if (IsZero(bits)) return 0;
  int64_t magnitude = (bits & 0x7fffff) | 0x800000;
  return (bits & kSignBit) ? -magnitude : magnitude;
}

/*! \brief value / 2^shift, RHU. Any shift >= 0. */
inline int64_t ShiftRoundHalfUp(int64_t value, int shift) {
  if (shift <= 0) return value;
  if (shift > 62) shift = 62;
  return ((value >> (shift - 1)) + 1) >> 1;
}

/*! \brief value / 2^shift, RHA. Any shift >= 0. */
inline int64_t ShiftRoundHalfAway(int64_t value, int shift) {
  return value < 0 ? -ShiftRoundHalfUp(-value, shift) : ShiftRoundHalfUp(value, shift);
}

/*! \brief What the elements of DST keep, and what a sum into them is computed with. */
struct DestNumber {
  int significant; /*!< bits with the hidden one */
  int fraction;    /*!< bits of the grid below the largest exponent of a sum */
  int lowest, highest;
  uint32_t overflow; /*!< magnitude that stands for anything too large */
};
inline constexpr DestNumber kFloat32Dest = {24, 23, -126, 127, kInfinity};
inline constexpr DestNumber kBfloat16Dest = {8, 10, -126, 127, kInfinity};
/*! \brief Exponent 31 is an ordinary one; the largest number stands for overflow. */
inline constexpr DestNumber kHalfDest = {11, 10, -14, 16, 0x47ffe000u};

/*!
 * \brief What a store of value * 2^exponent to DST leaves: RHA to its significant bits, its overflow
 * number above its largest exponent, +0 below its smallest.
 */
inline uint32_t StoreToDest(int64_t value, int exponent, const DestNumber& number) {
  if (value == 0) return 0;
  const uint32_t sign = value < 0 ? kSignBit : 0;
  uint64_t magnitude = static_cast<uint64_t>(value < 0 ? -value : value);
  const int keep = number.significant;
  const int width = std::bit_width(magnitude);
  if (width > keep) {
    magnitude =
        static_cast<uint64_t>(ShiftRoundHalfUp(static_cast<int64_t>(magnitude), width - keep));
    exponent += width - keep;
  }
  const int top = std::bit_width(magnitude) - 1;
  if (exponent + top > number.highest) return sign | number.overflow;
  if (exponent + top < number.lowest) return 0;
  const int field = exponent + top + 127;
  const int shift = 23 - top;
  const uint64_t mantissa = shift >= 0 ? magnitude << shift : magnitude >> -shift;
  return sign | (static_cast<uint32_t>(field) << 23) | (static_cast<uint32_t>(mantissa) & 0x7fffff);
}

/*!
 * \brief A group of products: sum * 2^(exponent - 10); takes part only if exponent > -127 (a biased
 *        exponent of zero or less means zero).
 */
struct Group {
  int32_t sum = 0;
  int exponent = kNoExponent;
};

/*! \brief One accumulation step: dst plus two groups on the grid of the largest exponent. */
inline uint32_t Accumulate(uint32_t dst, Group g1, Group g2, const DestNumber& number) {
  const int fraction = number.fraction;
  int max_exponent = Exponent(dst);
  if (g1.exponent > -127) max_exponent = std::max(max_exponent, g1.exponent);
  if (g2.exponent > -127) max_exponent = std::max(max_exponent, g2.exponent);
  if (max_exponent == kNoExponent) return 0;
  int64_t total = 0;
  if (!IsZero(dst)) {
    total += ShiftRoundHalfAway(Significand(dst), max_exponent - Exponent(dst) + 23 - fraction);
  }
  for (const Group& g : {g1, g2}) {
    if (g.exponent <= -127) continue;
    total +=
        ShiftRoundHalfUp(static_cast<int64_t>(g.sum) << (fraction - 10), max_exponent - g.exponent);
  }
  return StoreToDest(total, max_exponent - fraction, number);
}
inline uint32_t Accumulate(uint32_t dst, Group g1, Group g2, bool fp32_dest) {
  return Accumulate(dst, g1, g2, fp32_dest ? kFloat32Dest : kBfloat16Dest);
}

/*! \brief The parts of an operand that a fidelity phase multiplies, as multiples of 2^-4 or 2^-6.
 */
struct FidelityPart {
  int32_t value; /*!< signed, 4 fraction bits (SrcA) or 6 (SrcB), relative to the part's exponent */
  int exponent_drop; /*!< how far the part's exponent lies below the operand's */
};

/*! \brief SrcA: hidden bit and 4 mantissa bits (high), the next 5 bits (low). */
inline FidelityPart PartOfSrcA(uint32_t bits, bool low) {
  const int64_t significand = Significand(bits);
  const int32_t magnitude = static_cast<int32_t>(significand < 0 ? -significand : significand);
  const int32_t part = low ? (magnitude >> 14) & 31 : magnitude >> 19;
  return {significand < 0 ? -part : part, low ? 5 : 0};
}

/*! \brief SrcB: hidden bit and 6 mantissa bits (high), the next 4 bits (low). */
inline FidelityPart PartOfSrcB(uint32_t bits, bool low) {
  const int64_t significand = Significand(bits);
  const int32_t magnitude = static_cast<int32_t>(significand < 0 ? -significand : significand);
  const int32_t part = low ? ((magnitude >> 13) & 15) << 3 : magnitude >> 17;
  return {significand < 0 ? -part : part, low ? 7 : 0};
}

/*! \brief One product as a group of its own (element-wise multiply). */
inline Group Product(uint32_t srca, uint32_t srcb, int phase) {
  if (IsZero(srca) || IsZero(srcb)) return {};
  const FidelityPart a = PartOfSrcA(srca, phase & 1);
  const FidelityPart b = PartOfSrcB(srcb, phase & 2);
  return {a.value * b.value, Exponent(srca) + Exponent(srcb) - a.exponent_drop - b.exponent_drop};
}

/*!
 * \brief `count` products (8 in a matmul) as one group: each RHA to 2^(P-10), P the largest
 * exponent.
 *
 * \param a_stride, b_stride element distance between consecutive k of SrcA and SrcB.
 */
inline Group DotGroup(const uint32_t* srca, int a_stride, const uint32_t* srcb, int b_stride,
                      int count, int phase) {
  Group group;
  for (int k = 0; k < count; ++k) {
    group.exponent =
        std::max(group.exponent, Product(srca[k * a_stride], srcb[k * b_stride], phase).exponent);
  }
  for (int k = 0; k < count; ++k) {
    const Group p = Product(srca[k * a_stride], srcb[k * b_stride], phase);
    if (p.exponent == kNoExponent) continue;
    group.sum += static_cast<int32_t>(ShiftRoundHalfAway(p.sum, group.exponent - p.exponent));
  }
  return group;
}

/*! \brief a + b as one group: both RHA to 2^(max exponent - 10), added exactly. */
inline Group Sum(uint32_t a, uint32_t b) {
  const int max_exponent = std::max(Exponent(a), Exponent(b));
  if (max_exponent == kNoExponent) return {};
  int64_t sum = 0;
  for (uint32_t x : {a, b}) {
    if (IsZero(x)) continue;
    sum += ShiftRoundHalfAway(Significand(x) >> 13, max_exponent - Exponent(x));
  }
  return {static_cast<int32_t>(sum), max_exponent};
}

/*! \brief Number of phases: LoFi 1, HiFi2 2, HiFi3 3, HiFi4 4. */
inline int PhaseCount(int fidelity) { return fidelity == 0 ? 1 : fidelity; }

/*! \brief float32 pattern to bfloat16 pattern as the packer does it (RHA, no NaN, no denormals). */
inline uint16_t PackToBfloat16(uint32_t bits) {
  const uint32_t sign = bits & kSignBit;
  uint32_t magnitude = (bits & ~kSignBit) + 0x8000u;
  if (magnitude >= kInfinity) magnitude = kInfinity;
  if (magnitude < 0x00800000u) return 0;
  return static_cast<uint16_t>((sign | magnitude) >> 16);
}

/*! \brief -0 and denormals to +0, NaN to an infinity of the same sign. */
inline uint32_t Flush(uint32_t bits) {
  if (IsZero(bits)) return 0;
  if ((bits & ~kSignBit) > kInfinity) return (bits & kSignBit) | kInfinity;
  return bits;
}

/*! \brief max of two patterns in the order of sign and magnitude, zero and denormals as +0. */
inline uint32_t Maximum(uint32_t a, uint32_t b) {
  auto key = [](uint32_t x) {
    if (IsZero(x)) return int64_t{0};
    const int64_t magnitude = x & ~kSignBit;
    return (x & kSignBit) ? -magnitude : magnitude;
  };
  const uint32_t larger = key(a) >= key(b) ? a : b;
  return IsZero(larger) ? 0 : larger;
}

}  // namespace tt_simulator::scalar_model

#endif  // TT_SIMULATOR_NUMERICS_SCALAR_MODEL_H_
