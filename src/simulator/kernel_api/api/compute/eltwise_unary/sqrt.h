#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

ALWI void sqrt_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Sqrt), site);
}

template <bool FAST_APPROX = false, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void sqrt_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Sqrt,
                             tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Sqrt), idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

}  // namespace ckernel
