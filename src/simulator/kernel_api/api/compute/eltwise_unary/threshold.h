#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

ALWI void threshold_tile(uint32_t idst, uint32_t param0, uint32_t param1, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Threshold, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site, param0, param1);
}

ALWI void threshold_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Threshold), site);
}

}  // namespace ckernel
