// Names that every compute kernel sees.
#pragma once

#include <cstdint>

#include "api/compile_time_args.h"
#include "api/debug/assert.h"
#include "api/debug/waypoint.h"
#include "simulator_abi/arguments.h"
#include "simulator_abi/circular_buffer_interface.h"
#include "simulator_abi/compute_types.h"
#include "simulator_abi/mailbox.h"
#include "simulator_abi/sfpu.h"

#ifndef DST_ACCUM_MODE
#define DST_ACCUM_MODE false
#endif
#ifndef APPROX
#define APPROX false
#endif

namespace tt_simulator_abi {
constexpr uint32_t OpOf(ckernel::EltwiseBinaryType type) {
  return type == ckernel::EltwiseBinaryType::ELWADD   ? kAdd
         : type == ckernel::EltwiseBinaryType::ELWSUB ? kSub
                                                      : kMul;
}
inline bool IsThread(Role role) { return table->role() == role; }
}  // namespace tt_simulator_abi

// One text runs on all three threads, so these are tests at run time: a declaration inside them is
// not visible after them.
#define UNPACK(...)                                              \
  do {                                                           \
    if (tt_simulator_abi::IsThread(tt_simulator_abi::kUnpack)) { \
      __VA_ARGS__;                                               \
    }                                                            \
  } while (false);
#define MATH(...)                                              \
  do {                                                         \
    if (tt_simulator_abi::IsThread(tt_simulator_abi::kMath)) { \
      __VA_ARGS__;                                             \
    }                                                          \
  } while (false);
#define PACK(...)                                              \
  do {                                                         \
    if (tt_simulator_abi::IsThread(tt_simulator_abi::kPack)) { \
      __VA_ARGS__;                                             \
    }                                                          \
  } while (false);
/// There is no cache; who calls this may be polling.
inline void invalidate_l1_cache(TT_SITE) { tt_simulator_abi::table->poll(site); }

#define MATH_FIDELITY static_cast<::ckernel::MathFidelity>(TT_SIMULATOR_MATH_FIDELITY)
