#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

// Not modelled: these raise UnsupportedOperation when they are called.
template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void lgamma_stirling_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::table->unsupported("lgamma_stirling_tile", site);
}

ALWI void lgamma_stirling_tile_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("lgamma_stirling_tile_init", site);
}

ALWI void lgamma_stirling_float_tile(uint32_t idst0, uint32_t idst1, uint32_t idst2, TT_SITE) {
  tt_simulator_abi::table->unsupported("lgamma_stirling_float_tile", site);
}

ALWI void lgamma_stirling_float_tile_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("lgamma_stirling_float_tile_init", site);
}

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void lgamma_adjusted_tile(uint32_t idst0, uint32_t idst1, uint32_t idst2, uint32_t idst3,
                               TT_SITE) {
  tt_simulator_abi::table->unsupported("lgamma_adjusted_tile", site);
}

ALWI void lgamma_adjusted_tile_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("lgamma_adjusted_tile_init", site);
}

}  // namespace ckernel
