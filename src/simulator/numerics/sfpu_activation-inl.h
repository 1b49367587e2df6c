/*!
 * \file sfpu_activation-inl.h
 * \brief Activation functions of the vector unit.
 *
 * Sequences and coefficients are those of the vendor's Wormhole programs (`ckernel_sfpu_{sigmoid,
 * silu,gelu,erf,softplus,elu,selu,celu,hardsigmoid,...}.h`), in the form they have without the
 * `INP_FLOAT32` macro.
 */
#if defined(TT_SIMULATOR_NUMERICS_SFPU_ACTIVATION_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TT_SIMULATOR_NUMERICS_SFPU_ACTIVATION_INL_H_
#undef TT_SIMULATOR_NUMERICS_SFPU_ACTIVATION_INL_H_
#else
#define TT_SIMULATOR_NUMERICS_SFPU_ACTIVATION_INL_H_
#endif

#include "sfpu_trigonometry-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tt_simulator {
namespace HWY_NAMESPACE {
namespace lanes {

/*! \brief 1 / (1 + exp(-x)), not yet rounded to bfloat16. */
template <bool kFp32Dest>
HWY_INLINE F SigmoidUnrounded(F x) {
  if constexpr (kFp32Dest) return Reciprocal<2>(Num(1.0f) + ExpAccurate(-x));
  return Reciprocal<1>(Num(1.0f) + Exp21(-x));
}

template <bool kFp32Dest>
HWY_INLINE F Sigmoid(F x) {
  const F r = SigmoidUnrounded<kFp32Dest>(x);
  return kFp32Dest ? r : RoundToBfloat16(r);
}

template <bool kFp32Dest>
HWY_INLINE F Silu(F x) {
  const F r = x * SigmoidUnrounded<kFp32Dest>(x);
  return kFp32Dest ? r : RoundToBfloat16(r);
}

/*! \brief gelu_tile: x / 2 plus a six-segment table (half-precision entries). */
HWY_INLINE F GeluTable(F x) {
  constexpr float kSlope[6] = {Half(0.1928f), Half(0.4939f), Half(0.6188f),
                               Half(0.6099f), Half(0.5402f), 0.5f};
  constexpr float kIntercept[6] = {Half(-0.00010443f), Half(-0.1604f), Half(-0.2796f),
                                   Half(-0.2635f),     Half(-0.1194f), Half(0.0f)};
  return Mad(x, Num(0.5f), Num(0.0f)) + Lookup(x, kSlope, kIntercept, /*keep_sign=*/false);
}

/*! \brief Odd numerator times x over even denominator, both in x^2. */
template <int kReciprocalSteps, int kNumerator, int kDenominator>
HWY_INLINE F OddRational(F x, const float (&numerator)[kNumerator],
                         const float (&denominator)[kDenominator]) {
  const F x2 = x * x;
  return (Horner(x2, numerator) * x) * Reciprocal<kReciprocalSteps>(Horner(x2, denominator));
}

/*! \brief erf_tile, whose default is the reciprocal with one Newton step. */
HWY_INLINE F Erf(F x) {
  constexpr float kNumerator[4] = {1.1280932447e+00f, 2.7609212279e-01f, 4.5400281738e-02f,
                                   7.4481184425e-04f};
  constexpr float kDenominator[5] = {1.0f, 5.7439188334e-01f, 1.3675764810e-01f, 8.2844606784e-03f,
                                     2.4813862145e-05f};
  const F clamped = Clamp(x, Num(-10.0f), Num(10.0f));
  return Clamp(OddRational<1>(clamped, kNumerator, kDenominator), Num(-1.0f), Num(1.0f));
}

template <bool kFp32Dest>
HWY_INLINE F GeluAccurate(F x) {
  constexpr float kSaturation = -5.54259443f;
  if constexpr (kFp32Dest) {
    constexpr float kNumerator[8] = {1.1283791065e+00f, 2.1477432549e-01f, 6.2133435160e-02f,
                                     5.6230435148e-03f, 6.1307044234e-04f, 1.7678321456e-05f,
                                     2.7384647439e-08f, -2.8632063387e-10f};
    constexpr float kDenominator[9] = {1.0f,
                                       5.2367275953e-01f,
                                       1.2961706519e-01f,
                                       1.9642570987e-02f,
                                       1.9545555115e-03f,
                                       1.3179056987e-04f,
                                       1.3156344494e-06f,
                                       -3.5153888689e-09f,
                                       -6.7350725691e-12f};
    const F scaled = Min(x * Num(0.7071067811865475f), Num(10.0f));
    const F erf = Clamp(OddRational<2>(scaled, kNumerator, kDenominator), Num(-1.0f), Num(1.0f));
    F r = x * Mad(Num(0.5f), erf, Num(0.5f));
    r = Select(Equal(erf, Num(-1.0f)), x * Num(2.9802322387695313e-08f), r);
    return Select(Greater(x, Num(kSaturation)), r, x - x);
  }
  const F x2 = x * x;
  const F xlog2 = Mad(x2, Num(-0.72134752044f), Num(127.0f));
  constexpr float kTail[4] = {3.0369991064e-01f, 9.5413386822e-02f, 1.3809983619e-02f,
                              7.5950479368e-04f};
  const F h = PowerOfTwoQuadratic(ScaledExponent(xlog2)) * Horner(x, kTail);
  // Adding and taking away 0.375 rounds to a multiple of 2^-25.
  F result = x * ((h + Num(0.375f)) - Num(0.375f));
  constexpr float kCore[7] = {3.9894227818e-01f,  -6.6361041488e-02f, 9.7720050615e-03f,
                              -1.0717806322e-03f, 8.1812159812e-05f,  -3.8082057209e-06f,
                              7.9821413868e-08f};
  const F phi = Mad(x, Horner(x2, kCore), Num(0.5f));
  result = Select(GreaterEqual(x, Num(-3.125f)), x * phi, result);
  result = Select(GreaterEqual(x, Num(2.78125f)), x, result);
  result = Select(Greater(x, Num(kSaturation)), result, Num(0.0f));
  return RoundToBfloat16(result);
}

template <bool kFp32Dest>
HWY_INLINE F GeluTanh(F x) {
  const F q = x * Mad(Num(0.044715f), x * x, Num(1.0f));
  const F t = TanhAccurate(Num(0.7978845608028654f) * q);
  const F half_x = Num(0.5f) * x;
  const F r = Mad(half_x, t, half_x);
  return kFp32Dest ? r : RoundToBfloat16(r);
}

/*! \brief x u (u + 2) / (u^2 + 2 u + 2) with u = exp(x); x itself from 8 on. */
template <bool kFp32Dest>
HWY_INLINE F Mish(F x) {
  F u;
  if constexpr (kFp32Dest) {
    u = ExpAccurate(x);
  } else {
    u = RoundToBfloat16(Exp21(x));
  }
  const F numerator = u * (u + Num(2.0f));
  const F v = u + Num(1.0f);
  const F denominator = Mad(v, v, Num(1.0f));
  F r = x * (numerator * Reciprocal < kFp32Dest ? 2 : 1 > (denominator));
  r = Select(Less(x, Num(8.0f)), r, x);
  return kFp32Dest ? r : RoundToBfloat16(r);
}

template <bool kFp32Dest>
HWY_INLINE F Softplus(F x, F beta, F beta_reciprocal, F threshold) {
  const F t = beta * x;
  const F a = ClearSign(t);
  constexpr float kPolynomial[7] = {6.9423984729e-01f,  -5.0932420424e-01f, 1.4279095486e-01f,
                                    -1.3000584069e-02f, -1.8627923291e-03f, 5.0152968088e-04f,
                                    -3.1273466851e-05f};
  const F residual = Select(Greater(a, Num(5.0f)), Num(0.0f), Horner(a, kPolynomial));
  F r = beta_reciprocal * (Max(t, Num(0.0f)) + residual);
  if constexpr (!kFp32Dest) r = RoundToBfloat16(r);
  return Select(LessEqual(t, threshold), r, x);
}

/*! \brief exp(max(x, -87)) - 1 by Cody-Waite reduction (ELU family). */
HWY_INLINE F Expm1Clamped(F x) {
  x = Max(x, Num(-87.0f));
  const F bias = Pattern(0x4b400000u);
  const F shifted = Mad(x, Num(1.4426950408889634f), bias);
  const F k = shifted - bias;
  F r = Mad(k, Num(-0.6931152343750000f), x);
  r = Mad(k, Num(-3.19461832987e-05f), r);
  constexpr float kPolynomial[5] = {1.0f, 4.9999371171e-01f, 1.6666433215e-01f, 4.1875664145e-02f,
                                    8.3751315251e-03f};
  const F h = r * Horner(r, kPolynomial);
  const F power = SetExponentField(Num(1.0f), AsInt(shifted) - Int(0x4b3fff81));
  return Mad(power, h, power - Num(1.0f));
}

/*! \brief alpha * (exp(inner * x) - 1) for x < 0, else outer * x (or x itself). */
template <bool kFp32Dest>
HWY_INLINE F EluLike(F x, F argument, F alpha, F positive) {
  const F r = Select(IsNegative(x), alpha * Expm1Clamped(argument), positive);
  return kFp32Dest ? r : RoundToBfloat16(r);
}

HWY_INLINE F ReluMax(F x, F threshold) {
  const F r = Select(Greater(x, threshold), threshold, x);
  return Select(IsNegative(r), Num(0.0f), r);
}

}  // namespace lanes
}  // namespace HWY_NAMESPACE
}  // namespace tt_simulator
HWY_AFTER_NAMESPACE();

#endif  // TT_SIMULATOR_NUMERICS_SFPU_ACTIVATION_INL_H_
