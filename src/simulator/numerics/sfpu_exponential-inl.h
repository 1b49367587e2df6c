/*!
 * \file sfpu_exponential-inl.h
 * \brief Reciprocal, roots, exponentials, logarithms and powers of the vector unit.
 *
 * Sequences of operations and coefficients are those of the vendor's Wormhole SFPU programs
 * (`ckernel_sfpu_{recip,sqrt,exp,exp2,expm1,log,log1p,unary_power,binary_pow}.h`): each step
 * rounds, so the order is part of the result. `kFp32Dest` selects the program for a 32-bit DST.
 */
#if defined(TT_SIMULATOR_NUMERICS_SFPU_EXPONENTIAL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TT_SIMULATOR_NUMERICS_SFPU_EXPONENTIAL_INL_H_
#undef TT_SIMULATOR_NUMERICS_SFPU_EXPONENTIAL_INL_H_
#else
#define TT_SIMULATOR_NUMERICS_SFPU_EXPONENTIAL_INL_H_
#endif

#include "sfpu_lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tt_simulator {
namespace HWY_NAMESPACE {
namespace lanes {

/*! \brief k2 - k1 x + k0 x^2, first estimate of 1 / x on [1, 2). */
struct ReciprocalSeed {
  float k0, k1, k2;
};
constexpr ReciprocalSeed kSeed = {0.3232325017452239990234375f, 1.4545459747314453125f,
                                  2.121212482452392578125f};
/*! \brief Seed for which one Newton step rounds correctly to bfloat16. */
constexpr ReciprocalSeed kBfloat16Seed = {0.32133400440216064453125f, 1.4514148235321044921875f,
                                          2.1200883388519287109375f};

/*! \brief 1 / x by Newton steps on the mantissa; 1/0 is infinity, 1/inf zero, signs kept. */
template <int kSteps, bool kRoundToBfloat16 = false>
HWY_INLINE F Reciprocal(F x, const ReciprocalSeed& seed = kSeed) {
  const F minus = CopyMantissa(Num(-1.0f), x);
  F y = Mad(Num(seed.k0), minus, Num(seed.k1));
  y = Mad(y, minus, Num(seed.k2));
  for (int step = 0; step < kSteps; ++step) {
    const F t = Mad(minus, y, Num(1.0f));
    y = Mad(y, t, y);
  }
  if constexpr (kRoundToBfloat16) y = RoundToBfloat16(y);
  // Complement of the exponent is one more than that of 1/x; the half brings it back and maps the
  // ends of the range to infinity and zero.
  const F scale = ClearMantissa(AsFloat(~AsInt(x))) * Num(0.5f);
  return CopySign(y * scale, x);
}

/*! \brief 1 / x for x > 0 in the middle of the range, from an integer seed. */
template <bool kFp32Dest>
HWY_INLINE F PositiveReciprocal(F x) {
  F y = AsFloat(Int(static_cast<int32_t>(0xfef392e0u)) - AsInt(x));
  F e = Mad(x, y, Num(1.0f));
  if constexpr (kFp32Dest) {
    y = Mad(y, e, y);
    e = Mad(x, y, Num(1.0f));
  }
  const F p = Mad(e, e, e);
  y = -y;
  return Mad(y, p, y);
}

/*! \brief sqrt(x) or 1 / sqrt(x), 23-bit variant of Kokosinski et al. (2024). */
template <bool kReciprocal>
HWY_INLINE F SquareRoot(F x) {
  const I half_bits = ShiftRight<1>(AsInt(x));
  F y = AsFloat(Int(0x5f1110a0) - half_bits);
  F xy = x * y;
  const F c = (-y) * xy;
  y = y * Mad(c, Num(2.2533049f) + c, Num(2.2825186f));
  xy = x * y;
  const F rest = Mad(-y, xy, Num(1.0f));
  const F nan = Pattern(0x7fc00000u);
  const B zero = Magnitude(x) == Int(0);
  if constexpr (kReciprocal) {
    const I distance = Int(0x7f800000) - AsInt(x);
    const B ordinary = !(distance == Int(0)) && !zero;
    F r = Mad(rest, AddExponent(y, -1), y);
    r = Select(IsNegative(x), nan, r);
    return Select(ordinary, r, AsFloat(distance));
  } else {
    const F refined = Mad(rest, Num(0.5f) * xy, xy);
    F r = Select(AsInt(x) < Int(0x7f800000), refined, y);
    r = Select(IsNegative(x), nan, r);
    return Select(zero, x, r);
  }
}

/*! \brief Integer part of a small positive number times 2^23: its bits are those of 2^x, linearly.
 */
HWY_INLINE I ScaledExponent(F x) { return ShiftBy(MantissaWithHidden(x), Exponent(x)); }

/*! \brief 2^(z / 2^23 - 127) with a quadratic for the fraction (Moroz et al. 2022, exp_21f). */
HWY_INLINE F PowerOfTwoQuadratic(I z, float c0 = 1.0017248f) {
  const F bits = AsFloat(z);
  const F fraction = ToFloat(Mantissa(bits));
  const F r = Mad(Mad(fraction, Num(4.791750143340323e-15f), Num(7.839635491371155e-08f)), fraction,
                  Num(c0));
  return SetExponentField(r, ExponentField(bits));
}

constexpr float kInverseLn2 = 1.4426950216293334961f;

/*! \brief exp(x) to about 21 bits; the result is not rounded to bfloat16. */
HWY_INLINE F Exp21(F x, float c0 = 1.0017248f) {
  const F xlog2 = Clamp(Mad(x, Num(kInverseLn2), Num(127.0f)), Num(0.0f), Num(255.0f));
  return PowerOfTwoQuadratic(ScaledExponent(xlog2), c0);
}

/*! \brief exp(x) to float32 accuracy. */
HWY_INLINE F ExpAccurate(F x) {
  const I i = RoundToInt16(Num(1.442695f) * x);
  const F j = ToFloat(i);
  F f = Mad(j, Num(-6.93145752e-1f), x);
  f = Mad(j, Num(-1.42860677e-6f), f);
  F r = Mad(Num(1.37805939e-3f), f, Num(8.37312452e-3f));
  r = Mad(r, f, Num(4.16695364e-2f));
  r = Mad(r, f, Num(1.66664720e-1f));
  r = Mad(r, f, Num(4.99999851e-1f));
  F y = Mad(r, f, Num(1.0f));
  r = Mad(y, f, Num(1.0f));
  // A NaN here has mantissa 1; one less is an infinity, and 0 * infinity a NaN again.
  const F underflow = AsFloat(AsInt(y) - Int(1)) * Num(0.0f);
  const I e = ExponentField(r) + i;
  const F overflow = underflow + Num(kInf);
  y = Select(e >= Int(1), Select(e < Int(255), SetExponentField(r, e), overflow), underflow);
  return y;
}

/*! \brief exp_tile: the 16-bit program loads the constant term as a half-precision immediate. */
template <bool kFp32Dest>
HWY_INLINE F Exp(F x) {
  if constexpr (kFp32Dest) return ExpAccurate(x);
  return RoundToBfloat16Even(Exp21(x, 1.001953125f));
}

/*!
 * \brief exp(scale * x) by Schraudolph's linear form in 16 integer bits (exp_tile<true>).
 * \param clamped inputs below -88.5 / scale are raised to it; otherwise they give negative numbers.
 */
struct ExpLine {
  float slope, threshold;
};
inline ExpLine ExpLineOf(float scale) {
  return {256.0f * 1.4426950408889634f * scale, -88.5f / scale};
}
template <bool kClamped>
HWY_INLINE F ExpApprox(F x, const ExpLine& line) {
  if constexpr (kClamped) x = Max(x, Num(line.threshold));
  const F i = Mad(Num(line.slope), x, Num(32500.818359375f));
  if constexpr (kClamped) {
    const I rounded = Select(IsNegative(i), Int(0), RoundMagnitude(i, 65535.0f));
    return AsFloat(ShiftLeft<15>(rounded));
  }
  return CopySign(AsFloat(ShiftLeft<15>(RoundMagnitude(i, 32767.0f))), i);
}

template <bool kFp32Dest>
HWY_INLINE F Exp2(F x) {
  if constexpr (!kFp32Dest) {
    const F xlog2 = Clamp(x + Num(127.0f), Num(0.0f), Num(255.0f));
    return RoundToBfloat16(PowerOfTwoQuadratic(ScaledExponent(xlog2)));
  }
  const I i = RoundToInt16(x);
  const F f = x - ToFloat(i);
  F r = Mad(Num(0x1.41cp-13f), f, Num(0x1.5f4p-10f));
  r = Mad(r, f, Num(0x1.3b4p-7f));
  const F y = Mad(r, f, Num(0x1.c6afd8p-5f));
  r = Mad(y, f, Num(0x1.ebfba0p-3f));
  r = Mad(r, f, Num(0x1.62e42ep-1f));
  r = Mad(r, f, Num(1.0f));
  const I e = ExponentField(r) + i;
  const F in_range = Select(e < Int(1), Num(0.0f), SetExponentField(r, e));
  const B use = !IsNegative(Abs(x)) && (e < Int(255));
  return Select(use, in_range, y * Num(kInf));
}

template <bool kFp32Dest>
HWY_INLINE F Expm1(F x) {
  const F bias = Num(12582912.0f);
  const F shifted = Mad(Num(1.442695f), x, bias);
  const I i = AsInt(shifted);
  const F j = shifted - bias;
  const F half = Num(0.5f);
  const I scale_bits = ShiftLeft<23>(i) + AsInt(half);
  const F t = AsFloat(scale_bits);
  F r, scaled;
  if constexpr (!kFp32Dest) {
    const F f = Mad(j, Num(-0.6931471805599453f), x);
    r = Mad(Num(8.361816406e-03f), f, Num(4.177856445e-02f));
    const F s = f * f;
    r = Mad(r, f, Num(1.666259766e-01f));
    r = Mad(r, f, half);
    r = Mad(r, s, f);
    scaled = Mad(t, r, t - half);
  } else {
    F f = Mad(j, Num(-0.693145752f), x);
    f = Mad(j, Num(-1.42860677e-6f), f);
    const F s = f * f;
    r = Mad(Num(1.974105835e-04f), f, Num(1.393107930e-3f));
    r = Mad(r, f, Num(8.333439939e-3f));
    r = Mad(r, f, Num(4.166680202e-2f));
    r = Mad(r, f, Num(1.666667163e-1f));
    r = Mad(r, f, AsFloat(AsInt(half) - Int(1)));
    const B is_one = Equal(j, Num(1.0f));
    r = Mad(r, s, Select(is_one, f + half, f));
    const F y = t - half;
    const F low = (t - y) - half;
    scaled = Select(is_one, r, Mad(r, t, low) + y);
  }
  const F jm2 = j + Num(-2.0f);
  const B tail = RoundMagnitude(jm2, 127.0f) >= Int(127);
  const F saturated = Select(IsNegative(jm2), Num(-0.5f), jm2 * Num(kInf));
  const F large = Select(tail, saturated, scaled) * Num(2.0f);
  return Select(IsPlusZero(j), r, large);
}

/*! \brief The polynomial part of log(1 + m) / m^2, without the linear term. */
template <bool kFp32Dest>
HWY_INLINE F LogTail(F m) {
  if constexpr (!kFp32Dest) {
    return Mad(Mad(Num(-0.25f), m, Num(0x1.744p-2f)), m, Num(-0x1.008p-1f));
  }
  F r = Mad(Num(-0x1.92cp-5f), m, Num(0x1.b84p-4f));
  r = Mad(r, m, Num(-0x1.0c4p-3f));
  r = Mad(r, m, Num(0x1.274p-3f));
  r = Mad(r, m, Num(-0x1.55p-3f));
  r = Mad(r, m, Num(0x1.998p-3f));
  r = Mad(r, m, Num(-0x1.00001ap-2f));
  r = Mad(r, m, Num(0x1.555572p-2f));
  return Mad(r, m, Num(-0.5f));
}

constexpr float kTwoToMinus23 = 1.19209290e-7f;
constexpr float kLn2TimesTwoToMinus23 = 0.693147182f * kTwoToMinus23;

/*! \brief What log_tile and log_with_base_tile compute: ln, ln times a factor, log2.
 */
enum class LogScale { None, Factor, BaseTwo };

/*! \brief Logarithm of x, `factor` being 1 / ln(base); NaN for negative numbers. */
template <bool kFp32Dest, LogScale kScale>
HWY_INLINE F Log(F x, F factor) {
  const F a = Mad(x, Num(1.0f), Num(0.0f));
  // Exponent such that the mantissa lies in [0.75, 1.5).
  const I e = AsInt(ClearMantissa(AsFloat(AsInt(a) - AsInt(Num(0.75f)))));
  const F m = AsFloat(AsInt(a) - e) - Num(1.0f);
  const F s = m * m;
  const F r = Mad(LogTail<kFp32Dest>(m), s, m);
  const I magnitude = Select(e < Int(0), Int(0) - e, e);
  const F e_float = CopySign(ToFloat(magnitude), AsFloat(e));
  // `e` is an exponent where it stands in a pattern, so its number carries a factor of 2^23.
  F result;
  if constexpr (kScale == LogScale::BaseTwo) {
    result = Mad(e_float, Num(kTwoToMinus23), r * factor);
  } else {
    result = Mad(e_float, Num(kLn2TimesTwoToMinus23), r);
    if constexpr (kScale == LogScale::Factor) result = result * factor;
  }
  // The exponent of zero wraps to that of infinity: log(0) becomes a negative number times
  // infinity.
  const F halved = AddExponent(a, -1);
  result = Select(IsFinite(halved), result, result * halved);
  return Select(IsNegative(a), Pattern(0x7fc00000u), result);
}

template <bool kFp32Dest>
HWY_INLINE F Log1p(F x) {
  const F u = x + Num(1.0f);
  const I e = AsInt(ClearMantissa(AsFloat(AsInt(u) - AsInt(Num(0.75f)))));
  F m = AsFloat(AsInt(x) - e);
  const F s4 = AsFloat(AsInt(Num(-4.0f)) - e);
  const F t = Mad(Num(-0.25f), s4, Num(-1.0f));
  m = m + t;
  const F s = m * m;
  const F tail = LogTail<kFp32Dest>(m);
  const I magnitude = Select(e < Int(0), Int(0) - e, e);
  const F e_float = CopySign(ToFloat(magnitude), AsFloat(e));
  F r = Mad(tail, s, m);
  r = Mad(e_float, Num(kLn2TimesTwoToMinus23), r);
  r = Select(AsInt(u) >= Int(0x7f800000), u, r);
  return Select(IsNegative(u), Pattern(0x7fc00000u), r);
}

/*! \brief Truncation of a nonnegative number to an integer, 0x7fffffff from 2^31 on. */
HWY_INLINE I TruncatePositive(F x) {
  const I e = Exponent(x);
  const I shifted = ShiftBy(MantissaWithHidden(x), e - Int(23));
  return Select(e < Int(0), Int(0), Select(e > Int(30), Int(0x7fffffff), shifted));
}

/*! \brief 2^z for z >= -127 (Moroz et al. 2022, exp_21f with two linear factors). */
HWY_INLINE F PowerOfTwoFactored(F z) {
  const F scaled = AddExponent(z, 23) + Num(1065353216.0f);
  const F bits = AsFloat(TruncatePositive(scaled));
  const I mantissa = Mantissa(bits);
  const F d2 = Num(0.40196114e-7f) * ToFloat(Int(0xf94ee7) + mantissa);
  const F d3 = ToFloat(Int(0x560e) + mantissa);
  const I zif = TruncatePositive(d2 * d3);
  return SetExponentField(AsFloat(zif), Int(127) + Exponent(bits));
}

/*! \brief Sign of base^exponent for negative bases: odd integers negate, others give NaN. */
HWY_INLINE F SignOfPower(F y, F base, F exponent) {
  const I whole = RoundToInt16(exponent);
  const F odd = AsFloat(Magnitude(y) | ShiftLeft<31>(whole));
  const F negative = Select(Equal(ToFloat(whole), exponent), odd, Pattern(0x7fc00000u));
  return Select(IsNegative(base), negative, y);
}

constexpr float kLogSeries[4] = {-0x1.952992p+0f, 0x2.4f5388p+0f, -0xd.e712ap-4f, 0x2.44734p-4f};

/*! \brief base^exponent for a 16-bit DST (not yet rounded). */
HWY_INLINE F Power21(F base, F exponent, float inverse_ln2) {
  const F absolute = ClearSign(base);
  const F series = Horner(SetExponentField(absolute, Int(127)), kLogSeries);
  const F log2 = Mad(series, Num(inverse_ln2), ToFloat(Exponent(base)));
  F z = exponent * log2;
  z = Select(Less(z, Num(-127.0f)), Num(-127.0f), z);
  return SignOfPower(PowerOfTwoFactored(z), base, exponent);
}

/*! \brief Round to nearest by adding 1.5 * 2^23: the number and the integer. */
struct Rounded {
  F number;
  I integer;
};
HWY_INLINE Rounded RoundByBias(F x) {
  const F bias = Pattern(0x4b400000u);
  const F shifted = x + bias;
  return {shifted - bias, AsInt(shifted) - AsInt(bias)};
}

/*! \brief Parts of exponent * log2(base), high and low, for the 32-bit powers. */
struct HighLow {
  F high, low;
};
template <bool kBinary>
HWY_INLINE HighLow ProductWithLog2(F base, F exponent) {
  const F absolute = Abs(base);
  F m = SetExponentField(absolute, Int(127));
  I e = Exponent(absolute);
  const B large = GreaterEqual(m, Num(1.4142135381698608f));
  m = Select(large, m * Num(0.5f), m);
  e = Select(large, e + Int(1), e);
  const F m1 = m + Num(1.0f);
  F recip =
      kBinary ? Mad(Num(-0.2426406871192851f), m1, Num(1.0f)) : Mad(Num(-0.244f), m1, Num(1.003f));
  for (int step = 0; step < 3; ++step) recip = recip * Mad(-m1, recip, Num(2.0f));
  const F z = (m - Num(1.0f)) * recip;
  constexpr float kAtanh[6] = {1.0f,
                               0.3333333333333333f,
                               0.2f,
                               0.14285714285714285f,
                               0.1111111111111111f,
                               0.09090909090909091f};
  const F ln_m = Num(2.0f) * (z * Horner(z * z, kAtanh));
  const F inverse_ln2 = Num(kBinary ? 1.442695f : 1.4426950408889634f);
  const F split = exponent * Num(4097.0f);
  const F high = split - (split - exponent);
  const F low = exponent - high;
  const F e_float = ToFloat(e);
  return {high * e_float, Mad(low, e_float, exponent * (ln_m * inverse_ln2))};
}

/*! \brief power_tile(exponent). */
template <bool kFp32Dest>
HWY_INLINE F UnaryPower(F base, F exponent, bool exponent_is_negative) {
  F y;
  if constexpr (!kFp32Dest) {
    y = Power21(base, exponent, 1.4426950408889634f);
  } else {
    const HighLow z = ProductWithLog2<false>(base, exponent);
    F s = z.high + z.low;
    const F e = z.low - (s - z.high);
    s = Max(s, Num(-0x7e.ffff8p0f));
    const Rounded k = RoundByBias(s);
    const F f = (s - k.number) + e;
    const F r = Mad(f, Num(0.693359375f), f * Num(-2.12194440e-4f));
    constexpr float kTaylor[8] = {1.0f,         1.0f,          0.5f,          1.0f / 6.0f,
                                  1.0f / 24.0f, 1.0f / 120.0f, 1.0f / 720.0f, 1.0f / 5040.0f};
    const F p = Horner(r, kTaylor);
    y = SetExponentField(p, ExponentField(p) + k.integer);
    y = Select(GreaterEqual(s, Num(128.0f)), Num(kInf), y);
    y = SignOfPower(y, base, exponent);
  }
  const B zero = IsPlusZero(Abs(base));
  if (exponent_is_negative) {
    y = Select(zero, Pattern(0x7fc00000u), y);
  } else {
    const B positive = !IsNegative(exponent) && !IsPlusZero(exponent);
    y = Select(zero && positive, Num(0.0f), y);
  }
  return kFp32Dest ? y : RoundToBfloat16(y);
}

/*! \brief power_binary_tile and rpow_tile. */
template <bool kFp32Dest>
HWY_INLINE F BinaryPower(F base, F exponent) {
  const F nan = Pattern(0x7fc00000u);
  const B base_is_zero = IsPlusZero(ClearSign(base));
  if constexpr (!kFp32Dest) {
    F y = Power21(base, exponent, 1.442695f);
    const F of_zero = Select(IsNegative(exponent), nan, Num(0.0f));
    y = Select(base_is_zero && !IsPlusZero(exponent), of_zero, y);
    return RoundToBfloat16(y);
  }
  const HighLow z = ProductWithLog2<true>(base, exponent);
  F s = z.high + z.low;
  F e = z.low - (s - z.high);
  const B low = Less(s, Num(-127.0f));
  s = Select(low, Num(-127.0f), s);
  e = Select(low, Num(0.0f), e);
  const Rounded k = RoundByBias(s);
  F y = ExpAccurate(((s - k.number) + e) * Num(0.693147180559945309f));
  const I out = ExponentField(y) + k.integer;
  y = Select(out >= Int(255), Num(kInf), SetExponentField(y, out));
  const F abs_exponent = Abs(exponent);
  y = SignOfPower(y, base, abs_exponent);
  F of_zero = Select(IsPlusZero(abs_exponent), y, CopySign(Num(0.0f), y));
  of_zero =
      Select(!IsPlusZero(abs_exponent) && IsNegative(exponent), CopySign(Num(kInf), y), of_zero);
  of_zero = Select(IsNan(exponent), nan, of_zero);
  return Select(base_is_zero, of_zero, y);
}

/*! \brief power_iterative_tile: repeated squaring for an integer exponent. */
HWY_INLINE F IterativePower(F x, uint32_t exponent) {
  if (exponent == 0) return Num(1.0f);
  F result = x;
  for (uint32_t rest = exponent - 1; rest > 0; rest >>= 1) {
    if (rest & 1) result = result * x;
    x = x * x;
  }
  return result;
}

}  // namespace lanes
}  // namespace HWY_NAMESPACE
}  // namespace tt_simulator
HWY_AFTER_NAMESPACE();

#endif  // TT_SIMULATOR_NUMERICS_SFPU_EXPONENTIAL_INL_H_
