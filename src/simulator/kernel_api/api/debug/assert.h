#pragma once

/// Raises the violation KernelAssert; a second argument (assert type) is ignored.
#define ASSERT(condition, ...)                                                                    \
  do {                                                                                            \
    if (!(condition)) {                                                                           \
      tt_simulator_abi::table->assertion_failed(#condition, ::tt_simulator_abi::Site::current()); \
    }                                                                                             \
  } while (false)
#define LLK_ASSERT(condition, ...) ASSERT(condition)
