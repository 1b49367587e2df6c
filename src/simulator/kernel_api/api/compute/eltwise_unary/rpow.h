#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

ALWI void rpow_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Rpow), site);
}

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void rpow_tile(uint32_t idst, uint32_t base_val, VectorMode vector_mode = VectorMode::RC,
                    TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Rpow,
                             tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Rpow), idst,
                             vector_mode, site, base_val);
}

}  // namespace ckernel
