#pragma once

#include "risc.h"
#include "simulator/kernel_api/simulator_abi/table.h"

/// What the ABI calls of compute kernels do: `hw_startup` .. `mailbox_read` of TT_SIMULATOR_ABI.
namespace tt_simulator::abi {

using tt_simulator_abi::MatmulShape;

void hw_startup(Risc& risc, uint32_t srca, uint32_t srcb, uint32_t out, Site site);
void reconfig_source(Risc& risc, uint32_t which, uint32_t has_old, uint32_t old_cb, uint32_t new_cb,
                     Site site);
void reconfig_pack(Risc& risc, uint32_t has_old, uint32_t old_cb, uint32_t new_cb, Site site);
void pack_init(Risc& risc, uint32_t out, Site site);
void pack_l1_accumulate(Risc& risc, uint32_t enable, Site site);
void pack_relu(Risc& risc, uint32_t mode, uint32_t threshold, Site site);
void dst_sync(Risc& risc, uint32_t what, Site site);

void matmul_init(Risc& risc, uint32_t in0, uint32_t in1, MatmulShape shape, Site site);
void matmul(Risc& risc, uint32_t in0, uint32_t in1, uint32_t tile0, uint32_t tile1, uint32_t dst,
            uint32_t is_block, MatmulShape shape, Site site);
void eltwise_init(Risc& risc, uint32_t op, uint32_t broadcast, uint32_t in0, uint32_t in1,
                  uint32_t accumulate, uint32_t full, Site site);
void eltwise(Risc& risc, uint32_t op, uint32_t broadcast, uint32_t in0, uint32_t in1,
             uint32_t tile0, uint32_t tile1, uint32_t dst, uint32_t row, Site site);
void reuse_init(Risc& risc, uint32_t op, uint32_t reuse, uint32_t in, Site site);
void reuse(Risc& risc, uint32_t op, uint32_t reuse, uint32_t in, uint32_t tile, uint32_t dst,
           Site site);
void copy_init(Risc& risc, uint32_t in, uint32_t transpose, uint32_t within_face, Site site);
void copy(Risc& risc, uint32_t in, uint32_t tile, uint32_t dst, Site site);
void transpose_init(Risc& risc, uint32_t in, Site site);
void transpose(Risc& risc, uint32_t in, uint32_t tile, uint32_t dst, Site site);
void transpose_dest_init(Risc& risc, uint32_t is_32bit, uint32_t faces, Site site);
void transpose_dest(Risc& risc, uint32_t dst, uint32_t is_32bit, uint32_t faces, Site site);
void unary_broadcast_init(Risc& risc, uint32_t broadcast, uint32_t in, Site site);
void unary_broadcast(Risc& risc, uint32_t broadcast, uint32_t in, uint32_t tile, uint32_t dst,
                     Site site);
void reduce_init(Risc& risc, uint32_t pool, uint32_t dim, uint32_t in, uint32_t scaler,
                 uint32_t out, Site site);
void reduce(Risc& risc, uint32_t pool, uint32_t dim, uint32_t in, uint32_t scaler, uint32_t tile,
            uint32_t scaler_tile, uint32_t dst, Site site);
void reduce_uninit(Risc& risc, Site site);
void tilize_init(Risc& risc, uint32_t in, uint32_t block, uint32_t out, Site site);
void tilize_tile(Risc& risc, uint32_t in, uint32_t block, uint32_t tile, uint32_t dst, Site site);
void tilize_uninit(Risc& risc, uint32_t in, uint32_t out, Site site);

void pack(Risc& risc, uint32_t dst, uint32_t out, uint32_t tile, uint32_t out_of_order, Site site);
void pack_untilize_init(Risc& risc, uint32_t out, uint32_t block_ct, uint32_t full_ct, Site site);
void pack_untilize(Risc& risc, uint32_t out, uint32_t block_ct, uint32_t full_ct, uint32_t block_rt,
                   uint32_t block_c, uint32_t dst, Site site);
void pack_untilize_uninit(Risc& risc, uint32_t out, Site site);

void sfpu_init(Risc& risc, uint32_t op, Site site);
void sfpu_unary(Risc& risc, uint32_t op, uint32_t dst, const uint32_t* parameters, uint32_t count,
                uint32_t vector_mode, Site site);
void sfpu_binary(Risc& risc, uint32_t op, uint32_t in0, uint32_t in1, uint32_t out, Site site);
void sfpu_ternary(Risc& risc, uint32_t op, uint32_t in0, uint32_t in1, uint32_t in2, uint32_t out,
                  uint32_t parameter, Site site);
void sfpu_reduce_init(Risc& risc, uint32_t pool, uint32_t format, Site site);
void sfpu_reduce(Risc& risc, uint32_t pool, uint32_t format, uint32_t dim, uint32_t dst,
                 uint32_t ct_dim, uint32_t rt_dim, Site site);
void sfpu_broadcast_init(Risc& risc, uint32_t broadcast, Site site);
void sfpu_broadcast(Risc& risc, uint32_t op, uint32_t broadcast, uint32_t data, uint32_t vector,
                    Site site);

void lanes_load(Risc& risc, uint32_t row, uint32_t* lanes, Site site);
void lanes_store(Risc& risc, uint32_t row, const uint32_t* lanes, uint32_t active, Site site);
void lanes_multiply_add(Risc& risc, const uint32_t* a, const uint32_t* b, const uint32_t* c,
                        uint32_t* result);
uint32_t lanes_unary(Risc& risc, uint32_t op, uint32_t* lanes, const uint32_t* parameters,
                     uint32_t count);
void lanes_done(Risc& risc, uint32_t cycles, Site site);

void mailbox_write(Risc& risc, uint32_t to, uint32_t value, Site site);
uint32_t mailbox_read(Risc& risc, uint32_t from, Site site);

}  // namespace tt_simulator::abi
