#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

template <bool fast_and_approx = true, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void gelu_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Gelu), site);
}

template <bool fast_and_approx = true, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void gelu_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(
      fast_and_approx ? tt_simulator_abi::Unary::Gelu : tt_simulator_abi::Unary::GeluAccurate,
      tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Gelu), idst,
      tt_simulator_abi::VectorMode::RC, site);
}

// Not modelled: these raise UnsupportedOperation when they are called.
template <bool fast_and_approx = true, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void gelu_tile_init_pack(TT_SITE) {
  tt_simulator_abi::table->unsupported("gelu_tile_init_pack", site);
}

template <bool fast_and_approx = true, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void gelu_tile_pack(uint32_t idst, TT_SITE) {
  tt_simulator_abi::table->unsupported("gelu_tile_pack", site);
}

template <bool fast = false>
ALWI void gelu_tanh_tile_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("gelu_tanh_tile_init", site);
}

template <bool fast = false>
ALWI void gelu_tanh_tile_init_pack(TT_SITE) {
  tt_simulator_abi::table->unsupported("gelu_tanh_tile_init_pack", site);
}

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE, bool fast = false>
ALWI void gelu_tanh_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::table->unsupported("gelu_tanh_tile", site);
}

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE, bool fast = false>
ALWI void gelu_tanh_tile_pack(uint32_t idst, TT_SITE) {
  tt_simulator_abi::table->unsupported("gelu_tanh_tile_pack", site);
}

template <bool fast_and_approx = false>
ALWI void gelu_derivative_tile_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("gelu_derivative_tile_init", site);
}

template <bool fast_and_approx = false, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void gelu_derivative_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::table->unsupported("gelu_derivative_tile", site);
}

}  // namespace ckernel
