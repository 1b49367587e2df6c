#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

// Not modelled: these raise UnsupportedOperation when they are called.
template <bool EQUAL_NAN = false>
ALWI void isclose_binary_tile(uint32_t idst0, uint32_t idst1, uint32_t odst, uint32_t rtol_bits,
                              uint32_t atol_bits, TT_SITE) {
  tt_simulator_abi::table->unsupported("isclose_binary_tile", site);
}

ALWI void isclose_binary_tile_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("isclose_binary_tile_init", site);
}

}  // namespace ckernel
