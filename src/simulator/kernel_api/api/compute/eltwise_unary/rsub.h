#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void rsub_tile(uint32_t idst, uint32_t scalar, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::RsubScalar,
                             tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::RsubScalar), idst,
                             tt_simulator_abi::VectorMode::RC, site, scalar);
}

ALWI void rsub_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::RsubScalar), site);
}

ALWI void rsub_unary_int32_tile(uint32_t idst, uint32_t scalar, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::RsubScalarInt32, tt_simulator_abi::kAnyInit,
                             idst, tt_simulator_abi::VectorMode::RC, site, scalar);
}

ALWI void rsub_unary_int32_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::RsubScalarInt32),
                             site);
}

}  // namespace ckernel
