#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "simulator/kernel_api/simulator_abi/table.h"
#include "simulator/numerics/formats.h"

namespace tt_simulator {

inline constexpr uint32_t kNumRiscs = 5;
inline constexpr uint32_t kNoRisc = 0xff;
inline constexpr uint32_t kNoCore = 0xffffffff;

/// What the order between cores says of a page: epochs of the race detector.
struct PageOrder {
  uint32_t room = 0;          ///< Of this core, when the page was reserved.
  uint32_t writer = kNoCore;  ///< Core that has written into the page since the last push.
  uint32_t written = 0;       ///< Of that core, then.
};

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
  /// Placed on the shard of a tensor, which has its data from the start and keeps what is pushed.
  bool on_tensor = false;
  Pointers risc[kNumRiscs];
  std::vector<PageOrder> order;  ///< By page; empty until it is needed, and with one core.

  uint32_t Available() const { return static_cast<uint16_t>(received - acked); }
  uint32_t Free() const {
    return static_cast<uint16_t>(num_pages - static_cast<uint16_t>(received - acked));
  }
  /// Pages behind the write pointer that a RISC may fill and push: those it has reserved, and on a
  /// tensor all that were never pushed.
  uint32_t Writable(const Pointers& p) const {
    const uint32_t fresh = on_tensor && received < num_pages ? num_pages - received : 0;
    return std::max(p.reserved, fresh);
  }
  /// Pages behind the read pointer that a RISC may read: those it has waited for, and all of a
  /// tensor that nobody pushes.
  uint32_t Readable(const Pointers& p) const {
    return std::max(p.waited, on_tensor && received == 0 ? num_pages : 0);
  }
  uint32_t size() const { return page_size * num_pages; }
};

}  // namespace tt_simulator
