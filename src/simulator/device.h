#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "buffers.h"
#include "descriptors.h"
#include "errors.h"
#include "host_layout.h"
#include "kernel_compiler.h"
#include "l1_memory.h"
#include "simulation.h"

namespace tt_simulator {

struct DeviceOptions {
  std::string arch = "wormhole_b0";  ///< Or "blackhole".
  uint32_t grid_x = 0;               ///< Worker columns; 0 for the architecture's largest grid.
  uint32_t grid_y = 0;
  Numerics numerics = Numerics::Exact;  ///< Fast computes in plain fp32.
  Timing timing = Timing::kOn;
  std::string cache_dir;       ///< Compiled kernels; empty for the user's cache folder.
  std::string kernel_api_dir;  ///< Headers; empty for those of this build.
  /// Names of violations that are not raised, e.g. "CbDirtyAtExit".
  std::vector<std::string> ignored_violations;
};

struct KernelReport {
  std::string name;
  double compile_ms = 0;  ///< 0 if the compiled kernel was found in the cache.
};

struct RunReport {
  std::vector<KernelReport> kernels;
  Counters counters;
  timing::TimeReport time;  ///< Empty when time is off.
  double load_ms = 0;       ///< Compiling and loading the kernels, wall time.
  double run_ms = 0;        ///< Simulation, wall time.
  /// The program used circular buffers, DST and mailboxes only: no schedule could end otherwise.
  bool bounded_channels = true;
};

/// What several schedules of one program did.
struct ScheduleReport {
  bool bounded_channels = true;  ///< One run was enough.
  uint32_t schedules = 1;        ///< Schedules that were run.
  uint64_t differing_seed = 0;   ///< A schedule that left other data in the tensors; 0 if none did.
};

/// One simulated device. Not thread-safe; different devices may be used from different threads.
class Device {
 public:
  /// Throws DescriptorError for an unknown architecture, grid or violation name.
  explicit Device(DeviceOptions options = {});
  ~Device();

  const tt_target::HardwareModel& model() const { return model_; }
  uint32_t grid_x() const { return grid_x_; }
  uint32_t grid_y() const { return grid_y_; }

  /// Allocates `num_pages` pages of `page_size` bytes, interleaved over all banks.
  Buffer AllocateInterleavedBuffer(uint32_t num_pages, uint32_t page_size, MemoryKind memory);
  /// Allocates a sharded buffer in L1.
  Buffer AllocateShardedBuffer(const Sharding& sharding, uint32_t page_size) {
    return buffers_->AllocateSharded(sharding, page_size);
  }
  void FreeBuffer(const Buffer& buffer);
  /// L1 is as on a new device: reading any of it before it is written is an error.
  void ForgetL1();
  /// Copies num_pages * page_size bytes, pages one after another.
  void WriteBuffer(const Buffer& buffer, const void* data);
  void ReadBuffer(const Buffer& buffer, void* data) const;
  /// The same for a tensor of tiles, from and to row-major data.
  void WriteTiles(const Buffer& buffer, DataFormat format, const HostMatrices& matrices,
                  const void* data);
  void ReadTiles(const Buffer& buffer, DataFormat format, const HostMatrices& matrices,
                 void* data) const;
  /// The buffer Allocate placed at `address`, or nullptr.
  const Buffer* FindBuffer(MemoryKind memory, uint32_t address) const {
    return buffers_->FindByAddress(memory, address);
  }
  uint8_t* PageData(const Buffer& buffer, uint32_t page) { return buffers_->Page(buffer, page); }

  /// Compiles, loads and runs a program to its end.
  /// Throws DescriptorError, KernelCompileError, SimulationError or DeadlockError.
  /// `seed` draws the order of ready RISCs; 0 lets them take turns.
  RunReport Run(const ProgramDescriptor& program, uint64_t seed = 0);
  /// Runs a program, and if its outcome may depend on the schedule, again from the same data with
  /// `seeds` drawn schedules. Throws what any of the runs throws.
  ScheduleReport CheckSchedules(const ProgramDescriptor& program, uint32_t seeds);

  /// The C++ texts that Run would compile, one a kernel, for tools that only check them.
  std::vector<std::string> TranslationUnits(const ProgramDescriptor& program) const;
  /// The folder of the headers that kernels include.
  const std::string& kernel_api_dir() const;

  /// NoC coordinate, as kernels use it, of a logical core.
  tt_target::NocCoordinate WorkerNocCoordinate(CoreCoord core) const;
  /// Compile-time arguments of TensorAccessorArgs for a buffer.
  std::vector<uint32_t> TensorAccessorArgs(const Buffer& buffer) const;

 private:
  DeviceOptions options_;
  const tt_target::HardwareModel& model_;
  uint32_t grid_x_;
  uint32_t grid_y_;
  uint64_t ignored_violations_ = 0;
  std::unique_ptr<L1Memory> l1_;
  std::unique_ptr<BufferPool> buffers_;
  std::unique_ptr<KernelCompiler> compiler_;
};

/// Checks a program against a device; throws DescriptorError that says what to change.
void ValidateProgram(const ProgramDescriptor& program, const tt_target::HardwareModel& model,
                     uint32_t grid_x, uint32_t grid_y);

}  // namespace tt_simulator
