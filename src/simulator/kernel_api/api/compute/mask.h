#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

ALWI void mask_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Binary::Mask), site);
}

ALWI void mask_tile(uint32_t idst_data, uint32_t idst2_mask,
                    DataFormat data_format = DataFormat::Float16_b, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Binary::Mask, tt_simulator_abi::kAnyInit, idst_data,
                             idst2_mask, idst_data, site);
}

ALWI void mask_posinf_tile(uint32_t idst_data, uint32_t idst2_mask, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Binary::MaskPosInf, tt_simulator_abi::kAnyInit,
                             idst_data, idst2_mask, idst_data, site);
}

}  // namespace ckernel
