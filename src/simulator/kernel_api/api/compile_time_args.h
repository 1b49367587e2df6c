#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

template <class T, class... Ts>
FORCE_INLINE constexpr std::array<T, sizeof...(Ts)> make_array(Ts... values) {
  return {T(values)...};
}

#ifndef KERNEL_COMPILE_TIME_ARGS
#define KERNEL_COMPILE_TIME_ARGS
#endif

constexpr auto kernel_compile_time_args = make_array<std::uint32_t>(KERNEL_COMPILE_TIME_ARGS);

template <uint32_t Idx>
constexpr uint32_t get_ct_arg() {
  static_assert(Idx < kernel_compile_time_args.size(), "Index out of range");
  return kernel_compile_time_args[Idx];
}

#define get_compile_time_arg_val(arg_idx) get_ct_arg<arg_idx>()

#ifdef KERNEL_COMPILE_TIME_ARG_MAP
namespace tt_simulator_abi {
inline constexpr std::pair<std::string_view, uint32_t> kNamedArguments[] = {
    KERNEL_COMPILE_TIME_ARG_MAP};
/// Not constexpr: calling it makes the evaluation, and with it the compilation, fail.
void no_such_named_compile_time_argument();
}  // namespace tt_simulator_abi

constexpr uint32_t get_named_ct_arg(std::string_view name) {
  for (const auto& [known, value] : tt_simulator_abi::kNamedArguments) {
    if (name == known) return value;
  }
  tt_simulator_abi::no_such_named_compile_time_argument();
  return 0;
}

consteval uint32_t get_named_compile_time_arg_val(std::string_view name) {
  return get_named_ct_arg(name);
}
#endif
