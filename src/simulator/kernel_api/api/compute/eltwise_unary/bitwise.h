#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

template <DataFormat data_format>
ALWI void bitwise_and_tile(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::BitwiseAnd, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site, param0);
}

template <DataFormat data_format>
ALWI void bitwise_or_tile(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::BitwiseOr, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site, param0);
}

template <DataFormat data_format>
ALWI void bitwise_xor_tile(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::BitwiseXor, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site, param0);
}

ALWI void bitwise_and_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::BitwiseAnd), site);
}

ALWI void bitwise_or_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::BitwiseOr), site);
}

ALWI void bitwise_xor_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::BitwiseXor), site);
}

}  // namespace ckernel
