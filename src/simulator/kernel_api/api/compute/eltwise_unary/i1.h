#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

// Not modelled: these raise UnsupportedOperation when they are called.
ALWI void i1_tile(uint32_t idst, TT_SITE) { tt_simulator_abi::table->unsupported("i1_tile", site); }

ALWI void i1_tile_init(TT_SITE) { tt_simulator_abi::table->unsupported("i1_tile_init", site); }

}  // namespace ckernel
