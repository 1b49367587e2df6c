#include "simulation.h"

#include <sys/mman.h>

#include <algorithm>
#include <boost/context/detail/fcontext.hpp>
#include <cstring>
#include <mutex>

#include "core_order.h"

namespace tt_simulator {

namespace context = boost::context::detail;
using tt_simulator_abi::Role;

namespace {

constexpr size_t kStackBytes = 512 * 1024;
// Kernels may not use this part: the simulator's own frames need it, and a large frame is noticed
// before it runs into the guard page.
constexpr size_t kStackReserve = 256 * 1024;
constexpr uint64_t kMaxIdlePolls = 200'000;
// Events recorded before the replay consumes them: few enough to stay in the host's cache.
constexpr size_t kReplayBatch = 8192;
constexpr size_t kWordHistory = 64;

// Which fiber this host thread executes; set around every resume.
thread_local Risc* current_risc = nullptr;

void* MapStack() {
  void* memory = mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  mprotect(memory, 4096, PROT_NONE);
  return memory;
}

/// Stacks of finished runs for the next ones: mapping one and touching it costs more than it does.
class StackPool {
 public:
  static StackPool& Global() {
    static StackPool* const pool = new StackPool;  // outlives every device
    return *pool;
  }
  void* Take() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return MapStack();
    void* const stack = free_.back();
    free_.pop_back();
    return stack;
  }
  void Give(void* stack) {
    const std::lock_guard lock(mutex_);
    ForgetFrames(stack, kStackBytes);
    if (free_.size() < kMostFree) {
      free_.push_back(stack);
    } else {
      munmap(stack, kStackBytes);
    }
  }

 private:
  static constexpr size_t kMostFree = 1024;  ///< Some more than the RISCs of one device.
  std::mutex mutex_;
  std::vector<void*> free_;
};

}  // namespace

const char* RiscName(uint32_t role) {
  static constexpr const char* kNames[] = {"BRISC", "NCRISC", "TRISC0 (unpack)", "TRISC1 (math)",
                                           "TRISC2 (pack)"};
  return role < kNumRiscs ? kNames[role] : "";
}

Simulation::Simulation(const tt_target::HardwareModel& model, uint32_t grid_x, uint32_t grid_y,
                       L1Memory* l1, BufferPool* buffers, uint64_t ignored_violations,
                       Numerics numerics, Timing timing)
    : model_(model),
      grid_x_(grid_x),
      grid_y_(grid_y),
      l1_(l1),
      buffers_(buffers),
      ignored_(ignored_violations),
      numerics_(numerics),
      helper_(HostHelper::Make()),
      cores_(grid_x * grid_y),
      timing_model_(*tt_target::FindTimingModel(model.name)) {
  if (timing == Timing::kOff) return;
  replay_ =
      std::make_unique<timing::Replay>(timing_model_, grid_x, grid_y, timing == Timing::kTimeline);
  replaying_ = std::make_unique<DeferredWork>(helper_.get());
}

Simulation::~Simulation() {
  helper_.reset();  // before what it works on
  try {
    SettleEngines();
  } catch (...) {  // The run has failed already, or its results would have been asked for.
  }
  // Unfinished fibers are abandoned: their frames are kernel code without destructors.
  for (const auto& risc : riscs_) {
    if (risc->kernel->resident == risc.get()) risc->kernel->resident = nullptr;
    if (risc->stack) StackPool::Global().Give(risc->stack);
    EndFiber(risc->fiber);
  }
}

void Simulation::SettleEngines() {
  for (const auto& core : cores_) {
    if (core && core->engine) core->engine->Settle();
  }
}

Risc& Simulation::Current() { return *current_risc; }
Risc* Simulation::CurrentOrNull() { return current_risc; }

Core& Simulation::AddCore(CoreCoord coord) {
  const uint32_t index = coord.y * grid_x_ + coord.x;
  if (!cores_[index]) {
    cores_[index] = std::make_unique<Core>();
    Core& core = *cores_[index];
    core.coord = coord;
    core.index = index;
    core.l1 = l1_->Core(index);
    core.window = l1_->WindowOf(index);
    std::memset(core.l1 + ConfigRegion::kZeros, 0, ConfigRegion::kZerosBytes);
    l1_->MarkWritten(index, ConfigRegion::kZeros, ConfigRegion::kZerosBytes);
    core.cbs.resize(model_.num_circular_buffers);
    core.semaphores.resize(model_.num_semaphores);
  }
  return *cores_[index];
}

struct FiberMain {
  static void Run(context::transfer_t transfer) {
    Risc& risc = *static_cast<Risc*>(transfer.data);
    AfterSwitch(nullptr, &risc.simulation->scheduler_stack_);
    risc.simulation->scheduler_context_ = transfer.fctx;
    try {
      risc.kernel->entry();
      risc.site = {"", 0};
      risc.instruction = 0;
      risc.simulation->CheckExit(risc);
      risc.simulation->Record(risc, {.kind = timing::EventKind::kEnd}, 0);
    } catch (...) {
      risc.simulation->failure_ = std::current_exception();
    }
    risc.state = FiberState::kFinished;
    risc.simulation->Notify(*risc.core);
    risc.simulation->SwitchOut(risc);
  }
};

Risc& Simulation::AddRisc(Core& core, uint32_t role, const LoadedKernel* kernel) {
  riscs_.push_back(std::make_unique<Risc>());
  Risc& risc = *riscs_.back();
  risc.simulation = this;
  risc.core = &core;
  risc.engine = role >= Role::kUnpack ? core.engine.get() : nullptr;
  risc.role = static_cast<Role>(role);
  risc.kernel = kernel;
  risc.stack = StackPool::Global().Take();
  risc.fiber = NewFiber();
  risc.context = context::make_fcontext(static_cast<char*>(risc.stack) + kStackBytes,
                                        kStackBytes - 4096, &FiberMain::Run);
  core.riscs[role] = &risc;
  if (replay_) risc.thread = replay_->AddThread(core.index, role);
  ready_.push_back(&risc);
  risc.queued = true;
  return risc;
}

void Simulation::SwapGlobals(Risc& risc) {
  const LoadedKernel& kernel = *risc.kernel;
  if (kernel.resident == &risc) return;
  if (kernel.resident) {
    kernel.resident->globals.clear();
    for (const auto& [address, size] : kernel.globals) {
      kernel.resident->globals.insert(kernel.resident->globals.end(), address, address + size);
    }
  }
  const uint8_t* copy = risc.globals.empty() ? kernel.initial_globals.data() : risc.globals.data();
  for (const auto& [address, size] : kernel.globals) {
    std::memcpy(address, copy, size);
    copy += size;
  }
  kernel.resident = &risc;
}

void Simulation::Resume(Risc& risc) {
  SwapGlobals(risc);
  *risc.kernel->stack_limit = reinterpret_cast<uintptr_t>(risc.stack) + kStackReserve;
  Risc* const outer = current_risc;
  current_risc = &risc;
  ++counters_.fiber_switches;
  void* saved = nullptr;
  scheduler_stack_.fiber = CurrentFiber();
  BeforeSwitch(&saved, {risc.stack, kStackBytes, risc.fiber});
  const context::transfer_t back = context::jump_fcontext(risc.context, &risc);
  AfterSwitch(saved, nullptr);
  risc.context = back.fctx;
  current_risc = outer;
}

void Simulation::SwitchOut(Risc&) {
  void* saved = nullptr;
  BeforeSwitch(&saved, scheduler_stack_);
  const context::transfer_t back = context::jump_fcontext(scheduler_context_, nullptr);
  AfterSwitch(saved, &scheduler_stack_);
  scheduler_context_ = back.fctx;
}

Risc& Simulation::NextReady() {
  if (schedule_) {
    // xorshift64: any full-period generator does.
    schedule_ ^= schedule_ << 13;
    schedule_ ^= schedule_ >> 7;
    schedule_ ^= schedule_ << 17;
    std::swap(ready_.front(), ready_[schedule_ % ready_.size()]);
  }
  Risc& risc = *ready_.front();
  ready_.pop_front();
  return risc;
}

void Simulation::Run() {
  const size_t cores =
      std::count_if(cores_.begin(), cores_.end(), [](auto& core) { return !!core; });
  const bool ordered = std::any_of(std::begin(core_order::kRules), std::end(core_order::kRules),
                                   [&](Violation rule) { return !Ignored(rule); });
  if (cores > 1 && ordered) {
    races_ = std::make_unique<RaceDetector>(num_workers());
  }
  while (!ready_.empty()) {
    Risc& risc = NextReady();
    risc.queued = false;
    if (risc.state == FiberState::kFinished) continue;
    risc.state = FiberState::kReady;
    Resume(risc);
    if (failure_) std::rethrow_exception(failure_);
    if (log_.size() >= kReplayBatch) HandOverLog();
    if (idle_polls_ > kMaxIdlePolls) RaiseDeadlock(Violation::kLivelock);
  }
  for (const auto& risc : riscs_) {
    if (risc->state != FiberState::kFinished) RaiseDeadlock(Violation::kDeadlock);
  }
  SettleEngines();
  CheckFinalState();
}

void Simulation::Account(Risc& risc, Cost cost, uint64_t amount) {
  switch (cost) {
    case Cost::kUnpackTile:
      counters_.tiles_unpacked += amount;
      break;
    case Cost::kMatmulTile:
      counters_.tile_matmuls += amount;
      break;
    case Cost::kFpuTile:
      counters_.fpu_tile_ops += amount;
      break;
    case Cost::kSfpuTile:
      counters_.sfpu_tile_ops += amount;
      break;
    case Cost::kPackTile:
      counters_.tiles_packed += amount;
      break;
    case Cost::kNocRead:
      counters_.noc_read_bytes += amount;
      ++counters_.noc_transactions;
      break;
    case Cost::kNocWrite:
      counters_.noc_write_bytes += amount;
      ++counters_.noc_transactions;
      break;
  }
  (void)risc;
}

uint32_t Simulation::NoteWordUpdate(uint32_t core, uint32_t offset, uint32_t value) {
  Core* const target = replay_ ? FindCore(core) : nullptr;
  if (!target) return 0;
  SemaphoreWord& word = target->words[offset];
  word.values.push_back(value);
  if (word.values.size() > kWordHistory) word.values.pop_front();
  return ++word.updates;
}

void Simulation::NoteWordStore(Risc& risc, uint32_t offset, uint32_t value) {
  const uint32_t number = NoteWordUpdate(risc.core->index, offset, value);
  if (!number) return;
  risc.core->words[offset].seen.fill(number);
  Record(risc, {.kind = timing::EventKind::kWordStore, .size = number, .offset = offset}, 0);
}

uint32_t Simulation::WordUpdateSeen(Risc& risc, uint32_t offset, uint32_t value, bool at_least) {
  const auto found = risc.core->words.find(offset);
  if (found == risc.core->words.end()) return 0;
  SemaphoreWord& word = found->second;
  uint32_t& seen = word.seen[risc.role];
  const uint32_t first = word.updates - static_cast<uint32_t>(word.values.size()) + 1;
  for (uint32_t number = std::max(seen, first); number <= word.updates; ++number) {
    const uint32_t was = word.values[number - first];
    if (at_least ? was >= value : was == value) return seen = number;
  }
  return 0;
}

int64_t Simulation::EndOf(const Risc& risc) {
  if (!replay_) return -1;
  FinishReplay();
  return replay_->ClockOf(risc.core->index, risc.role) + risc.spent;
}

void Simulation::HandOverLog() {
  auto log = std::make_shared<std::vector<timing::Record>>(std::move(log_));
  log_ = {};
  log_.reserve(kReplayBatch + kReplayBatch / 4);
  replaying_->Add([this, log] { replay_->Advance(*log); });
}

void Simulation::FinishReplay() {
  HandOverLog();
  replaying_->Settle();
  replay_->Finish();
}

void Simulation::NoteZone(Risc& risc, const char* name, bool begins) {
  if (!replay_) return;
  const auto found = std::find(zones_.begin(), zones_.end(), name);
  const auto index = static_cast<uint32_t>(found - zones_.begin());
  if (found == zones_.end()) zones_.emplace_back(name);
  Record(risc, {.kind = timing::EventKind::kZone, .size = index, .offset = begins}, 0);
}

timing::TimeReport Simulation::TakeTimeReport() {
  if (!replay_) return {};
  FinishReplay();
  timing::TimeReport report = replay_->Report();
  report.zone_names = zones_;
  return report;
}

void Simulation::Notify(Core& core) {
  idle_polls_ = 0;
  // RISCs of one core take turns as long as they can, while their data are in the host's cache.
  const bool own = current_risc && current_risc->core == &core;
  for (Risc* risc : core.riscs) {
    if (risc && risc->state == FiberState::kBlocked && !risc->queued &&
        risc->ready(risc->condition)) {
      own ? ready_.push_front(risc) : ready_.push_back(risc);
      risc->queued = true;
    }
  }
}

void Simulation::Block(Risc& risc) {
  risc.state = FiberState::kBlocked;
  SwitchOut(risc);
}

void Simulation::Yield(Risc& risc) {
  if (ready_.empty()) return;
  ready_.push_back(&risc);
  risc.queued = true;
  SwitchOut(risc);
}

void Simulation::Poll(Risc& risc, Site site) {
  bounded_channels_ = false;
  if (races_) races_->Observe(risc.core->index);
  ++idle_polls_;
  risc.wait.call = "a polling loop";
  risc.wait.site = site.line ? site : risc.site;
  DeliverWrites(risc);
  ready_.push_back(&risc);
  risc.queued = true;
  SwitchOut(risc);
}

void Simulation::Fail(Risc& risc, std::exception_ptr failure) {
  failure_ = std::move(failure);
  risc.state = FiberState::kFinished;
  while (true) SwitchOut(risc);
}

SimulationErrorInfo Simulation::Info(const Risc& risc, Violation violation, int cb_id,
                                     std::string message, std::string hint) {
  const ViolationRow& row = RowOf(violation);
  const uint32_t line = risc.instruction ? risc.kernel->LineOf(risc.instruction) : 0;
  const Site site = line ? Site{risc.kernel->name.c_str(), line} : risc.site;
  return {.violation = std::string(row.name),
          .core = risc.core->coord,
          .risc = RiscName(risc.role),
          .kernel = risc.kernel->name,
          .file = site.file,
          .line = site.line,
          .cb_id = cb_id,
          .at_cycle = EndOf(risc),
          .message = std::move(message),
          .machine = std::string(row.machine),
          .hint = std::move(hint)};
}

void Simulation::CheckExit(Risc& risc) {
  for (NocQueue& queue : risc.queue) {
    if (!queue.reads.empty()) {
      const Site site = queue.reads.front().site;
      Raise(risc, Violation::kReadBarrierMissingAtExit, -1, fmt::arg("n", queue.reads.size()),
            fmt::arg("file", site.file), fmt::arg("line", site.line));
    }
    size_t unfinished = 0;
    Site site = {"", 0};
    for (const PendingWrite& write : queue.writes) {
      if (write.posted && write.flushed) continue;
      if (unfinished++ == 0) site = write.site;
    }
    if (unfinished) {
      Raise(risc, Violation::kWriteBarrierMissingAtExit, -1, fmt::arg("n", unfinished),
            fmt::arg("file", site.file), fmt::arg("line", site.line));
    }
    core_order::RequireAnswered(risc, queue);
  }
  DeliverWrites(risc);
  if (risc.engine) risc.engine->CheckExit(risc);
}

void Simulation::CheckFinalState() {
  for (const auto& core : cores_) {
    if (!core) continue;
    for (uint32_t id = 0; id < core->cbs.size(); ++id) {
      const CircularBuffer& cb = core->cbs[id];
      core_order::RequireAwaited(*core, static_cast<int>(id));
      if (!cb.configured || cb.on_tensor || cb.Available() == 0 || cb.producer == kNoRisc) continue;
      Risc& producer = *core->riscs[cb.producer];
      producer.site = {"", 0};
      producer.instruction = 0;
      Raise(producer, Violation::kCbDirtyAtExit, static_cast<int>(id),
            fmt::arg("pages", cb.Available()));
    }
  }
}

}  // namespace tt_simulator
