#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

// Not modelled: these raise UnsupportedOperation when they are called.
ALWI void div_int32_floor_tile(uint32_t idst0, uint32_t idst1, uint32_t odst, TT_SITE) {
  tt_simulator_abi::table->unsupported("div_int32_floor_tile", site);
}

ALWI void div_int32_trunc_tile(uint32_t idst0, uint32_t idst1, uint32_t odst, TT_SITE) {
  tt_simulator_abi::table->unsupported("div_int32_trunc_tile", site);
}

ALWI void div_int32_floor_tile_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("div_int32_floor_tile_init", site);
}

ALWI void div_int32_trunc_tile_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("div_int32_trunc_tile_init", site);
}

}  // namespace ckernel
