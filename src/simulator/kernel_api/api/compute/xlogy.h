#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

// Not modelled: these raise UnsupportedOperation when they are called.
template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void xlogy_binary_tile(uint32_t idst0, uint32_t idst1, uint32_t odst, TT_SITE) {
  tt_simulator_abi::table->unsupported("xlogy_binary_tile", site);
}

ALWI void xlogy_binary_tile_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("xlogy_binary_tile_init", site);
}

}  // namespace ckernel
