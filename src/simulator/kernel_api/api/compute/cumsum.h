#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

ALWI void cumsum_tile(uint32_t idst, bool first = true, TT_SITE) {
  const uint32_t parameters[] = {first};
  tt_simulator_abi::table->sfpu_unary(tt_simulator_abi::kSfpuCumsum, idst, parameters, 1,
                                      static_cast<uint32_t>(VectorMode::RC), site);
}
ALWI void cumsum_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::kSfpuCumsum, site);
}

}  // namespace ckernel
