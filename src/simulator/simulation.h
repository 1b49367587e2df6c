#pragma once

#include <fmt/format.h>

#include <array>
#include <deque>
#include <exception>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "buffers.h"
#include "compute_engine.h"
#include "deferred_work.h"
#include "descriptors.h"
#include "errors.h"
#include "fiber_switch.h"
#include "race_detector.h"
#include "risc.h"
#include "target/hardware_model.h"
#include "target/timing_model.h"
#include "timing/replay.h"
#include "violations.h"

namespace tt_simulator {

/// What a run did; deterministic, so tests can gate on it.
struct Counters {
  uint64_t tile_matmuls = 0;  ///< 32x32x32 products.
  uint64_t fpu_tile_ops = 0;  ///< Other matrix-unit tile operations.
  uint64_t sfpu_tile_ops = 0;
  uint64_t tiles_unpacked = 0;
  uint64_t tiles_packed = 0;
  uint64_t noc_read_bytes = 0;
  uint64_t noc_write_bytes = 0;
  uint64_t noc_transactions = 0;
  uint64_t cb_waits = 0;  ///< cb_wait_front and cb_reserve_back that had to wait.
  uint64_t fiber_switches = 0;
};

/// Engines whose work is counted.
enum class Cost : uint8_t {
  kUnpackTile,
  kMatmulTile,
  kFpuTile,
  kSfpuTile,
  kPackTile,
  kNocRead,
  kNocWrite,
};

/// Updates of a semaphore word, so that a wait can name the one that ended it. Numbers start at 1.
struct SemaphoreWord {
  uint32_t updates = 0;
  std::deque<uint32_t> values;                ///< After each of the last updates.
  std::array<uint32_t, kNumRiscs> seen = {};  ///< First update a wait of each RISC may be ended by.
};

/// One worker core while a program runs on it.
struct Core {
  CoreCoord coord;
  uint32_t index = 0;  ///< y * grid columns + x.
  uint8_t* l1 = nullptr;
  uint32_t window = 0;  ///< Kernel-visible address of l1[0].
  std::vector<CircularBuffer> cbs;
  std::vector<bool> semaphores;  ///< Which ids the program has here.
  Risc* riscs[kNumRiscs] = {};
  std::unique_ptr<ComputeEngine> engine;
  static constexpr uint32_t kMailboxes = 4;              ///< Unpack, math, pack, data movement.
  std::deque<uint32_t> mailbox[kMailboxes][kMailboxes];  ///< By sender and receiver.
  std::unordered_map<uint32_t, SemaphoreWord> words;     ///< By L1 offset; only for time.

  /// Host address of bytes of L1 that are about to be read, or overwritten.
  uint8_t* L1ToRead(uint32_t offset, uint32_t bytes) {
    if (engine) engine->BeforeRead(offset, bytes);
    return l1 + offset;
  }
  uint8_t* L1ToWrite(uint32_t offset, uint32_t bytes) {
    if (engine) engine->BeforeWrite(offset, bytes);
    return l1 + offset;
  }
};

/// Whether a run is timed, and whether the timeline is kept for a trace viewer.
enum class Timing : uint8_t { kOff, kOn, kTimeline };

/// Where the device keeps run-time arguments and semaphores, as offsets into a core's L1.
struct ConfigRegion {
  static constexpr uint32_t kArguments = 0x8000;  ///< 0x800 bytes per RISC, then common.
  static constexpr uint32_t kArgumentStride = 0x1000;
  static constexpr uint32_t kCommonArguments = 0x800;
  static constexpr uint32_t kZeros = 0x6000;  ///< MEM_ZEROS_BASE of the kernel headers.
  static constexpr uint32_t kZerosBytes = 512;
  static constexpr uint32_t kSemaphores = 0x7000;
  static constexpr uint32_t kSemaphoreStride = 16;  ///< wheel: one per L1 alignment.
};

/// One program in execution: cores, fibers and the deterministic scheduler.
///
/// Functions that kernels reach run on a fiber; there the current RISC is `Current()`. They report
/// a broken rule by `Raise`, which throws up to the ABI boundary, where the fiber is abandoned.
class Simulation {
 public:
  Simulation(const tt_target::HardwareModel& model, uint32_t grid_x, uint32_t grid_y, L1Memory* l1,
             BufferPool* buffers, uint64_t ignored_violations, Numerics numerics, Timing timing);
  ~Simulation();

  Core& AddCore(CoreCoord coord);
  Core* FindCore(uint32_t index) { return cores_[index].get(); }
  Risc& AddRisc(Core& core, uint32_t role, const LoadedKernel* kernel);
  /// Runs until all fibers have finished. Throws SimulationError or DeadlockError.
  void Run();

  const tt_target::HardwareModel& model() const { return model_; }
  uint32_t grid_x() const { return grid_x_; }
  uint32_t num_workers() const { return grid_x_ * grid_y_; }
  L1Memory& l1() { return *l1_; }
  BufferPool& buffers() { return *buffers_; }
  Numerics numerics() const { return numerics_; }
  /// Does what may be done later on a second host thread; null if there is none.
  HostHelper* helper() { return helper_.get(); }
  Counters& counters() { return counters_; }
  /// Null when the program has one core, or the rules are switched off.
  RaceDetector* races() { return races_.get(); }

  /// The one place where operations are counted.
  void Account(Risc& risc, Cost cost, uint64_t amount);

  // Time: what RISCs do is recorded here and timed by `timing::Replay`, which never acts back.
  const tt_target::TimingModel& timing_model() const { return timing_model_; }
  /// RISC cycles that pass before the next event.
  void Spend(Risc& risc, uint32_t cycles) { risc.spent += cycles; }
  /// An event, `cycles` RISC cycles after the one before it.
  void Record(Risc& risc, timing::Event event, uint32_t cycles) {
    if (!replay_) return;
    event.advance = std::exchange(risc.spent, 0) + cycles;
    event.line = risc.site.line;
    log_.push_back({risc.thread, event});
  }
  /// A new value of a semaphore word; returns the number of the update, 0 when time is off.
  uint32_t NoteWordUpdate(uint32_t core, uint32_t offset, uint32_t value);
  /// A store to a word by a RISC of its own core: waits after it do not see what was before.
  void NoteWordStore(Risc& risc, uint32_t offset, uint32_t value);
  /// The update that ended a wait of this RISC; 0 if the value was there from the start.
  uint32_t WordUpdateSeen(Risc& risc, uint32_t offset, uint32_t value, bool at_least);
  void NoteZone(Risc& risc, const char* name, bool begins);
  bool timed() const { return replay_ != nullptr; }
  /// Null when the run is not timed.
  timing::Replay* replay() { return replay_.get(); }
  timing::TimeReport TakeTimeReport();

  /// Something on `core` changed that a fiber there may wait for: resumes those that can go on.
  void Notify(Core& core);
  /// Lets every other ready fiber run once.
  void Yield(Risc& risc);
  /// A poll of the kernel: yields, and ends the run when nothing but polling happens any more.
  void Poll(Risc& risc, Site site);
  /// Blocks until `ready()`; `risc.wait` says why. Delivers pending writes first.
  template <typename Ready>
  void WaitUntil(Risc& risc, Ready ready) {
    if (ready()) return;
    ++counters_.cb_waits;
    DeliverWrites(risc);
    risc.ready = [](void* condition) { return (*static_cast<Ready*>(condition))(); };
    risc.condition = &ready;
    while (!ready()) Block(risc);
    risc.wait.call = "";
  }
  /// Sends the data of all issued writes; the kernel still has to flush or wait for them.
  void DeliverWrites(Risc& risc);

  bool Ignored(Violation violation) const {
    return ignored_ >> static_cast<uint32_t>(violation) & 1;
  }
  /// Throws the violation (unless it is ignored). Arguments are the row's named fmt arguments.
  template <typename... Args>
  void Raise(Risc& risc, Violation violation, int cb_id, Args&&... args) {
    if (Ignored(violation)) return;
    const ViolationRow& row = RowOf(violation);
    throw SimulationError(Info(risc, violation, cb_id,
                               fmt::format(fmt::runtime(row.message), args...),
                               fmt::format(fmt::runtime(row.hint), args...)));
  }
  /// Something whose outcome depends on the schedule was used: polling, or a semaphore.
  void LeaveBoundedChannels() { bounded_channels_ = false; }
  /// Circular buffers, DST and mailboxes only: every schedule ends the same way.
  bool bounded_channels() const { return bounded_channels_; }
  /// Runs ready fibers in an order drawn from `seed` instead of in turn.
  void DrawSchedule(uint64_t seed) { schedule_ = seed; }

  /// Ends the run with `failure`; the calling fiber never continues.
  [[noreturn]] void Fail(Risc& risc, std::exception_ptr failure);

  static Risc& Current();
  static Risc* CurrentOrNull();

 private:
  friend struct FiberMain;
  /// Time at which a RISC has stopped for good. Ends the timing of the run.
  int64_t EndOf(const Risc& risc);
  /// Does what compute engines have put off.
  void SettleEngines();
  void HandOverLog();
  void FinishReplay();
  SimulationErrorInfo Info(const Risc& risc, Violation violation, int cb_id, std::string message,
                           std::string hint);
  void Block(Risc& risc);
  Risc& NextReady();
  void SwitchOut(Risc& risc);
  void Resume(Risc& risc);
  void SwapGlobals(Risc& risc);
  void CheckExit(Risc& risc);
  void CheckFinalState();
  void RaiseDeadlock(Violation violation);

  const tt_target::HardwareModel& model_;
  uint32_t grid_x_, grid_y_;
  L1Memory* l1_;
  BufferPool* buffers_;
  uint64_t ignored_;
  Numerics numerics_;
  Counters counters_;
  std::unique_ptr<HostHelper> helper_;
  std::vector<std::unique_ptr<Core>> cores_;
  std::vector<std::unique_ptr<Risc>> riscs_;
  std::deque<Risc*> ready_;
  void* scheduler_context_ = nullptr;
  StackBounds scheduler_stack_;
  std::exception_ptr failure_;
  uint64_t idle_polls_ = 0;
  std::unique_ptr<RaceDetector> races_;
  bool bounded_channels_ = true;
  uint64_t schedule_ = 0;  ///< State of the generator; 0 for taking turns.
  const tt_target::TimingModel& timing_model_;
  std::unique_ptr<timing::Replay> replay_;   ///< Null when time is off.
  std::unique_ptr<DeferredWork> replaying_;  ///< Steps of the replay.
  std::vector<timing::Record> log_;          ///< What the replay has not been given yet.
  std::vector<std::string> zones_;           ///< Names of profiler zones.
};

}  // namespace tt_simulator
