// What the firmware includes before a compute kernel, without the low-level kernels.
#pragma once
#include <cstdint>
#include "internal/risc_attribs.h"
#ifndef FORCE_INLINE
#define FORCE_INLINE inline __attribute__((always_inline))
#endif
namespace ckernel {}
using namespace ckernel;
#include "api/compile_time_args.h"
