#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

ALWI void hardtanh_tile(uint32_t idst, uint32_t param0, uint32_t param1, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Hardtanh, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site, param0, param1);
}

ALWI void hardtanh_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Hardtanh), site);
}

// Not modelled: these raise UnsupportedOperation when they are called.
ALWI void hardtanh_tile_pack(uint32_t idst, uint32_t param0, uint32_t param1, TT_SITE) {
  tt_simulator_abi::table->unsupported("hardtanh_tile_pack", site);
}

ALWI void hardtanh_tile_init_pack(TT_SITE) {
  tt_simulator_abi::table->unsupported("hardtanh_tile_init_pack", site);
}

}  // namespace ckernel
