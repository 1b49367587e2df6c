#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

/// Sets up math only. `transpose_of_faces` false: each face on its own.
template <bool is_32bit = false, bool transpose_of_faces = true>
ALWI void transpose_dest_init(uint32_t operand = 0, TT_SITE) {
  (void)operand;
  tt_simulator_abi::table->transpose_dest_init(is_32bit, transpose_of_faces, site);
}
template <bool is_32bit = false, bool transpose_of_faces = true>
ALWI void transpose_dest(uint32_t idst, TT_SITE) {
  tt_simulator_abi::table->transpose_dest(idst, is_32bit, transpose_of_faces, site);
}

}  // namespace ckernel
