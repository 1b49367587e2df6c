#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

template <DataFormat data_format, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void addcdiv_tile(uint32_t idst0, uint32_t idst1, uint32_t idst2, uint32_t odst,
                       uint32_t value, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Ternary::Addcdiv,
                             tt_simulator_abi::FamilyOf(tt_simulator_abi::Ternary::Addcdiv), idst0,
                             idst1, idst2, odst, site, value);
}

ALWI void addcdiv_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Ternary::Addcdiv), site);
}

}  // namespace ckernel
