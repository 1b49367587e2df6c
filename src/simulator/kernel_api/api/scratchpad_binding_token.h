// A scratchpad under a name: the common argument with its address, and its size.
#pragma once

#include <cstdint>

struct ScratchpadBindingToken {
  constexpr ScratchpadBindingToken(uint32_t crta_word, uint32_t size_in_bytes) noexcept
      : crta_word(crta_word), size_in_bytes(size_in_bytes) {}
  uint32_t crta_word;
  uint32_t size_in_bytes;
};
