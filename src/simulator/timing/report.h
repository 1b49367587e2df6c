#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace tt_simulator::timing {

/// Why a RISC stood still.
enum class WaitKind : uint8_t {
  kCbData,     ///< cb_wait_front.
  kCbSpace,    ///< cb_reserve_back.
  kReads,      ///< Read barrier.
  kWrites,     ///< Write barrier or flush, or a full command buffer.
  kSemaphore,  ///< Semaphores and mailboxes.
  kDst,        ///< tile_regs_acquire and tile_regs_wait.
  kOperands,   ///< Math for the unpacker, or the unpacker for math.
  kCount,
};
const char* NameOf(WaitKind kind);

/// One RISC: when it ran, and how its time divides. Cycles.
struct ThreadTime {
  uint32_t core_x = 0, core_y = 0;
  uint32_t role = 0;
  int64_t start = 0;
  int64_t end = 0;
  int64_t engine_busy = 0;  ///< Unpacker, matrix and vector unit, or packer at work.
  int64_t vector_busy = 0;  ///< The part of it on the vector unit.
  std::array<int64_t, static_cast<size_t>(WaitKind::kCount)> waits = {};
};

/// One circular buffer of one core.
struct CircularBufferTime {
  uint32_t core_x = 0, core_y = 0;
  uint32_t id = 0;
  uint64_t pages_pushed = 0;
  int64_t wait_for_data = 0;   ///< Consumer's cycles in cb_wait_front.
  int64_t wait_for_space = 0;  ///< Producer's cycles in cb_reserve_back.
};

/// A wait at one line of one kernel, summed over cores.
struct LineTime {
  uint32_t role = 0;
  uint32_t line = 0;
  WaitKind kind = WaitKind::kCbData;
  int64_t cycles = 0;
};

struct LinkTime {
  uint32_t noc = 0;
  uint32_t x = 0, y = 0;  ///< Router, in physical coordinates of NoC 0.
  double horizontal = 0;  ///< Cycles the link to the next router is busy.
  double vertical = 0;
  double inject = 0;
  double absorb = 0;
};

struct BankTime {
  double busy = 0;  ///< Cycles.
  uint64_t bytes = 0;
};

/// One pass through a profiler zone of the kernel (DeviceZoneScopedN), by the clock of the RISC.
struct ZoneTime {
  uint32_t core_x = 0, core_y = 0;
  uint32_t role = 0;
  uint32_t name = 0;  ///< Index into TimeReport::zone_names.
  int64_t start = 0;
  int64_t end = 0;
};

/// A piece of the timeline, for a trace viewer.
struct TimelineSpan {
  uint32_t core = 0;
  uint32_t role = 0;
  const char* name = "";
  bool waiting = false;
  int64_t start = 0;
  int64_t end = 0;
  uint32_t line = 0;
};
struct TimelineCounter {
  uint32_t core = 0;
  uint32_t cb = 0;
  int64_t time = 0;
  int32_t delta = 0;  ///< Pages pushed, or minus pages popped.
};
struct Timeline {
  std::vector<TimelineSpan> spans;
  std::vector<TimelineCounter> counters;
};

/// What the dispatcher needs for a program that is launched again and again.
struct LaunchTime {
  double dispatch_ns = 0;  ///< Time to send everything.
  int64_t go_cycles = 0;   ///< Go signal, set-up by the firmware and completion of one run.
  bool overlaps = true;    ///< Whether it is sent while the program before it still runs.
};

/// When everything happened. Deterministic.
struct TimeReport {
  double clock_ghz = 0;
  int64_t cycles = 0;  ///< First instruction of the first core to the end of the last RISC.
  LaunchTime launch;
  std::vector<ThreadTime> threads;
  std::vector<CircularBufferTime> cbs;
  std::vector<LineTime> lines;
  std::vector<LinkTime> links;
  std::vector<BankTime> banks;
  std::vector<ZoneTime> zones;
  std::vector<std::string> zone_names;
  /// Where things are: NoC extent, and physical (x, y) of each core and of each bank's NoC 0 endpoint.
  uint32_t grid_columns = 0;
  std::array<uint32_t, 2> noc_extent = {};
  std::vector<std::array<uint32_t, 4>> core_places;  ///< Logical x, y, physical x, y.
  std::vector<std::array<uint32_t, 2>> bank_places;
  Timeline timeline;
};

}  // namespace tt_simulator::timing
