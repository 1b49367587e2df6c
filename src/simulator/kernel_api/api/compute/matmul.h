#pragma once

#include "api/compute/common.h"

namespace ckernel {

ALWI void matmul_init(std::uint32_t in0_cb_id, std::uint32_t in1_cb_id,
                      const std::uint32_t transpose = 0, std::uint32_t call_line = __builtin_LINE(),
                      TT_SITE) {
  (void)call_line;
  tt_simulator_abi::table->matmul_init(in0_cb_id, in1_cb_id, {transpose, 1, 1, 1}, site);
}

ALWI void mm_uninit(std::uint32_t, std::uint32_t) {}

/// DST[idst] += in0[tile] * in1[tile].
ALWI void matmul_tiles(std::uint32_t in0_cb_id, std::uint32_t in1_cb_id,
                       std::uint32_t in0_tile_index, std::uint32_t in1_tile_index,
                       std::uint32_t idst, TT_SITE) {
  tt_simulator_abi::table->matmul(in0_cb_id, in1_cb_id, in0_tile_index, in1_tile_index, idst, 0,
                                  {0, 1, 1, 1}, site);
}

ALWI void matmul_block_init(std::uint32_t in0_cb_id, std::uint32_t in1_cb_id,
                            const std::uint32_t transpose = 0, std::uint32_t ct_dim = 1,
                            std::uint32_t rt_dim = 1, std::uint32_t kt_dim = 1,
                            std::uint32_t call_line = __builtin_LINE(), TT_SITE) {
  (void)call_line;
  tt_simulator_abi::table->matmul_init(in0_cb_id, in1_cb_id, {transpose, ct_dim, rt_dim, kt_dim},
                                       site);
}

/// One step along k: rt_dim tiles of in0 with stride kt_dim times ct_dim tiles of in1.
ALWI void matmul_block(std::uint32_t in0_cb_id, std::uint32_t in1_cb_id,
                       std::uint32_t in0_tile_index, std::uint32_t in1_tile_index,
                       std::uint32_t idst, const std::uint32_t transpose, std::uint32_t ct_dim,
                       std::uint32_t rt_dim, std::uint32_t kt_dim,
                       std::uint32_t call_line = __builtin_LINE(), TT_SITE) {
  (void)call_line;
  tt_simulator_abi::table->matmul(in0_cb_id, in1_cb_id, in0_tile_index, in1_tile_index, idst, 1,
                                  {transpose, ct_dim, rt_dim, kt_dim}, site);
}

}  // namespace ckernel
