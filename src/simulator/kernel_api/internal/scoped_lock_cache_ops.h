// L1 is not cached on these chips.
#pragma once

#include <cstdint>

inline void scoped_lock_acquire_cache_ops(uintptr_t, uint32_t) {}
inline void scoped_lock_release_cache_ops(uintptr_t, uint32_t) {}
