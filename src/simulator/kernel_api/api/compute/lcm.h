#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

// Not modelled: these raise UnsupportedOperation when they are called.
ALWI void lcm_tile(uint32_t idst0, uint32_t idst1, uint32_t odst, TT_SITE) {
  tt_simulator_abi::table->unsupported("lcm_tile", site);
}

ALWI void lcm_tile_init(TT_SITE) { tt_simulator_abi::table->unsupported("lcm_tile_init", site); }

}  // namespace ckernel
