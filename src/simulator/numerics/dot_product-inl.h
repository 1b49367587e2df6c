/*!
 * \file dot_product-inl.h
 * \brief Vector form of the matrix unit's multiply-accumulate, for matmul and reduce.
 *
 * Included once per Highway target. One call works on a row of 32 outputs (lanes); one operand
 * varies along the lanes, the other is one number per k for all lanes. The bits are those of
 * scalar_model::DotGroup and scalar_model::Accumulate.
 *
 * How a product is rounded in one instruction. A phase multiplies two small integers a (at most 31)
 * and b (at most 127), q = a * b < 2^12, and rounds q / 2^s half away from zero, s >= 0 being the
 * distance of the product's exponent from the group's. MulFixedPoint15(x, w) is
 * floor(x * w / 2^15 + 1/2). With x = 8q + 1 and w = +-2^(12 - s) this is +-(q + 1/8) / 2^s rounded
 * half up; the 1/8 decides ties away from zero and changes nothing else, because q / 2^s lies on a
 * grid of 2^-s. For s > 12 the product is below 1/2, w = 0 gives the 0 it must give. The exponents
 * of the parts drop out of s, so w serves all phases. x comes from one instruction too: the pair
 * sum (8a) * b + 1 * 1 of unsigned by signed bytes.
 */
// Highway re-includes this file per target; the guard must alternate instead of excluding.
#if defined(TT_SIMULATOR_NUMERICS_DOT_PRODUCT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TT_SIMULATOR_NUMERICS_DOT_PRODUCT_INL_H_
#undef TT_SIMULATOR_NUMERICS_DOT_PRODUCT_INL_H_
#else
#define TT_SIMULATOR_NUMERICS_DOT_PRODUCT_INL_H_
#endif

#include <hwy/highway.h>

#include "dot_product.h"
#include "scalar_model.h"
#include "tiles.h"

HWY_BEFORE_NAMESPACE();
namespace tt_simulator {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET != HWY_SCALAR

using D16 = hn::CappedTag<int16_t, 32>;
using D32 = hn::RepartitionToWide<D16>;
using DF32 = hn::RebindToFloat<D32>;
using V16 = hn::VFromD<D16>;
using V32 = hn::VFromD<D32>;

/*! \brief sign * 2^exponent for exponent 0..12, 0 for negative exponents; sign is +1 or -1. */
HWY_INLINE V16 SignedPowerOfTwo(V16 sign, V16 exponent) {
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL
  // The instruction shifts everything out for counts above 15, which negative ones are.
  return hn::Shl(sign, exponent);
#else
  const D16 d;
  const hn::Repartition<uint8_t, D16> d8;
  alignas(16) static constexpr uint8_t kPowers[16] = {1, 2, 4, 8, 16, 32, 64, 128};
  const V16 e = hn::Max(exponent, hn::Set(d, -1));
  // Low byte indexes with e, high byte with e - 8; indices with the top bit set give 0.
  const V16 index = hn::Sub(hn::Add(e, hn::ShiftLeft<8>(e)), hn::Set(d, 0x0800));
  const auto table = hn::LoadDup128(d8, kPowers);
  const V16 power = hn::BitCast(d, hn::TableLookupBytesOr0(table, hn::BitCast(d8, index)));
  return hn::Mul(power, sign);
#endif
}

/*! \brief Per 16-bit lane: low byte of a (unsigned) times low byte of b (signed) plus high byte of
 * b. */
HWY_INLINE V16 MultiplyAddOne(V16 a, V16 b) {
#if HWY_TARGET == HWY_AVX2
  return V16{_mm256_maddubs_epi16(a.raw, b.raw)};
#elif HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL
  return V16{_mm512_maddubs_epi16(a.raw, b.raw)};
#else
  const D16 d;
  const V16 factor = hn::ShiftRight<8>(hn::ShiftLeft<8>(b));
  return hn::Add(hn::Mul(hn::And(a, hn::Set(d, 0xff)), factor), hn::ShiftRight<8>(b));
#endif
}

/*! \brief value >> count with the sign filled in from count 32 on. */
HWY_INLINE V32 ShiftRightFilling(V32 value, V32 count) {
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL
  return hn::Shr(value, count);
#else
  return hn::Shr(value, hn::Min(count, hn::Set(D32(), 31)));
#endif
}

/*! \brief Two 16-bit lanes a word. */
HWY_INLINE V16 LoadPairs(const int32_t* words) {
  return hn::BitCast(D16(), hn::Load(D32(), words));
}
HWY_INLINE V16 RepeatPair(int32_t word) { return hn::BitCast(D16(), hn::Set(D32(), word)); }
HWY_INLINE void StorePairs(V16 pairs, int32_t* words) {
  hn::Store(hn::BitCast(D32(), pairs), D32(), words);
}

/*! \brief The low or high 16-bit numbers of words, times 2^16. */
template <bool kHigh>
HWY_INLINE V32 HalfTimes65536(V32 words) {
  if constexpr (kHigh) return hn::And(words, hn::Set(D32(), static_cast<int32_t>(0xffff0000u)));
  return hn::ShiftLeft<16>(words);
}

/*!
 * \brief Unit of group exponents: the 16-bit DST in the common range wants them in the exponent
 * field.
 */
template <bool kFp32Dest, bool kCommonRange>
constexpr int ExponentUnit() {
  return kCommonRange && !kFp32Dest ? 1 << 23 : 1;
}

/*! \brief A 16-bit exponent that comes times 2^16, in units of ExponentUnit. */
template <bool kFp32Dest, bool kCommonRange>
HWY_INLINE V32 GroupExponent(V32 times_65536) {
  if constexpr (ExponentUnit<kFp32Dest, kCommonRange>() != 1) return hn::ShiftLeft<7>(times_65536);
  return hn::ShiftRight<16>(times_65536);
}

/*!
 * \brief The group sums of one output row: out.sum[phase][group] and out.exponent[group].
 *
 * Group g covers k = 8g..8g+7. A group without any nonzero pair has an exponent below -1000, or
 * with kCommonRange the floor.
 */
template <int kPhases, bool kFp32Dest, bool kCommonRange>
HWY_INLINE void GroupSums(const LaneOperand& lanes, const ScalarOperand& scalars, int row,
                          bool lanes_are_srca, RowSums& out) {
  const D16 d;
  const int step = static_cast<int>(hn::Lanes(D32()));
  // Phase f uses the low part of SrcA if f is odd, of SrcB from 2 on.
  const int32_t* scalar_part[4];
  const int32_t* lane_part[4];
  for (int phase = 0; phase < kPhases; ++phase) {
    const int a = phase & 1;
    const int b = phase >> 1;
    lane_part[phase] = lanes.part[lanes_are_srca ? a : b];
    scalar_part[phase] = scalars.part[lanes_are_srca ? b : a] + 32 * row;
  }
  for (int group = 0; group < 4; ++group) {
    const int32_t* scalar_exponent = scalars.exponent + 32 * row + 8 * group;
    for (int word = 0; word < 16; word += step) {
      const int base = 128 * group + word;
      V16 exponent[8];
      for (int k = 0; k < 8; ++k) {
        exponent[k] =
            hn::Add(LoadPairs(lanes.exponent + base + 16 * k), RepeatPair(scalar_exponent[k]));
      }
      const V16 largest =
          hn::Max(hn::Max(hn::Max(exponent[0], exponent[1]), hn::Max(exponent[2], exponent[3])),
                  hn::Max(hn::Max(exponent[4], exponent[5]), hn::Max(exponent[6], exponent[7])));
      V16 biased = hn::Add(largest, hn::Set(d, 127));
      if constexpr (kCommonRange) biased = hn::Max(biased, hn::Set(d, kCommonRangeFloor));
      const V32 words = hn::BitCast(D32(), biased);
      hn::Store(GroupExponent<kFp32Dest, kCommonRange>(HalfTimes65536<false>(words)), D32(),
                out.exponent[group][0] + word);
      hn::Store(GroupExponent<kFp32Dest, kCommonRange>(HalfTimes65536<true>(words)), D32(),
                out.exponent[group][1] + word);
      const V16 reference = hn::Sub(largest, hn::Set(d, 12));
      V16 weight[8];
      for (int k = 0; k < 8; ++k) {
        weight[k] = SignedPowerOfTwo(LoadPairs(lanes.sign + base + 16 * k),
                                     hn::Sub(exponent[k], reference));
      }
      for (int phase = 0; phase < kPhases; ++phase) {
        V16 sum = hn::Zero(d);
        for (int k = 0; k < 8; ++k) {
          const V16 product = MultiplyAddOne(LoadPairs(lane_part[phase] + base + 16 * k),
                                             RepeatPair(scalar_part[phase][8 * group + k]));
          sum = hn::Add(sum, hn::MulFixedPoint15(product, weight[k]));
        }
        StorePairs(sum, out.sum[phase][group] + word);
      }
    }
  }
}

/*! \brief A group sum times 2^16 and its biased exponent (0 and below: takes no part). */
struct LaneGroup {
  V32 sum;
  V32 exponent;
};

/*! \brief Rounds |total| to 24 bits, half away from zero: the float pattern with its sign. */
HWY_INLINE V32 RoundTotal(V32 total) {
  // Conversion rounds to even. On twice the number, a last bit set where there is something to
  // round turns ties away from zero and changes nothing else.
  const D32 d;
  const V32 unit = hn::Or(hn::ShiftRight<31>(total), hn::Set(d, 1));
  const auto rounds = hn::Gt(hn::Abs(total), hn::Set(d, 0xffffff));
  const V32 doubled = hn::Add(total, total);
  const V32 sticky = hn::IfThenElse(rounds, hn::Add(doubled, unit), doubled);
  return hn::BitCast(d, hn::ConvertTo(DF32(), sticky));
}

/*! \brief (value >> count) rounded half up, for a value that is given doubled. */
HWY_INLINE V32 RoundingShift(V32 doubled, V32 count) {
  return hn::ShiftRight<1>(hn::Add(ShiftRightFilling(doubled, count), hn::Set(D32(), 1)));
}

/*!
 * \brief One accumulation step on float32 patterns (denormals and -0 excluded), see
 *        scalar_model::Accumulate; any exponents.
 */
template <bool kFp32Dest>
HWY_INLINE V32 AccumulateStep(V32 dst, LaneGroup g1, LaneGroup g2) {
  const D32 d;
  const V32 zero = hn::Zero(d);
  const V32 one = hn::Set(d, 1);
  g1.sum = hn::IfThenElseZero(hn::Gt(g1.exponent, zero), g1.sum);
  g2.sum = hn::IfThenElseZero(hn::Gt(g2.exponent, zero), g2.sum);
  g1.exponent = hn::Max(g1.exponent, zero);
  g2.exponent = hn::Max(g2.exponent, zero);
  const V32 field = hn::And(hn::ShiftRight<23>(dst), hn::Set(d, 255));
  const V32 largest = hn::Max(field, hn::Max(g1.exponent, g2.exponent));

  // Sums come times 2^16; doubled they have 10 fraction bits and one (16-bit DST), or 23 and one.
  constexpr int kExcess = kFp32Dest ? 2 : 15;
  const V32 reference = hn::Add(largest, hn::Set(d, kExcess));
  const V32 r1 = RoundingShift(g1.sum, hn::Sub(reference, g1.exponent));
  const V32 r2 = RoundingShift(g2.sum, hn::Sub(reference, g2.exponent));
  V32 significand = hn::Or(hn::And(dst, hn::Set(d, 0x7fffff)), hn::Set(d, 0x800000));
  significand = hn::IfThenElseZero(hn::Ne(dst, zero), significand);
  significand = kFp32Dest ? hn::ShiftLeft<1>(significand) : hn::ShiftRight<12>(significand);
  const V32 magnitude = RoundingShift(significand, hn::Sub(largest, field));
  const V32 negative = hn::ShiftRight<31>(dst);
  const V32 total = hn::Add(hn::Add(r1, r2), hn::Sub(hn::Xor(magnitude, negative), negative));

  V32 bits;
  int bias;
  if constexpr (kFp32Dest) {
    bits = RoundTotal(total);
    bias = 24;
  } else {
    // Below 2^17 the conversion is exact; rounding half away is an addition to the pattern.
    bits = hn::BitCast(d, hn::ConvertTo(DF32(), total));
    bits =
        hn::And(hn::Add(bits, hn::Set(d, 0x8000)), hn::Set(d, static_cast<int32_t>(0xffff0000u)));
    bias = 10;
  }
  const V32 shift = hn::Sub(largest, hn::Set(d, 127 + bias));
  const V32 result_field = hn::Add(hn::And(hn::ShiftRight<23>(bits), hn::Set(d, 255)), shift);
  const V32 sign = hn::And(bits, hn::Set(d, static_cast<int32_t>(0x80000000u)));
  const V32 infinity = hn::Or(sign, hn::Set(d, 0x7f800000));
  const V32 finite =
      hn::Or(sign, hn::And(hn::Add(bits, hn::ShiftLeft<23>(shift)), hn::Set(d, 0x7fffffff)));
  const V32 result = hn::IfThenElse(hn::Gt(result_field, hn::Set(d, 254)), infinity, finite);
  const auto vanishes = hn::Or(hn::Eq(total, zero), hn::Lt(result_field, one));
  return hn::IfThenZeroElse(vanishes, result);
}

/*!
 * \brief The same step where InCommonRange holds: groups of nothing but zeros have the floor as
 *        exponent, and no scale factor or result leaves the normal numbers.
 */
template <bool kFp32Dest>
HWY_INLINE V32 AccumulateCommon(V32 dst, LaneGroup g1, LaneGroup g2) {
  const D32 d;
  const DF32 df;
  auto as_float = [](V32 x) { return hn::BitCast(DF32(), x); };
  auto as_int = [](hn::VFromD<DF32> x) { return hn::BitCast(D32(), x); };
  if constexpr (kFp32Dest) {
    const V32 field = hn::And(hn::ShiftRight<23>(dst), hn::Set(d, 255));
    const V32 largest = hn::Max(field, hn::Max(g1.exponent, g2.exponent));
    const V32 reference = hn::Add(largest, hn::Set(d, 2));
    const V32 r1 = RoundingShift(g1.sum, hn::Sub(reference, g1.exponent));
    const V32 r2 = RoundingShift(g2.sum, hn::Sub(reference, g2.exponent));
    // A zero DST would get the hidden bit, but is shifted by at least the floor, to nothing.
    const V32 significand =
        hn::Or(hn::And(hn::Add(dst, dst), hn::Set(d, 0xffffff)), hn::Set(d, 0x1000000));
    const V32 magnitude = RoundingShift(significand, hn::Sub(largest, field));
    const V32 negative = hn::ShiftRight<31>(dst);
    const V32 total = hn::Add(hn::Add(r1, r2), hn::Sub(hn::Xor(magnitude, negative), negative));
    const V32 scale = hn::ShiftLeft<23>(hn::Sub(largest, hn::Set(d, 24)));
    return as_int(hn::Mul(as_float(RoundTotal(total)), as_float(scale)));
  } else {
    // Exponents are shifted into the exponent field here, powers of two as float patterns. Scaled
    // to a grid of 1, rounding is floor (half up) or truncation (half away) after adding one half.
    const auto half = hn::Set(df, 0.5f);
    const V32 exponent = hn::And(dst, hn::Set(d, 0x7f800000));
    const V32 largest = hn::Max(exponent, hn::Max(g1.exponent, g2.exponent));
    const auto inverse = as_float(hn::Sub(hn::Set(d, (254 + 10) << 23), largest));
    const auto grid = as_float(hn::Sub(largest, hn::Set(d, 10 << 23)));
    auto rounded = [&](LaneGroup g) {
      const auto scale = as_float(hn::Sub(g.exponent, hn::Set(d, 26 << 23)));
      const auto value = hn::Mul(hn::ConvertTo(df, g.sum), scale);
      return hn::Floor(hn::MulAdd(value, inverse, half));
    };
    const auto accumulator = as_float(dst);
    const auto rest = hn::Trunc(hn::MulAdd(accumulator, inverse, hn::CopySign(half, accumulator)));
    const auto total = hn::Add(hn::Add(rounded(g1), rounded(g2)), rest);
    const V32 bits = hn::And(hn::Add(as_int(total), hn::Set(d, 0x8000)),
                             hn::Set(d, static_cast<int32_t>(0xffff0000u)));
    return as_int(hn::Mul(as_float(bits), grid));
  }
}

/*! \brief Phases and 16-k steps in the order in which they reach DST. */
enum class StepOrder { PhaseThenFace, FaceThenPhase };

/*! \brief One step of the lanes of one half of the words from `word` on. */
template <bool kFp32Dest, bool kCommonRange, bool kHigh>
HWY_INLINE V32 AddStep(const RowSums& sums, int word, int phase, int face, V32 acc) {
  const D32 d;
  const V32 drop = hn::Set(d, kPhaseDrop[phase] * ExponentUnit<kFp32Dest, kCommonRange>());
  LaneGroup g[2];
  for (int i = 0; i < 2; ++i) {
    const int group = 2 * face + i;
    g[i].sum = HalfTimes65536<kHigh>(hn::Load(d, sums.sum[phase][group] + word));
    g[i].exponent = hn::Sub(hn::Load(d, sums.exponent[group][kHigh ? 1 : 0] + word), drop);
  }
  if constexpr (kCommonRange) {
    return AccumulateCommon<kFp32Dest>(acc, g[0], g[1]);
  } else {
    return AccumulateStep<kFp32Dest>(acc, g[0], g[1]);
  }
}

/*! \brief Calls `step(phase, face)` for all steps in their order. */
template <int kPhases, StepOrder kOrder, typename Step>
HWY_INLINE void ForEachStep(Step&& step) {
  if constexpr (kOrder == StepOrder::PhaseThenFace) {
    for (int phase = 0; phase < kPhases; ++phase) {
      for (int face = 0; face < 2; ++face) step(phase, face);
    }
  } else {
    for (int face = 0; face < 2; ++face) {
      for (int phase = 0; phase < kPhases; ++phase) step(phase, face);
    }
  }
}

/*!
 * \brief The halves low[row][0..15] and high[row][0..15] of kRows rows of DST += all their steps.
 *
 * A step needs the result of the one before; several rows at once keep the processor busy.
 */
template <int kPhases, bool kFp32Dest, bool kCommonRange, StepOrder kOrder, int kRows>
HWY_INLINE void AccumulateRows(const RowSums* sums, int32_t* const* low, int32_t* const* high) {
  const D32 d;
  for (int word = 0; word < 16; word += static_cast<int>(hn::Lanes(d))) {
    V32 first[kRows], second[kRows];
    for (int row = 0; row < kRows; ++row) {
      first[row] = hn::LoadU(d, low[row] + word);
      second[row] = hn::LoadU(d, high[row] + word);
    }
    ForEachStep<kPhases, kOrder>([&](int phase, int face) HWY_ATTR {
      for (int row = 0; row < kRows; ++row) {
        first[row] =
            AddStep<kFp32Dest, kCommonRange, false>(sums[row], word, phase, face, first[row]);
        second[row] =
            AddStep<kFp32Dest, kCommonRange, true>(sums[row], word, phase, face, second[row]);
      }
    });
    for (int row = 0; row < kRows; ++row) {
      hn::StoreU(first[row], d, low[row] + word);
      hn::StoreU(second[row], d, high[row] + word);
    }
  }
}

/*! \brief Exponents, signs and parts of one register of patterns, one number a word. */
struct SplitWords {
  V32 exponent;
  V32 sign;
  V32 high;
  V32 low;
};

/*!
 * \brief Splits patterns for GroupSums; the exponent range of nonzero ones is widened.
 *
 * \tparam kLane the operand along the lanes (unsigned parts and a sign) or the one per k (signed).
 * \param srca split of SrcA (5 + 5 bits) or of SrcB (7 + 4 bits).
 */
template <bool kLane>
HWY_INLINE SplitWords Split(const uint32_t* bits, bool srca, V32& smallest, V32& largest) {
  const D32 d;
  const V32 x = hn::Load(d, reinterpret_cast<const int32_t*>(bits));
  const V32 field = hn::And(hn::ShiftRight<23>(x), hn::Set(d, 255));
  const auto nonzero = hn::Ne(field, hn::Zero(d));
  const V32 unbiased = hn::Sub(field, hn::Set(d, 127));
  smallest = hn::Min(smallest, hn::IfThenElse(nonzero, unbiased, smallest));
  largest = hn::Max(largest, hn::IfThenElse(nonzero, unbiased, largest));
  const V32 minus = hn::ShiftRight<31>(x);
  const V32 unit = hn::Or(minus, hn::Set(d, 1));
  V32 upper, lower;
  if (srca) {
    upper = hn::Or(hn::And(hn::ShiftRight<19>(x), hn::Set(d, 15)), hn::Set(d, 16));
    lower = hn::And(hn::ShiftRight<14>(x), hn::Set(d, 31));
  } else {
    upper = hn::Or(hn::And(hn::ShiftRight<17>(x), hn::Set(d, 63)), hn::Set(d, 64));
    lower = hn::And(hn::ShiftRight<10>(x), hn::Set(d, 120));
  }
  upper = hn::IfThenElseZero(nonzero, upper);
  lower = hn::IfThenElseZero(nonzero, lower);
  // The factor 8 of 8q: an unsigned byte takes 8 * 31 or 2 * 127, a signed one 127 or 4 * 31.
  auto pair = [&](V32 part) {
    if constexpr (kLane) {
      return hn::Or(srca ? hn::ShiftLeft<3>(part) : hn::ShiftLeft<1>(part), hn::Set(d, 256));
    } else {
      const V32 scaled = srca ? hn::ShiftLeft<2>(part) : part;
      const V32 signed_part = hn::Sub(hn::Xor(scaled, minus), minus);
      return hn::Or(hn::And(signed_part, hn::Set(d, 255)), hn::ShiftLeft<8>(unit));
    }
  };
  return {hn::IfThenElse(nonzero, unbiased, hn::Set(d, kZeroExponent)), unit, pair(upper),
          pair(lower)};
}

/*! \brief Words with `low` in the low and `high` in the high half. */
HWY_INLINE V32 JoinHalves(V32 low, V32 high) {
  return hn::Or(hn::And(low, hn::Set(D32(), 0xffff)), hn::ShiftLeft<16>(high));
}

/*! \brief Splits a tile in face order: rows are k, columns are lanes. */
HWY_INLINE void SplitLanes(const uint32_t* bits, bool srca, LaneOperand& operand) {
  const D32 d;
  V32 smallest = hn::Set(d, kNoSmallest);
  V32 largest = hn::Set(d, kNoLargest);
  for (int k = 0; k < kTileDim; ++k) {
    for (int i = 0; i < kFaceDim; i += static_cast<int>(hn::Lanes(d))) {
      const SplitWords low = Split<true>(bits + TileIndex(k, i), srca, smallest, largest);
      const SplitWords high = Split<true>(bits + TileIndex(k, 16 + i), srca, smallest, largest);
      const int out = 16 * k + i;
      hn::Store(JoinHalves(low.exponent, high.exponent), d, operand.exponent + out);
      hn::Store(JoinHalves(low.sign, high.sign), d, operand.sign + out);
      hn::Store(JoinHalves(low.high, high.high), d, operand.part[0] + out);
      hn::Store(JoinHalves(low.low, high.low), d, operand.part[1] + out);
    }
  }
  operand.range = {hn::GetLane(hn::MinOfLanes(d, smallest)),
                   hn::GetLane(hn::MaxOfLanes(d, largest))};
}

/*! \brief Splits `count` 16-number runs into consecutive scalars. */
HWY_INLINE void SplitScalarRun(const uint32_t* bits, bool srca, int at, ScalarOperand& operand,
                               V32& smallest, V32& largest) {
  const D32 d;
  for (int i = 0; i < kFaceDim; i += static_cast<int>(hn::Lanes(d))) {
    const SplitWords words = Split<false>(bits + i, srca, smallest, largest);
    hn::Store(JoinHalves(words.exponent, words.exponent), d, operand.exponent + at + i);
    hn::Store(JoinHalves(words.high, words.high), d, operand.part[0] + at + i);
    hn::Store(JoinHalves(words.low, words.low), d, operand.part[1] + at + i);
  }
}

/*! \brief Splits a tile in face order: rows are output rows, columns are k. */
HWY_INLINE void SplitScalars(const uint32_t* bits, bool srca, ScalarOperand& operand) {
  const D32 d;
  V32 smallest = hn::Set(d, kNoSmallest);
  V32 largest = hn::Set(d, kNoLargest);
  for (int row = 0; row < kTileDim; ++row) {
    for (int half = 0; half < 2; ++half) {
      SplitScalarRun(bits + TileIndex(row, 16 * half), srca, 32 * row + 16 * half, operand,
                     smallest, largest);
    }
  }
  operand.range = {hn::GetLane(hn::MinOfLanes(d, smallest)),
                   hn::GetLane(hn::MaxOfLanes(d, largest))};
}

/*! \brief Exponent range of a DST tile; denormals and -0 are replaced by +0, which they count as.
 */
HWY_INLINE ExponentRange CleanDest(uint32_t* bits, int count) {
  const D32 d;
  const int step = static_cast<int>(hn::Lanes(d));
  V32 smallest = hn::Set(d, kNoSmallest);
  V32 largest = hn::Set(d, kNoLargest);
  for (int i = 0; i < count; i += step) {
    int32_t* const address = reinterpret_cast<int32_t*>(bits) + i;
    const V32 x = hn::Load(d, address);
    const V32 field = hn::And(hn::ShiftRight<23>(x), hn::Set(d, 255));
    const auto nonzero = hn::Ne(field, hn::Zero(d));
    hn::Store(hn::IfThenElseZero(nonzero, x), d, address);
    const V32 unbiased = hn::Sub(field, hn::Set(d, 127));
    smallest = hn::Min(smallest, hn::IfThenElse(nonzero, unbiased, smallest));
    largest = hn::Max(largest, hn::IfThenElse(nonzero, unbiased, largest));
  }
  return {hn::GetLane(hn::MinOfLanes(d, smallest)), hn::GetLane(hn::MaxOfLanes(d, largest))};
}

#endif  // HWY_TARGET != HWY_SCALAR

}  // namespace HWY_NAMESPACE
}  // namespace tt_simulator
HWY_AFTER_NAMESPACE();

#endif  // TT_SIMULATOR_NUMERICS_DOT_PRODUCT_INL_H_
