#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

ALWI void clamp_tile(uint32_t idst, uint32_t param0, uint32_t param1, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Clamp, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site, param0, param1);
}

ALWI void clamp_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Clamp), site);
}

// Not modelled: these raise UnsupportedOperation when they are called.
ALWI void clamp_tile_int32(uint32_t idst, uint32_t param0, uint32_t param1, TT_SITE) {
  tt_simulator_abi::table->unsupported("clamp_tile_int32", site);
}

}  // namespace ckernel
