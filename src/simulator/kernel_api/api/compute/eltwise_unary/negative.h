#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

ALWI void negative_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Neg), site);
}

ALWI void negative_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Neg, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

ALWI void negative_tile_int32(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::NegInt32, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

}  // namespace ckernel
