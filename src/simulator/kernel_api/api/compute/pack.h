#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

enum class ReluType : uint32_t {
  NO_RELU = 0,
  ZERO_RELU = 1,
  MIN_THRESHOLD_RELU = 2,
  MAX_THRESHOLD_RELU = 3
};

/// Mode in the low half, bfloat16 threshold in the high half.
struct ReluConfig {
  uint32_t mode = 0;
  uint32_t threshold = 0;
  static constexpr ReluConfig none() { return {0, 0}; }
  static constexpr ReluConfig zero() { return {1, 0}; }
  static constexpr ReluConfig min_threshold(uint32_t threshold) { return {2, threshold}; }
  static constexpr ReluConfig max_threshold(uint32_t threshold) { return {3, threshold}; }
  static constexpr ReluConfig from_packed(uint32_t packed) { return {packed & 0xf, packed >> 16}; }
};

ALWI void pack_init(std::uint32_t ocb, std::uint32_t call_line = __builtin_LINE(), TT_SITE) {
  (void)call_line;
  tt_simulator_abi::table->pack_init(ocb, site);
}

/// Sequential by default: the slot behind the last packed one. With `out_of_order_output` the tile
/// goes to `output_tile_index` behind the write pointer.
template <bool out_of_order_output = false, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void pack_tile(std::uint32_t ifrom_dst, std::uint32_t icb, std::uint32_t output_tile_index = 0,
                    TT_SITE) {
  tt_simulator_abi::table->pack(ifrom_dst, icb, output_tile_index, out_of_order_output, site);
}

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void pack_block(std::uint32_t ifrom_dst, std::uint32_t icb, std::uint32_t ntiles, TT_SITE) {
  for (std::uint32_t i = 0; i < ntiles; ++i) {
    tt_simulator_abi::table->pack(ifrom_dst + i, icb, 0, 0, site);
  }
}

ALWI void dummy_pack(std::uint32_t) {}

ALWI void pack_reconfig_l1_acc(const std::uint32_t l1_acc_en, TT_SITE) {
  tt_simulator_abi::table->pack_l1_accumulate(l1_acc_en, site);
}

ALWI void pack_relu_config(const ReluConfig& config, TT_SITE) {
  tt_simulator_abi::table->pack_relu(config.mode, config.threshold, site);
}

}  // namespace ckernel
