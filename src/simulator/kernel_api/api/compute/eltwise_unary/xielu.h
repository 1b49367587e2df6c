#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

// Not modelled: these raise UnsupportedOperation when they are called.
template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void xielu_tile(uint32_t idst, uint32_t alpha_p, uint32_t alpha_n, TT_SITE) {
  tt_simulator_abi::table->unsupported("xielu_tile", site);
}

ALWI void xielu_tile_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("xielu_tile_init", site);
}

}  // namespace ckernel
