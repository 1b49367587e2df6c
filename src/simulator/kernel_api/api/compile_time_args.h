#pragma once

#include <cstddef>
#include <cstdint>

#ifdef TT_SIMULATOR_STANDARD_LIBRARY
template <class T, class... Ts>
FORCE_INLINE constexpr std::array<T, sizeof...(Ts)> make_array(Ts... values) {
  return {T(values)...};
}
#else
namespace tt_simulator_abi {
/// Of std::array what indexes and counts.
template <class T, size_t kSize>
struct Array {
  T values[kSize ? kSize : 1];
  constexpr size_t size() const { return kSize; }
  constexpr const T& operator[](size_t index) const { return values[index]; }
};
}  // namespace tt_simulator_abi

template <class T, class... Ts>
FORCE_INLINE constexpr tt_simulator_abi::Array<T, sizeof...(Ts)> make_array(Ts... values) {
  return {{T(values)...}};
}
#endif

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

/// A name that is a literal or has data() and size().
struct ArgumentName {
  const char* text;
  size_t length;
  constexpr ArgumentName(const char* literal) : text(literal), length(0) {
    while (text[length]) ++length;
  }
  template <typename View>
  requires requires(const View& view) { view.data() + view.size(); }
  constexpr ArgumentName(const View& view) : text(view.data()), length(view.size()) {}
  constexpr bool operator==(const ArgumentName& other) const {
    if (length != other.length) return false;
    for (size_t i = 0; i < length; ++i) {
      if (text[i] != other.text[i]) return false;
    }
    return true;
  }
};

struct NamedArgument {
  ArgumentName name;
  uint32_t value;
};
inline constexpr NamedArgument kNamedArguments[] = {KERNEL_COMPILE_TIME_ARG_MAP};
/// Not constexpr: calling it makes the evaluation, and with it the compilation, fail.
void no_such_named_compile_time_argument();
}  // namespace tt_simulator_abi

constexpr uint32_t get_named_ct_arg(tt_simulator_abi::ArgumentName name) {
  for (const auto& [known, value] : tt_simulator_abi::kNamedArguments) {
    if (name == known) return value;
  }
  tt_simulator_abi::no_such_named_compile_time_argument();
  return 0;
}

consteval uint32_t get_named_compile_time_arg_val(tt_simulator_abi::ArgumentName name) {
  return get_named_ct_arg(name);
}
#endif
