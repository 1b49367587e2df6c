// Device prints are accepted and dropped.
#pragma once

#include <cstdint>

namespace tt_simulator_abi {
struct DroppedPrint {
  template <typename T>
  const DroppedPrint& operator<<(const T&) const {
    return *this;
  }
};
}  // namespace tt_simulator_abi

struct ENDL {};
struct HEX {};
struct DEC {};
struct FIXED {};
struct SETPRECISION {
  explicit SETPRECISION(uint32_t) {}
};
struct SETW {
  explicit SETW(uint32_t, bool = true) {}
};
template <typename T>
T BF16(T value) {
  return value;
}
template <typename T>
T F32(T value) {
  return value;
}

#define DPRINT ::tt_simulator_abi::DroppedPrint()
#define DPRINT_DATA0(...) \
  do {                    \
  } while (false)
#define DPRINT_DATA1(...) DPRINT_DATA0()
#define DPRINT_MATH(...) DPRINT_DATA0()
#define DPRINT_PACK(...) DPRINT_DATA0()
#define DPRINT_UNPACK(...) DPRINT_DATA0()
