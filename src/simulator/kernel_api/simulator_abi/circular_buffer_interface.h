// The circular buffer's pointers as the calling RISC holds them, and its compile-time facts.
#pragma once

#include <cstdint>

using LocalCBInterface = tt_simulator_abi::CircularBufferView;

/// A snapshot, refreshed by each call; writing to it changes nothing.
inline const LocalCBInterface& get_local_cb_interface(uint32_t cb_id, TT_SITE) {
  return *tt_simulator_abi::table->cb_view(cb_id, site);
}

constexpr DataFormat get_dataformat(const int32_t operand) {
  return static_cast<DataFormat>(tt_simulator_abi::kCbFormats[operand]);
}
/// Bytes of one 32x32 tile in the circular buffer's format.
constexpr int32_t get_tile_size(const int32_t operand) {
  return static_cast<int32_t>(tt_simulator::TileBytes(get_dataformat(operand)));
}
constexpr uint32_t get_tile_hw(const int32_t) { return 32 * 32; }
constexpr uint32_t get_tile_num_faces(const int32_t) { return 4; }
