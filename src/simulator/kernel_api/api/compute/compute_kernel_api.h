#pragma once

#include "api/compute/common.h"

namespace ckernel {

template <bool fast_and_approx = false>
ALWI void sigmoid_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Sigmoid), site);
}

template <VectorMode vec_mode = VectorMode::RC, bool fast_and_approx = false,
          bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void sigmoid_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Sigmoid,
                             tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Sigmoid), idst,
                             vec_mode, site);
}

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void silu_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Silu,
                             tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Silu), idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

ALWI void silu_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Silu), site);
}

template <bool fast_and_approx = false, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void tanh_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Tanh), site);
}

template <bool fast_and_approx = false, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void tanh_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(
      fast_and_approx ? tt_simulator_abi::Unary::TanhApprox : tt_simulator_abi::Unary::Tanh,
      tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Tanh), idst,
      tt_simulator_abi::VectorMode::RC, site);
}

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void square_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Square, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

ALWI void square_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Square), site);
}

template <bool fast_and_approx = false, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void log_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Log), site);
}

template <bool fast_and_approx = false, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void log_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Log,
                             tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Log), idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

template <bool fast_and_approx = false, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void log_with_base_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::LogWithBase),
                             site);
}

template <bool fast_and_approx = false, bool base_is_two = false,
          bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void log_with_base_tile(uint32_t idst, uint32_t base_scale, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::LogWithBase,
                             tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::LogWithBase), idst,
                             tt_simulator_abi::VectorMode::RC, site, base_scale);
}

ALWI void signbit_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Signbit), site);
}

ALWI void signbit_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Signbit, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

ALWI void abs_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Abs, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

ALWI void abs_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Abs), site);
}

ALWI void abs_tile_int32(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::AbsInt32, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

ALWI void sign_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Sign, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

ALWI void sign_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Sign), site);
}

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void power_tile(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Power, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site, param0);
}

ALWI void power_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Power), site);
}

ALWI void power_iterative_tile(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::PowerIterative, tt_simulator_abi::kAnyInit,
                             idst, tt_simulator_abi::VectorMode::RC, site, param0);
}

ALWI void power_iterative_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::PowerIterative),
                             site);
}

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void exp2_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Exp2,
                             tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Exp2), idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void exp2_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Exp2), site);
}

ALWI void heaviside_tile(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Heaviside, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site, param0);
}

ALWI void heaviside_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Heaviside), site);
}

template <bool approx = false, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void expm1_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Expm1,
                             tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Expm1), idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

template <bool approx = false, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void expm1_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Expm1), site);
}

ALWI void unary_max_tile(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::UnaryMax,
                             tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::UnaryMax), idst,
                             tt_simulator_abi::VectorMode::RC, site, param0);
}

ALWI void unary_max_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::UnaryMax), site);
}

ALWI void unary_min_tile(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::UnaryMin,
                             tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::UnaryMin), idst,
                             tt_simulator_abi::VectorMode::RC, site, param0);
}

ALWI void unary_min_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::UnaryMin), site);
}

constexpr bool sfpu_reduce_format_supported(DataFormat format) {
  return format == DataFormat::Float32 || format == DataFormat::Int32 ||
         format == DataFormat::UInt32 || format == DataFormat::UInt16 ||
         format == DataFormat::Float16_b;
}

template <PoolType pool_type, DataFormat format, ReduceDim reduce_dim = ReduceDim::REDUCE_COL,
          bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void sfpu_reduce(uint32_t idst, uint32_t ct_dim = 1, uint32_t rt_dim = 1, TT_SITE) {
  static_assert(reduce_dim == ReduceDim::REDUCE_COL ||
                    (reduce_dim == ReduceDim::REDUCE_ROW && pool_type != PoolType::AVG),
                "columns reduce in every way, rows by SUM, MAX and MIN");
  static_assert(sfpu_reduce_format_supported(format),
                "formats: Float32, Int32, UInt32, UInt16, Float16_b");
  tt_simulator_abi::table->sfpu_reduce(
      static_cast<uint32_t>(pool_type), static_cast<uint32_t>(format),
      static_cast<uint32_t>(reduce_dim), idst, ct_dim, rt_dim, site);
}

/// One init for columns and rows; after extrema of rows, columns need it again.
template <PoolType pool_type, DataFormat format, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void sfpu_reduce_init(TT_SITE) {
  static_assert(sfpu_reduce_format_supported(format),
                "formats: Float32, Int32, UInt32, UInt16, Float16_b");
  tt_simulator_abi::table->sfpu_reduce_init(static_cast<uint32_t>(pool_type),
                                            static_cast<uint32_t>(format), site);
}

// Not modelled: these raise UnsupportedOperation when they are called.
template <bool fast_and_approx = false>
ALWI void sigmoid_tile_init_pack(TT_SITE) {
  tt_simulator_abi::table->unsupported("sigmoid_tile_init_pack", site);
}

template <VectorMode vec_mode = VectorMode::RC, bool fast_and_approx = false,
          bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void sigmoid_tile_pack(uint32_t idst, TT_SITE) {
  tt_simulator_abi::table->unsupported("sigmoid_tile_pack", site);
}

template <bool fast_and_approx = false, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void tanh_tile_init_pack(TT_SITE) {
  tt_simulator_abi::table->unsupported("tanh_tile_init_pack", site);
}

template <bool fast_and_approx = false, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void tanh_tile_pack(uint32_t idst, TT_SITE) {
  tt_simulator_abi::table->unsupported("tanh_tile_pack", site);
}

ALWI void signbit_tile_int32_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("signbit_tile_int32_init", site);
}

ALWI void signbit_tile_int32(uint32_t idst, TT_SITE) {
  tt_simulator_abi::table->unsupported("signbit_tile_int32", site);
}

ALWI void tiled_prod_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::table->unsupported("tiled_prod_tile", site);
}

ALWI void tiled_prod_tile_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("tiled_prod_tile_init", site);
}

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void silu_tile_pack(uint32_t idst, TT_SITE) {
  tt_simulator_abi::table->unsupported("silu_tile_pack", site);
}

ALWI void silu_tile_init_pack(TT_SITE) {
  tt_simulator_abi::table->unsupported("silu_tile_init_pack", site);
}

template <DataFormat format>
ALWI void sfpu_add_top_row(uint32_t dst_tile_0, uint32_t dst_tile_1, uint32_t dst_tile_out,
                           TT_SITE) {
  tt_simulator_abi::table->unsupported("sfpu_add_top_row", site);
}

ALWI void sfpu_add_top_row_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("sfpu_add_top_row_init", site);
}

ALWI void unary_max_int32_tile(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::table->unsupported("unary_max_int32_tile", site);
}

ALWI void unary_max_int32_tile_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("unary_max_int32_tile_init", site);
}

ALWI void unary_max_uint32_tile(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::table->unsupported("unary_max_uint32_tile", site);
}

ALWI void unary_max_uint32_tile_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("unary_max_uint32_tile_init", site);
}

ALWI void alt_complex_rotate90_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::table->unsupported("alt_complex_rotate90_tile", site);
}

ALWI void alt_complex_rotate90_tile_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("alt_complex_rotate90_tile_init", site);
}

ALWI void unary_min_int32_tile(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::table->unsupported("unary_min_int32_tile", site);
}

ALWI void unary_min_int32_tile_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("unary_min_int32_tile_init", site);
}

ALWI void unary_min_uint32_tile(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::table->unsupported("unary_min_uint32_tile", site);
}

ALWI void unary_min_uint32_tile_init(TT_SITE) {
  tt_simulator_abi::table->unsupported("unary_min_uint32_tile_init", site);
}

ALWI void clear_compute_special_value_flags(TT_SITE) {
  tt_simulator_abi::table->unsupported("clear_compute_special_value_flags", site);
}

}  // namespace ckernel
