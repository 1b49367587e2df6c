#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "simulator/kernel_api/simulator_abi/table.h"

namespace tt_simulator {

/// Finds DRAM bytes that two cores use without an order between them, one of them writing.
///
/// Cores are ordered by what they write into each other's L1 (semaphores, data, multicasts): the
/// receiver then knows everything the sender had completed: with a wait for a semaphore, what came
/// with that word; with a load of its own, whatever has arrived. Vector clocks hold what a core knows;
/// an access is finished at the barrier behind it. RISCs of one core count as ordered, and what a
/// core learns it learns as early as possible, so a reported race is one in this order of events.
class RaceDetector {
 public:
  using Site = tt_simulator_abi::Site;

  /// An earlier access that is not ordered with the present one.
  struct Conflict {
    uint32_t core;
    bool is_write;
    Site site;
  };

  explicit RaceDetector(uint32_t cores);

  /// An access of `core` to [begin, begin + size) of a DRAM bank is issued by `queue`, a number that
  /// names RISC and NoC.
  std::optional<Conflict> Issue(uint32_t core, uint32_t queue, uint32_t bank, uint32_t begin,
                                uint32_t size, bool is_write, Site site);
  /// The reads (or writes) of a queue are finished.
  void Finish(uint32_t core, uint32_t queue, bool writes);
  /// `from` has written [offset, offset + size) of the L1 of `to`.
  void Signal(uint32_t from, uint32_t to, uint32_t offset, uint32_t size);
  /// `core` looks at its L1, and knows all that was signalled.
  void Observe(uint32_t core);
  /// `core` has waited for the word at `offset` of its L1, and knows what was signalled with it.
  void ObserveWord(uint32_t core, uint32_t offset);

  /// `core` itself writes the semaphore at `offset` of its L1.
  void StoreWord(uint32_t core, uint32_t offset);
  /// Whether `from` knows of the last time that `to` wrote its semaphore at `offset`.
  bool KnowsStore(uint32_t from, uint32_t to, uint32_t offset) const;

  /// What `core` does now has this epoch.
  uint32_t Epoch(uint32_t core) const { return known_[core][core]; }
  /// Whether `core` knows that what `other` did in an epoch is over.
  bool Knows(uint32_t core, uint32_t other, uint32_t epoch) const {
    return known_[core][other] >= epoch;
  }

 private:
  struct Access {
    uint32_t begin, end;
    uint32_t core;
    uint32_t epoch;  ///< Of the core when it was finished; kPending before.
    bool is_write;
    Site site;
    uint32_t next;  ///< Index of another access to the same page; kNone at the end.
  };
  using Clock = std::vector<uint32_t>;
  /// A word of L1 that other cores write, or a semaphore.
  struct Word {
    Clock signalled;      ///< With it.
    uint32_t stored = 0;  ///< Epoch of its own core when that wrote it last.
  };

  static constexpr uint32_t kPending = 0xffffffff;
  static constexpr uint32_t kNone = 0xffffffff;
  static constexpr uint32_t kMostFlagBytes = 64;  ///< Of a write that may be a flag.
  static constexpr uint32_t kPageShift =
      11;  ///< Bytes of a bank that share a list, as a power of 2.

  static void Join(Clock& to, const Clock& from);
  /// First access to a page, kNone if there is none yet.
  uint32_t& HeadOf(uint32_t bank, uint32_t page);
  /// Enters an access into a list, in place of one of the same core that it covers; its index.
  uint32_t Enter(uint32_t& head, Access access);

  std::vector<Clock> known_;     ///< By core: the epoch of every core that it knows to be over.
  std::vector<Clock> incoming_;  ///< Signalled and not looked at.
  std::vector<bool> has_incoming_;
  std::vector<std::map<uint32_t, Word>> words_;    ///< By core and offset.
  std::vector<std::vector<uint32_t>> heads_;       ///< By bank and page of it.
  std::vector<Access> accesses_;                   ///< Of all lists.
  std::vector<std::vector<uint32_t>> unfinished_;  ///< By queue and kind: indices of accesses.
};

}  // namespace tt_simulator
