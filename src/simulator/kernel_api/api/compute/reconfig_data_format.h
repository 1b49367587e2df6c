#pragma once

#include "api/compute/common_globals.h"
#include "api/compute/src_order.h"

namespace tt_simulator_abi {
inline constexpr uint32_t kSrcA = 1;
inline constexpr uint32_t kSrcB = 2;
}  // namespace tt_simulator_abi

namespace ckernel {

// Each function has a form with the new operand and one with the old operand as well, which does
// nothing when both have one format. The families differ in what else the machine reprograms.
#define TT_SIMULATOR_RECONFIG(name)                                                           \
  ALWI void name##_srca(const uint32_t srca_new_operand, TT_SITE) {                           \
    tt_simulator_abi::table->reconfig_source(tt_simulator_abi::kSrcA, 0, 0, srca_new_operand, \
                                             site);                                           \
  }                                                                                           \
  ALWI void name##_srca(const uint32_t srca_old_operand, const uint32_t srca_new_operand,     \
                        TT_SITE) {                                                            \
    tt_simulator_abi::table->reconfig_source(tt_simulator_abi::kSrcA, 1, srca_old_operand,    \
                                             srca_new_operand, site);                         \
  }                                                                                           \
  ALWI void name##_srcb(const uint32_t srcb_new_operand, TT_SITE) {                           \
    tt_simulator_abi::table->reconfig_source(tt_simulator_abi::kSrcB, 0, 0, srcb_new_operand, \
                                             site);                                           \
  }                                                                                           \
  ALWI void name##_srcb(const uint32_t srcb_old_operand, const uint32_t srcb_new_operand,     \
                        TT_SITE) {                                                            \
    tt_simulator_abi::table->reconfig_source(tt_simulator_abi::kSrcB, 1, srcb_old_operand,    \
                                             srcb_new_operand, site);                         \
  }                                                                                           \
  template <SrcOrder src_order = SrcOrder::Regular>                                           \
  ALWI void name(const uint32_t icb0_new_operand, const uint32_t icb1_new_operand, TT_SITE) { \
    constexpr bool reverse = src_order == SrcOrder::Reverse;                                  \
    name##_srca(reverse ? icb1_new_operand : icb0_new_operand, site);                         \
    name##_srcb(reverse ? icb0_new_operand : icb1_new_operand, site);                         \
  }                                                                                           \
  template <SrcOrder src_order = SrcOrder::Regular>                                           \
  ALWI void name(const uint32_t icb0_old_operand, const uint32_t icb0_new_operand,            \
                 const uint32_t icb1_old_operand, const uint32_t icb1_new_operand, TT_SITE) { \
    constexpr bool reverse = src_order == SrcOrder::Reverse;                                  \
    name##_srca(reverse ? icb1_old_operand : icb0_old_operand,                                \
                reverse ? icb1_new_operand : icb0_new_operand, site);                         \
    name##_srcb(reverse ? icb0_old_operand : icb1_old_operand,                                \
                reverse ? icb0_new_operand : icb1_new_operand, site);                         \
  }

TT_SIMULATOR_RECONFIG(reconfig_data_format)
TT_SIMULATOR_RECONFIG(reconfig_full_operand)
#undef TT_SIMULATOR_RECONFIG

// The same without deriving the integer flags anew, which the simulator takes from the format.
template <SrcOrder src_order = SrcOrder::Regular>
ALWI void reconfig_data_format_skip_int8(const uint32_t icb0_new_operand,
                                         const uint32_t icb1_new_operand, TT_SITE) {
  reconfig_data_format<src_order>(icb0_new_operand, icb1_new_operand, site);
}
template <SrcOrder src_order = SrcOrder::Regular>
ALWI void reconfig_data_format_skip_int8(const uint32_t icb0_old_operand,
                                         const uint32_t icb0_new_operand,
                                         const uint32_t icb1_old_operand,
                                         const uint32_t icb1_new_operand, TT_SITE) {
  reconfig_data_format<src_order>(icb0_old_operand, icb0_new_operand, icb1_old_operand,
                                  icb1_new_operand, site);
}
ALWI void reconfig_data_format_srca_skip_int8(const uint32_t srca_new_operand, TT_SITE) {
  reconfig_data_format_srca(srca_new_operand, site);
}
ALWI void reconfig_data_format_srca_skip_int8(const uint32_t srca_old_operand,
                                              const uint32_t srca_new_operand, TT_SITE) {
  reconfig_data_format_srca(srca_old_operand, srca_new_operand, site);
}
ALWI void reconfig_data_format_srcb_skip_int8(const uint32_t srcb_new_operand, TT_SITE) {
  reconfig_data_format_srcb(srcb_new_operand, site);
}
ALWI void reconfig_data_format_srcb_skip_int8(const uint32_t srcb_old_operand,
                                              const uint32_t srcb_new_operand, TT_SITE) {
  reconfig_data_format_srcb(srcb_old_operand, srcb_new_operand, site);
}
// Tile shapes are always 32x32 here.
template <SrcOrder src_order = SrcOrder::Regular>
ALWI void reconfig_tile_shape(const uint32_t, const uint32_t) {}
ALWI void reconfig_tile_shape_srca(const uint32_t) {}
ALWI void reconfig_tile_shape_srcb(const uint32_t) {}

template <bool is_tile_dim_reconfig_en = false>
ALWI void pack_reconfig_data_format(const uint32_t new_cb_id, TT_SITE) {
  tt_simulator_abi::table->reconfig_pack(0, 0, new_cb_id, site);
}
template <bool is_tile_dim_reconfig_en = false>
ALWI void pack_reconfig_data_format(const uint32_t old_cb_id, const uint32_t new_cb_id, TT_SITE) {
  tt_simulator_abi::table->reconfig_pack(1, old_cb_id, new_cb_id, site);
}

}  // namespace ckernel
