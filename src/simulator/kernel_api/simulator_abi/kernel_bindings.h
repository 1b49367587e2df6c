// Included before the generated declarations of a kernel's named bindings.
#pragma once

#include <cstddef>
#include <tuple>

#include "api/dataflow/dfb_binding_token.h"
#include "api/dataflow/semaphore_binding_token.h"
#include "api/scratchpad.h"
#include "api/tensor/tensor_binding_token.h"
#include "experimental/kernel_args.h"

namespace tt_simulator_abi {

/// A name as a template argument.
struct BindingName {
  char text[64] = {};
  template <size_t kLength>
  consteval BindingName(const char (&name)[kLength]) {
    static_assert(kLength <= sizeof(text), "a binding's name has at most 63 characters");
    for (size_t i = 0; i < kLength; ++i) text[i] = name[i];
  }
  friend constexpr bool operator==(const BindingName&, const BindingName&) = default;
};

}  // namespace tt_simulator_abi
