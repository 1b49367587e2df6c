// Run-time arguments and the calling core's coordinates.
#pragma once

#include <cstdint>

inline uintptr_t get_arg_addr(int arg_idx, TT_SITE) {
  return tt_simulator_abi::table->argument_address(0, arg_idx, site);
}

inline uintptr_t get_common_arg_addr(int arg_idx, TT_SITE) {
  return tt_simulator_abi::table->argument_address(1, arg_idx, site);
}

template <typename T>
FORCE_INLINE T get_arg_val(int arg_idx, TT_SITE) {
  static_assert(sizeof(T) == 4, "only 4-byte arguments are supported");
  const uint32_t word = tt_simulator_abi::table->argument(0, arg_idx, site);
  return __builtin_bit_cast(T, word);
}

template <typename T>
FORCE_INLINE T get_common_arg_val(int arg_idx, TT_SITE) {
  static_assert(sizeof(T) == 4, "only 4-byte arguments are supported");
  const uint32_t word = tt_simulator_abi::table->argument(1, arg_idx, site);
  return __builtin_bit_cast(T, word);
}

inline uint8_t get_absolute_logical_x() { return tt_simulator_abi::table->coordinate(0); }
inline uint8_t get_absolute_logical_y() { return tt_simulator_abi::table->coordinate(1); }
inline uint8_t get_relative_logical_x() { return tt_simulator_abi::table->coordinate(2); }
inline uint8_t get_relative_logical_y() { return tt_simulator_abi::table->coordinate(3); }
