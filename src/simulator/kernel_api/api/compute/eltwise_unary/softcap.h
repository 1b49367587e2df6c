#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

// Not modelled: these raise UnsupportedOperation when they are called.
ALWI void softcap_tile(uint32_t idst, uint32_t beta, uint32_t beta_recip, TT_SITE) {
  tt_simulator_abi::table->unsupported("softcap_tile", site);
}

ALWI void softcap_tile_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("softcap_tile_init", site);
}

}  // namespace ckernel
