#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

enum class ReluType : std::uint8_t {
  NO_RELU,
  ZERO_RELU,
  MIN_THRESHOLD_RELU,
  MAX_THRESHOLD_RELU,
};

/// ReLU of the packer; the threshold is a bfloat16 pattern.
struct ReluConfig {
  static constexpr ReluConfig none() { return {ReluType::NO_RELU}; }
  static constexpr ReluConfig zero() { return {ReluType::ZERO_RELU}; }
  static constexpr ReluConfig min_threshold(std::uint32_t t) {
    return {ReluType::MIN_THRESHOLD_RELU, t};
  }
  static constexpr ReluConfig max_threshold(std::uint32_t t) {
    return {ReluType::MAX_THRESHOLD_RELU, t};
  }
  static constexpr ReluConfig from_packed(std::uint32_t packed) {
    return {static_cast<ReluType>(packed & 0x3), (packed >> 16) & 0xFFFF};
  }
  constexpr ReluType get_mode() const { return mode_; }
  constexpr std::uint32_t get_threshold() const { return threshold_; }

 private:
  constexpr ReluConfig(ReluType mode, std::uint32_t threshold = 0)
      : mode_(mode), threshold_(threshold) {}
  ReluType mode_;
  std::uint32_t threshold_;
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
  tt_simulator_abi::table->pack_relu(static_cast<uint32_t>(config.get_mode()),
                                     config.get_threshold(), site);
}

}  // namespace ckernel
