/*!
 * \file sfpu_operations.h
 * \brief Names of the vector unit's programs, which kernels and simulator share.
 *
 * One enumerator per kernel-API call; the enumerator's comment names the call and its parameters.
 * Parameters are passed as the 32-bit patterns that the kernel API takes.
 */
#ifndef TT_SIMULATOR_NUMERICS_SFPU_OPERATIONS_H_
#define TT_SIMULATOR_NUMERICS_SFPU_OPERATIONS_H_

#include <cstdint>

namespace tt_simulator {

/*! \brief Faces an SFPU call works on (`VectorMode`): all, faces 0 and 1, or faces 0 and 2. */
enum class VectorMode : uint8_t { None = 0, R = 1, C = 2, RC = 4 };

/*! \brief Calls with one tile, in place. `p0`, `p1`, `p2` are SfpuConfig::params. */
enum class SfpuUnaryOp : uint16_t {
  // Exponentials, logarithms, powers.
  Exp,                /*!< exp_tile */
  ExpApprox,          /*!< exp_tile<true> */
  ExpScaled,          /*!< exp_tile<false, true>(scale): exp(p0 * x), p0 = float32 scale */
  ExpApproxScaled,    /*!< exp_tile<true> after exp_tile_init<true, scale>: p0 = float32 scale */
  ExpApproxUnclamped, /*!< the same with InputClamping::None, p0 = float32 scale */
  Exp2,               /*!< exp2_tile */
  Expm1,              /*!< expm1_tile */
  Log,                /*!< log_tile */
  LogWithBase,        /*!< log_with_base_tile(p0 = float32 pattern of 1 / ln(base)) */
  LogBaseTwo, /*!< log_with_base_tile<.., base_is_two = true>(p0 = float32 pattern of 1 / ln(2)) */
  Log1p,      /*!< log1p_tile */
  Sqrt,       /*!< sqrt_tile */
  Rsqrt,      /*!< rsqrt_tile */
  Recip,      /*!< recip_tile */
  Cbrt,       /*!< cbrt_tile */
  Square,     /*!< square_tile */
  Power,      /*!< power_tile(p0 = float32 exponent) */
  PowerIterative, /*!< power_iterative_tile(p0 = integer exponent) */
  Rpow,           /*!< rpow_tile(p0 = float32 base) */
  // Trigonometry.
  Sin,   /*!< sin_tile */
  Cos,   /*!< cos_tile */
  Tan,   /*!< tan_tile */
  Asin,  /*!< asin_tile */
  Acos,  /*!< acos_tile */
  Atan,  /*!< atan_tile */
  Sinh,  /*!< sinh_tile */
  Cosh,  /*!< cosh_tile */
  Asinh, /*!< asinh_tile */
  Acosh, /*!< acosh_tile */
  Atanh, /*!< atanh_tile */
  // Activations.
  Tanh,         /*!< tanh_tile */
  TanhApprox,   /*!< tanh_tile<true> */
  Sigmoid,      /*!< sigmoid_tile */
  Silu,         /*!< silu_tile */
  Gelu,         /*!< gelu_tile (table form) */
  GeluAccurate, /*!< gelu_tile<false> */
  GeluTanh,     /*!< gelu_tanh_tile */
  Mish,         /*!< mish_tile<false> */
  Erf,          /*!< erf_tile */
  Erfc,         /*!< erfc_tile */
  Relu,         /*!< relu_tile */
  ReluMax,      /*!< relu_max_tile(p0): relu(min(x, p0)) */
  ReluMin,      /*!< relu_min_tile(p0): max(x, p0), as a lower threshold */
  LeakyRelu,    /*!< leaky_relu_tile(p0 = slope) */
  Prelu,        /*!< prelu_tile(p0 = slope) */
  Elu,          /*!< elu_tile(p0 = alpha) */
  Celu,         /*!< celu_tile(p0 = alpha, p1 = 1 / alpha) */
  Selu,         /*!< selu_tile(p0 = scale, p1 = alpha) */
  Hardsigmoid,  /*!< hardsigmoid_tile */
  Hardtanh,     /*!< hardtanh_tile(p0 = low, p1 = high) */
  Hardshrink,   /*!< hardshrink_tile(p0 = lambda) */
  Softshrink,   /*!< softshrink_tile(p0 = lambda) */
  Softplus,     /*!< softplus_tile(p0 = beta, p1 = 1 / beta, p2 = threshold) */
  Softsign,     /*!< softsign_tile */
  Threshold,    /*!< threshold_tile(p0 = threshold, p1 = value) */
  // Sign and rounding.
  Abs,       /*!< abs_tile */
  Neg,       /*!< negative_tile */
  Sign,      /*!< sign_tile */
  Signbit,   /*!< signbit_tile */
  Heaviside, /*!< heaviside_tile(p0 = value at zero) */
  Identity,  /*!< identity_tile */
  Floor,     /*!< floor_tile */
  Ceil,      /*!< ceil_tile */
  Trunc,     /*!< trunc_tile */
  Frac,      /*!< frac_tile */
  Round,     /*!< round_tile(p0 = decimals, int32) */
  Clamp,     /*!< clamp_tile(p0 = low, p1 = high) */
  UnaryMax,  /*!< unary_max_tile(p0) */
  UnaryMin,  /*!< unary_min_tile(p0) */
  Fill,      /*!< fill_tile / fill_tile_bitcast(p0 = float32 pattern) */
  FillInt,   /*!< fill_tile_int(p0) */
  // Tests: 1.0 or 0.0.
  Eqz,        /*!< eqz_tile */
  Nez,        /*!< nez_tile */
  Ltz,        /*!< ltz_tile */
  Gtz,        /*!< gtz_tile */
  Lez,        /*!< lez_tile */
  Gez,        /*!< gez_tile */
  UnaryEq,    /*!< unary_eq_tile(p0) */
  UnaryNe,    /*!< unary_ne_tile(p0) */
  UnaryLt,    /*!< unary_lt_tile(p0) */
  UnaryGt,    /*!< unary_gt_tile(p0) */
  UnaryLe,    /*!< unary_le_tile(p0) */
  UnaryGe,    /*!< unary_ge_tile(p0) */
  IsNan,      /*!< isnan_tile */
  IsInf,      /*!< isinf_tile */
  IsPosInf,   /*!< isposinf_tile */
  IsNegInf,   /*!< isneginf_tile */
  IsFinite,   /*!< isfinite_tile */
  LogicalNot, /*!< logical_not_tile */
  // Scalar arithmetic, p0 = float32 pattern.
  AddScalar,  /*!< add_unary_tile: x + p0 */
  SubScalar,  /*!< sub_unary_tile: x - p0 */
  MulScalar,  /*!< mul_unary_tile: x * p0 */
  DivScalar,  /*!< div_unary_tile: x * p0, the caller passes the reciprocal */
  RsubScalar, /*!< rsub_unary_tile: p0 - x */
  Rdiv,       /*!< rdiv_tile: p0 / x */
  // Integers (DST holds integers).
  AbsInt32,        /*!< abs_tile_int32 */
  NegInt32,        /*!< negative_tile_int32 */
  AddScalarInt32,  /*!< add_unary_tile_int32 */
  SubScalarInt32,  /*!< sub_unary_tile_int32 */
  RsubScalarInt32, /*!< rsub_unary_int32_tile */
  BitwiseAnd,      /*!< bitwise_and_tile(p0) */
  BitwiseOr,       /*!< bitwise_or_tile(p0) */
  BitwiseXor,      /*!< bitwise_xor_tile(p0) */
  BitwiseNot,      /*!< bitwise_not_tile */
  LeftShift,       /*!< left_shift_tile(p0) */
  RightShift,      /*!< right_shift_tile(p0), arithmetic */
  EqzInt32,        /*!< eqz_tile_int32 (also uint16, uint32): 1 or 0 */
  NezInt32,        /*!< nez_tile_int32 (also uint16, uint32) */
  LtzInt32,        /*!< ltz_tile_int32 */
  GtzInt32,        /*!< gtz_tile_int32 */
  LezInt32,        /*!< lez_tile_int32 */
  GezInt32,        /*!< gez_tile_int32 */
  UnaryMaxInt32,   /*!< unary_max_int32_tile(p0); relu_tile_int32 with p0 = 0 */
  UnaryMinInt32,   /*!< unary_min_int32_tile(p0) */
  UnaryEqInt32,    /*!< unary_eq_tile_int32(p0) */
  UnaryNeInt32,    /*!< unary_ne_tile_int32(p0) */
  UnaryLtInt32,    /*!< unary_lt_tile_int32(p0) */
  UnaryGtInt32,    /*!< unary_gt_tile_int32(p0) */
  UnaryLeInt32,    /*!< unary_le_tile_int32(p0) */
  UnaryGeInt32,    /*!< unary_ge_tile_int32(p0) */
  Count,
};

/*! \brief Calls with two DST operands: out = a op b. */
enum class SfpuBinaryOp : uint16_t {
  Add,   /*!< add_binary_tile */
  Sub,   /*!< sub_binary_tile */
  Mul,   /*!< mul_binary_tile */
  Div,   /*!< div_binary_tile */
  Rsub,  /*!< rsub_binary_tile: b - a */
  Power, /*!< power_binary_tile */
  Fmod,  /*!< fmod_binary_tile */
  Max,   /*!< binary_max_tile */
  Min,   /*!< binary_min_tile */
  Eq,    /*!< eq_binary_tile: 1.0 or 0.0 */
  Ne,    /*!< ne_binary_tile */
  Lt,    /*!< lt_binary_tile */
  Gt,    /*!< gt_binary_tile */
  Le,    /*!< le_binary_tile */
  Ge,    /*!< ge_binary_tile */
  // Integers.
  AddInt32,          /*!< add_int_tile */
  SubInt32,          /*!< sub_int_tile */
  RsubInt32,         /*!< rsub_int_tile */
  MulInt32,          /*!< mul_int_tile: low 32 bits */
  MaxInt32,          /*!< binary_max_int32_tile */
  MinInt32,          /*!< binary_min_int32_tile */
  MaxUInt32,         /*!< binary_max_uint32_tile */
  MinUInt32,         /*!< binary_min_uint32_tile */
  EqInt32,           /*!< eq_int_tile: 1 or 0 */
  NeInt32,           /*!< ne_int_tile */
  LtInt32,           /*!< lt_int_tile */
  GtInt32,           /*!< gt_int_tile */
  LeInt32,           /*!< le_int_tile */
  GeInt32,           /*!< ge_int_tile */
  BitwiseAnd,        /*!< bitwise_and_binary_tile */
  BitwiseOr,         /*!< bitwise_or_binary_tile */
  BitwiseXor,        /*!< bitwise_xor_binary_tile */
  LeftShift,         /*!< binary_left_shift_tile */
  RightShift,        /*!< binary_right_shift_tile, arithmetic */
  LogicalRightShift, /*!< binary_logical_right_shift_tile */
  Mask,              /*!< mask_tile: a where b is not zero, else 0 */
  MaskPosInf,        /*!< mask_posinf_tile: a where b is not zero, else +inf */
  Count,
};

/*! \brief Calls with three DST operands. */
enum class SfpuTernaryOp : uint16_t {
  Where,   /*!< where_tile: a's bit pattern not zero ? b : c (-0 is true) */
  Lerp,    /*!< lerp_tile: a + c * (b - a) */
  Addcmul, /*!< addcmul_tile: a + p0 * b * c */
  Addcdiv, /*!< addcdiv_tile: a + p0 * b / c */
  Mac,     /*!< mac_tile: a * b + c */
  Count,
};

}  // namespace tt_simulator

#endif  // TT_SIMULATOR_NUMERICS_SFPU_OPERATIONS_H_
