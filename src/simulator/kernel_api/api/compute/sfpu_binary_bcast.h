#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

// Not modelled: these raise UnsupportedOperation when they are called.
ALWI void sfpu_bcast_col_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("sfpu_bcast_col_init", site);
}

ALWI void sfpu_sub_bcast_col_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("sfpu_sub_bcast_col_init", site);
}

ALWI void sfpu_add_bcast_col_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("sfpu_add_bcast_col_init", site);
}

ALWI void sfpu_mul_bcast_col_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("sfpu_mul_bcast_col_init", site);
}

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void sfpu_sub_bcast_col(uint32_t dst_data_idx, uint32_t dst_col_vec_idx, TT_SITE) {
  tt_simulator_abi::table->unsupported("sfpu_sub_bcast_col", site);
}

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void sfpu_add_bcast_col(uint32_t dst_data_idx, uint32_t dst_col_vec_idx, TT_SITE) {
  tt_simulator_abi::table->unsupported("sfpu_add_bcast_col", site);
}

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void sfpu_mul_bcast_col(uint32_t dst_data_idx, uint32_t dst_col_vec_idx, TT_SITE) {
  tt_simulator_abi::table->unsupported("sfpu_mul_bcast_col", site);
}

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

ALWI void sfpu_bcast_row_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("sfpu_bcast_row_init", site);
}

ALWI void sfpu_sub_bcast_row_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("sfpu_sub_bcast_row_init", site);
}

ALWI void sfpu_add_bcast_row_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("sfpu_add_bcast_row_init", site);
}

ALWI void sfpu_mul_bcast_row_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("sfpu_mul_bcast_row_init", site);
}

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void sfpu_sub_bcast_row(uint32_t dst_data_idx, uint32_t dst_row_vec_idx, TT_SITE) {
  tt_simulator_abi::table->unsupported("sfpu_sub_bcast_row", site);
}

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void sfpu_add_bcast_row(uint32_t dst_data_idx, uint32_t dst_row_vec_idx, TT_SITE) {
  tt_simulator_abi::table->unsupported("sfpu_add_bcast_row", site);
}

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void sfpu_mul_bcast_row(uint32_t dst_data_idx, uint32_t dst_row_vec_idx, TT_SITE) {
  tt_simulator_abi::table->unsupported("sfpu_mul_bcast_row", site);
}

template <BroadcastType Dim>
ALWI void sfpu_bcast_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("sfpu_bcast_init", site);
}

template <BroadcastType Dim, EltwiseBinaryType Op, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void sfpu_bcast(uint32_t dst_data_idx, uint32_t dst_bcast_idx, TT_SITE) {
  tt_simulator_abi::table->unsupported("sfpu_bcast", site);
}

}  // namespace ckernel
