#pragma once

#include "api/compute/common_globals.h"

namespace tt_simulator_abi {

/// The float32 scale that exp_tile_init<true, scale> put into the approximation's constants.
inline uint32_t approximate_exp_scale = 0x3F800000;

constexpr Unary ExpProgram(bool approx, bool clamped) {
  if (!approx) return Unary::Exp;
  return clamped ? Unary::ExpApproxScaled : Unary::ExpApproxUnclamped;
}

}  // namespace tt_simulator_abi

namespace ckernel {

enum class InputClamping : uint8_t { ClampToNegative = 1, None = 0 };

template <bool approx = false, uint32_t scale = 0x3F800000,
          InputClamping input_clamping = InputClamping::ClampToNegative,
          bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void exp_tile_init(TT_SITE) {
  constexpr bool clamped = input_clamping == InputClamping::ClampToNegative;
  if constexpr (approx) tt_simulator_abi::approximate_exp_scale = scale;
  tt_simulator_abi::SfpuInit(
      tt_simulator_abi::FamilyOf(tt_simulator_abi::ExpProgram(approx, clamped)), site);
}

/// A face has 8 iterations; 32 with VectorMode::None are a tile. The approximation takes its scale
/// from the init call, the accurate program from `scale`, a bfloat16 pattern.
template <bool approx = false, bool scale_en = false,
          InputClamping input_clamping = InputClamping::ClampToNegative, int iterations = 8,
          bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void exp_tile(uint32_t idst, VectorMode vector_mode = VectorMode::RC, uint16_t scale = 0x3F80,
                   TT_SITE) {
  constexpr bool clamped = input_clamping == InputClamping::ClampToNegative;
  constexpr uint32_t family =
      tt_simulator_abi::FamilyOf(tt_simulator_abi::ExpProgram(approx, clamped));
  if (iterations == 32 && vector_mode == VectorMode::None) {
    vector_mode = VectorMode::RC;
  } else if (iterations != 8) {
    tt_simulator_abi::table->unsupported("exp_tile with part of a face", site);
  }
  if constexpr (approx) {
    tt_simulator_abi::SfpuCall(tt_simulator_abi::ExpProgram(approx, clamped), family, idst,
                               vector_mode, site, tt_simulator_abi::approximate_exp_scale);
  } else if constexpr (scale_en) {
    tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::ExpScaled, family, idst, vector_mode, site,
                               uint32_t{scale} << 16);
  } else {
    tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Exp, family, idst, vector_mode, site);
  }
}

// Not modelled: these raise UnsupportedOperation when they are called.
template <bool approx = false, uint32_t scale = 0x3F800000,
          InputClamping input_clamping = InputClamping::ClampToNegative,
          bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void exp_packthread_tile_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("exp_packthread_tile_init", site);
}

template <bool approx = false, bool scale_en = false,
          InputClamping input_clamping = InputClamping::ClampToNegative, int iterations = 8,
          bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void exp_packthread_tile(uint32_t idst, VectorMode vector_mode = VectorMode::RC,
                              uint16_t scale = 0x3F80, TT_SITE) {
  tt_simulator_abi::table->unsupported("exp_packthread_tile", site);
}

}  // namespace ckernel
