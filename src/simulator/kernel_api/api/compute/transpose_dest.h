#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

template <bool is_32bit = false>
ALWI void transpose_dest_init() {}
template <bool is_32bit = false>
ALWI void transpose_dest(uint32_t idst, TT_SITE) {
  tt_simulator_abi::table->transpose_dest(idst, site);
}

}  // namespace ckernel
