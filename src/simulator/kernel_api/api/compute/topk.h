#pragma once

#include "api/compute/common.h"
#include "simulator_abi/not_modelled.h"

namespace ckernel {

enum class TopkTieOrder : std::uint8_t { Unset, Ascending, Descending };
constexpr TopkTieOrder topk_tie_order_from_global_direction(bool descending) {
  return descending ? TopkTieOrder::Descending : TopkTieOrder::Ascending;
}

TT_NOT_MODELLED(topk_local_sort)
TT_NOT_MODELLED(topk_merge)
TT_NOT_MODELLED(topk_rebuild)
TT_NOT_MODELLED(topk_tile_init)
TT_NOT_MODELLED(topk_fuse_tile)
TT_NOT_MODELLED(topk_defuse_tile)
TT_NOT_MODELLED(topk_stamp_local_positions)
TT_NOT_MODELLED(topk_stamp_tile_rank_range)
TT_NOT_MODELLED(topk_canonicalize_negzero_values)
TT_NOT_MODELLED(topk_strip_rank_tags)
TT_NOT_MODELLED(topk_finalize_uint16_indices)
TT_NOT_MODELLED(topk_uint16_prepare_value_tile_for_pack)
TT_NOT_MODELLED(topk_uint16_move_dest_tile_to_pack_half)

}  // namespace ckernel
