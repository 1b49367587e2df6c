#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

// Not modelled: these raise UnsupportedOperation when they are called.
template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void polygamma_tile(std::uint32_t idst, std::uint32_t n_packed, std::uint32_t scale_packed,
                         TT_SITE) {
  tt_simulator_abi::table->unsupported("polygamma_tile", site);
}

ALWI void polygamma_tile_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("polygamma_tile_init", site);
}

}  // namespace ckernel
