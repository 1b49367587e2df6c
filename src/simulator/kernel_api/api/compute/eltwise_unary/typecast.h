#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

/// Formats are DataFormat numbers.
template <uint32_t IN_DTYPE, uint32_t OUT_DTYPE, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void typecast_tile(uint32_t idst, TT_SITE) {
  const uint32_t formats[] = {IN_DTYPE, OUT_DTYPE};
  tt_simulator_abi::table->sfpu_unary(tt_simulator_abi::kSfpuTypecast, idst, formats, 2,
                                      static_cast<uint32_t>(VectorMode::RC), site);
}
template <uint32_t IN_DTYPE, uint32_t OUT_DTYPE>
ALWI void typecast_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::kSfpuTypecast, site);
}

}  // namespace ckernel
