// Values that the unpacker shares with math and packer.
#pragma once

#include <cstdint>

namespace tt_simulator_abi {

inline uint32_t Broadcast(uint32_t value) {
  switch (table->role()) {
    case kUnpack:
      table->mailbox_write(1, value, kHere);
      table->mailbox_write(2, value, kHere);
      return value;
    default:
      return table->mailbox_read(0, kHere);
  }
}

/// Byte address of a tile behind the read pointer, on all three TRISCs.
inline uint32_t TileAddress(uint32_t cb, uint32_t tile_index) {
  uint32_t address = 0;
  if (table->role() == kUnpack) {
    const CircularBufferView* view = table->cb_view(cb, kHere);
    address = (view->fifo_rd_ptr + view->fifo_page_size * tile_index) << 4;
  }
  return Broadcast(address);
}

/// A 32-bit word of a tile behind the read pointer, on all three TRISCs.
inline uint32_t TileValue(uint32_t cb, uint32_t tile_index, uint32_t element_offset) {
  uint32_t value = 0;
  if (table->role() == kUnpack) {
    const CircularBufferView* view = table->cb_view(cb, kHere);
    const uintptr_t address = (view->fifo_rd_ptr + view->fifo_page_size * tile_index) << 4;
    value = reinterpret_cast<volatile uint32_t*>(address)[element_offset];
  }
  return Broadcast(value);
}

}  // namespace tt_simulator_abi
