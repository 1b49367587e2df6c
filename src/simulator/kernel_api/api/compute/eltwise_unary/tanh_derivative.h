#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

// Not modelled: these raise UnsupportedOperation when they are called.
template <bool fast_and_approx = false>
ALWI void tanh_derivative_tile_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("tanh_derivative_tile_init", site);
}

template <bool fast_and_approx = false, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void tanh_derivative_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::table->unsupported("tanh_derivative_tile", site);
}

}  // namespace ckernel
