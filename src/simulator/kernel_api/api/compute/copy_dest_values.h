#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

template <DataFormat DATA_FORMAT>
ALWI void copy_dest_values(uint32_t idst_in, uint32_t idst_out, TT_SITE) {
  tt_simulator_abi::table->sfpu_binary(tt_simulator_abi::kSfpuCopyDest, idst_in, idst_in, idst_out,
                                       site);
}
ALWI void copy_dest_values(uint32_t idst_in, uint32_t idst_out, TT_SITE) {
  tt_simulator_abi::table->sfpu_binary(tt_simulator_abi::kSfpuCopyDest, idst_in, idst_in, idst_out,
                                       site);
}
ALWI void copy_dest_values_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::kSfpuCopyDest, site);
}

}  // namespace ckernel
