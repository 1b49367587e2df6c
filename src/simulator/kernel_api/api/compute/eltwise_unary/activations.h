#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

ALWI void hardsigmoid_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Hardsigmoid,
                             tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Hardsigmoid), idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

ALWI void hardsigmoid_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Hardsigmoid),
                             site);
}

ALWI void softsign_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Softsign,
                             tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Softsign), idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

ALWI void softsign_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Softsign), site);
}

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void celu_tile(uint32_t idst, uint32_t alpha, uint32_t alpha_recip, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Celu, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site, alpha, alpha_recip);
}

ALWI void celu_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Celu), site);
}

ALWI void softshrink_tile(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Softshrink, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site, param0);
}

ALWI void softshrink_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Softshrink), site);
}

ALWI void hardshrink_tile(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Hardshrink, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site, param0);
}

ALWI void hardshrink_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Hardshrink), site);
}

// Not modelled: these raise UnsupportedOperation when they are called.
ALWI void hardsigmoid_tile_pack(uint32_t idst, TT_SITE) {
  tt_simulator_abi::table->unsupported("hardsigmoid_tile_pack", site);
}

ALWI void hardsigmoid_tile_init_pack(TT_SITE) {
  tt_simulator_abi::table->unsupported("hardsigmoid_tile_init_pack", site);
}

}  // namespace ckernel
