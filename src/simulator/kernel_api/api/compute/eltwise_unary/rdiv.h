#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

// Not modelled: these raise UnsupportedOperation when they are called.
ALWI void rdiv_tile_init(TT_SITE) { tt_simulator_abi::table->unsupported("rdiv_tile_init", site); }

}  // namespace ckernel
