#pragma once

#include "api/compute/common.h"

namespace ckernel {

template <BroadcastType bcast_type, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void unary_bcast_init(uint32_t icb, TT_SITE) {
  tt_simulator_abi::table->unary_broadcast_init(static_cast<uint32_t>(bcast_type), icb, site);
}
template <BroadcastType bcast_type, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void unary_bcast(uint32_t icb, uint32_t in_tile_index, uint32_t dst_tile_index, TT_SITE) {
  tt_simulator_abi::table->unary_broadcast(static_cast<uint32_t>(bcast_type), icb, in_tile_index,
                                           dst_tile_index, site);
}
template <BroadcastType bcast_type>
ALWI void unary_bcast_uninit(uint32_t) {}

template <EltwiseBinaryType tBcastOp, BroadcastType tBcastDim>
ALWI void bcast_init(uint32_t icb0, uint32_t icb1, uint32_t call_line = __builtin_LINE(), TT_SITE) {
  (void)call_line;
  tt_simulator_abi::table->eltwise_init(tt_simulator_abi::OpOf(tBcastOp),
                                        static_cast<uint32_t>(tBcastDim), icb0, icb1, 0, 1, site);
}
template <EltwiseBinaryType tBcastOp, BroadcastType tBcastDim,
          bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void any_tiles_bcast(uint32_t icb0, uint32_t icb1, uint32_t itile0, uint32_t itile1,
                          uint32_t idst, uint32_t bcast_row_idx = 0, TT_SITE) {
  tt_simulator_abi::table->eltwise(tt_simulator_abi::OpOf(tBcastOp),
                                   static_cast<uint32_t>(tBcastDim), icb0, icb1, itile0, itile1,
                                   idst, bcast_row_idx, site);
}

// <op>_tiles_bcast<dim>, and per dimension <op>_bcast_<dim>_init and <op>_tiles_bcast_<dim>.
#define TT_SIMULATOR_BCAST(op, type)                                                               \
  template <BroadcastType tBcastDim, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>                    \
  ALWI void op##_tiles_bcast(uint32_t icb0, uint32_t icb1, uint32_t itile0, uint32_t itile1,       \
                             uint32_t idst, uint32_t bcast_row_idx = 0, TT_SITE) {                 \
    any_tiles_bcast<EltwiseBinaryType::type, tBcastDim>(icb0, icb1, itile0, itile1, idst,          \
                                                        bcast_row_idx, site);                      \
  }                                                                                                \
  template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>                                             \
  ALWI void op##_tiles_bcast_rows(uint32_t icb0, uint32_t icb1, uint32_t itile0, uint32_t itile1,  \
                                  uint32_t idst, uint32_t bcast_row_idx = 0, TT_SITE) {            \
    any_tiles_bcast<EltwiseBinaryType::type, BroadcastType::ROW>(icb0, icb1, itile0, itile1, idst, \
                                                                 bcast_row_idx, site);             \
  }                                                                                                \
  template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>                                             \
  ALWI void op##_tiles_bcast_cols(uint32_t icb0, uint32_t icb1, uint32_t itile0, uint32_t itile1,  \
                                  uint32_t idst, TT_SITE) {                                        \
    any_tiles_bcast<EltwiseBinaryType::type, BroadcastType::COL>(icb0, icb1, itile0, itile1, idst, \
                                                                 0, site);                         \
  }                                                                                                \
  template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>                                             \
  ALWI void op##_tiles_bcast_scalar(uint32_t icb0, uint32_t icb1, uint32_t itile0,                 \
                                    uint32_t itile1, uint32_t idst, TT_SITE) {                     \
    any_tiles_bcast<EltwiseBinaryType::type, BroadcastType::SCALAR>(icb0, icb1, itile0, itile1,    \
                                                                    idst, 0, site);                \
  }                                                                                                \
  ALWI void op##_bcast_rows_init(uint32_t icb0, uint32_t icb1,                                     \
                                 uint32_t call_line = __builtin_LINE(), TT_SITE) {                 \
    bcast_init<EltwiseBinaryType::type, BroadcastType::ROW>(icb0, icb1, call_line, site);          \
  }                                                                                                \
  ALWI void op##_bcast_cols_init(uint32_t icb0, uint32_t icb1,                                     \
                                 uint32_t call_line = __builtin_LINE(), TT_SITE) {                 \
    bcast_init<EltwiseBinaryType::type, BroadcastType::COL>(icb0, icb1, call_line, site);          \
  }                                                                                                \
  ALWI void op##_bcast_scalar_init(uint32_t icb0, uint32_t icb1,                                   \
                                   uint32_t call_line = __builtin_LINE(), TT_SITE) {               \
    bcast_init<EltwiseBinaryType::type, BroadcastType::SCALAR>(icb0, icb1, call_line, site);       \
  }

TT_SIMULATOR_BCAST(add, ELWADD)
TT_SIMULATOR_BCAST(sub, ELWSUB)
TT_SIMULATOR_BCAST(mul, ELWMUL)
#undef TT_SIMULATOR_BCAST

}  // namespace ckernel
