#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

ALWI void fill_tile(uint32_t idst, float param0, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Fill, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site,
                             __builtin_bit_cast(uint32_t, param0));
}

template <DataFormat DATA_FORMAT>
ALWI void fill_tile_int(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::FillInt, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site, param0);
}

ALWI void fill_tile_bitcast(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Fill, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site, param0);
}

ALWI void fill_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Fill), site);
}

}  // namespace ckernel
