#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

template <DataFormat data_format>
ALWI void where_tile(uint32_t idst0, uint32_t idst1, uint32_t idst2, uint32_t odst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Ternary::Where,
                             tt_simulator_abi::FamilyOf(tt_simulator_abi::Ternary::Where), idst0,
                             idst1, idst2, odst, site);
}

ALWI void where_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Ternary::Where), site);
}

}  // namespace ckernel
