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
using DHalf16 = hn::Rebind<int16_t, D32>;
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

/*!
 * \brief The group sums of one output row: sums[phase][group] and biased exponents[group] (phase
 * 0).
 *
 * Group g covers k = 8g..8g+7. A group without any nonzero pair has an exponent below -1000.
 */
template <int kPhases>
HWY_INLINE void GroupSums(const LaneOperand& lanes, const ScalarOperand& scalars, int row,
                          int first_group, int last_group, bool lanes_are_srca, RowSums& out) {
  const D16 d;
  const int step = static_cast<int>(hn::Lanes(d));
  // Phase f uses the low part of SrcA if f is odd, of SrcB from 2 on.
  const int16_t* scalar_part[4];
  const int16_t* lane_part[4];
  for (int phase = 0; phase < kPhases; ++phase) {
    const int a = phase & 1;
    const int b = phase >> 1;
    lane_part[phase] = lanes.part[lanes_are_srca ? a : b];
    scalar_part[phase] = scalars.part[lanes_are_srca ? b : a] + 32 * row;
  }
  for (int group = first_group; group < last_group; ++group) {
    const int16_t* scalar_exponent = scalars.exponent + 32 * row + 8 * group;
    for (int lane = 0; lane < 32; lane += step) {
      const int base = 256 * group + lane;
      V16 exponent[8];
      for (int k = 0; k < 8; ++k) {
        exponent[k] =
            hn::Add(hn::Load(d, lanes.exponent + base + 32 * k), hn::Set(d, scalar_exponent[k]));
      }
      const V16 largest =
          hn::Max(hn::Max(hn::Max(exponent[0], exponent[1]), hn::Max(exponent[2], exponent[3])),
                  hn::Max(hn::Max(exponent[4], exponent[5]), hn::Max(exponent[6], exponent[7])));
      hn::Store(hn::Add(largest, hn::Set(d, 127)), d, out.exponent[group] + lane);
      const V16 reference = hn::Sub(largest, hn::Set(d, 12));
      V16 weight[8];
      for (int k = 0; k < 8; ++k) {
        weight[k] = SignedPowerOfTwo(hn::Load(d, lanes.sign + base + 32 * k),
                                     hn::Sub(exponent[k], reference));
      }
      for (int phase = 0; phase < kPhases; ++phase) {
        V16 sum = hn::Zero(d);
        for (int k = 0; k < 8; ++k) {
          const V16 product = MultiplyAddOne(hn::Load(d, lane_part[phase] + base + 32 * k),
                                             hn::Set(d, scalar_part[phase][8 * group + k]));
          sum = hn::Add(sum, hn::MulFixedPoint15(product, weight[k]));
        }
        hn::Store(sum, d, out.sum[phase][group] + lane);
      }
    }
  }
}

/*! \brief 32 bits of lanes: a group sum and its biased exponent (0 and below: takes no part). */
struct LaneGroup {
  V32 sum;
  V32 exponent;
};

/*!
 * \brief One accumulation step on float32 patterns (denormals and -0 excluded), see
 *        scalar_model::Accumulate.
 *
 * \tparam kCommonRange all exponents are known to be far from overflow and underflow
 *         (InCommonRange), so that groups of nothing but zeros are the only ones to drop.
 */
template <bool kFp32Dest, bool kCommonRange>
HWY_INLINE V32 AccumulateStep(V32 dst, LaneGroup g1, LaneGroup g2) {
  const D32 d;
  const DF32 df;
  const V32 zero = hn::Zero(d);
  if constexpr (kCommonRange) {
    // A floor below any exponent that occurs: zero groups get a defined exponent, which does not
    // change the sum of anything.
    g1.exponent = hn::Max(g1.exponent, hn::Set(d, kCommonRangeFloor));
    g2.exponent = hn::Max(g2.exponent, hn::Set(d, kCommonRangeFloor));
  } else {
    g1.sum = hn::IfThenElseZero(hn::Gt(g1.exponent, zero), g1.sum);
    g2.sum = hn::IfThenElseZero(hn::Gt(g2.exponent, zero), g2.sum);
    g1.exponent = hn::Max(g1.exponent, zero);
    g2.exponent = hn::Max(g2.exponent, zero);
  }
  const V32 field = hn::And(hn::ShiftRight<23>(dst), hn::Set(d, 255));
  const V32 largest = hn::Max(field, hn::Max(g1.exponent, g2.exponent));

  // Doubled operands: value / 2^s rounded half up is ((2 value >> s) + 1) >> 1.
  constexpr int kScale = kFp32Dest ? 14 : 1;
  const V32 one = hn::Set(d, 1);
  auto round = [&](V32 doubled, V32 shift) {
    return hn::ShiftRight<1>(hn::Add(ShiftRightFilling(doubled, shift), one));
  };
  const V32 r1 = round(hn::ShiftLeft<kScale>(g1.sum), hn::Sub(largest, g1.exponent));
  const V32 r2 = round(hn::ShiftLeft<kScale>(g2.sum), hn::Sub(largest, g2.exponent));

  V32 significand = hn::Or(hn::And(dst, hn::Set(d, 0x7fffff)), hn::Set(d, 0x800000));
  significand = hn::IfThenElseZero(hn::Ne(dst, zero), significand);
  significand = kFp32Dest ? hn::ShiftLeft<1>(significand) : hn::ShiftRight<12>(significand);
  const V32 magnitude = round(significand, hn::Sub(largest, field));
  const V32 negative = hn::ShiftRight<31>(dst);
  const V32 total = hn::Add(hn::Add(r1, r2), hn::Sub(hn::Xor(magnitude, negative), negative));

  // |total| < 2^17 (16-bit DST) is exact in float32; rounding half away is then an addition to the
  // pattern. |total| < 2^30 (32-bit DST) must be rounded to 24 bits: conversion rounds to even, so
  // double it and break ties upward by a last bit, where there is something to round at all.
  const V32 sign = hn::And(total, hn::Set(d, static_cast<int32_t>(0x80000000u)));
  V32 bits;
  int bias;
  if constexpr (kFp32Dest) {
    const V32 absolute = hn::Abs(total);
    const V32 sticky = hn::ShiftRight<31>(hn::Sub(hn::Set(d, 0xffffff), absolute));
    const V32 doubled = hn::Sub(hn::Add(absolute, absolute), sticky);
    bits = hn::BitCast(d, hn::ConvertTo(df, doubled));
    bias = 24;
  } else {
    bits = hn::BitCast(d, hn::ConvertTo(df, hn::Abs(total)));
    bits =
        hn::And(hn::Add(bits, hn::Set(d, 0x8000)), hn::Set(d, static_cast<int32_t>(0xffff0000u)));
    bias = 10;
  }
  if constexpr (kCommonRange) {
    const V32 scale = hn::ShiftLeft<23>(hn::Sub(largest, hn::Set(d, bias)));
    bits = hn::BitCast(d, hn::Mul(hn::BitCast(df, bits), hn::BitCast(df, scale)));
    return hn::Or(bits, sign);
  } else {
    const V32 result_field =
        hn::Add(hn::ShiftRight<23>(bits), hn::Sub(largest, hn::Set(d, 127 + bias)));
    bits = hn::Add(bits, hn::ShiftLeft<23>(hn::Sub(largest, hn::Set(d, 127 + bias))));
    bits = hn::IfThenElse(hn::Gt(result_field, hn::Set(d, 254)), hn::Set(d, 0x7f800000), bits);
    bits = hn::Or(bits, sign);
    const auto vanishes = hn::Or(hn::Eq(total, zero), hn::Lt(result_field, one));
    return hn::IfThenZeroElse(vanishes, bits);
  }
}

/*! \brief Phases and 16-k steps in the order in which they reach DST. */
enum class StepOrder { PhaseThenFace, FaceThenPhase };

/*! \brief dst[0..31] += all steps of one output row. */
template <int kPhases, bool kFp32Dest, bool kCommonRange, StepOrder kOrder>
HWY_INLINE void AccumulateRow(const RowSums& sums, int faces, int32_t* const (&dst)[2]) {
  const D32 d;
  const DHalf16 dh;
  constexpr int kDrop[4] = {0, 5, 7, 12};
  const int step = static_cast<int>(hn::Lanes(d));
  for (int lane = 0; lane < 32; lane += step) {
    int32_t* const target = dst[lane >> 4] + (lane & 15);
    V32 acc = hn::LoadU(d, target);
    auto add = [&](int phase, int face) {
      const V32 drop = hn::Set(d, kDrop[phase]);
      LaneGroup g[2];
      for (int i = 0; i < 2; ++i) {
        const int group = 2 * face + i;
        g[i].sum = hn::PromoteTo(d, hn::Load(dh, sums.sum[phase][group] + lane));
        g[i].exponent = hn::Sub(hn::PromoteTo(d, hn::Load(dh, sums.exponent[group] + lane)), drop);
      }
      acc = AccumulateStep<kFp32Dest, kCommonRange>(acc, g[0], g[1]);
    };
    if constexpr (kOrder == StepOrder::PhaseThenFace) {
      for (int phase = 0; phase < kPhases; ++phase) {
        for (int face = 0; face < faces; ++face) add(phase, face);
      }
    } else {
      for (int face = 0; face < faces; ++face) {
        for (int phase = 0; phase < kPhases; ++phase) add(phase, face);
      }
    }
    hn::StoreU(acc, d, target);
  }
}

/*!
 * \brief Splits 16 patterns; the exponent range of nonzero ones is widened into `range`.
 *
 * \param srca split of SrcA (5 + 5 bits) or of SrcB (7 + 4 bits).
 */
template <bool kLane>
HWY_INLINE void SplitChunk(const uint32_t* bits, bool srca, int16_t* exponent, int16_t* sign,
                           int16_t* high, int16_t* low, V32& smallest, V32& largest) {
  const D32 d;
  const DHalf16 dh;
  const int step = static_cast<int>(hn::Lanes(d));
  for (int i = 0; i < 16; i += step) {
    const V32 x = hn::Load(d, reinterpret_cast<const int32_t*>(bits) + i);
    const V32 field = hn::And(hn::ShiftRight<23>(x), hn::Set(d, 255));
    const auto nonzero = hn::Ne(field, hn::Zero(d));
    const V32 unbiased = hn::Sub(field, hn::Set(d, 127));
    hn::Store(hn::DemoteTo(dh, hn::IfThenElse(nonzero, unbiased, hn::Set(d, kZeroExponent))), dh,
              exponent + i);
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
        const V32 scaled = srca ? hn::ShiftLeft<3>(part) : hn::ShiftLeft<1>(part);
        return hn::Or(scaled, hn::Set(d, 256));
      } else {
        const V32 scaled = srca ? hn::ShiftLeft<2>(part) : part;
        const V32 signed_part = hn::Sub(hn::Xor(scaled, minus), minus);
        return hn::Or(hn::And(signed_part, hn::Set(d, 255)), hn::ShiftLeft<8>(unit));
      }
    };
    if constexpr (kLane) hn::Store(hn::DemoteTo(dh, unit), dh, sign + i);
    hn::Store(hn::DemoteTo(dh, pair(upper)), dh, high + i);
    hn::Store(hn::DemoteTo(dh, pair(lower)), dh, low + i);
  }
}

/*! \brief Splits a whole tile in face order into rows of 32. */
template <bool kLane, typename Operand>
HWY_INLINE void SplitTile(const uint32_t* bits, bool srca, Operand& operand) {
  const D32 d;
  V32 smallest = hn::Set(d, kNoSmallest);
  V32 largest = hn::Set(d, kNoLargest);
  for (int row = 0; row < kTileDim; ++row) {
    for (int half = 0; half < 2; ++half) {
      const int out = 32 * row + 16 * half;
      int16_t* sign = nullptr;
      if constexpr (kLane) sign = operand.sign + out;
      SplitChunk<kLane>(bits + TileIndex(row, 16 * half), srca, operand.exponent + out, sign,
                        operand.part[0] + out, operand.part[1] + out, smallest, largest);
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
