#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

template <DataFormat data_format>
ALWI void binary_left_shift_tile(uint32_t idst0, uint32_t idst1, uint32_t odst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Binary::LeftShift, tt_simulator_abi::kAnyInit, idst0,
                             idst1, odst, site);
}

template <DataFormat data_format>
ALWI void binary_right_shift_tile(uint32_t idst0, uint32_t idst1, uint32_t odst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Binary::RightShift, tt_simulator_abi::kAnyInit,
                             idst0, idst1, odst, site);
}

template <DataFormat data_format>
ALWI void binary_logical_right_shift_tile(uint32_t idst0, uint32_t idst1, uint32_t odst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Binary::LogicalRightShift,
                             tt_simulator_abi::kAnyInit, idst0, idst1, odst, site);
}

ALWI void binary_shift_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(
      tt_simulator_abi::FamilyOf(tt_simulator_abi::Binary::LogicalRightShift), site);
}

}  // namespace ckernel
