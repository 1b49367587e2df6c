#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

// Not modelled: these raise UnsupportedOperation when they are called.
ALWI void remainder_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::table->unsupported("remainder_tile", site);
}

ALWI void remainder_tile_init(uint32_t param0, uint32_t param1, TT_SITE) {
  tt_simulator_abi::table->unsupported("remainder_tile_init", site);
}

ALWI void remainder_tile_uint32(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::table->unsupported("remainder_tile_uint32", site);
}

ALWI void remainder_tile_uint32_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("remainder_tile_uint32_init", site);
}

}  // namespace ckernel
