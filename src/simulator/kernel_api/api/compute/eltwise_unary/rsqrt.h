#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

enum class RsqrtMode { Default, Fast };

ALWI void rsqrt_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Rsqrt), site);
}

template <RsqrtMode mode = RsqrtMode::Default, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void rsqrt_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Rsqrt,
                             tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Rsqrt), idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

}  // namespace ckernel
