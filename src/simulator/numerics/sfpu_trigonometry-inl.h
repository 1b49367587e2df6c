/*!
 * \file sfpu_trigonometry-inl.h
 * \brief Sine, cosine, tangent and hyperbolic tangent of the vector unit.
 *
 * Sequences and coefficients are those of the vendor's Wormhole programs
 * (`ckernel_sfpu_{trigonometry,tanh}.h`).
 */
#if defined(TT_SIMULATOR_NUMERICS_SFPU_TRIGONOMETRY_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TT_SIMULATOR_NUMERICS_SFPU_TRIGONOMETRY_INL_H_
#undef TT_SIMULATOR_NUMERICS_SFPU_TRIGONOMETRY_INL_H_
#else
#define TT_SIMULATOR_NUMERICS_SFPU_TRIGONOMETRY_INL_H_
#endif

#include "sfpu_exponential-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tt_simulator {
namespace HWY_NAMESPACE {
namespace lanes {

/*! \brief x - j * (p0 + p1 + p2 + p3), one part after the other (Cody and Waite). */
HWY_INLINE F SubtractMultiple(F x, F j, float p0, float p1, float p2, float p3) {
  F a = x + j * Num(p0);
  a = a + j * Num(p1);
  a = a + j * Num(p2);
  return a + j * Num(p3);
}

/*! \brief sin(a) for |a| <= pi / 2, negated where bit 0 of `quadrant` is set. */
template <bool kFp32Dest>
HWY_INLINE F ReducedSine(F a, I quadrant) {
  const F s = a * a;
  a = AsFloat(AsInt(a) ^ ShiftLeft<31>(quadrant));
  const F c = a * s;
  F r;
  if constexpr (kFp32Dest) {
    r = Mad(Num(0x1.5dc908p-19f), s, Num(-0x1.9f70fp-13f));
    r = Mad(r, s, Num(0x1.110edap-7f));
    r = Mad(r, s, Num(-0x1.55554cp-3f));
  } else {
    r = Mad(Num(-0x1.8b10a4p-13f), s, Num(0x1.10c2a2p-7f));
    r = Mad(r, s, Num(-0x1.5554a4p-3f));
  }
  r = Mad(r, c, a);
  return kFp32Dest ? r : RoundToBfloat16(r);
}

constexpr float kInversePi = 0.31830987334251404f;

template <bool kFp32Dest>
HWY_INLINE F Sine(F x) {
  const F bias = Num(0x1.8p23f);
  const F shifted = Mad(x, Num(kInversePi), bias);
  const F j = shifted - bias;
  const F a = SubtractMultiple(x, j, -0x1.92p+1f, -0x1.fbp-11f, -0x1.51p-21f, -0x1.0b4612p-33f);
  return ReducedSine<kFp32Dest>(a, AsInt(shifted));
}

template <bool kFp32Dest>
HWY_INLINE F Cosine(F x) {
  const F shifted = Mad(x, Num(kInversePi), Num(0.5f)) + Num(12582912.0f);
  const F j = Mad(shifted + Num(-12582912.0f), Num(2.0f), Num(-1.0f));
  const F a = SubtractMultiple(x, j, -0x1.92p+0f, -0x1.fbp-12f, -0x1.51p-22f, -0x1.0b4612p-34f);
  return ReducedSine<kFp32Dest>(a, AsInt(shifted));
}

template <bool kFp32Dest>
HWY_INLINE F Tangent(F x) {
  const F bias = Num(0x1.8p23f);
  const F shifted = Mad(x, Num(0.6366197466850281f), bias);
  const B odd = !((AsInt(shifted) & Int(1)) == Int(0));
  const F j = shifted + (-bias);
  const F a = SubtractMultiple(x, j, -0x1.92p+0f, -0x1.fbp-12f, -0x1.51p-22f, -0x1.0b4612p-34f);
  F s = a * a;
  F t;
  if constexpr (kFp32Dest) {
    t = Mad(Num(0x1.fa9f82p-9f), s, Num(0x1.2b404p-10f));
    t = Mad(t, s, Num(0x1.4787dp-7f));
    t = Mad(t, s, Num(0x1.620abcp-6f));
    t = Mad(t, s, Num(0x1.ba5716p-5f));
    t = Mad(t, s, Num(0x1.111072p-3f));
    t = Mad(t, s, Num(0x1.555556p-2f));
  } else {
    t = Mad(Num(0x1.4f1f4ep-4f), s, Num(0x1.02b98p-3f));
    t = Mad(t, s, Num(0x1.55953p-2f));
  }
  t = t * s;
  const F r = Mad(t, a, a);
  // Odd multiples of pi / 2: minus the reciprocal.
  const F minus = CopyMantissa(Num(-1.0f), r);
  F y = Mad(Num(kSeed.k0), minus, Num(kSeed.k1));
  y = Mad(y, minus, Num(kSeed.k2));
  const F scale = ClearMantissa(AsFloat(~AsInt(r))) * Num(0.5f);
  const F e = Mad(minus, y, Num(1.0f));
  y = Mad(y, e, y) * scale;
  F reciprocal = y;
  if constexpr (kFp32Dest) {
    s = Mad(t, a, Mad(Num(-1.0f), r, a));
    const F residual = Mad(s, y, Mad(r, y, Num(1.0f)));
    reciprocal = Mad(residual, y, y);
  }
  const F result = Select(odd, reciprocal, r);
  return kFp32Dest ? result : RoundToBfloat16(result);
}

/*! \brief tanh to float32 accuracy: from expm1(2 |x|) and a Newton reciprocal. */
HWY_INLINE F TanhAccurate(F x) {
  const I i = RoundMagnitude(x * Num(2.0f * 1.442695f), 255.0f);
  const F j = ToFloat(i);
  const F a = ClearSign(x + x);
  const F f = Mad(j, Num(-0.6931471805599453f), a);
  F r = Mad(Num(1.974105835e-04f), f, Num(1.393318176e-3f));
  r = Mad(r, f, Num(8.331298828e-3f));
  r = Mad(r, f, Num(4.166680202e-2f));
  const F s = f * f;
  r = Mad(r, f, Num(1.666667163e-1f));
  const F half = Num(0.5f);
  r = Mad(r, f, half);
  r = Mad(r, s, f);
  const F scale = SetExponentField(Num(0.0f), i + Int(126));
  const F x0 = Mad(r, scale, scale - half);
  const F x1 = x0 + Num(1.0f);
  F y = Mad(AsFloat(AsInt(a) - Int(1)), Num(0.0f), Num(1.0f));
  F reciprocal = AsFloat(Int(static_cast<int32_t>(0xfef30000u)) - AsInt(x1));
  F t = Mad(x1, reciprocal, Num(1.0f));
  t = Mad(t, t, t);
  reciprocal = Mad(reciprocal, t, reciprocal);
  const F y0 = x0 * reciprocal;
  t = Mad(x1, y0, x0);
  const F refined = Mad(t, reciprocal, y0);
  const B unsaturated = i < Int(61);
  y = Select(unsaturated, Select(ExponentField(x) >= Int(115), refined, x), y);
  return CopySign(y, x);
}

template <bool kFp32Dest>
HWY_INLINE F Tanh(F x) {
  if constexpr (kFp32Dest) return TanhAccurate(x);
  constexpr float kPolynomial[7] = {0.0f,
                                    0.999004364013671875f,
                                    3.0897438526153564453125e-2f,
                                    -0.4890659749507904052734375f,
                                    0.281917631626129150390625f,
                                    -6.6649019718170166015625e-2f,
                                    5.876733921468257904052734375e-3f};
  return RoundToBfloat16(CopySign(Min(Horner(Abs(x), kPolynomial), Num(1.0f)), x));
}

HWY_INLINE F TanhApprox(F x) {
  constexpr float kSlope[6] = {Half(0.96191406f),   Half(0.57617188f), Half(0.28710938f),
                               Half(0.0964355469f), Half(0.0390625f),  Half(0.0f)};
  constexpr float kIntercept[6] = {
      0.0f, Half(0.192871094f), Half(0.48193359f), Half(0.76806641f), Half(0.8828125f), 1.0f};
  return Lookup(x, kSlope, kIntercept, /*keep_sign=*/true);
}

/*!
 * \brief A function of the C library evaluated in double precision, for programs whose last bits
 * are not reproduced (asin, acos, atan, sinh, cosh, asinh, acosh, atanh, erfc, cbrt).
 */
template <bool kFp32Dest, typename Function>
HWY_INLINE F InDoublePrecision(F x, Function&& function) {
  HWY_ALIGN float values[16];
  const F r = EachF([&](int part) HWY_ATTR {
    hn::Store(x.v[part], DF(), values);
    for (size_t i = 0; i < hn::Lanes(DF()); ++i) {
      values[i] = static_cast<float>(function(static_cast<double>(values[i])));
    }
    return hn::Load(DF(), values);
  });
  return kFp32Dest ? r : RoundToBfloat16(r);
}

}  // namespace lanes
}  // namespace HWY_NAMESPACE
}  // namespace tt_simulator
HWY_AFTER_NAMESPACE();

#endif  // TT_SIMULATOR_NUMERICS_SFPU_TRIGONOMETRY_INL_H_
