// Programs of the vector unit for attention: statistics have one value a row, so only the even
// columns of the two left faces are computed.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>

#include "api/compute/eltwise_unary/binop_with_scalar.h"
#include "sfpi.h"

namespace ckernel::sfpu {

/// Registers with the even columns of a face.
inline constexpr int kFirstColumnRegisters = 4;

template <bool approximate>
inline void sfpu_reciprocal_init() {
  static_assert(!approximate, "the simulator models the reciprocal of math_approx_mode off");
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Recip),
                             tt_simulator_abi::kHere);
}

template <bool is_fp32_dest_acc_en>
inline void calculate_recip_first_column() {
  static_assert(!APPROX, "the simulator models the reciprocal of math_approx_mode off");
  for (int i = 0; i < kFirstColumnRegisters; ++i) {
    const sfpi::vFloat in = sfpi::dst_reg[0];
    sfpi::dst_reg[0] =
        sfpi::vFloat(tt_simulator_abi::Evaluate(tt_simulator_abi::Unary::Recip, in.value()));
    sfpi::dst_reg += 2;
  }
}

/// exp(scale * x); the scale is a bfloat16 pattern.
inline sfpi::vFloat AccurateExponential(const sfpi::vFloat& x, uint32_t scale) {
  const sfpi::vFloat scaled = x * sfpi::sFloat16b(scale);
  return sfpi::vFloat(tt_simulator_abi::Evaluate(tt_simulator_abi::Unary::Exp, scaled.value()));
}

/// The integer nearest to x, half away from zero, of at most 127.
inline float NearestInt8(float x) {
  const float magnitude = std::fmin(std::fabs(x), 127.0f);
  const float whole = static_cast<float>(static_cast<int32_t>(magnitude));
  return std::copysign(magnitude - whole >= 0.5f ? whole + 1.0f : whole, x);
}
/// A bfloat16 number, half away from zero.
inline float NearestBfloat16(float x) {
  const uint32_t bits = std::bit_cast<uint32_t>(x);
  if ((bits & 0x7f800000u) == 0) return std::bit_cast<float>(bits & 0x80000000u);
  const uint32_t magnitude = std::min((bits & 0x7fffffffu) + 0x8000u, 0x7f800000u) & 0xffff0000u;
  return std::bit_cast<float>((bits & 0x80000000u) | magnitude);
}
template <typename Function>
inline sfpi::vFloat EachLane(const sfpi::vFloat& x, Function function) {
  tt_simulator_abi::Register result = x.value();
  for (uint32_t& lane : result.lanes) {
    lane = std::bit_cast<uint32_t>(static_cast<float>(function(std::bit_cast<float>(lane))));
  }
  tt_simulator_abi::vector_state.cycles += 1;
  return sfpi::vFloat(result);
}

/// exp(scale * x) as 2^n times a polynomial of the rest, with the vendor's minimax coefficients.
template <int degree, bool is_fp32_dest_acc_en>
inline sfpi::vFloat PolynomialExponential(const sfpi::vFloat& x, uint32_t scale) {
  static_assert(degree == 2 || degree == 4);
  // From the highest power down.
  static constexpr float kQuadratic[] = {0.50628367f, 1.01508760f, 0.99984879f};
  static constexpr float kQuartic[] = {4.19594399e-2f, 0.16792158f, 0.49998366f, 0.99996228f,
                                       1.00000015f};
  const float* const coefficients = degree == 2 ? kQuadratic : kQuartic;
  const sfpi::vFloat scaled = x * sfpi::sFloat16b(scale);
  const sfpi::vFloat n = EachLane(scaled * sfpi::vFloat(1.44269504f), NearestInt8);
  const sfpi::vFloat rest(
      tt_simulator_abi::MultiplyAdd(n.value(), sfpi::vFloat(-0.69314718f).value(), scaled.value()));
  sfpi::vFloat polynomial = coefficients[0];
  for (int power = 1; power <= degree; ++power) {
    polynomial = sfpi::vFloat(tt_simulator_abi::MultiplyAdd(
        polynomial.value(), rest.value(), sfpi::vFloat(coefficients[power]).value()));
  }
  // The exponent field n + 127; where it is zero, so is the result.
  const sfpi::vFloat power_of_two = EachLane(n, [](float exponent) {
    return std::bit_cast<float>(static_cast<uint32_t>(exponent + 127.0f) << 23);
  });
  sfpi::vFloat result = polynomial * power_of_two;
  v_if(power_of_two == 0.0f) { result = 0.0f; }
  v_endif;
  return is_fp32_dest_acc_en ? result : EachLane(result, NearestBfloat16);
}

template <bool approximate, uint16_t scale, bool is_fp32_dest_acc_en>
inline void calculate_exponential_first_column() {
  for (int i = 0; i < kFirstColumnRegisters; ++i) {
    const sfpi::vFloat x = sfpi::dst_reg[0];
    if constexpr (approximate) {
      sfpi::dst_reg[0] = AccurateExponential(x, scale);
    } else {
      sfpi::dst_reg[0] = PolynomialExponential < is_fp32_dest_acc_en ? 4 : 2,
      is_fp32_dest_acc_en > (x, scale);
    }
    sfpi::dst_reg += 2;
  }
}

/// Merges the statistics of two parts of a row, tiles 0 and 3 (maximum and sum) with 1 and 4 (or 2):
/// leaves both exponentials in 0 and 1, the maximum in 2 and the sum in 3.
template <bool is_fp32_dest_acc_en, bool reuse_cur_max_tile = false>
inline void calculate_fused_max_sub_exp_add_tile(int scale) {
  static_assert(!reuse_cur_max_tile || is_fp32_dest_acc_en);
  // dst_reg counts pairs of rows.
  constexpr uint32_t kTile = tt_simulator_abi::kDestTileRows / sfpi::DestRegisters::kStride;
  constexpr uint32_t kOtherSum = reuse_cur_max_tile ? 2 * kTile : 4 * kTile;
  for (int i = 0; i < kFirstColumnRegisters; ++i) {
    const sfpi::vFloat max = sfpi::dst_reg[0];
    const sfpi::vFloat other_max = sfpi::dst_reg[kTile];
    const sfpi::vFloat sum = sfpi::dst_reg[3 * kTile];
    const sfpi::vFloat other_sum = sfpi::dst_reg[kOtherSum];
    v_if(max < other_max) { sfpi::dst_reg[2 * kTile] = other_max; }
    v_else { sfpi::dst_reg[2 * kTile] = max; }
    v_endif;
    const sfpi::vFloat common = sfpi::dst_reg[2 * kTile];
    const sfpi::vFloat factor = AccurateExponential(max - common, scale);
    const sfpi::vFloat other_factor = AccurateExponential(other_max - common, scale);
    sfpi::dst_reg[0] = factor;
    sfpi::dst_reg[kTile] = other_factor;
    sfpi::vFloat other_part = other_factor * other_sum;
    if constexpr (!reuse_cur_max_tile) {
      // Through DST, which rounds.
      sfpi::dst_reg[kOtherSum] = other_part;
      other_part = sfpi::dst_reg[kOtherSum];
    }
    sfpi::dst_reg[3 * kTile] = factor * sum;
    const sfpi::vFloat part = sfpi::dst_reg[3 * kTile];
    sfpi::dst_reg[3 * kTile] = other_part + part;
    sfpi::dst_reg += 2;
  }
}

template <bool is_fp32_dest_acc_en>
inline void calculate_softplus_first_column(uint32_t beta, uint32_t beta_reciprocal,
                                            uint32_t threshold) {
  for (int i = 0; i < kFirstColumnRegisters; ++i) {
    const sfpi::vFloat in = sfpi::dst_reg[0];
    sfpi::dst_reg[0] = sfpi::vFloat(tt_simulator_abi::Evaluate(
        tt_simulator_abi::Unary::Softplus, in.value(), beta, beta_reciprocal, threshold));
    sfpi::dst_reg += 2;
  }
}

/// A face and a scalar, as add_unary_tile and its kin do a tile.
template <bool approximate, int operation, int iterations, bool is_fp32_dest_acc_en>
inline void calculate_binop_with_scalar(uint32_t scalar) {
  using tt_simulator_abi::Unary;
  constexpr Unary kOperations[] = {Unary::AddScalar, Unary::SubScalar, Unary::MulScalar,
                                   Unary::DivScalar, Unary::RsubScalar};
  for (int i = 0; i < iterations; ++i) {
    const sfpi::vFloat in = sfpi::dst_reg[0];
    sfpi::dst_reg[0] =
        sfpi::vFloat(tt_simulator_abi::Evaluate(kOperations[operation], in.value(), scalar));
    sfpi::dst_reg++;
  }
}

}  // namespace ckernel::sfpu
