#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

template <DataFormat data_format>
ALWI void bitwise_and_binary_tile(uint32_t idst0, uint32_t idst1, uint32_t odst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Binary::BitwiseAnd, tt_simulator_abi::kAnyInit,
                             idst0, idst1, odst, site);
}

template <DataFormat data_format>
ALWI void bitwise_or_binary_tile(uint32_t idst0, uint32_t idst1, uint32_t odst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Binary::BitwiseOr, tt_simulator_abi::kAnyInit, idst0,
                             idst1, odst, site);
}

template <DataFormat data_format>
ALWI void bitwise_xor_binary_tile(uint32_t idst0, uint32_t idst1, uint32_t odst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Binary::BitwiseXor, tt_simulator_abi::kAnyInit,
                             idst0, idst1, odst, site);
}

ALWI void binary_bitwise_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Binary::BitwiseAnd),
                             site);
}

}  // namespace ckernel
