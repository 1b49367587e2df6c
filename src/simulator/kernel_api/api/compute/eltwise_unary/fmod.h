#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

// Not modelled: these raise UnsupportedOperation when they are called.
ALWI void fmod_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::table->unsupported("fmod_tile", site);
}

ALWI void fmod_tile_init(uint32_t param0, uint32_t param1, TT_SITE) {
  tt_simulator_abi::table->unsupported("fmod_tile_init", site);
}

}  // namespace ckernel
