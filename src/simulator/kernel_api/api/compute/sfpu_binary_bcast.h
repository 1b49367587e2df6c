#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

// One init serves the three operators.
template <BroadcastType Dim>
ALWI void sfpu_bcast_init(TT_SITE) {
  static_assert(Dim == BroadcastType::COL || Dim == BroadcastType::ROW,
                "columns and rows are broadcast");
  tt_simulator_abi::table->sfpu_broadcast_init(static_cast<uint32_t>(Dim), site);
}
template <BroadcastType Dim, EltwiseBinaryType Op, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void sfpu_bcast(uint32_t dst_data_idx, uint32_t dst_bcast_idx, TT_SITE) {
  static_assert(Dim == BroadcastType::COL || Dim == BroadcastType::ROW,
                "columns and rows are broadcast");
  static_assert(Op == EltwiseBinaryType::ELWADD || Op == EltwiseBinaryType::ELWSUB ||
                    Op == EltwiseBinaryType::ELWMUL,
                "operators: ELWADD, ELWSUB, ELWMUL");
  tt_simulator_abi::table->sfpu_broadcast(tt_simulator_abi::OpOf(Op), static_cast<uint32_t>(Dim),
                                          dst_data_idx, dst_bcast_idx, site);
}

// Per dimension: sfpu_bcast_<dim>_init, sfpu_<op>_bcast_<dim>_init and sfpu_<op>_bcast_<dim>.
#define TT_SIMULATOR_SFPU_BCAST_OP(op, type, dim, DIM)                                             \
  ALWI void sfpu_##op##_bcast_##dim##_init(TT_SITE) { sfpu_bcast_init<BroadcastType::DIM>(site); } \
  template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>                                             \
  ALWI void sfpu_##op##_bcast_##dim(uint32_t dst_data_idx, uint32_t dst_vec_idx, TT_SITE) {        \
    sfpu_bcast<BroadcastType::DIM, EltwiseBinaryType::type>(dst_data_idx, dst_vec_idx, site);      \
  }
#define TT_SIMULATOR_SFPU_BCAST(dim, DIM)                                                   \
  ALWI void sfpu_bcast_##dim##_init(TT_SITE) { sfpu_bcast_init<BroadcastType::DIM>(site); } \
  TT_SIMULATOR_SFPU_BCAST_OP(add, ELWADD, dim, DIM)                                         \
  TT_SIMULATOR_SFPU_BCAST_OP(sub, ELWSUB, dim, DIM)                                         \
  TT_SIMULATOR_SFPU_BCAST_OP(mul, ELWMUL, dim, DIM)
TT_SIMULATOR_SFPU_BCAST(col, COL)
TT_SIMULATOR_SFPU_BCAST(row, ROW)
#undef TT_SIMULATOR_SFPU_BCAST
#undef TT_SIMULATOR_SFPU_BCAST_OP

// Not modelled: these raise UnsupportedOperation when they are called.
ALWI void sfpu_normalize_bcast_col(uint32_t dst_data_idx, uint32_t dst_mean_col_idx,
                                   uint32_t dst_inv_std_col_idx, TT_SITE) {
  tt_simulator_abi::table->unsupported("sfpu_normalize_bcast_col", site);
}

ALWI void sfpu_normalize_bcast_col_two_tiles(uint32_t dst_data_idx, uint32_t dst_second_data_idx,
                                             uint32_t dst_mean_col_idx,
                                             uint32_t dst_inv_std_col_idx, TT_SITE) {
  tt_simulator_abi::table->unsupported("sfpu_normalize_bcast_col_two_tiles", site);
}

ALWI void sfpu_residual_normalize_bcast_col(uint32_t dst_data_idx, uint32_t dst_residual_idx,
                                            uint32_t dst_mean_col_idx, uint32_t dst_inv_std_col_idx,
                                            TT_SITE) {
  tt_simulator_abi::table->unsupported("sfpu_residual_normalize_bcast_col", site);
}

ALWI void sfpu_normalize_bcast_scalar_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("sfpu_normalize_bcast_scalar_init", site);
}

ALWI void sfpu_normalize_bcast_scalar(uint32_t dst_data_idx, uint32_t dst_mean_scalar_idx,
                                      uint32_t dst_inv_std_scalar_idx, TT_SITE) {
  tt_simulator_abi::table->unsupported("sfpu_normalize_bcast_scalar", site);
}

}  // namespace ckernel
