#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

template <DataFormat data_format>
ALWI void mul_int_tile(uint32_t idst0, uint32_t idst1, uint32_t odst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Binary::MulInt32,
                             tt_simulator_abi::FamilyOf(tt_simulator_abi::Binary::MulInt32), idst0,
                             idst1, odst, site);
}

template <DataFormat data_format>
ALWI void mul_int_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Binary::MulInt32), site);
}

}  // namespace ckernel
