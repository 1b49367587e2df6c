// A dataflow buffer under a name: converts to its id.
#pragma once

#include <cstdint>

#include "api/dataflow/dfb_access.h"

template <dfb::AccessPattern Pap = dfb::AccessPattern::UNKNOWN,
          dfb::AccessPattern Cap = dfb::AccessPattern::UNKNOWN>
struct DFBBindingToken {
  explicit constexpr DFBBindingToken(uint16_t id) noexcept : id_(id) {}
  constexpr operator uint32_t() const noexcept { return id_; }

 private:
  uint16_t id_;
};

/// A dataflow buffer that a relay fills; the simulator has no relays, so only its type is there.
struct RelayDFBBindingToken {
  explicit constexpr RelayDFBBindingToken(uint16_t id) noexcept : id_(id) {}
  constexpr operator uint32_t() const noexcept { return id_; }

 private:
  uint16_t id_;
};

/// Type of the null pointer that stands for a dataflow buffer that is not bound.
struct NullDFBBindingToken {
  NullDFBBindingToken() = delete;
  operator uint16_t() const;
};
