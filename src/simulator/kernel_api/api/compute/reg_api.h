#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

/// Math waits for a free half of DST, which then reads as zero.
ALWI void tile_regs_acquire(TT_SITE) {
  tt_simulator_abi::table->dst_sync(tt_simulator_abi::kDstAcquire, site);
}
/// The packer waits for a half that math has committed.
ALWI void tile_regs_wait(TT_SITE) {
  tt_simulator_abi::table->dst_sync(tt_simulator_abi::kDstWait, site);
}
template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void tile_regs_commit(TT_SITE) {
  tt_simulator_abi::table->dst_sync(tt_simulator_abi::kDstCommit, site);
}
template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void tile_regs_release(TT_SITE) {
  tt_simulator_abi::table->dst_sync(tt_simulator_abi::kDstRelease, site);
}

ALWI void acquire_dst(TT_SITE) {
  tt_simulator_abi::table->dst_sync(tt_simulator_abi::kDstAcquire, site);
  tt_simulator_abi::table->dst_sync(tt_simulator_abi::kDstWait, site);
}
template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void release_dst(TT_SITE) {
  tt_simulator_abi::table->dst_sync(tt_simulator_abi::kDstCommit, site);
  tt_simulator_abi::table->dst_sync(tt_simulator_abi::kDstRelease, site);
}

}  // namespace ckernel
