// Constants that kernels expect from the vendor's common headers.
#pragma once

#include <cstdint>

#include "noc_constants.h"

namespace tt {

// clang-format off
enum CBIndex : std::uint8_t {
  c_0, c_1, c_2, c_3, c_4, c_5, c_6, c_7, c_8, c_9, c_10, c_11, c_12, c_13, c_14, c_15,
  c_16, c_17, c_18, c_19, c_20, c_21, c_22, c_23, c_24, c_25, c_26, c_27, c_28, c_29, c_30, c_31,
  SIZE = 32,
};
// clang-format on

namespace constants {
constexpr uint32_t TILE_HEIGHT = 32;
constexpr uint32_t TILE_WIDTH = 32;
constexpr uint32_t TILE_HW = TILE_WIDTH * TILE_HEIGHT;
constexpr uint32_t FACE_HEIGHT = 16;
constexpr uint32_t FACE_WIDTH = 16;
constexpr uint32_t FACE_HW = FACE_WIDTH * FACE_HEIGHT;
}  // namespace constants

}  // namespace tt

constexpr static std::uint32_t INVALID = 0;
constexpr static std::uint32_t VALID = 1;

/// A zeroed piece of L1 on every core.
#define MEM_ZEROS_BASE 0x6000
#define MEM_ZEROS_SIZE 512

#ifdef COMPILE_FOR_TRISC
/// Circular buffer pointers of TRISCs count 16-byte units.
constexpr uint32_t cb_addr_shift = 4;
#else
constexpr uint32_t cb_addr_shift = 0;
#endif

#define DeviceTimestampedData(name, data)
