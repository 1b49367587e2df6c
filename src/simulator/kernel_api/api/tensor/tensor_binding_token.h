// A tensor under a name: where its accessor's words and its address lie among the arguments.
#pragma once

#include <cstdint>

#include "api/tensor/tensor_accessor_args.h"

namespace tensor_accessor {

template <uint32_t CTA_OFFSET, uint32_t ADDR_CRTA_OFFSET>
struct TensorBindingToken {
  using args_t = TensorAccessorArgs<CTA_OFFSET>;
  static constexpr args_t args{};
  static constexpr uint32_t addr_crta_offset = ADDR_CRTA_OFFSET;  // bytes
};

/// Type of the null pointer that stands for a tensor that is not bound.
struct NullTensorBindingToken {
  NullTensorBindingToken() = delete;
};

}  // namespace tensor_accessor
