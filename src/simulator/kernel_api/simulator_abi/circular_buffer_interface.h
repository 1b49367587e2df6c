// The circular buffer's pointers as the calling RISC holds them, and its compile-time facts.
#pragma once

#include <cstdint>

using LocalCBInterface = tt_simulator_abi::CircularBufferView;

/// Valid until the next call on the circular buffer, which takes over written pointers.
inline LocalCBInterface& get_local_cb_interface(uint32_t cb_id, TT_SITE) {
  return *tt_simulator_abi::table->cb_view(cb_id, site);
}

namespace tt_simulator_abi {
template <typename Value>
struct CbTable {
  static constexpr uint32_t kCount = sizeof(kCbFormats);
  int32_t values[kCount] = {};
  constexpr CbTable() {
    for (uint32_t cb = 0; cb < kCount; ++cb) {
      values[cb] = Value()(static_cast<DataFormat>(kCbFormats[cb]));
    }
  }
  constexpr int32_t operator[](uint32_t cb) const { return values[cb]; }
};
struct FormatNumber {
  constexpr int32_t operator()(DataFormat format) const { return static_cast<int32_t>(format); }
};
struct FormatTileBytes {
  constexpr int32_t operator()(DataFormat format) const {
    return static_cast<int32_t>(::tt_simulator::TileBytes(format));
  }
};
template <int32_t kValue>
struct Constant {
  constexpr int32_t operator()(DataFormat) const { return kValue; }
};
}  // namespace tt_simulator_abi

// Facts by circular buffer that the vendor's build generates; tiles are always 32x32 here.
inline constexpr tt_simulator_abi::CbTable<tt_simulator_abi::FormatNumber> unpack_src_format;
inline constexpr tt_simulator_abi::CbTable<tt_simulator_abi::FormatNumber> pack_dst_format;
inline constexpr tt_simulator_abi::CbTable<tt_simulator_abi::FormatTileBytes> unpack_tile_size;
inline constexpr tt_simulator_abi::CbTable<tt_simulator_abi::FormatTileBytes> pack_tile_size;
inline constexpr tt_simulator_abi::CbTable<tt_simulator_abi::Constant<32>> unpack_tile_r_dim;
inline constexpr tt_simulator_abi::CbTable<tt_simulator_abi::Constant<32>> unpack_tile_c_dim;
inline constexpr tt_simulator_abi::CbTable<tt_simulator_abi::Constant<4>> unpack_tile_num_faces;
inline constexpr tt_simulator_abi::CbTable<tt_simulator_abi::Constant<16>> unpack_tile_face_r_dim;
inline constexpr tt_simulator_abi::CbTable<tt_simulator_abi::Constant<0>> unpack_partial_face;
inline constexpr tt_simulator_abi::CbTable<tt_simulator_abi::Constant<0>> unpack_narrow_tile;
// Formats in the source registers follow from those in the buffers.
inline constexpr auto& unpack_dst_format = unpack_src_format;
inline constexpr auto& pack_src_format = pack_dst_format;

constexpr DataFormat get_dataformat(const int32_t operand) {
  return static_cast<DataFormat>(tt_simulator_abi::kCbFormats[operand]);
}
/// Bytes of one 32x32 tile in the circular buffer's format.
constexpr int32_t get_tile_size(const int32_t operand) {
  return static_cast<int32_t>(tt_simulator::TileBytes(get_dataformat(operand)));
}
constexpr uint32_t get_tile_hw(const int32_t) { return 32 * 32; }
constexpr uint32_t get_tile_num_faces(const int32_t) { return 4; }
