#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

ALWI void prelu_tile(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Prelu, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site, param0);
}

ALWI void prelu_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Prelu), site);
}

}  // namespace ckernel
