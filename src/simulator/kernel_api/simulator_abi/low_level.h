// The calls of the layer below the kernel API that the vendor's kernels make by name. Each runs on
// one thread, inside UNPACK, MATH or PACK, and sets up that thread alone.
#pragma once

#include "api/compute/pack.h"
#include "simulator_abi/not_modelled.h"

enum class p_dim_stride_target : uint8_t { IGNORE, FACE_ROW_MAJOR };

namespace ckernel {

enum class PackMode : uint8_t { Default, Untilize, Tilize };
inline constexpr bool UnpackToDestEn = true;
inline constexpr bool UnpackToDestDis = false;

// ---- unpack ----------------------------------------------------------------------------------

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE,
          p_dim_stride_target target = p_dim_stride_target::IGNORE, bool skip_int8 = false>
inline void llk_unpack_reconfig_data_format_srca(uint32_t new_operand, TT_SITE) {
  tt_simulator_abi::table->reconfig_source(1, 0, 0, new_operand, site);
}
template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE,
          p_dim_stride_target target = p_dim_stride_target::IGNORE, bool skip_int8 = false>
inline void llk_unpack_reconfig_data_format_srca(uint32_t old_operand, uint32_t new_operand,
                                                 TT_SITE) {
  tt_simulator_abi::table->reconfig_source(1, 1, old_operand, new_operand, site);
}
template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE,
          p_dim_stride_target target = p_dim_stride_target::IGNORE, bool skip_int8 = false>
inline void llk_unpack_reconfig_data_format(uint32_t srca, uint32_t srcb, TT_SITE) {
  tt_simulator_abi::table->reconfig_source(1, 0, 0, srca, site);
  tt_simulator_abi::table->reconfig_source(2, 0, 0, srcb, site);
}
template <BroadcastType broadcast = BroadcastType::NONE>
inline void llk_unpack_AB_init(uint32_t operand_a, uint32_t operand_b, uint32_t transpose = 0,
                               TT_SITE) {
  if (transpose) tt_simulator_abi::table->unsupported("llk_unpack_AB_init with transpose", site);
  tt_simulator_abi::table->eltwise_init(tt_simulator_abi::kAdd, static_cast<uint32_t>(broadcast),
                                        operand_a, operand_b, 0, 1, site);
}
template <PoolType type, ReduceDim dim>
inline void llk_unpack_AB_reduce_init(uint32_t operand_a, uint32_t operand_b, TT_SITE) {
  tt_simulator_abi::table->reduce_init(static_cast<uint32_t>(type), static_cast<uint32_t>(dim),
                                       operand_a, operand_b, 0, site);
}
template <BroadcastType broadcast = BroadcastType::NONE, bool accumulate = false,
          EltwiseBinaryReuseDestType reuse = EltwiseBinaryReuseDestType::NONE,
          bool unpack_to_dest = false>
inline void llk_unpack_A_init(uint32_t transpose_of_faces, uint32_t within_face, uint32_t operand,
                              TT_SITE) {
  static_assert(broadcast == BroadcastType::NONE && reuse == EltwiseBinaryReuseDestType::NONE,
                "the simulator models llk_unpack_A_init for copies only");
  tt_simulator_abi::table->copy_init(operand, transpose_of_faces, within_face, site);
}

// ---- math --------------------------------------------------------------------------------------

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE, bool skip_int8 = false>
inline void llk_math_reconfig_data_format_srca(uint32_t new_operand, TT_SITE) {
  tt_simulator_abi::table->reconfig_source(1, 0, 0, new_operand, site);
}
template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE, bool skip_int8 = false>
inline void llk_math_reconfig_data_format_srca(uint32_t old_operand, uint32_t new_operand,
                                               TT_SITE) {
  tt_simulator_abi::table->reconfig_source(1, 1, old_operand, new_operand, site);
}
template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE, bool skip_int8 = false>
inline void llk_math_reconfig_data_format(uint32_t srca, uint32_t srcb, TT_SITE) {
  tt_simulator_abi::table->reconfig_source(1, 0, 0, srca, site);
  tt_simulator_abi::table->reconfig_source(2, 0, 0, srcb, site);
}
template <EltwiseBinaryType type, BroadcastType broadcast, MathFidelity fidelity,
          EltwiseBinaryReuseDestType reuse = EltwiseBinaryReuseDestType::NONE>
inline void llk_math_eltwise_binary_init(uint32_t operand_a, uint32_t operand_b,
                                         uint32_t accumulate = 0, TT_SITE) {
  static_assert(reuse == EltwiseBinaryReuseDestType::NONE,
                "the simulator models llk_math_eltwise_binary_init for two operands only");
  tt_simulator_abi::table->eltwise_init(tt_simulator_abi::OpOf(type),
                                        static_cast<uint32_t>(broadcast), operand_a, operand_b,
                                        accumulate, 1, site);
}
template <DataCopyType type, bool is_fp32_dest_acc_en,
          BroadcastType broadcast = BroadcastType::NONE, bool is_int_fpu_en = false,
          PackMode mode = PackMode::Default>
inline void llk_math_eltwise_unary_datacopy_init(uint32_t operand, TT_SITE) {
  static_assert(type == DataCopyType::A2D && broadcast == BroadcastType::NONE,
                "the simulator models llk_math_eltwise_unary_datacopy_init from SrcA only");
  tt_simulator_abi::table->copy_init(operand, 0, 0, site);
}
template <PoolType type, ReduceDim dim, bool is_fp32_dest_acc_en, MathFidelity fidelity>
inline void llk_math_reduce_init(uint32_t operand_a, uint32_t operand_b, TT_SITE) {
  tt_simulator_abi::table->reduce_init(static_cast<uint32_t>(type), static_cast<uint32_t>(dim),
                                       operand_a, operand_b, 0, site);
}

// ---- pack --------------------------------------------------------------------------------------

template <ReduceDim dim, PackMode mode = PackMode::Default>
inline void llk_pack_reduce_mask_config(uint32_t output, TT_SITE) {
  tt_simulator_abi::table->reduce_init(0, static_cast<uint32_t>(dim), 0, 0, output, site);
}
inline void llk_pack_reduce_mask_clear(TT_SITE) { tt_simulator_abi::table->reduce_uninit(site); }
inline void llk_pack_reconfig_l1_acc(uint32_t enable, TT_SITE) {
  tt_simulator_abi::table->pack_l1_accumulate(enable, site);
}
inline void llk_pack_relu_config(const ReluConfig& config, TT_SITE) {
  pack_relu_config(config, site);
}
template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE, bool is_tile_dim_reconfig_en = false>
inline void llk_pack_reconfig_data_format(uint32_t new_output, TT_SITE) {
  tt_simulator_abi::table->reconfig_pack(0, 0, new_output, site);
}
template <PackMode mode = PackMode::Default, bool zero_output = false, bool skip_addrmod = false,
          bool skip_strides = false>
inline void llk_pack_init(uint32_t output = 16, uint32_t tiles_per_call = 1, TT_SITE) {
  static_assert(mode == PackMode::Default && !zero_output,
                "the simulator models llk_pack_init for tiles only");
  if (tiles_per_call != 1) {
    tt_simulator_abi::table->unsupported("llk_pack_init for several tiles a call", site);
  }
  tt_simulator_abi::table->pack_init(output, site);
}
template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE, bool out_of_order = false,
          PackMode mode = PackMode::Default>
inline void llk_pack(uint32_t dst, uint32_t output, uint32_t tile = 0, TT_SITE) {
  static_assert(mode == PackMode::Default, "the simulator models llk_pack for tiles only");
  tt_simulator_abi::table->pack(dst, output, tile, out_of_order, site);
}

// ---- order between engines ---------------------------------------------------------------------

// Calls take effect in their order here, so stalls of an engine for another one have nothing to do.
namespace p_stall {
enum : uint32_t {
  STALL_TDMA,
  STALL_SYNC,
  STALL_PACK,
  STALL_UNPACK,
  STALL_MATH,
  STALL_CFG,
  STALL_SFPU,
  STALL_THCON,
  PACK,
  UNPACK,
  MATH,
  WAIT_SFPU,
  SFPU,
};
}  // namespace p_stall
#define TTI_STALLWAIT(resource, condition) ((void)0)

/// Semaphores between the three threads of a core.
namespace semaphore {
enum : uint8_t {
  FPU_SFPU,
  MATH_PACK,
  UNPACK_TO_DEST,
  UNPACK_OPERAND_SYNC,
  PACK_DONE,
  UNPACK_SYNC,
  UNPACK_MATH_DONE,
  MATH_DONE
};
}  // namespace semaphore
TT_NOT_MODELLED(t6_semaphore_init)
TT_NOT_MODELLED(t6_semaphore_post)
TT_NOT_MODELLED(t6_semaphore_get)
TT_NOT_MODELLED(t6_semaphore_wait_on_zero)
TT_NOT_MODELLED(t6_semaphore_wait_on_max)

}  // namespace ckernel
