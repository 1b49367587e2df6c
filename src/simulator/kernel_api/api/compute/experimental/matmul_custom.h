// The block matmul without the unit's macro operation: other instructions, the same product.
#pragma once

#include "api/compute/matmul.h"
#include "simulator_abi/not_modelled.h"

#ifndef MM_THROTTLE
#define MM_THROTTLE 0
#endif

namespace ckernel {

TT_NOT_MODELLED(matmul_set_in1_column_stride)

ALWI void mm_no_mop_init_short(uint32_t in0_cb_id, uint32_t in1_cb_id, const bool transpose = false,
                               uint32_t ct_dim = 1, uint32_t rt_dim = 1, uint32_t kt_dim = 1,
                               TT_SITE) {
  matmul_block_init(in0_cb_id, in1_cb_id, transpose, ct_dim, rt_dim, kt_dim, 0, site);
}
ALWI void mm_no_mop_reinit_short(uint32_t in0_cb_id, uint32_t in1_cb_id,
                                 const bool transpose = false, uint32_t ct_dim = 1,
                                 uint32_t rt_dim = 1, uint32_t kt_dim = 1, TT_SITE) {
  matmul_block_init(in0_cb_id, in1_cb_id, transpose, ct_dim, rt_dim, kt_dim, 0, site);
}
ALWI void matmul_block_no_mop(uint32_t in0_cb_id, uint32_t in1_cb_id, uint32_t in0_tile_index,
                              uint32_t in1_tile_index, uint32_t idst, const bool transpose,
                              uint32_t ct_dim, uint32_t rt_dim, uint32_t kt_dim, TT_SITE) {
  matmul_block(in0_cb_id, in1_cb_id, in0_tile_index, in1_tile_index, idst, transpose, ct_dim,
               rt_dim, kt_dim, 0, site);
}
// The machine's fidelity is the kernel's; another one for a single call is not modelled.
TT_NOT_MODELLED(mm_no_mop_init_short_fidelity)
TT_NOT_MODELLED(mm_no_mop_reinit_short_fidelity)
TT_NOT_MODELLED(matmul_block_no_mop_fidelity)

}  // namespace ckernel
