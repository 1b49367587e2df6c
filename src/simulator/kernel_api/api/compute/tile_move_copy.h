#pragma once

#include "api/compute/common_globals.h"
#include "api/compute/reconfig_data_format.h"

namespace ckernel {

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void copy_init(std::uint32_t cbid, std::uint32_t transpose = 0,
                    std::uint32_t transpose_within_16x16_face = false,
                    std::uint32_t call_line = __builtin_LINE(), TT_SITE) {
  (void)call_line;
  tt_simulator_abi::table->copy_init(cbid, transpose, transpose_within_16x16_face, site);
}

ALWI void dummy_unpack(std::uint32_t) {}

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void copy_tile(std::uint32_t in_cb_id, std::uint32_t in_tile_index,
                    std::uint32_t dst_tile_index, TT_SITE) {
  tt_simulator_abi::table->copy(in_cb_id, in_tile_index, dst_tile_index, site);
}

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void copy_block(std::uint32_t in_cb_id, std::uint32_t start_in_tile_index,
                     std::uint32_t start_dst_tile_index, std::uint32_t ntiles, TT_SITE) {
  for (std::uint32_t i = 0; i < ntiles; ++i) {
    tt_simulator_abi::table->copy(in_cb_id, start_in_tile_index + i, start_dst_tile_index + i,
                                  site);
  }
}

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void copy_tile_init(std::uint32_t cbid, std::uint32_t call_line = __builtin_LINE(), TT_SITE) {
  copy_init<is_fp32_dest_acc_en>(cbid, 0, false, call_line, site);
}

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void copy_tile_to_dst_init_short(std::uint32_t cbid, std::uint32_t transpose = 0,
                                      std::uint32_t transpose_within_16x16_face = false,
                                      std::uint32_t call_line = __builtin_LINE(), TT_SITE) {
  copy_init<is_fp32_dest_acc_en>(cbid, transpose, transpose_within_16x16_face, call_line, site);
}

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void copy_tile_to_dst_init_short_with_dt(std::uint32_t old_cbid, std::uint32_t new_cbid,
                                              std::uint32_t transpose = 0, TT_SITE) {
  reconfig_data_format_srca(old_cbid, new_cbid, site);
  copy_init<is_fp32_dest_acc_en>(new_cbid, transpose, false, 0, site);
}

}  // namespace ckernel
