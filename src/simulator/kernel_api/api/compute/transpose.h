#pragma once

#include "api/compute/common.h"

namespace ckernel {

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void transpose_init(uint32_t icb, uint32_t call_line = __builtin_LINE(), TT_SITE) {
  (void)call_line;
  tt_simulator_abi::table->transpose_init(icb, site);
}
template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void transpose_tile(uint32_t icb, uint32_t itile, uint32_t idst, TT_SITE) {
  tt_simulator_abi::table->transpose(icb, itile, idst, site);
}
template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void transpose_block(uint32_t icb, uint32_t start_itile, uint32_t start_idst, uint32_t ntiles,
                          TT_SITE) {
  for (uint32_t i = 0; i < ntiles; ++i) {
    transpose_tile<is_fp32_dest_acc_en>(icb, start_itile + i, start_idst + i, site);
  }
}

}  // namespace ckernel
