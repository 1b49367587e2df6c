#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

ALWI void bitwise_not_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::BitwiseNot, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

ALWI void bitwise_not_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::BitwiseNot), site);
}

}  // namespace ckernel
