#include "replay.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "simulator/kernel_api/simulator_abi/table.h"

namespace tt_simulator::timing {

using namespace tt_simulator_abi;  // NOLINT: role and barrier names of the ABI

namespace {

constexpr uint32_t kMailboxes = 4;
constexpr uint32_t kMaxLines = 1 << 14;
constexpr uint32_t kMaxHalves = 2;
constexpr uint32_t kPackets = 2;  ///< Banks of each source register.

int64_t TicksOf(double cycles) { return std::llround(cycles * kTicksPerCycle); }

uint32_t MailboxThread(uint32_t role) { return role >= kUnpack ? role - kUnpack : 3; }

}  // namespace

const char* NameOf(WaitKind kind) {
  static constexpr const char* kNames[] = {"cb data",    "cb space", "noc reads", "noc writes",
                                           "semaphores", "dst",      "operands"};
  return kNames[static_cast<size_t>(kind)];
}

/// Times of a stream of numbered things; the last `size` of them are kept.
struct Replay::PageTimes {
  uint64_t count = 0;  ///< Numbers below this have happened.
  std::vector<Cycles> times;
  Thread* waiter = nullptr;

  void Add(uint32_t n, Cycles time) {
    for (uint32_t i = 0; i < n; ++i) times[count++ % times.size()] = time;
  }
  /// When thing number `n` - 1 happened; 0 for none.
  Cycles Of(uint64_t n) const { return n == 0 ? 0 : times[(n - 1) % times.size()]; }
};

/// A semaphore word: updates are numbered in the order the simulation saw, and a wait names the
/// number that ended it. An update counts when all before it have arrived, as sums do.
struct Replay::Word {
  uint32_t complete = 0;      ///< Updates 1 to this one have arrived.
  std::vector<Cycles> times;  ///< By number; 0 for not yet.
  Cycles latest = 0;          ///< Of the complete ones.
  std::vector<Thread*> waiters;
};

struct Replay::Core {
  struct Buffer {
    PageTimes pushed, popped;
    uint64_t read = 0;     ///< Pages the consumer has popped, in its own order.
    uint64_t written = 0;  ///< Pages the producer has pushed.
    int64_t wait_for_data = 0, wait_for_space = 0;
  };
  std::vector<Buffer> cbs;
  std::unordered_map<uint32_t, Word> words;
  PageTimes committed, released, published, returned;
  struct PacketTime {
    Cycles first_ready = 0, end = 0;
  };
  std::array<PacketTime, kPackets> packets;
  PageTimes mailbox[kMailboxes][kMailboxes];
  uint64_t mailbox_read[kMailboxes][kMailboxes] = {};
  uint64_t acquired = 0, waited = 0, unpacked = 0, computed = 0;
};

struct Replay::Thread {
  uint32_t index = 0;
  uint32_t core = 0;
  uint32_t role = 0;
  EventQueue queue;
  Cycles start = 0;
  Cycles clock = 0;     ///< Of the RISC.
  Cycles engine = 0;    ///< When its engine is free (TRISCs).
  bool issued = false;  ///< `advance` of the front event is in the clock already.
  bool parked = false;
  bool ended = false;
  Cycles delivered = 0;  ///< Arrival of the last multicast.
  std::vector<size_t> open_zones;
  NocState noc[2];
  ThreadTime time;
  /// Waits by line; lines beyond the limit are counted as line 0.
  std::vector<std::array<int64_t, static_cast<size_t>(WaitKind::kCount)>> lines;

  void CountWait(WaitKind kind, uint32_t line, Cycles cycles) {
    time.waits[static_cast<size_t>(kind)] += cycles;
    if (line >= kMaxLines) line = 0;
    if (line >= lines.size()) lines.resize(line + 1);
    lines[line][static_cast<size_t>(kind)] += cycles;
  }
};

/// A transfer on its way that needs a resource at its destination later than now.
struct Replay::BankRequest {
  Cycles time;
  uint64_t number;
  Thread* thread;
  uint32_t size;
  uint16_t target;
  uint8_t noc;
  uint8_t transaction;
  bool is_dram;
  bool is_write;
  Cycles arrived;  ///< Writes: when all data are there.
  bool operator>(const BankRequest& other) const {
    return time != other.time ? time > other.time : number > other.number;
  }
};

Replay::Replay(const tt_target::TimingModel& model, uint32_t grid_x, uint32_t grid_y,
               bool keep_timeline)
    : model_(model),
      grid_x_(grid_x),
      grid_y_(grid_y),
      keep_timeline_(keep_timeline),
      network_(model),
      cores_(grid_x * grid_y),
      num_banks_(tt_target::FindHardwareModel(model.name)->num_dram_banks),
      request_free_(size_t{2} * grid_x * grid_y),
      bank_free_(model.dram.size()),
      bank_busy_(model.dram.size()),
      bank_bytes_(model.dram.size()) {}

Replay::~Replay() = default;

uint32_t Replay::AddThread(uint32_t core, uint32_t role) {
  threads_.push_back(std::make_unique<Thread>());
  Thread& thread = *threads_.back();
  thread.index = threads_.size() - 1;
  thread.core = core;
  thread.role = role;
  const uint32_t last = std::max(grid_x_ * grid_y_, 2u) - 1;
  thread.start = thread.clock = thread.engine = Cycles{model_.launch_core_skew} * core / last;
  AddCore(core);
  Ready(thread);
  return thread.index;
}

Replay::Core& Replay::AddCore(uint32_t core) {
  if (!cores_[core]) {
    cores_[core] = std::make_unique<Core>();
    Core& c = *cores_[core];
    for (PageTimes* times : {&c.committed, &c.released}) times->times.resize(kMaxHalves);
    for (PageTimes* times : {&c.published, &c.returned}) times->times.resize(kPackets);
  }
  return *cores_[core];
}

void Replay::SetCircularBuffer(uint32_t core, uint32_t id, uint32_t pages) {
  auto& cbs = AddCore(core).cbs;
  if (cbs.size() <= id) cbs.resize(id + 1);
  cbs[id].pushed.times.resize(pages);
  cbs[id].popped.times.resize(pages);
}

Cycles Replay::ClockOf(uint32_t core, uint32_t role) const {
  for (const auto& thread : threads_) {
    if (thread->core == core && thread->role == role) {
      return std::max(thread->clock, thread->engine);
    }
  }
  return 0;
}

Node Replay::NodeOf(uint32_t core) const {
  return {model_.worker_x[core % grid_x_], model_.worker_y[core / grid_x_]};
}

Node Replay::BankNode(uint32_t bank, uint32_t noc) const {
  const tt_target::NocCoordinate& at = model_.dram[bank][noc];
  return {static_cast<uint8_t>(at.x), static_cast<uint8_t>(at.y)};
}

// ---- order -----------------------------------------------------------------------------------

void Replay::Ready(Thread& thread) { ready_.push({thread.clock, thread.index}); }

void Replay::Wake(Thread* thread) {
  if (!thread || !thread->parked) return;
  thread->parked = false;
  Ready(*thread);
}

void Replay::Advance(const std::vector<Record>& log) {
  for (const Record& record : log) threads_[record.thread]->queue.Add(record.event);
  Run(false);
}

void Replay::Run(bool final) {
  while (!ready_.empty() || !requests_.empty()) {
    if (!requests_.empty() && (ready_.empty() || requests_.top().time <= ready_.top().time)) {
      const BankRequest request = requests_.top();
      requests_.pop();
      Serve(request);
      continue;
    }
    Thread& thread = *threads_[ready_.top().order];
    if (thread.queue.empty()) {
      if (!final) return;  // what it does next may come before everything else
      ready_.pop();
      continue;
    }
    ready_.pop();
    while (true) {
      if (thread.queue.empty()) {
        Ready(thread);
        break;
      }
      const Event& event = thread.queue.front();
      if (!thread.issued) {
        thread.clock += event.advance;
        thread.issued = true;
        // Only what competes for shared resources has to be in the order of time.
        const bool shared =
            event.kind >= EventKind::kRead && event.kind <= EventKind::kWordMulticast;
        if (shared && ((!ready_.empty() && ready_.top().time < thread.clock) ||
                       (!requests_.empty() && requests_.top().time <= thread.clock))) {
          Ready(thread);
          break;
        }
      }
      const Step step = Execute(thread, event);
      if (step == Step::kParked) {
        thread.parked = true;
        break;
      }
      if (step == Step::kLater) {
        Ready(thread);
        break;
      }
      thread.issued = false;
      const bool ended = event.kind == EventKind::kEnd;
      thread.queue.Pop();
      if (ended) break;
    }
  }
}

Replay::Step Replay::Execute(Thread& thread, const Event& event) {
  bool done = true;
  switch (event.kind) {
    case EventKind::kReserve:
    case EventKind::kPush:
    case EventKind::kWaitFront:
    case EventKind::kPop:
      done = StepCircularBuffer(thread, event);
      break;
    case EventKind::kRead:
      StartRead(thread, event);
      break;
    case EventKind::kWrite:
    case EventKind::kMulticast:
    case EventKind::kWordWrite:
    case EventKind::kWordMulticast:
      if (!StartWrite(thread, event)) return Step::kLater;
      break;
    case EventKind::kWordUpdate:
      UpdateWord(event.target, event.offset, event.size, thread.delivered);
      break;
    case EventKind::kWordStore:
      UpdateWord(thread.core, event.offset, event.size, thread.clock);
      break;
    case EventKind::kWordWait:
      done = StepWord(thread, event);
      break;
    case EventKind::kBarrier:
      done = StepBarrier(thread, event);
      break;
    case EventKind::kZone:
      if (event.offset) {
        thread.open_zones.push_back(zones_.size());
        zones_.push_back({thread.core % grid_x_, thread.core / grid_x_, thread.role, event.size,
                          thread.clock, thread.clock});
      } else if (!thread.open_zones.empty()) {
        zones_[thread.open_zones.back()].end = thread.clock;
        thread.open_zones.pop_back();
      }
      break;
    case EventKind::kEnd:
      thread.ended = true;
      thread.clock = std::max(thread.clock, thread.role >= kUnpack ? thread.engine : 0);
      break;
    default:
      done = StepEngine(thread, event);
  }
  return done ? Step::kDone : Step::kParked;
}

void Replay::WaitUntil(Thread& thread, Cycles time, WaitKind kind, const Event& event) {
  if (time <= thread.clock) return;
  const Cycles waited = time - thread.clock;
  thread.CountWait(kind, event.line, waited);
  if (keep_timeline_) {
    timeline_.spans.push_back(
        {thread.core, thread.role, NameOf(kind), true, thread.clock, time, event.line});
  }
  thread.clock = time;
}

void Replay::Span(Thread& thread, const char* name, Cycles start, Cycles end, const Event& event) {
  if (!keep_timeline_) return;
  timeline_.spans.push_back({thread.core, thread.role, name, false, start, end, event.line});
}

// ---- circular buffers, words, mailboxes --------------------------------------------------------

bool Replay::StepCircularBuffer(Thread& thread, const Event& event) {
  Core::Buffer& cb = cores_[thread.core]->cbs[event.target];
  const uint32_t pages = event.count;
  switch (event.kind) {
    case EventKind::kWaitFront: {
      const uint64_t need = cb.read + pages;
      if (cb.pushed.count < need) {
        cb.pushed.waiter = &thread;
        return false;
      }
      const Cycles before = thread.clock;
      const Cycles pushed = cb.pushed.Of(need);
      if (pushed) WaitUntil(thread, pushed + model_.cb_latency, WaitKind::kCbData, event);
      cb.wait_for_data += thread.clock - before;
      return true;
    }
    case EventKind::kReserve: {
      const uint64_t size = cb.popped.times.size();
      const uint64_t need = cb.written + pages > size ? cb.written + pages - size : 0;
      if (cb.popped.count < need) {
        cb.popped.waiter = &thread;
        return false;
      }
      const Cycles before = thread.clock;
      if (need) {
        WaitUntil(thread, cb.popped.Of(need) + model_.cb_latency, WaitKind::kCbSpace, event);
      }
      cb.wait_for_space += thread.clock - before;
      return true;
    }
    default:
      break;
  }
  // The counter is updated when the engine has finished with the pages; the RISC does not wait.
  const Cycles time = thread.role >= kUnpack ? std::max(thread.clock, thread.engine) : thread.clock;
  const bool push = event.kind == EventKind::kPush;
  PageTimes& times = push ? cb.pushed : cb.popped;
  times.Add(pages, time);
  (push ? cb.written : cb.read) += pages;
  if (keep_timeline_) {
    const auto delta = static_cast<int32_t>(pages);
    timeline_.counters.push_back({thread.core, event.target, time, push ? delta : -delta});
  }
  Wake(std::exchange(times.waiter, nullptr));
  return true;
}

void Replay::UpdateWord(uint32_t core, uint32_t offset, uint32_t number, Cycles time) {
  if (!cores_[core]) return;  // no kernel runs there, so nobody waits
  Word& word = cores_[core]->words[offset];
  if (word.times.size() <= number) word.times.resize(number + 1);
  word.times[number] = std::max<Cycles>(time, 1);
  while (word.complete + 1 < word.times.size() && word.times[word.complete + 1]) {
    ++word.complete;
    word.times[word.complete] = word.latest = std::max(word.latest, word.times[word.complete]);
  }
  for (Thread* waiter : std::exchange(word.waiters, {})) Wake(waiter);
}

bool Replay::StepWord(Thread& thread, const Event& event) {
  Word& word = cores_[thread.core]->words[event.offset];
  if (word.complete < event.size) {
    word.waiters.push_back(&thread);
    return false;
  }
  if (event.size == 0) return true;
  WaitUntil(thread, word.times[event.size] + model_.semaphore_latency, WaitKind::kSemaphore, event);
  return true;
}

// ---- NoC ---------------------------------------------------------------------------------------

Replay::Outstanding* Replay::ById(std::unique_ptr<std::array<Outstanding, kTransactions>>& accounts,
                                  uint8_t transaction) {
  if (transaction == kAnyTransaction) return nullptr;
  if (!accounts) accounts = std::make_unique<std::array<Outstanding, kTransactions>>();
  return &(*accounts)[transaction % kTransactions];
}

bool Replay::StepBarrier(Thread& thread, const Event& event) {
  NocState& noc = thread.noc[event.noc];
  const uint32_t kind = event.size;
  const bool flush = kind == kWriteFlush || kind == kPostedFlush;
  Cycles time = 0;
  uint32_t pending = 0;
  if (kind == kReadBarrier || kind == kFullBarrier) {
    const Outstanding* reads = ById(noc.reads_by_id, event.transaction);
    if (!reads) reads = &noc.reads;
    time = reads->done;
    pending = reads->pending;
  }
  if (kind != kReadBarrier) {
    const Outstanding* writes = ById(noc.writes_by_id, event.transaction);
    if (!writes) writes = &noc.writes;
    time = std::max(time, flush ? writes->departed : writes->done);
    if (!flush) pending += writes->pending;
  }
  if (pending) return false;
  WaitUntil(thread, time, kind == kReadBarrier ? WaitKind::kReads : WaitKind::kWrites, event);
  thread.clock += model_.barrier;
  return true;
}

void Replay::StartRead(Thread& thread, const Event& event) {
  const bool zeros = (event.flags & kZeros) != 0;
  const bool dram = (event.flags & kDram) != 0;
  const Node self = NodeOf(thread.core);
  const Node source = zeros  ? self
                      : dram ? BankNode(event.target, event.noc)
                             : NodeOf(event.target);
  const Cycles arrival = network_.Header(event.noc, self, source, thread.clock);
  NocState& noc = thread.noc[event.noc];
  ++noc.reads.pending;
  if (Outstanding* reads = ById(noc.reads_by_id, event.transaction)) ++reads->pending;
  requests_.push({arrival, request_number_++, &thread, event.size,
                  zeros ? static_cast<uint16_t>(thread.core) : event.target, event.noc,
                  event.transaction, dram, false, 0});
}

bool Replay::StartWrite(Thread& thread, const Event& event) {
  NocState& noc = thread.noc[event.noc];
  if (noc.command_free > thread.clock) {
    WaitUntil(thread, noc.command_free, WaitKind::kWrites, event);
    return false;  // somebody else may be earlier now
  }
  if (event.kind == EventKind::kMulticast || event.kind == EventKind::kWordMulticast) {
    StartMulticast(thread, event);
    return true;
  }
  Outstanding& writes = noc.writes;
  Outstanding* const own = ById(noc.writes_by_id, event.transaction);
  const bool dram = (event.flags & kDram) != 0;
  const Node self = NodeOf(thread.core);
  const Node target = dram ? BankNode(event.target, event.noc) : NodeOf(event.target);
  const uint32_t bytes = event.kind == EventKind::kWordWrite ? 4 : event.size;
  const Cycles source_latency = model_.l1_write_latency / 2;
  const Transfer sent = network_.Send(event.noc, self, target, bytes, thread.clock + source_latency,
                                      Network::Source::kWrite);
  writes.departed = std::max(writes.departed, sent.departed);
  if (own) own->departed = std::max(own->departed, sent.departed);
  noc.command_free = sent.started - source_latency;
  if (dram) {
    ++writes.pending;
    if (own) ++own->pending;
    requests_.push({sent.reached, request_number_++, &thread, event.size, event.target, event.noc,
                    event.transaction, true, true, sent.arrived});
    return true;
  }
  const Cycles stored = sent.arrived + model_.l1_write_latency - source_latency;
  if (event.kind == EventKind::kWordWrite) {
    UpdateWord(event.target, event.offset, event.size, stored);
  }
  if (!(event.flags & kPosted)) {
    const Cycles answered = network_.Header(event.noc, target, self, stored);
    writes.done = std::max(writes.done, answered);
    if (own) own->done = std::max(own->done, answered);
  }
  return true;
}

void Replay::StartMulticast(Thread& thread, const Event& event) {
  NocState& noc = thread.noc[event.noc];
  Outstanding& writes = noc.writes;  // a multicast has no transaction id
  const Node self = NodeOf(thread.core);
  const Rectangle& r = event.rectangle;
  const Node first = NodeOf(r.y0 * grid_x_ + r.x0);
  const Node last = NodeOf(r.y1 * grid_x_ + r.x1);
  const Cycles source_latency = model_.l1_write_latency / 2;
  const bool linked = (event.flags & kLinked) != 0;
  const Cycles reservation = model_.reserve_round_trip +
                             2 * model_.hop * network_.FarthestHops(event.noc, self, first, last);
  uint32_t bytes = event.kind == EventKind::kWordMulticast ? 4 : event.size;
  Cycles start = thread.clock + source_latency;
  Transfer sent;
  do {
    // Routers of the tree answer to the sender before data leave; the path before must be free.
    if (!noc.path_reserved) start = std::max(start, noc.path_free) + reservation;
    const uint32_t packet = std::min(bytes, model_.packet_bytes);
    bytes -= packet;
    sent = network_.Multicast(event.noc, self, first, last, packet, start, event.count);
    noc.path_reserved = linked;
    noc.path_free = sent.departed;
  } while (bytes > 0);
  noc.command_free = sent.started - source_latency;
  thread.delivered = sent.arrived + model_.l1_write_latency - source_latency;
  writes.departed = std::max(writes.departed, sent.departed);
  writes.done = std::max(writes.done, network_.Header(event.noc, last, self, thread.delivered));
}

void Replay::Serve(const BankRequest& request) {
  network_.Forget(request.time);
  Thread& thread = *request.thread;
  NocState& noc = thread.noc[request.noc];
  Outstanding& outstanding = request.is_write ? noc.writes : noc.reads;
  Outstanding* const own =
      ById(request.is_write ? noc.writes_by_id : noc.reads_by_id, request.transaction);
  const Node self = NodeOf(thread.core);
  const Node target =
      request.is_dram ? BankNode(request.target, request.noc) : NodeOf(request.target);
  Cycles ready = request.time + model_.l1_read_latency;
  Cycles available = ready;
  if (request.is_dram) {
    const double rate = request.is_write ? model_.dram_write_rate : model_.dram_read_rate;
    int64_t busy = TicksOf(model_.dram_turnaround + request.size / rate);
    if (request.is_write && request.size < model_.dram_partial_bytes) {
      busy = model_.dram_partial_write * kTicksPerCycle;
    }
    int64_t& free = bank_free_[request.target];
    const int64_t start = std::max(free, request.time * kTicksPerCycle);
    free = start + busy;
    bank_busy_[request.target] += busy;
    bank_bytes_[request.target] += request.size;
    const Cycles latency = request.is_write ? model_.dram_write_latency : model_.dram_read_latency;
    ready = start / kTicksPerCycle + latency;
    available = free / kTicksPerCycle + latency;
  } else {
    Cycles& free = request_free_[request.noc * cores_.size() + request.target];
    const Cycles start = std::max(free, request.time);
    free = start + model_.l1_request_interval;
    ready = start + model_.l1_read_latency;
  }
  Cycles done;
  if (request.is_write) {
    const Cycles latency = model_.dram_write_latency;
    done =
        network_.Header(request.noc, target, self, std::max(available, request.arrived + latency));
  } else {
    const Transfer data =
        network_.Send(request.noc, target, self, request.size, ready, Network::Source::kRead);
    done = data.arrived;
    if (request.is_dram) {
      done = std::max(done, network_.Header(request.noc, target, self, available));
    }
  }
  outstanding.done = std::max(outstanding.done, done);
  --outstanding.pending;
  if (own) {
    own->done = std::max(own->done, done);
    --own->pending;
  }
  if (thread.parked && (outstanding.pending == 0 || own)) Wake(&thread);
}

// ---- Tensix ------------------------------------------------------------------------------------

bool Replay::StepEngine(Thread& thread, const Event& event) {
  Core& core = *cores_[thread.core];
  auto start_at = [&](Cycles time, WaitKind kind) {
    const Cycles free = std::max(thread.engine, thread.clock);
    if (time > free) {
      thread.CountWait(kind, event.line, time - free);
      if (keep_timeline_) {
        timeline_.spans.push_back(
            {thread.core, thread.role, NameOf(kind), true, free, time, event.line});
      }
    }
    return std::max(free, time);
  };
  // The RISC issues at most one operation ahead of the one that its engine works on.
  auto work = [&](const char* name, Cycles start, Cycles end) {
    Span(thread, name, start, end, event);
    thread.time.engine_busy += end - start;
    thread.clock = std::max(thread.clock, start);
    thread.engine = end;
  };
  switch (event.kind) {
    case EventKind::kUnpack: {
      const uint64_t need = core.unpacked >= kPackets ? core.unpacked - kPackets + 1 : 0;
      if (core.returned.count < need) {
        core.returned.waiter = &thread;
        return false;
      }
      const Cycles start = start_at(core.returned.Of(need), WaitKind::kOperands);
      core.packets[core.unpacked++ % kPackets] = {start + event.offset, start + event.size};
      work("unpack", start, start + event.size);
      core.published.Add(1, thread.engine);
      Wake(std::exchange(core.published.waiter, nullptr));
      return true;
    }
    case EventKind::kMath: {
      if (core.published.count <= core.computed) {
        core.published.waiter = &thread;
        return false;
      }
      const Core::PacketTime& packet = core.packets[core.computed++ % kPackets];
      const Cycles start = start_at(packet.first_ready, WaitKind::kOperands);
      const Cycles end = std::max(start + event.size, packet.end + Cycles{event.offset});
      const Cycles starved = end - start - event.size;
      work("math", start, end);
      thread.time.engine_busy -= starved;
      thread.time.waits[static_cast<size_t>(WaitKind::kOperands)] += starved;
      core.returned.Add(1, end);
      Wake(std::exchange(core.returned.waiter, nullptr));
      return true;
    }
    case EventKind::kVector: {
      const Cycles start = start_at(0, WaitKind::kOperands);
      work("sfpu", start, start + event.size);
      thread.time.vector_busy += event.size;
      return true;
    }
    case EventKind::kPack: {
      const Cycles start = start_at(0, WaitKind::kOperands);
      work("pack", start, start + event.size);
      return true;
    }
    case EventKind::kAcquire: {
      // `count` halves: the section that had this half before must have been released.
      const uint64_t need = core.acquired >= event.count ? core.acquired - event.count + 1 : 0;
      if (core.released.count < need) {
        core.released.waiter = &thread;
        return false;
      }
      ++core.acquired;
      thread.engine = start_at(core.released.Of(need), WaitKind::kDst);
      return true;
    }
    case EventKind::kCommit: {
      const Cycles time = std::max(thread.engine, thread.clock);
      core.committed.Add(1, time);
      Wake(std::exchange(core.committed.waiter, nullptr));
      return true;
    }
    case EventKind::kWait: {
      if (core.committed.count <= core.waited) {
        core.committed.waiter = &thread;
        return false;
      }
      ++core.waited;
      thread.engine = start_at(core.committed.Of(core.waited), WaitKind::kDst);
      return true;
    }
    case EventKind::kRelease: {
      thread.engine = std::max(thread.engine, thread.clock) + model_.dst_release;
      core.released.Add(1, thread.engine);
      Wake(std::exchange(core.released.waiter, nullptr));
      return true;
    }
    case EventKind::kConfigure:
      thread.engine = std::max(thread.engine, thread.clock) + event.size;
      return true;
    case EventKind::kMailboxWrite: {
      PageTimes& box = core.mailbox[MailboxThread(thread.role)][event.target];
      box.times.resize(std::max<size_t>(box.times.size(), box.count + 1));
      box.Add(1, thread.clock);
      Wake(std::exchange(box.waiter, nullptr));
      return true;
    }
    default: {  // kMailboxRead
      const uint32_t self = MailboxThread(thread.role);
      PageTimes& box = core.mailbox[event.target][self];
      uint64_t& read = core.mailbox_read[event.target][self];
      if (box.count <= read) {
        box.waiter = &thread;
        return false;
      }
      WaitUntil(thread, box.times[read++] + model_.semaphore_latency, WaitKind::kSemaphore, event);
      return true;
    }
  }
}

// ---- report ------------------------------------------------------------------------------------

TimeReport Replay::Report() const {
  TimeReport report;
  report.clock_ghz = model_.clock_ghz;
  std::unordered_map<uint64_t, int64_t> lines;
  Cycles first = threads_.empty() ? 0 : threads_.front()->start;
  Cycles last = 0;
  for (const auto& thread : threads_) {
    ThreadTime time = thread->time;
    time.core_x = thread->core % grid_x_;
    time.core_y = thread->core / grid_x_;
    time.role = thread->role;
    time.start = thread->start;
    time.end = thread->role >= kUnpack ? std::max(thread->clock, thread->engine) : thread->clock;
    first = std::min(first, time.start);
    last = std::max(last, time.end);
    report.threads.push_back(time);
    for (uint32_t line = 0; line < thread->lines.size(); ++line) {
      const auto& waits = thread->lines[line];
      for (size_t kind = 0; kind < waits.size(); ++kind) {
        if (waits[kind]) {
          lines[uint64_t{thread->role} << 40 | uint64_t{kind} << 32 | line] += waits[kind];
        }
      }
    }
  }
  report.cycles = last - first;
  for (const auto& [key, cycles] : lines) {
    report.lines.push_back({static_cast<uint32_t>(key >> 40), static_cast<uint32_t>(key),
                            static_cast<WaitKind>(key >> 32 & 0xff), cycles});
  }
  std::sort(report.lines.begin(), report.lines.end(), [](const LineTime& a, const LineTime& b) {
    return std::tuple(-a.cycles, a.role, a.line, a.kind) <
           std::tuple(-b.cycles, b.role, b.line, b.kind);
  });
  for (uint32_t core = 0; core < cores_.size(); ++core) {
    if (!cores_[core]) continue;
    for (uint32_t id = 0; id < cores_[core]->cbs.size(); ++id) {
      const Core::Buffer& cb = cores_[core]->cbs[id];
      if (cb.pushed.count == 0 && cb.popped.count == 0) continue;
      report.cbs.push_back({core % grid_x_, core / grid_x_, id, cb.pushed.count, cb.wait_for_data,
                            cb.wait_for_space});
    }
  }
  for (uint32_t noc = 0; noc < 2; ++noc) {
    for (uint32_t node = 0; node < network_.num_nodes(); ++node) {
      LinkTime link{noc, node % network_.columns(), node / network_.columns()};
      link.horizontal = network_.Busy(noc, node, Network::kHorizontal);
      link.vertical = network_.Busy(noc, node, Network::kVertical);
      link.inject = network_.Busy(noc, node, Network::kInject);
      link.absorb = network_.Busy(noc, node, Network::kAbsorb);
      if (link.horizontal + link.vertical + link.inject + link.absorb > 0) {
        report.links.push_back(link);
      }
    }
  }
  for (size_t bank = 0; bank < num_banks_; ++bank) {
    report.banks.push_back(
        {static_cast<double>(bank_busy_[bank]) / kTicksPerCycle, bank_bytes_[bank]});
  }
  report.grid_columns = grid_x_;
  report.noc_extent = {model_.noc_columns, model_.noc_rows};
  for (uint32_t core = 0; core < cores_.size(); ++core) {
    const Node at = NodeOf(core);
    report.core_places.push_back({core % grid_x_, core / grid_x_, at.x, at.y});
  }
  for (uint32_t bank = 0; bank < num_banks_; ++bank) {
    const Node at = BankNode(bank, 0);
    report.bank_places.push_back({at.x, at.y});
  }
  report.zones = zones_;
  report.timeline = timeline_;
  return report;
}

}  // namespace tt_simulator::timing
