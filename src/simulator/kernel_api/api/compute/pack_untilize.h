#pragma once

#include "api/compute/common.h"
#include "api/compute/tile_move_copy.h"

namespace ckernel {

template <uint32_t block_ct_dim = 8, uint32_t full_ct_dim = block_ct_dim, bool narrow_row = false,
          std::uint32_t row_num_datums = TILE_C_DIM, bool dense = false,
          bool configure_remap = true, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void pack_untilize_dest_init(uint32_t ocb, uint32_t call_line = __builtin_LINE(), TT_SITE) {
  static_assert(!narrow_row && !dense && row_num_datums == TILE_C_DIM,
                "the simulator untilizes full tiles only");
  (void)call_line;
  tt_simulator_abi::table->pack_untilize_init(ocb, block_ct_dim, full_ct_dim, site);
}

template <uint32_t block_ct_dim = 8, uint32_t full_ct_dim = block_ct_dim,
          bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void pack_untilize_init(uint32_t icb, uint32_t ocb, uint32_t call_line = __builtin_LINE(),
                             TT_SITE) {
  copy_init<is_fp32_dest_acc_en>(icb, 0, 0, call_line, site);
  tt_simulator_abi::table->pack_untilize_init(ocb, block_ct_dim, full_ct_dim, site);
}

template <uint32_t block_ct_dim = 8, uint32_t full_ct_dim = block_ct_dim, bool diagonal = false,
          bool narrow_row = false, std::uint32_t row_num_datums = TILE_C_DIM,
          uint32_t tile_dst_ct_offset = 0, bool dense = false>
ALWI void pack_untilize_dest(uint32_t ocb, uint32_t block_rt_dim = 1, uint32_t block_c_index = 0,
                             uint32_t tile_dst_rt_offset = 0, TT_SITE) {
  static_assert(!diagonal && !narrow_row && !dense && row_num_datums == TILE_C_DIM,
                "the simulator untilizes full tiles only");
  tt_simulator_abi::table->pack_untilize(ocb, block_ct_dim, full_ct_dim, block_rt_dim,
                                         block_c_index, tile_dst_rt_offset + tile_dst_ct_offset,
                                         site);
}

/// Copies rows of tiles through DST and packs them row-major; runs its own DST sections.
template <uint32_t block_ct_dim = 8, uint32_t full_ct_dim = block_ct_dim,
          bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void pack_untilize_block(uint32_t icb, uint32_t block_rt_dim, uint32_t ocb,
                              uint32_t block_c_index = 0, TT_SITE) {
  for (uint32_t r = 0; r < block_rt_dim; ++r) {
    tt_simulator_abi::table->dst_sync(tt_simulator_abi::kDstAcquire, site);
    for (uint32_t c = 0; c < block_ct_dim; ++c) {
      tt_simulator_abi::table->copy(icb, c, c, site);
    }
    tt_simulator_abi::table->dst_sync(tt_simulator_abi::kDstCommit, site);
    tt_simulator_abi::table->dst_sync(tt_simulator_abi::kDstWait, site);
    tt_simulator_abi::table->pack_untilize(ocb, block_ct_dim, full_ct_dim, 1, block_c_index, 0,
                                           site);
    tt_simulator_abi::table->dst_sync(tt_simulator_abi::kDstRelease, site);
  }
}

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void pack_untilize_uninit(uint32_t ocb, TT_SITE) {
  tt_simulator_abi::table->pack_untilize_uninit(ocb, site);
}

}  // namespace ckernel
