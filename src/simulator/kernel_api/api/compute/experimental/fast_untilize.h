// On Wormhole the fast form is the packer's ordinary one; on Blackhole it computes the same bits.
#pragma once

#include "api/compute/pack_untilize.h"

namespace ckernel {

template <std::uint32_t full_ct_dim, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void fast_untilize_init(uint32_t icb, uint32_t ocb, uint32_t call_line = __builtin_LINE(),
                             TT_SITE) {
  pack_untilize_init<full_ct_dim, full_ct_dim, is_fp32_dest_acc_en>(icb, ocb, call_line, site);
}
template <std::uint32_t full_ct_dim, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void fast_untilize_init_skip_remap(uint32_t icb, uint32_t ocb,
                                        uint32_t call_line = __builtin_LINE(), TT_SITE) {
  pack_untilize_init<full_ct_dim, full_ct_dim, is_fp32_dest_acc_en>(icb, ocb, call_line, site);
}
template <std::uint32_t full_ct_dim, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void fast_untilize_block(uint32_t icb, uint32_t ocb, uint32_t input_tile_index = 0,
                              uint32_t output_tile_index = 0, TT_SITE) {
  if (input_tile_index != 0 || output_tile_index != 0) {
    tt_simulator_abi::table->unsupported("fast_untilize_block with a tile index", site);
  }
  pack_untilize_block<full_ct_dim, full_ct_dim, is_fp32_dest_acc_en>(icb, 1, ocb, 0, site);
}
template <std::uint32_t full_ct_dim, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void fast_untilize_uninit(uint32_t ocb, TT_SITE) {
  pack_untilize_uninit<is_fp32_dest_acc_en>(ocb, site);
}

}  // namespace ckernel
