#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

// Not modelled: these raise UnsupportedOperation when they are called.
ALWI void dropout_tile(uint32_t idst, uint32_t probability, uint32_t scale_factor, TT_SITE) {
  tt_simulator_abi::table->unsupported("dropout_tile", site);
}

ALWI void dropout_kernel_init(uint32_t seed = 0, TT_SITE) {
  tt_simulator_abi::table->unsupported("dropout_kernel_init", site);
}

}  // namespace ckernel
