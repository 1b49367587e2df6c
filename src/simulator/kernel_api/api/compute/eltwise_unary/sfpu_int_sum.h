#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

// Not modelled: these raise UnsupportedOperation when they are called.
ALWI void sfpu_sum_int_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("sfpu_sum_int_init", site);
}

ALWI void sfpu_sum_int_col(uint32_t idst, TT_SITE) {
  tt_simulator_abi::table->unsupported("sfpu_sum_int_col", site);
}

ALWI void sfpu_sum_int_row(uint32_t idst, TT_SITE) {
  tt_simulator_abi::table->unsupported("sfpu_sum_int_row", site);
}

ALWI void sfpu_add_int(uint32_t idst, uint32_t dst_offset = 2, int32_t iterations = 8, TT_SITE) {
  tt_simulator_abi::table->unsupported("sfpu_add_int", site);
}

}  // namespace ckernel
