#pragma once

#include "api/compute/common_globals.h"
#include "ckernel_defs.h"

namespace ckernel {

ALWI void rdiv_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Rdiv), site);
}

/// value / x; `value` is the pattern of a float.
template <RoundingMode rounding_mode = RoundingMode::None,
          bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void rdiv_tile(uint32_t dst_index, uint32_t value, VectorMode vector_mode = VectorMode::RC,
                    TT_SITE) {
  if (rounding_mode != RoundingMode::None) {
    tt_simulator_abi::table->unsupported("rdiv_tile with rounding", site);
  }
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Rdiv,
                             tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Rdiv), dst_index,
                             vector_mode, site, value);
}

}  // namespace ckernel
