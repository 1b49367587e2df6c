#pragma once

#include <cstdint>

#include "simulator/kernel_api/simulator_abi/table.h"
#include "simulator/numerics/formats.h"

namespace tt_simulator {

inline constexpr uint32_t kNumRiscs = 5;
inline constexpr uint32_t kNoRisc = 0xff;

/// A circular buffer of one core. Two 16-bit counters are shared by all RISCs; the pointers are a
/// copy per RISC, which is why only one RISC may push and only one may pop.
struct CircularBuffer {
  /// Pointers of one RISC, in pages.
  struct Pointers {
    uint32_t read_page = 0;
    uint32_t write_page = 0;
    uint32_t waited = 0;     ///< Pages known to be there since the last pop.
    uint32_t reserved = 0;   ///< Pages known to be free since the last push.
    uint32_t pack_slot = 0;  ///< Next page of a sequential pack_tile, reset by push.
    tt_simulator_abi::CircularBufferView view = {};  ///< Last one handed to the kernel.
    bool view_given = false;                         ///< The kernel may have written to `view`.
  };

  bool configured = false;
  DataFormat format = DataFormat::Invalid;
  uint32_t offset = 0;  ///< L1 offset of page 0. Bytes.
  uint32_t page_size = 0;
  uint32_t num_pages = 0;
  uint16_t received = 0;  ///< Pages pushed, modulo 2^16.
  uint16_t acked = 0;     ///< Pages popped, modulo 2^16.
  uint8_t producer = kNoRisc;
  uint8_t consumer = kNoRisc;
  bool used = false;  ///< Some RISC has called reserve, push, wait or pop.
  Pointers risc[kNumRiscs];

  uint32_t Available() const { return static_cast<uint16_t>(received - acked); }
  uint32_t Free() const {
    return static_cast<uint16_t>(num_pages - static_cast<uint16_t>(received - acked));
  }
  uint32_t size() const { return page_size * num_pages; }
};

}  // namespace tt_simulator
