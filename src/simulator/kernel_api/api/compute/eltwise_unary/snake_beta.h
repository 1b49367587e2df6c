#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

// Not modelled: these raise UnsupportedOperation when they are called.
template <DataFormat data_format, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void snake_beta_tile(uint32_t idst_x, uint32_t idst_alpha, uint32_t idst_beta,
                          uint32_t idst_out, TT_SITE) {
  tt_simulator_abi::table->unsupported("snake_beta_tile", site);
}

ALWI void snake_beta_tile_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("snake_beta_tile_init", site);
}

}  // namespace ckernel
