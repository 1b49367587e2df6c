#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

// Not modelled: these raise UnsupportedOperation when they are called.
ALWI void rand_tile(uint32_t idst, uint32_t from, uint32_t scale, TT_SITE) {
  tt_simulator_abi::table->unsupported("rand_tile", site);
}

ALWI void rand_tile_init(uint32_t seed = 0, uint32_t stream_id = 0, TT_SITE) {
  tt_simulator_abi::table->unsupported("rand_tile_init", site);
}

}  // namespace ckernel
