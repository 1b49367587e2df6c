#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

ALWI void identity_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Identity, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

ALWI void identity_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Identity), site);
}

ALWI void identity_tile_uint32(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Identity, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

}  // namespace ckernel
