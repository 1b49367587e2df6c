#pragma once

#include <fmt/format.h>

#include <deque>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "buffers.h"
#include "compute_engine.h"
#include "descriptors.h"
#include "errors.h"
#include "risc.h"
#include "target/hardware_model.h"
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

/// Engines whose time a timing model accounts for.
enum class Cost : uint8_t {
  kUnpackTile,
  kMatmulTile,
  kFpuTile,
  kSfpuTile,
  kPackTile,
  kNocRead,
  kNocWrite,
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
};

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

/// One program in execution: cores, fibers and the deterministic round-robin scheduler.
///
/// Functions that kernels reach run on a fiber; there the current RISC is `Current()`. They report
/// a broken rule by `Raise`, which throws up to the ABI boundary, where the fiber is abandoned.
class Simulation {
 public:
  Simulation(const tt_target::HardwareModel& model, uint32_t grid_x, uint32_t grid_y, L1Memory* l1,
             BufferPool* buffers, uint64_t ignored_violations, Numerics numerics);
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
  Counters& counters() { return counters_; }

  /// The one place where operations are counted; a timing model advances `risc.clock` here.
  void Account(Risc& risc, Cost cost, uint64_t amount);

  /// Something on `core` changed that a fiber there may wait for.
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
  /// Ends the run with `failure`; the calling fiber never continues.
  [[noreturn]] void Fail(Risc& risc, std::exception_ptr failure);

  static Risc& Current();
  static Risc* CurrentOrNull();

 private:
  friend struct FiberMain;
  SimulationErrorInfo Info(const Risc& risc, Violation violation, int cb_id, std::string message,
                           std::string hint) const;
  void Block(Risc& risc);
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
  std::vector<std::unique_ptr<Core>> cores_;
  std::vector<std::unique_ptr<Risc>> riscs_;
  std::deque<Risc*> ready_;
  void* scheduler_context_ = nullptr;
  std::exception_ptr failure_;
  uint64_t idle_polls_ = 0;
};

}  // namespace tt_simulator
