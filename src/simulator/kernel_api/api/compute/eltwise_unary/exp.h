#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

enum class InputClamping : uint8_t { ClampToNegative = 1, None = 0 };

template <bool approx = false, uint32_t scale = 0x3F800000,
          InputClamping input_clamping = InputClamping::ClampToNegative,
          bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void exp_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Exp), site);
}

template <bool approx = false, bool scale_en = false,
          InputClamping input_clamping = InputClamping::ClampToNegative, int iterations = 8,
          bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void exp_tile(uint32_t idst, VectorMode vector_mode = VectorMode::RC, uint16_t scale = 0x3F80,
                   TT_SITE) {
  if constexpr (scale_en) {
    tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::MulScalar, tt_simulator_abi::kAnyInit, idst,
                               vector_mode, site, uint32_t{scale} << 16);
  }
  tt_simulator_abi::SfpuCall(
      approx ? tt_simulator_abi::Unary::ExpApprox : tt_simulator_abi::Unary::Exp,
      tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Exp), idst, vector_mode, site);
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
