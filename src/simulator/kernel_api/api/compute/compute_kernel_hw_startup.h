#pragma once

#include "api/compute/common_globals.h"
#include "api/compute/src_order.h"

namespace ckernel {

/// Configures unpackers, math and packer for the formats of three circular buffers; once, first.
template <SrcOrder src_order = SrcOrder::Regular>
ALWI void compute_kernel_hw_startup(uint32_t icb0, uint32_t icb1, uint32_t ocb, TT_SITE) {
  constexpr bool reverse = src_order == SrcOrder::Reverse;
  tt_simulator_abi::table->hw_startup(reverse ? icb1 : icb0, reverse ? icb0 : icb1, ocb, site);
}

ALWI void compute_kernel_hw_startup(uint32_t icb0, uint32_t ocb, TT_SITE) {
  tt_simulator_abi::table->hw_startup(icb0, icb0, ocb, site);
}

}  // namespace ckernel
