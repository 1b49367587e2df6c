// Included before every kernel text: the link to the simulator and the names the vendor's build
// predefines.
#pragma once

#include <stddef.h>
#include <stdint.h>

// The vendor's headers bring these along. They are half of what there is to compile, so only texts that
// may use them get them.
#ifdef TT_SIMULATOR_STANDARD_LIBRARY
#include <array>
#include <limits>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#endif

#include "../../numerics/formats.h"
#include "table.h"

#define FORCE_INLINE inline __attribute__((always_inline))
#define ALWI inline __attribute__((always_inline))
#define tt_l1_ptr
#define tt_reg_ptr
#define TT_SITE ::tt_simulator_abi::Site site = ::tt_simulator_abi::Site::current()

#include "vendor_names.h"

using ::tt_simulator::DataFormat;
using uint = unsigned int;

void kernel_main();

namespace tt_simulator_abi {

inline const Table* table = nullptr;
inline uint32_t fuel = 1u << 24;  // basic blocks until the next look at endless loops

/// A profiler zone: its time from here to the end of the scope is in the time report.
class Zone {
 public:
  explicit Zone(const char* name) : name_(name) { table->zone(name_, 1); }
  ~Zone() { table->zone(name_, 0); }
  Zone(const Zone&) = delete;
  Zone& operator=(const Zone&) = delete;

 private:
  const char* name_;
};
#define TT_SIMULATOR_JOIN(a, b) a##b
#define TT_SIMULATOR_ZONE(name, line) \
  ::tt_simulator_abi::Zone TT_SIMULATOR_JOIN(tt_simulator_zone_, line)(name)
#define DeviceZoneScopedN(name) TT_SIMULATOR_ZONE(name, __LINE__)
#define DeviceZoneScopedMainN(name) TT_SIMULATOR_ZONE(name, __LINE__)
#define DeviceZoneScopedMainChildN(name) TT_SIMULATOR_ZONE(name, __LINE__)

/// For calls whose place was noted before.
inline constexpr Site kHere = {"", 0};

inline constexpr uint8_t kCbFormats[] = {TT_SIMULATOR_CB_FORMATS};

}  // namespace tt_simulator_abi

extern "C" {
__attribute__((visibility("default"), used, no_sanitize_address)) inline void tt_simulator_setup(
    const tt_simulator_abi::Table* table) {
  tt_simulator_abi::table = table;
}
__attribute__((visibility("default"), used)) inline void tt_simulator_main() { kernel_main(); }
/// Lowest stack address a kernel may reach; set before each resume of the fiber.
/// Not inline: that would be one variable for all libraries of the process.
__attribute__((visibility("default"), used)) uintptr_t tt_simulator_stack_limit = 0;

// Instrumentation of memory accesses and basic blocks. Only addresses below 4 GiB are L1.
#ifdef __clang__
#define TT_SIMULATOR_UNTRACED no_sanitize("coverage")
#else
#define TT_SIMULATOR_UNTRACED no_sanitize_coverage
#endif
#define TT_SIMULATOR_HOOK \
  __attribute__((used, visibility("hidden"), no_sanitize_address, TT_SIMULATOR_UNTRACED)) inline
#define TT_SIMULATOR_CALLER \
  ::tt_simulator_abi::Instruction { reinterpret_cast<uintptr_t>(__builtin_return_address(0)) }
#define TT_SIMULATOR_CHECK(address, bytes, is_write) \
  if (!(address >> 32))                              \
  ::tt_simulator_abi::table->check_access(address, bytes, is_write, TT_SIMULATOR_CALLER)
#define TT_SIMULATOR_ACCESS_HOOKS(bytes)                                        \
  TT_SIMULATOR_HOOK void __asan_load##bytes##_noabort(unsigned long address) {  \
    TT_SIMULATOR_CHECK(address, bytes, 0);                                      \
  }                                                                             \
  TT_SIMULATOR_HOOK void __asan_store##bytes##_noabort(unsigned long address) { \
    TT_SIMULATOR_CHECK(address, bytes, 1);                                      \
  }
TT_SIMULATOR_ACCESS_HOOKS(1)
TT_SIMULATOR_ACCESS_HOOKS(2)
TT_SIMULATOR_ACCESS_HOOKS(4)
TT_SIMULATOR_ACCESS_HOOKS(8)
TT_SIMULATOR_ACCESS_HOOKS(16)
#undef TT_SIMULATOR_ACCESS_HOOKS
TT_SIMULATOR_HOOK void __asan_loadN_noabort(unsigned long address, unsigned long bytes) {
  TT_SIMULATOR_CHECK(address, bytes, 0);
}
TT_SIMULATOR_HOOK void __asan_storeN_noabort(unsigned long address, unsigned long bytes) {
  TT_SIMULATOR_CHECK(address, bytes, 1);
}
TT_SIMULATOR_HOOK void __asan_handle_no_return() {}
/// Undefined behaviour that would end the process: x86 traps where RISC-V does not.
struct TtSimulatorSourceLocation {
  const char* file;
  uint32_t line;
  uint32_t column;
};
TT_SIMULATOR_HOOK void __ubsan_handle_divrem_overflow(void* data, unsigned long, unsigned long) {
  const auto* place = static_cast<const TtSimulatorSourceLocation*>(data);
  tt_simulator_abi::table->division_by_zero({place->file, place->line});
}
TT_SIMULATOR_HOOK void __sanitizer_cov_trace_pc() {
  if (reinterpret_cast<uintptr_t>(__builtin_frame_address(0)) < tt_simulator_stack_limit) {
    tt_simulator_abi::table->stack_overflow(TT_SIMULATOR_CALLER);
  }
  if (--tt_simulator_abi::fuel == 0) {
    tt_simulator_abi::fuel = tt_simulator_abi::table->out_of_fuel(TT_SIMULATOR_CALLER);
  }
}
#undef TT_SIMULATOR_CHECK
#undef TT_SIMULATOR_CALLER
#undef TT_SIMULATOR_HOOK
#undef TT_SIMULATOR_UNTRACED
}  // extern "C"
