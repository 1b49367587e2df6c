#pragma once

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace tt_simulator {

/// A stack that a sanitizer has been told about.
struct StackBounds {
  const void* bottom = nullptr;
  size_t size = 0;
  void* fiber = nullptr;  ///< ThreadSanitizer's name for what runs on it.
};

// AddressSanitizer has to know on which stack the program runs, ThreadSanitizer which fiber runs.
// Without them these do nothing.
#if defined(__SANITIZE_ADDRESS__)
inline void BeforeSwitch(void** saved, StackBounds to) {
  __sanitizer_start_switch_fiber(saved, to.bottom, to.size);
}
/// `from`, if not null, gets the bounds of the stack that was left.
inline void AfterSwitch(void* saved, StackBounds* from) {
  __sanitizer_finish_switch_fiber(saved, from ? &from->bottom : nullptr,
                                  from ? &from->size : nullptr);
}
/// Frames that were abandoned on a stack are forgotten.
inline void ForgetFrames(void* stack, size_t size) { ASAN_UNPOISON_MEMORY_REGION(stack, size); }
#else
#if defined(__SANITIZE_THREAD__)
inline void BeforeSwitch(void**, StackBounds to) { __tsan_switch_to_fiber(to.fiber, 0); }
#else
inline void BeforeSwitch(void**, StackBounds) {}
#endif
inline void AfterSwitch(void*, StackBounds*) {}
inline void ForgetFrames(void*, size_t) {}
#endif

#if defined(__SANITIZE_THREAD__)
inline void* NewFiber() { return __tsan_create_fiber(0); }
inline void EndFiber(void* fiber) { __tsan_destroy_fiber(fiber); }
inline void* CurrentFiber() { return __tsan_get_current_fiber(); }
#else
inline void* NewFiber() { return nullptr; }
inline void EndFiber(void*) {}
inline void* CurrentFiber() { return nullptr; }
#endif

}  // namespace tt_simulator
