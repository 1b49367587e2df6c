#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

// Not modelled: these raise UnsupportedOperation when they are called.
ALWI void logsigmoid_tile(uint32_t idst_in0, uint32_t idst_in1, uint32_t idst_out, TT_SITE) {
  tt_simulator_abi::table->unsupported("logsigmoid_tile", site);
}

ALWI void logsigmoid_tile_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("logsigmoid_tile_init", site);
}

}  // namespace ckernel
