/*!
 * \file sfpu_lanes-inl.h
 * \brief Lanes of the vector unit: the instructions that its programs are made of.
 *
 * Included once per Highway target. `F` are float32 lanes, `I` the same registers as integers, `B`
 * a lane condition. Denormals are zero for every arithmetic instruction; the caller has switched
 * the processor to that mode (FlushDenormals in sfpu.cc), so only moves and integer instructions
 * see them.
 *
 * A multiply-add rounds twice, after each of its two operations. Its NaN has the sign of the
 * product, or of the addend if only that is a NaN, and a mantissa of 1, so that truncation to
 * bfloat16 makes it an infinity.
 *
 * Conditions are what the hardware tests: `x < 0` is the sign bit (true for -0), a comparison with
 * a number is the sign or the zero-ness of the difference, and minimum / maximum order patterns by
 * sign and magnitude (NaN above infinity).
 */
#if defined(TT_SIMULATOR_NUMERICS_SFPU_LANES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TT_SIMULATOR_NUMERICS_SFPU_LANES_INL_H_
#undef TT_SIMULATOR_NUMERICS_SFPU_LANES_INL_H_
#else
#define TT_SIMULATOR_NUMERICS_SFPU_LANES_INL_H_
#endif

#include <hwy/highway.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "tiles.h"

// Programs are large; without this GCC gives up inlining the body of an instruction.
#ifndef TT_LANES_INLINE
#define TT_LANES_INLINE HWY_ATTR __attribute__((always_inline))
#endif

// Out of line where registers survive a call; with vectors the spilling costs more than the code.
#undef TT_LANES_RARE
#if HWY_TARGET == HWY_SCALAR
#define TT_LANES_RARE inline HWY_NOINLINE
#else
#define TT_LANES_RARE HWY_INLINE
#endif

HWY_BEFORE_NAMESPACE();
namespace tt_simulator {
namespace HWY_NAMESPACE {
namespace lanes {

namespace hn = hwy::HWY_NAMESPACE;

using DF = hn::CappedTag<float, 16>;
using DI = hn::RebindToSigned<DF>;
using DU = hn::RebindToUnsigned<DF>;
using VF = hn::VFromD<DF>;
using VI = hn::VFromD<DI>;

/*!
 * \brief Processor registers in one of ours. A program is one long chain of dependent operations;
 * two chains side by side use the processor better than one after the other.
 */
constexpr int kParts = 2;

/*! \brief Lanes of one register. */
HWY_INLINE int LaneCount() { return kParts * static_cast<int>(hn::Lanes(DF())); }

struct F {
  VF v[kParts];
};
struct I {
  VI v[kParts];
};
struct B {
  decltype(hn::FirstN(DI(), size_t{1})) m[kParts];
};

/*! \brief A register whose part i is function(i). */
template <typename Function>
HWY_INLINE F EachF(Function&& function) {
  F r;
  for (int i = 0; i < kParts; ++i) r.v[i] = function(i);
  return r;
}
template <typename Function>
HWY_INLINE I EachI(Function&& function) {
  I r;
  for (int i = 0; i < kParts; ++i) r.v[i] = function(i);
  return r;
}
template <typename Function>
HWY_INLINE B EachB(Function&& function) {
  B r;
  for (int i = 0; i < kParts; ++i) r.m[i] = function(i);
  return r;
}

constexpr int32_t kSign = static_cast<int32_t>(0x80000000u);
constexpr float kInf = std::numeric_limits<float>::infinity();

HWY_INLINE F Num(float x) {
  return EachF([x](int) TT_LANES_INLINE { return hn::Set(DF(), x); });
}
HWY_INLINE I Int(int32_t x) {
  return EachI([x](int) TT_LANES_INLINE { return hn::Set(DI(), x); });
}
HWY_INLINE F Pattern(uint32_t bits) { return Num(std::bit_cast<float>(bits)); }

/*! \brief The same register, other interpretation. */
HWY_INLINE I AsInt(F x) {
  return EachI([&](int i) TT_LANES_INLINE { return hn::BitCast(DI(), x.v[i]); });
}
HWY_INLINE F AsFloat(I x) {
  return EachF([&](int i) TT_LANES_INLINE { return hn::BitCast(DF(), x.v[i]); });
}

HWY_INLINE I operator+(I a, I b) {
  return EachI([&](int i) TT_LANES_INLINE { return hn::Add(a.v[i], b.v[i]); });
}
HWY_INLINE I operator-(I a, I b) {
  return EachI([&](int i) TT_LANES_INLINE { return hn::Sub(a.v[i], b.v[i]); });
}
HWY_INLINE I operator&(I a, I b) {
  return EachI([&](int i) TT_LANES_INLINE { return hn::And(a.v[i], b.v[i]); });
}
HWY_INLINE I operator|(I a, I b) {
  return EachI([&](int i) TT_LANES_INLINE { return hn::Or(a.v[i], b.v[i]); });
}
HWY_INLINE I operator^(I a, I b) {
  return EachI([&](int i) TT_LANES_INLINE { return hn::Xor(a.v[i], b.v[i]); });
}
HWY_INLINE I operator~(I a) {
  return EachI([&](int i) TT_LANES_INLINE { return hn::Not(a.v[i]); });
}
HWY_INLINE I operator*(I a, I b) {
  return EachI([&](int i) TT_LANES_INLINE { return hn::Mul(a.v[i], b.v[i]); });
}

template <int kBits>
HWY_INLINE I ShiftLeft(I x) {
  return EachI([&](int i) TT_LANES_INLINE { return hn::ShiftLeft<kBits>(x.v[i]); });
}
template <int kBits>
HWY_INLINE I ShiftRight(I x) {
  return EachI([&](int i) TT_LANES_INLINE {
    return hn::BitCast(DI(), hn::ShiftRight<kBits>(hn::BitCast(DU(), x.v[i])));
  });
}
template <int kBits>
HWY_INLINE I ShiftRightArithmetic(I x) {
  return EachI([&](int i) TT_LANES_INLINE { return hn::ShiftRight<kBits>(x.v[i]); });
}
/*! \brief Shifts by a count per lane, 0..31. */
HWY_INLINE I ShiftLeftBy(I x, I count) {
  return EachI([&](int i) TT_LANES_INLINE { return hn::Shl(x.v[i], count.v[i]); });
}
HWY_INLINE I ShiftRightBy(I x, I count) {
  return EachI([&](int i) TT_LANES_INLINE {
    return hn::BitCast(DI(), hn::Shr(hn::BitCast(DU(), x.v[i]), hn::BitCast(DU(), count.v[i])));
  });
}
HWY_INLINE I ShiftRightArithmeticBy(I x, I count) {
  return EachI([&](int i) TT_LANES_INLINE { return hn::Shr(x.v[i], count.v[i]); });
}

// Conditions.
HWY_INLINE B operator&&(B a, B b) {
  return EachB([&](int i) TT_LANES_INLINE { return hn::And(a.m[i], b.m[i]); });
}
HWY_INLINE B operator||(B a, B b) {
  return EachB([&](int i) TT_LANES_INLINE { return hn::Or(a.m[i], b.m[i]); });
}
HWY_INLINE B operator!(B a) {
  return EachB([&](int i) TT_LANES_INLINE { return hn::Not(a.m[i]); });
}
HWY_INLINE B operator==(I a, I b) {
  return EachB([&](int i) TT_LANES_INLINE { return hn::Eq(a.v[i], b.v[i]); });
}
HWY_INLINE B operator<(I a, I b) {
  return EachB([&](int i) TT_LANES_INLINE { return hn::Lt(a.v[i], b.v[i]); });
}
HWY_INLINE B operator>(I a, I b) { return b < a; }
HWY_INLINE B operator>=(I a, I b) { return !(a < b); }
HWY_INLINE B operator<=(I a, I b) { return !(b < a); }
HWY_INLINE bool AnyTrue(B a) {
  auto any = a.m[0];
  for (int i = 1; i < kParts; ++i) any = hn::Or(any, a.m[i]);
  return !hn::AllFalse(DI(), any);
}

HWY_INLINE I Select(B c, I yes, I no) {
  return EachI([&](int i) TT_LANES_INLINE { return hn::IfThenElse(c.m[i], yes.v[i], no.v[i]); });
}
HWY_INLINE F Select(B c, F yes, F no) {
  return EachF([&](int i) TT_LANES_INLINE {
    return hn::IfThenElse(hn::RebindMask(DF(), c.m[i]), yes.v[i], no.v[i]);
  });
}

/*! \brief 1.0 where the condition holds, else 0.0. */
HWY_INLINE F OneIf(B c) { return Select(c, Num(1.0f), Num(0.0f)); }

HWY_INLINE B IsNegative(F x) { return AsInt(x) < Int(0); }
/*! \brief All 32 bits zero: -0 does not count. */
HWY_INLINE B IsPlusZero(F x) { return AsInt(x) == Int(0); }
HWY_INLINE I Magnitude(F x) { return AsInt(x) & Int(0x7fffffff); }
HWY_INLINE B IsNan(F x) { return Magnitude(x) > Int(0x7f800000); }
HWY_INLINE B IsInfinite(F x) { return Magnitude(x) == Int(0x7f800000); }
HWY_INLINE B IsFinite(F x) { return Magnitude(x) < Int(0x7f800000); }

// Sign, exponent and mantissa fields.
/*! \brief SFPABS: clears the sign, except of a NaN. */
HWY_INLINE F Abs(F x) { return Select(IsNan(x), x, AsFloat(Magnitude(x))); }
HWY_INLINE F ClearSign(F x) { return AsFloat(Magnitude(x)); }
HWY_INLINE F SetSign(F x) { return AsFloat(AsInt(x) | Int(kSign)); }
HWY_INLINE F CopySign(F magnitude, F sign) {
  return AsFloat(Magnitude(magnitude) | (AsInt(sign) & Int(kSign)));
}
HWY_INLINE F operator-(F x) { return AsFloat(AsInt(x) ^ Int(kSign)); }

HWY_INLINE I ExponentField(F x) { return ShiftRight<23>(AsInt(x)) & Int(255); }
HWY_INLINE I Exponent(F x) { return ExponentField(x) - Int(127); }
HWY_INLINE F SetExponentField(F x, I field) {
  return AsFloat((AsInt(x) & Int(static_cast<int32_t>(0x807fffffu))) |
                 ShiftLeft<23>(field & Int(255)));
}
HWY_INLINE I Mantissa(F x) { return AsInt(x) & Int(0x7fffff); }
HWY_INLINE I MantissaWithHidden(F x) { return Mantissa(x) | Int(0x800000); }
HWY_INLINE F ClearMantissa(F x) {
  return AsFloat(AsInt(x) & Int(static_cast<int32_t>(0xff800000u)));
}
/*! \brief Sign and exponent of `frame`, mantissa of x. */
HWY_INLINE F CopyMantissa(F frame, F x) {
  return AsFloat(AsInt(ClearMantissa(frame)) | Mantissa(x));
}
/*! \brief SFPDIVP2: adds to the exponent field, modulo 256; infinity and NaN stay. */
HWY_INLINE F AddExponent(F x, int amount) {
  const I field = ExponentField(x);
  return Select(field == Int(255), x, SetExponentField(x, field + Int(amount)));
}

/*! \brief x shifted left by `amount`, right (logically) if negative; by less than 32 bits. */
HWY_INLINE I ShiftBy(I x, I amount) {
  const B right = amount < Int(0);
  const I count = Select(right, Int(0) - amount, amount) & Int(31);
  return Select(right, ShiftRightBy(x, count), ShiftLeftBy(x, count));
}

// Arithmetic.
/*! \brief a * b + c rounded once; only the table lookup computes so. */
HWY_INLINE F FusedMultiplyAdd(F a, F b, F c) {
  return EachF([&](int i) TT_LANES_INLINE {
#if HWY_TARGET == HWY_SCALAR
    return hn::Set(DF(), std::fma(hn::GetLane(a.v[i]), hn::GetLane(b.v[i]), hn::GetLane(c.v[i])));
#else
    return hn::MulAdd(a.v[i], b.v[i], c.v[i]);
#endif
  });
}

/*! \brief `r`, the result of a * b + c, with its NaNs as the hardware makes them (rare, so out of
 * line). */
TT_LANES_RARE F MadNan(F a, F b, F c, F r) {
  const F product = EachF([&](int i) TT_LANES_INLINE { return hn::Mul(a.v[i], b.v[i]); });
  const B only_addend_is_nan = IsNan(c) && !IsNan(product);
  const I sign = Select(only_addend_is_nan, AsInt(c), AsInt(a) ^ AsInt(b)) & Int(kSign);
  return Select(IsNan(r), AsFloat(sign | Int(0x7f800001)), r);
}

/*! \brief SFPMAD: a * b + c; product and sum are rounded to nearest even, each. */
HWY_INLINE F Mad(F a, F b, F c) {
  // The last addition turns -0 into the +0 that the hardware gives.
  const F r = EachF([&](int i) TT_LANES_INLINE {
    return hn::Add(hn::Add(hn::Mul(a.v[i], b.v[i]), c.v[i]), hn::Zero(DF()));
  });
  const B nan =
      EachB([&](int i) TT_LANES_INLINE { return hn::RebindMask(DI(), hn::IsNaN(r.v[i])); });
  if (HWY_UNLIKELY(AnyTrue(nan))) return MadNan(a, b, c, r);
  return r;
}
HWY_INLINE F operator*(F a, F b) { return Mad(a, b, Num(0.0f)); }
HWY_INLINE F operator+(F a, F b) { return Mad(a, Num(1.0f), b); }
HWY_INLINE F operator-(F a, F b) { return Mad(a, Num(1.0f), -b); }

/*! \brief c[0] + x * (c[1] + x * (c[2] + ...)). */
template <int kCount>
HWY_INLINE F Horner(F x, const float (&c)[kCount]) {
  F r = Num(c[kCount - 1]);
  for (int i = kCount - 2; i >= 0; --i) r = Mad(r, x, Num(c[i]));
  return r;
}

// Comparisons with a number: sign and zero-ness of the difference.
HWY_INLINE B Less(F a, F b) { return IsNegative(a - b); }
HWY_INLINE B GreaterEqual(F a, F b) { return !Less(a, b); }
HWY_INLINE B Equal(F a, F b) { return IsPlusZero(a - b); }
HWY_INLINE B Greater(F a, F b) {
  const F difference = a - b;
  return !IsNegative(difference) && !IsPlusZero(difference);
}
HWY_INLINE B LessEqual(F a, F b) { return !Greater(a, b); }

/*! \brief Integer whose order is that of sign and magnitude (-0 below +0). */
HWY_INLINE I OrderKey(F x) {
  return AsInt(x) ^ (ShiftRightArithmetic<31>(AsInt(x)) & Int(0x7fffffff));
}
HWY_INLINE F Max(F a, F b) { return Select(OrderKey(a) < OrderKey(b), b, a); }
HWY_INLINE F Min(F a, F b) { return Select(OrderKey(b) < OrderKey(a), b, a); }
HWY_INLINE F Clamp(F x, F low, F high) { return Min(Max(x, low), high); }

// Conversions.
HWY_INLINE F ToFloat(I x) {
  return EachF([&](int i) TT_LANES_INLINE { return hn::ConvertTo(DF(), x.v[i]); });
}

/*! \brief |x| rounded half away from zero to an integer of at most `limit` (<= 65535). */
HWY_INLINE I RoundMagnitude(F x, float limit) {
  const F a = Min(ClearSign(x), Num(limit));
  const I whole = EachI([&](int i) TT_LANES_INLINE { return hn::ConvertTo(DI(), a.v[i]); });
  const F number = ToFloat(whole);
  const F rest = EachF([&](int i) TT_LANES_INLINE { return hn::Sub(a.v[i], number.v[i]); });
  return Select(AsInt(rest) >= AsInt(Num(0.5f)), whole + Int(1), whole);
}
/*! \brief x rounded half away from zero, saturated to [-32767, 32767], two's complement. */
HWY_INLINE I RoundToInt16(F x) {
  const I magnitude = RoundMagnitude(x, 32767.0f);
  return Select(IsNegative(x), Int(0) - magnitude, magnitude);
}

/*! \brief Truncation toward zero by masking fraction bits; the sign of a zero result stays. */
HWY_INLINE F Truncate(F x) {
  const I e = Exponent(x);
  const I all = Int(-1);
  const I mask = ShiftLeftBy(all, (Int(23) - e) & Int(31));
  const I kept = AsInt(x) & Select(e > Int(23), all, mask);
  return AsFloat(Select(e < Int(0), AsInt(x) & Int(kSign), kept));
}

/*! \brief Truncation to bfloat16, what a store to a 16-bit DST does. */
HWY_INLINE F TruncateToBfloat16(F x) {
  return AsFloat(AsInt(x) & Int(static_cast<int32_t>(0xffff0000u)));
}

/*! \brief SFPSTOCHRND to bfloat16: half away from zero; NaN to infinity, denormals to zero. */
HWY_INLINE F RoundToBfloat16(F x) {
  const I rounded = Magnitude(x) + Int(0x8000);
  const I finite = Select(rounded > Int(0x7f800000), Int(0x7f800000), rounded);
  const I sign = AsInt(x) & Int(kSign);
  const I kept = Select(ExponentField(x) == Int(0), Int(0), finite);
  return TruncateToBfloat16(AsFloat(kept | sign));
}

/*! \brief Rounding to bfloat16 to nearest even by integer instructions (NaN may become infinity).
 */
HWY_INLINE F RoundToBfloat16Even(F x) {
  const I odd = ShiftRight<16>(AsInt(x)) & Int(1);
  return TruncateToBfloat16(AsFloat(AsInt(x) + Int(0x7fff) + odd));
}

/*!
 * \brief Nearest half-precision number, the format of table entries. The table has no zero: its
 *        pattern reads as 2^-15.
 */
constexpr float Half(float x) {
  if (x == 0.0f) return 0x1p-15f;
  const uint32_t bits = std::bit_cast<uint32_t>(x);
  return std::bit_cast<float>((bits + 0xfffu + ((bits >> 13) & 1u)) & 0xffffe000u);
}

/*!
 * \brief SFPLUTFP32 with six segments of |x|: below 0.5, 1, 1.5, 2, 3 and the rest.
 *        slope * |x| + intercept, rounded once, with the sign of x if `keep_sign`.
 */
HWY_INLINE F Lookup(F x, const float (&slope)[6], const float (&intercept)[6], bool keep_sign) {
  constexpr float kBound[5] = {0.5f, 1.0f, 1.5f, 2.0f, 3.0f};
  const F a = ClearSign(x);
  F s = Num(slope[0]);
  F i = Num(intercept[0]);
  for (int segment = 1; segment < 6; ++segment) {
    const B beyond = AsInt(a) >= AsInt(Num(kBound[segment - 1]));
    s = Select(beyond, Num(slope[segment]), s);
    i = Select(beyond, Num(intercept[segment]), i);
  }
  const F r = FusedMultiplyAdd(a, s, i);
  return keep_sign ? CopySign(r, x) : r;
}

}  // namespace lanes
}  // namespace HWY_NAMESPACE
}  // namespace tt_simulator
HWY_AFTER_NAMESPACE();

#endif  // TT_SIMULATOR_NUMERICS_SFPU_LANES_INL_H_
