#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <queue>
#include <unordered_map>
#include <vector>

#include "event.h"
#include "network.h"
#include "report.h"
#include "target/timing_model.h"

namespace tt_simulator::timing {

inline constexpr uint32_t kThreadsPerCore = 5;

/// Computes when things happen from what the RISCs did.
///
/// The simulation records the events of RISCs that take or exchange time. The replay runs through
/// them, in a queue for each RISC, as a discrete-event simulation of its own: each RISC has a clock, waiting
/// means taking the maximum with the clock of whoever ends the wait, and whatever competes for a
/// shared resource (NoC ports, DRAM banks) is done in the order of simulated time. It only reads the
/// queues, so it cannot change results; and since it does not see in which order fibers ran, no
/// scheduling order can change a time.
class Replay {
 public:
  Replay(const tt_target::TimingModel& model, uint32_t grid_x, uint32_t grid_y, bool keep_timeline);
  ~Replay();

  /// Registers a RISC before the run; `role` as in the kernel ABI. Returns its number.
  uint32_t AddThread(uint32_t core, uint32_t role);
  /// Pages of a circular buffer of a core.
  void SetCircularBuffer(uint32_t core, uint32_t id, uint32_t pages);

  /// Takes more of the log and replays as far as that determines.
  void Advance(const std::vector<Record>& log);
  /// Replays to the end; RISCs without a kEnd event have stopped where their events end.
  void Finish() { Run(true); }
  /// Clock of a RISC; after Finish, the time at which it ended or is stuck.
  Cycles ClockOf(uint32_t core, uint32_t role) const;
  TimeReport Report() const;

 private:
  struct Outstanding {
    uint32_t pending = 0;  ///< Transfers whose end is not known yet.
    Cycles done = 0;       ///< End of the last one that is known.
    Cycles departed = 0;   ///< When the last write had left L1.
  };
  static constexpr uint32_t kTransactions = 16;
  struct NocState {
    Outstanding reads;  ///< All of them.
    Outstanding writes;
    /// By transaction id; made when a kernel uses one.
    std::unique_ptr<std::array<Outstanding, kTransactions>> reads_by_id, writes_by_id;
    Cycles command_free = 0;  ///< The write command buffer takes the next command.
    bool path_reserved = false;
    Cycles path_free = 0;  ///< A multicast may reserve the next path.
  };
  struct Thread;
  struct Core;
  struct PageTimes;
  struct Word;
  struct BankRequest;

  enum class Step : uint8_t { kDone, kParked, kLater };
  void Run(bool final);
  Step Execute(Thread& thread, const Event& event);
  bool StepCircularBuffer(Thread& thread, const Event& event);
  bool StepEngine(Thread& thread, const Event& event);
  bool StepWord(Thread& thread, const Event& event);
  bool StepBarrier(Thread& thread, const Event& event);
  void StartRead(Thread& thread, const Event& event);
  bool StartWrite(Thread& thread, const Event& event);
  void StartMulticast(Thread& thread, const Event& event);
  void Serve(const BankRequest& request);
  /// The account of a transfer with this id, or nullptr if it has none.
  static Outstanding* ById(std::unique_ptr<std::array<Outstanding, kTransactions>>& accounts,
                           uint8_t transaction);
  void Wake(Thread* thread);
  void Ready(Thread& thread);
  Core& AddCore(uint32_t core);
  void UpdateWord(uint32_t core, uint32_t offset, uint32_t number, Cycles time);
  void WaitUntil(Thread& thread, Cycles time, WaitKind kind, const Event& event);
  void Span(Thread& thread, const char* name, Cycles start, Cycles end, const Event& event);
  Node NodeOf(uint32_t core) const;
  Node BankNode(uint32_t bank, uint32_t noc) const;

  const tt_target::TimingModel& model_;
  uint32_t grid_x_;
  uint32_t grid_y_;
  bool keep_timeline_;
  Network network_;
  std::vector<std::unique_ptr<Thread>> threads_;
  std::vector<std::unique_ptr<Core>> cores_;
  uint32_t num_banks_;
  std::vector<Cycles>
      request_free_;                ///< By NoC and core: when the NIU takes the next read request.
  std::vector<int64_t> bank_free_;  ///< Ticks.
  std::vector<int64_t> bank_busy_;
  std::vector<uint64_t> bank_bytes_;

  struct Entry {
    Cycles time;
    uint64_t
        order;  ///< Thread index, or number of the request: ties are broken the same way always.
    bool operator>(const Entry& other) const {
      return time != other.time ? time > other.time : order > other.order;
    }
  };
  template <typename T>
  using MinHeap = std::priority_queue<T, std::vector<T>, std::greater<T>>;
  MinHeap<Entry> ready_;
  MinHeap<BankRequest> requests_;
  uint64_t request_number_ = 0;
  std::vector<ZoneTime> zones_;
  Timeline timeline_;
};

}  // namespace tt_simulator::timing
