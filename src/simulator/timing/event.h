#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tt_simulator::timing {

/// What a RISC did, as far as time is concerned. `size`, `offset`, `target`, `count` and `rectangle`
/// mean what the line says.
enum class EventKind : uint8_t {
  kReserve,        ///< target: circular buffer, count: pages wanted.
  kPush,           ///< target: circular buffer, count: pages.
  kWaitFront,      ///< target: circular buffer, count: pages wanted.
  kPop,            ///< target: circular buffer, count: pages.
  kRead,           ///< size bytes from `target`; kDram: a bank, else a core; kZeros: no source.
  kWrite,          ///< size bytes to `target`; kDram, kPosted.
  kMulticast,      ///< size bytes to `rectangle`, count: destinations; kLinked.
  kWordWrite,      ///< A semaphore word of core `target`, at `offset`; size: number of the update.
  kWordMulticast,  ///< The same on the cores of `rectangle`; `words` updates follow.
  kWordUpdate,     ///< One destination of the kWordMulticast before it.
  kWordStore,      ///< A store of this RISC to a semaphore word of its own core.
  kWordWait,       ///< Waits for update `size` of the word at `offset`.
  kBarrier,        ///< size: BarrierKind.
  kUnpack,         ///< size: cycles, offset: cycles until math may start.
  kMath,           ///< size: cycles, offset: of the last tile; takes a packet of the unpacker.
  kVector,         ///< size: cycles of the vector unit.
  kPack,           ///< size: cycles.
  kAcquire,
  kCommit,
  kWait,
  kRelease,
  kConfigure,     ///< size: cycles; the engine is idle before and during it.
  kMailboxWrite,  ///< target: receiving thread.
  kMailboxRead,   ///< target: sending thread.
  kZone,          ///< A profiler zone; size: number of its name, offset: 1 where it begins.
  kEnd,           ///< The kernel has returned.
};

enum EventFlags : uint8_t { kDram = 1, kZeros = 2, kPosted = 4, kLinked = 8 };

inline constexpr uint8_t kAnyTransaction = 0xff;

/// Inclusive rectangle of logical cores.
struct Rectangle {
  uint8_t x0 = 0, y0 = 0, x1 = 0, y1 = 0;
};

/// One event. RISC cycles since the event before it are in `advance`.
struct Event {
  EventKind kind = EventKind::kEnd;
  uint8_t flags = 0;
  uint8_t noc = 0;
  uint8_t transaction = kAnyTransaction;
  uint32_t advance = 0;
  uint32_t size = 0;
  uint32_t offset = 0;
  uint16_t target = 0;
  uint16_t count = 0;
  Rectangle rectangle = {};
  uint32_t line = 0;  ///< Line of the kernel text.
};

/// An event in the log of a run.
struct Record {
  uint32_t thread;
  Event event;
};

/// Events of one RISC that the replay has not consumed yet.
class EventQueue {
 public:
  void Add(const Event& event) { events_.push_back(event); }
  bool empty() const { return next_ == events_.size(); }
  const Event& front() const { return events_[next_]; }
  void Pop() {
    ++next_;
    // What was consumed is given back when that is most of the queue.
    if (next_ < events_.size() && (next_ < kCompact || 2 * next_ < events_.size())) return;
    events_.erase(events_.begin(), events_.begin() + static_cast<ptrdiff_t>(next_));
    next_ = 0;
  }

 private:
  static constexpr size_t kCompact = 4096;
  std::vector<Event> events_;
  size_t next_ = 0;
};

}  // namespace tt_simulator::timing
