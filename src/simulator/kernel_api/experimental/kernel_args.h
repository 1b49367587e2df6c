// Named kernel arguments: what `args::name` is made of, and how it is read.
#pragma once

#ifdef COMPILE_FOR_TRISC
#include "api/compute/common.h"
#else
#include "api/dataflow/dataflow_api.h"
#endif

/// Marks an entry point with arguments; kernel_main is generated from its signature.
#define TT_KERNEL static FORCE_INLINE

namespace experimental {

/// A word of the run-time arguments, of the common ones, or a compile-time value.
template <typename T>
struct RtaArg {
  uint32_t byte_offset;
};
template <typename T>
struct CrtaArg {
  uint32_t byte_offset;
};
template <typename T>
struct CtaVal {
  T value;
};

template <typename T>
FORCE_INLINE T get_arg(RtaArg<T> arg, TT_SITE) {
  return get_arg_val<T>(arg.byte_offset / 4, site);
}
template <typename T>
FORCE_INLINE T get_arg(CrtaArg<T> arg, TT_SITE) {
  return get_common_arg_val<T>(arg.byte_offset / 4, site);
}
template <typename T>
FORCE_INLINE constexpr T get_arg(CtaVal<T> arg) {
  return arg.value;
}

}  // namespace experimental
