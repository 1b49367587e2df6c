#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

ALWI void rounding_op_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Round), site);
}

ALWI void ceil_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Ceil, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

ALWI void floor_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Floor, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

ALWI void trunc_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Trunc, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

ALWI void round_tile(uint32_t idst, int32_t decimals, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Round, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site, decimals);
}

ALWI void frac_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Frac, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

// Not modelled: these raise UnsupportedOperation when they are called.
ALWI void stochastic_round_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::table->unsupported("stochastic_round_tile", site);
}

}  // namespace ckernel
