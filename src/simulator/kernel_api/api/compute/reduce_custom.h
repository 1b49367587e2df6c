// Maximum of each row over a block of tiles, into one tile.
#pragma once

#include "api/compute/reduce.h"
#include "simulator_abi/not_modelled.h"
#include "tensor_shape.h"

namespace ckernel {

template <std::uint32_t block_ct_dim, bool respect_trigger = false, std::uint32_t num_faces = 4>
ALWI void reduce_block_max_row_init(std::uint32_t ocb, TT_SITE) {
  static_assert(num_faces == 4, "the simulator has tiles of four faces only");
  static_assert(!respect_trigger, "the simulator does not model the split unpack");
  tt_simulator_abi::table->reduce_init(static_cast<uint32_t>(PoolType::MAX),
                                       static_cast<uint32_t>(ReduceDim::REDUCE_ROW), 0, 0, ocb,
                                       site);
}
template <std::uint32_t block_ct_dim, bool respect_trigger = false,
          bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void reduce_block_max_row_init(const TensorShape&, std::uint32_t ocb, TT_SITE) {
  reduce_block_max_row_init<block_ct_dim, respect_trigger>(ocb, site);
}
template <std::uint32_t block_ct_dim, bool respect_trigger = false>
ALWI void reduce_block_max_row(std::uint32_t icb, std::uint32_t icb_scaler,
                               std::uint32_t row_start_index, std::uint32_t idst, TT_SITE) {
  for (std::uint32_t i = 0; i < block_ct_dim; ++i) {
    reduce_tile<PoolType::MAX, ReduceDim::REDUCE_ROW>(icb, icb_scaler, row_start_index + i, 0, idst,
                                                      site);
  }
}
template <std::uint32_t block_ct_dim, bool respect_trigger = false>
ALWI void reduce_block_max_row(const TensorShape&, std::uint32_t icb, std::uint32_t icb_scaler,
                               std::uint32_t row_start_index, std::uint32_t idst, TT_SITE) {
  reduce_block_max_row<block_ct_dim, respect_trigger>(icb, icb_scaler, row_start_index, idst, site);
}
template <std::uint32_t block_ct_dim, bool respect_trigger = false, std::uint32_t num_faces = 4>
ALWI void reduce_block_max_row_reinit_short(std::uint32_t ocb, TT_SITE) {
  reduce_block_max_row_init<block_ct_dim, respect_trigger, num_faces>(ocb, site);
}
template <std::uint32_t block_ct_dim, bool respect_trigger = false, std::uint32_t num_faces = 4>
ALWI void reduce_block_max_row_reinit_minimal(std::uint32_t ocb, TT_SITE) {
  reduce_block_max_row_init<block_ct_dim, respect_trigger, num_faces>(ocb, site);
}
// The same with the block's size as an argument.
ALWI void reduce_block_max_row_init_runtime(std::uint32_t ocb, std::uint32_t, std::uint32_t,
                                            std::uint32_t, bool respect_trigger = false,
                                            std::uint32_t num_faces = 4, TT_SITE) {
  if (respect_trigger || num_faces != 4) {
    tt_simulator_abi::table->unsupported("reduce_block_max_row with a split unpack or small tiles",
                                         site);
  }
  reduce_block_max_row_init<1>(ocb, site);
}
ALWI void reduce_block_max_row_reinit_short_runtime(std::uint32_t ocb, std::uint32_t block_ct_dim,
                                                    bool respect_trigger = false,
                                                    std::uint32_t num_faces = 4, TT_SITE) {
  reduce_block_max_row_init_runtime(ocb, block_ct_dim, 0, 0, respect_trigger, num_faces, site);
}
ALWI void reduce_block_max_row_reinit_minimal_runtime(std::uint32_t ocb, std::uint32_t block_ct_dim,
                                                      bool respect_trigger = false,
                                                      std::uint32_t num_faces = 4, TT_SITE) {
  reduce_block_max_row_init_runtime(ocb, block_ct_dim, 0, 0, respect_trigger, num_faces, site);
}
// The machine keeps the block's size from the init call; here it comes with the init's mode only
// for the compile-time form.
TT_NOT_MODELLED(reduce_block_max_row_runtime)
ALWI void reduce_block_max_row_uninit_runtime(std::uint32_t icb, bool = false, bool = false,
                                              TT_SITE) {
  reduce_uninit(icb, site);
}
template <bool clear_dvalid = true>
ALWI void reduce_block_max_row_uninit(std::uint32_t icb = 0, TT_SITE) {
  reduce_uninit(icb, site);
}

}  // namespace ckernel
