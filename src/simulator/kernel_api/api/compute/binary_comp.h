#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

template <DataFormat data_format>
ALWI void eq_int_tile(uint32_t idst0, uint32_t idst1, uint32_t odst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Binary::EqInt32, tt_simulator_abi::kAnyInit, idst0,
                             idst1, odst, site);
}

template <DataFormat data_format>
ALWI void ne_int_tile(uint32_t idst0, uint32_t idst1, uint32_t odst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Binary::NeInt32, tt_simulator_abi::kAnyInit, idst0,
                             idst1, odst, site);
}

template <DataFormat data_format>
ALWI void lt_int_tile(uint32_t idst0, uint32_t idst1, uint32_t odst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Binary::LtInt32, tt_simulator_abi::kAnyInit, idst0,
                             idst1, odst, site);
}

template <DataFormat data_format>
ALWI void gt_int_tile(uint32_t idst0, uint32_t idst1, uint32_t odst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Binary::GtInt32, tt_simulator_abi::kAnyInit, idst0,
                             idst1, odst, site);
}

template <DataFormat data_format>
ALWI void le_int_tile(uint32_t idst0, uint32_t idst1, uint32_t odst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Binary::LeInt32, tt_simulator_abi::kAnyInit, idst0,
                             idst1, odst, site);
}

template <DataFormat data_format>
ALWI void ge_int_tile(uint32_t idst0, uint32_t idst1, uint32_t odst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Binary::GeInt32, tt_simulator_abi::kAnyInit, idst0,
                             idst1, odst, site);
}

template <DataFormat data_format>
ALWI void eq_int_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Binary::EqInt32), site);
}

template <DataFormat data_format>
ALWI void ne_int_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Binary::NeInt32), site);
}

template <DataFormat data_format>
ALWI void lt_int_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Binary::LtInt32), site);
}

template <DataFormat data_format>
ALWI void gt_int_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Binary::GtInt32), site);
}

template <DataFormat data_format>
ALWI void le_int_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Binary::LeInt32), site);
}

template <DataFormat data_format>
ALWI void ge_int_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Binary::GeInt32), site);
}

}  // namespace ckernel
