#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

template <DataFormat data_format, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void lerp_tile(uint32_t idst0, uint32_t idst1, uint32_t idst2, uint32_t odst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Ternary::Lerp, tt_simulator_abi::kAnyInit, idst0,
                             idst1, idst2, odst, site);
}

ALWI void lerp_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Ternary::Lerp), site);
}

}  // namespace ckernel
