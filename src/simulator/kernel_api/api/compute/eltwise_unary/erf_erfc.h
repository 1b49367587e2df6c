#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

template <bool fast_and_approx = true>
ALWI void erf_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Erf), site);
}

template <bool fast_and_approx = true>
ALWI void erf_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Erf,
                             tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Erf), idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

ALWI void erfc_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Erfc), site);
}

ALWI void erfc_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Erfc,
                             tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Erfc), idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

}  // namespace ckernel
