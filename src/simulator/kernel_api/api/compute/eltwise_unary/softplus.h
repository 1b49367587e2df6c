#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void softplus_tile(uint32_t idst, uint32_t beta, uint32_t beta_reciprocal, uint32_t threshold,
                        TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Softplus, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site, beta, beta_reciprocal,
                             threshold);
}

ALWI void softplus_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Softplus), site);
}

// Not modelled: these raise UnsupportedOperation when they are called.
template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void softplus_tile_pack(uint32_t idst, uint32_t beta, uint32_t beta_reciprocal,
                             uint32_t threshold, TT_SITE) {
  tt_simulator_abi::table->unsupported("softplus_tile_pack", site);
}

ALWI void softplus_tile_init_pack(TT_SITE) {
  tt_simulator_abi::table->unsupported("softplus_tile_init_pack", site);
}

}  // namespace ckernel
