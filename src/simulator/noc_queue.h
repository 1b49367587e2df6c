#pragma once

#include <cstdint>
#include <vector>

#include "simulator/kernel_api/simulator_abi/table.h"

namespace tt_simulator {

/// A NoC endpoint after decoding: one worker's L1 or one DRAM bank.
struct NocTarget {
  bool is_dram = false;
  uint32_t index = 0;   ///< Core index or bank.
  uint32_t offset = 0;  ///< Bytes inside that memory.
};

/// A read whose data are not in L1 yet.
struct PendingRead {
  NocTarget source;
  uint32_t local = 0;  ///< L1 offset of the destination.
  uint32_t size = 0;
  uint32_t trid = tt_simulator_abi::kNoTransactionId;
  bool zeros = false;  ///< async_write_zeros: the data are zeros.
  tt_simulator_abi::Site site;
};

/// A write that was issued and not yet acknowledged.
struct PendingWrite {
  std::vector<uint32_t> cores;  ///< Multicast destinations; empty for a single target.
  NocTarget target;
  uint32_t local = 0;  ///< L1 offset of the source.
  uint32_t size = 0;
  uint32_t trid = tt_simulator_abi::kNoTransactionId;
  bool posted = false;
  bool delivered = false;  ///< Data are at the destination.
  bool flushed = false;    ///< The kernel knows that the source may be reused.
  tt_simulator_abi::Site site;
};

/// A count at another core that no barrier was called for yet.
struct PendingAtomic {
  uint32_t core = 0;
  uint32_t epoch = 0;  ///< Of that core, then: what it says later it says after the count.
  tt_simulator_abi::Site site;
};

/// Outstanding transactions of one RISC on one NoC, in issue order.
struct NocQueue {
  std::vector<PendingRead> reads;
  std::vector<PendingWrite> writes;
  std::vector<PendingAtomic> atomics;
};

}  // namespace tt_simulator
