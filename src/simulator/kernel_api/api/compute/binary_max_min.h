#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

ALWI void binary_max_int32_tile(uint32_t idst0, uint32_t idst1, uint32_t odst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Binary::MaxInt32,
                             tt_simulator_abi::FamilyOf(tt_simulator_abi::Binary::MaxInt32), idst0,
                             idst1, odst, site);
}

ALWI void binary_max_int32_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Binary::MaxInt32), site);
}

ALWI void binary_max_uint32_tile(uint32_t idst0, uint32_t idst1, uint32_t odst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Binary::MaxUInt32,
                             tt_simulator_abi::FamilyOf(tt_simulator_abi::Binary::MaxUInt32), idst0,
                             idst1, odst, site);
}

ALWI void binary_max_uint32_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Binary::MaxUInt32), site);
}

ALWI void binary_max_tile(uint32_t idst0, uint32_t idst1, uint32_t odst,
                          VectorMode vector_mode = VectorMode::RC, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Binary::Max,
                             tt_simulator_abi::FamilyOf(tt_simulator_abi::Binary::Max), idst0,
                             idst1, odst, site);
}

ALWI void binary_max_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Binary::Max), site);
}

ALWI void binary_min_int32_tile(uint32_t idst0, uint32_t idst1, uint32_t odst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Binary::MinInt32,
                             tt_simulator_abi::FamilyOf(tt_simulator_abi::Binary::MinInt32), idst0,
                             idst1, odst, site);
}

ALWI void binary_min_int32_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Binary::MinInt32), site);
}

ALWI void binary_min_uint32_tile(uint32_t idst0, uint32_t idst1, uint32_t odst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Binary::MinUInt32,
                             tt_simulator_abi::FamilyOf(tt_simulator_abi::Binary::MinUInt32), idst0,
                             idst1, odst, site);
}

ALWI void binary_min_uint32_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Binary::MinUInt32), site);
}

ALWI void binary_min_tile(uint32_t idst0, uint32_t idst1, uint32_t odst,
                          VectorMode vector_mode = VectorMode::RC, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Binary::Min,
                             tt_simulator_abi::FamilyOf(tt_simulator_abi::Binary::Min), idst0,
                             idst1, odst, site);
}

ALWI void binary_min_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Binary::Min), site);
}

}  // namespace ckernel
