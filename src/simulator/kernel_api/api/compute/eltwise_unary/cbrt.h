#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void cbrt_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Cbrt,
                             tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Cbrt), idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

ALWI void cbrt_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Cbrt), site);
}

}  // namespace ckernel
