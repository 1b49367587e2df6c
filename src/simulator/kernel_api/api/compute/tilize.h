#pragma once

#include "api/compute/common.h"

namespace ckernel {

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void tilize_init(uint32_t icb, uint32_t block, uint32_t ocb,
                      uint32_t call_line = __builtin_LINE(), TT_SITE) {
  (void)call_line;
  tt_simulator_abi::table->tilize_init(icb, block, ocb, site);
}

/// Turns a row-major block of `block` tiles a row into tiles; runs its own DST sections.
template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void tilize_block(uint32_t icb, uint32_t block, uint32_t ocb, uint32_t input_tile_index = 0,
                       uint32_t output_tile_index = 0, TT_SITE) {
  for (uint32_t t = 0; t < block; ++t) {
    tt_simulator_abi::table->dst_sync(tt_simulator_abi::kDstAcquire, site);
    tt_simulator_abi::table->tilize_tile(icb, block, input_tile_index + t, 0, site);
    tt_simulator_abi::table->dst_sync(tt_simulator_abi::kDstCommit, site);
    tt_simulator_abi::table->dst_sync(tt_simulator_abi::kDstWait, site);
    tt_simulator_abi::table->pack(0, ocb, t + output_tile_index, 1, site);
    tt_simulator_abi::table->dst_sync(tt_simulator_abi::kDstRelease, site);
  }
}

ALWI void tilize_uninit(uint32_t icb, uint32_t ocb, TT_SITE) {
  tt_simulator_abi::table->tilize_uninit(icb, ocb, site);
}

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void tilize_init_short_with_dt(uint32_t old_icb, uint32_t new_icb, uint32_t block,
                                    uint32_t ocb, TT_SITE) {
  reconfig_data_format_srca(old_icb, new_icb, site);
  tilize_init<is_fp32_dest_acc_en>(new_icb, block, ocb, 0, site);
}

// The fast forms compute the same tiles.
template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void fast_tilize_init(uint32_t icb, uint32_t full_dim, uint32_t ocb,
                           uint32_t call_line = __builtin_LINE(), TT_SITE) {
  tilize_init<is_fp32_dest_acc_en>(icb, full_dim, ocb, call_line, site);
}
template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void fast_tilize_init_skip_remap(uint32_t icb, uint32_t full_dim, uint32_t ocb,
                                      uint32_t call_line = __builtin_LINE(), TT_SITE) {
  tilize_init<is_fp32_dest_acc_en>(icb, full_dim, ocb, call_line, site);
}
template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void fast_tilize_init_with_dt(uint32_t icb, uint32_t full_dim, uint32_t ocb, TT_SITE) {
  reconfig_data_format(icb, icb, site);
  tilize_init<is_fp32_dest_acc_en>(icb, full_dim, ocb, 0, site);
}
template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void fast_tilize_uninit(uint32_t icb, uint32_t ocb, uint32_t full_dim, TT_SITE) {
  (void)full_dim;
  tilize_uninit(icb, ocb, site);
}
template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void fast_tilize_block(uint32_t icb, uint32_t block, uint32_t ocb,
                            uint32_t input_tile_index = 0, uint32_t output_tile_index = 0,
                            TT_SITE) {
  tilize_block<is_fp32_dest_acc_en>(icb, block, ocb, input_tile_index, output_tile_index, site);
}

}  // namespace ckernel
