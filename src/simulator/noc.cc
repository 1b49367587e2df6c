#include "noc.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core_order.h"

namespace tt_simulator {

using namespace tt_simulator_abi;  // NOLINT: flag and barrier names of the ABI

namespace {

constexpr uint64_t kLocalMask = (uint64_t{1} << kNocLocalBits) - 1;
constexpr uint32_t kNodeMask = (1u << kNocNodeBits) - 1;

/// Logical worker index at a NoC coordinate, or -1.
int WorkerAt(const Simulation& simulation, uint32_t x, uint32_t y) {
  const tt_target::HardwareModel& model = simulation.model();
  const uint32_t grid_x = simulation.grid_x();
  const uint32_t grid_y = simulation.num_workers() / grid_x;
  for (uint32_t ly = 0; ly < grid_y; ++ly) {
    if (model.worker_noc_y[ly] != y) continue;
    for (uint32_t lx = 0; lx < grid_x; ++lx) {
      if (model.worker_noc_x[lx] == x) return static_cast<int>(ly * grid_x + lx);
    }
  }
  return -1;
}

[[noreturn]] void Stop() { throw std::out_of_range("NoC address (violation ignored)"); }

uint32_t WorkerOffset(Risc& risc, const char* call, uint64_t local, uint32_t size) {
  Simulation& simulation = *risc.simulation;
  const L1Memory& l1 = simulation.l1();
  const uint64_t windows_end = uint64_t{l1.base()} + uint64_t{l1.num_cores()} * L1Memory::kStride;
  uint64_t offset = local;
  if (local >= l1.base() && local < windows_end) offset = (local - l1.base()) % L1Memory::kStride;
  if (offset + size > l1.l1_bytes()) {
    simulation.Raise(risc, Violation::kNocOutOfRange, -1, fmt::arg("call", call),
                     fmt::arg("address", offset), fmt::arg("size", size),
                     fmt::arg("memory", fmt::format("L1 ({} bytes)", l1.l1_bytes())));
    Stop();
  }
  return static_cast<uint32_t>(offset);
}

NocTarget Decode(Risc& risc, const char* call, uint64_t address, uint32_t size) {
  Simulation& simulation = *risc.simulation;
  const uint64_t local = address & kLocalMask;
  const uint32_t x = address >> kNocLocalBits & kNodeMask;
  const uint32_t y = address >> (kNocLocalBits + kNocNodeBits) & kNodeMask;
  const int worker = WorkerAt(simulation, x, y);
  if (worker >= 0) {
    return {false, static_cast<uint32_t>(worker), WorkerOffset(risc, call, local, size)};
  }
  const tt_target::HardwareModel& model = simulation.model();
  for (uint32_t bank = 0; bank < model.num_dram_banks; ++bank) {
    if (model.dram_noc[bank].x != x || model.dram_noc[bank].y != y) continue;
    const Buffer* buffer = local < model.dram_bank_bytes
                               ? simulation.buffers().Find(MemoryKind::kDram, local)
                               : nullptr;
    if (!buffer || local + size > uint64_t{buffer->address} + buffer->BytesPerBank()) {
      simulation.Raise(risc, Violation::kNocOutOfRange, -1, fmt::arg("call", call),
                       fmt::arg("address", local), fmt::arg("size", size),
                       fmt::arg("memory", fmt::format("a tensor in DRAM bank {}", bank)));
      Stop();
    }
    return {true, bank, static_cast<uint32_t>(local)};
  }
  simulation.Raise(risc, Violation::kNocBadCoordinate, -1, fmt::arg("call", call), fmt::arg("x", x),
                   fmt::arg("y", y));
  Stop();
}

uint8_t* HostAddress(Simulation& simulation, const NocTarget& target, uint32_t size,
                     bool is_write) {
  if (target.is_dram) return simulation.buffers().DramBank(target.index) + target.offset;
  Core* const core = simulation.FindCore(target.index);
  if (!core) return simulation.l1().Core(target.index) + target.offset;
  return is_write ? core->L1ToWrite(target.offset, size) : core->L1ToRead(target.offset, size);
}

void RequireAligned(Risc& risc, const char* call, uint64_t source, uint64_t destination,
                    uint32_t alignment) {
  if (source % alignment == destination % alignment) return;
  risc.simulation->Raise(risc, Violation::kNocMisaligned, -1, fmt::arg("call", call),
                         fmt::arg("source", source), fmt::arg("destination", destination),
                         fmt::arg("alignment", alignment));
}

bool Overlaps(uint32_t a, uint32_t a_size, uint32_t b, uint32_t b_size) {
  return a < b + b_size && b < a + a_size;
}

/// The circular buffer in use that holds an L1 offset, or -1.
int CircularBufferAt(const Core& core, uint32_t offset) {
  for (uint32_t id = 0; id < core.cbs.size(); ++id) {
    const CircularBuffer& cb = core.cbs[id];
    if (cb.configured && cb.used && offset >= cb.offset && offset - cb.offset < cb.size()) {
      return static_cast<int>(id);
    }
  }
  return -1;
}

/// Aliased circular buffers share memory, so a range is fine if any of them covers it.
void RequireReserved(Risc& risc, const char* call, uint32_t offset, uint32_t size) {
  const int first = CircularBufferAt(*risc.core, offset);
  if (first < 0) return;
  for (CircularBuffer& cb : risc.core->cbs) {
    if (!cb.configured || offset < cb.offset || offset - cb.offset >= cb.size()) continue;
    const CircularBuffer::Pointers& p = cb.risc[risc.role];
    const uint32_t begin = cb.offset + p.write_page * cb.page_size;
    if (offset >= begin && offset + size <= begin + cb.Writable(p) * cb.page_size) return;
  }
  CircularBuffer& cb = risc.core->cbs[first];
  const CircularBuffer::Pointers& p = cb.risc[risc.role];
  const uint32_t page = (offset + size - 1 - cb.offset) / cb.page_size;
  const uint32_t index = (page + cb.num_pages - p.write_page) % cb.num_pages;
  risc.simulation->Raise(risc, Violation::kCbWritePastReserve, first, fmt::arg("call", call),
                         fmt::arg("index", index), fmt::arg("reserved", p.reserved),
                         fmt::arg("need", index + 1));
}

/// A source must be data this RISC waited for, or pages it has reserved and filled itself.
void RequireReadable(Risc& risc, const char* call, uint32_t offset, uint32_t size) {
  const int first = CircularBufferAt(*risc.core, offset);
  if (first < 0) return;
  for (CircularBuffer& cb : risc.core->cbs) {
    if (!cb.configured || offset < cb.offset || offset - cb.offset >= cb.size()) continue;
    const CircularBuffer::Pointers& p = cb.risc[risc.role];
    const uint32_t front = cb.offset + p.read_page * cb.page_size;
    if (offset >= front && offset + size <= front + cb.Readable(p) * cb.page_size) return;
    const uint32_t back = cb.offset + p.write_page * cb.page_size;
    if (offset >= back && offset + size <= back + p.reserved * cb.page_size) return;
  }
  CircularBuffer& cb = risc.core->cbs[first];
  const CircularBuffer::Pointers& p = cb.risc[risc.role];
  const uint32_t page = (offset + size - 1 - cb.offset) / cb.page_size;
  const uint32_t index = (page + cb.num_pages - p.read_page) % cb.num_pages;
  risc.simulation->Raise(risc, Violation::kCbReadPastFront, first, fmt::arg("call", call),
                         fmt::arg("index", index), fmt::arg("waited", p.waited),
                         fmt::arg("need", index + 1));
}

void RequireWritten(Risc& risc, const char* call, uint32_t core, uint32_t offset, uint32_t size) {
  const uint32_t unwritten = risc.simulation->l1().FirstUnwritten(core, offset, size);
  if (unwritten < size) {
    risc.simulation->Raise(risc, Violation::kUninitialisedL1Read, -1, fmt::arg("call", call),
                           fmt::arg("address", offset + unwritten));
  }
}

void WriteTo(Risc& risc, const NocTarget& target, const uint8_t* data, uint32_t size) {
  Simulation& simulation = *risc.simulation;
  std::memmove(HostAddress(simulation, target, size, true), data, size);
  if (target.is_dram) return;
  if (RaceDetector* races = simulation.races()) {
    core_order::NoteRemoteData(risc, target.index, target.offset, size);
    races->Signal(risc.core->index, target.index, target.offset, size);
  }
  simulation.l1().MarkWritten(target.index, target.offset, size);
  if (Core* core = simulation.FindCore(target.index)) simulation.Notify(*core);
}

void Deliver(Risc& risc, PendingWrite& write) {
  if (write.delivered) return;
  write.delivered = true;
  const uint8_t* data = risc.core->L1ToRead(write.local, write.size);
  if (write.cores.empty()) {
    WriteTo(risc, write.target, data, write.size);
  } else {
    for (uint32_t core : write.cores) {
      WriteTo(risc, {false, core, write.target.offset}, data, write.size);
    }
  }
}

void Complete(Risc& risc, const PendingRead& read) {
  Simulation& simulation = *risc.simulation;
  uint8_t* destination = risc.core->L1ToWrite(read.local, read.size);
  if (read.zeros) {
    std::memset(destination, 0, read.size);
  } else {
    std::memmove(destination, HostAddress(simulation, read.source, read.size, false), read.size);
    RaceDetector* races = simulation.races();
    if (races && !read.source.is_dram) {
      races->Signal(read.source.index, risc.core->index, read.local, read.size);
      races->Observe(risc.core->index);
    }
  }
  simulation.l1().MarkWritten(risc.core->index, read.local, read.size);
}

/// Workers of a multicast address, with the checks of its rectangle and its count.
std::vector<uint32_t> MulticastCores(Risc& risc, const char* call, uint64_t address,
                                     uint32_t num_dests, uint32_t noc, bool loopback) {
  Simulation& simulation = *risc.simulation;
  auto field = [&](uint32_t n) -> uint32_t {
    return address >> (kNocLocalBits + n * kNocNodeBits) & kNodeMask;
  };
  const uint32_t x1 = field(0), y1 = field(1), x0 = field(2), y0 = field(3);
  const bool ordered = noc == 0 ? x0 <= x1 && y0 <= y1 : x0 >= x1 && y0 >= y1;
  if (!ordered) {
    simulation.Raise(risc, Violation::kMulticastRectangle, -1, fmt::arg("call", call),
                     fmt::arg("x0", x0), fmt::arg("y0", y0), fmt::arg("x1", x1), fmt::arg("y1", y1),
                     fmt::arg("noc", noc));
  }
  for (const auto& [x, y] : {std::pair{x0, y0}, std::pair{x1, y1}}) {
    if (WorkerAt(simulation, x, y) >= 0) continue;
    simulation.Raise(risc, Violation::kNocBadCoordinate, -1, fmt::arg("call", call),
                     fmt::arg("x", x), fmt::arg("y", y));
    Stop();
  }
  std::vector<uint32_t> cores;
  bool holds_self = false;
  for (uint32_t y = std::min(y0, y1); y <= std::max(y0, y1); ++y) {
    for (uint32_t x = std::min(x0, x1); x <= std::max(x0, x1); ++x) {
      const int worker = WorkerAt(simulation, x, y);
      if (worker < 0) continue;
      if (static_cast<uint32_t>(worker) == risc.core->index) {
        holds_self = true;
        if (!loopback) continue;
      }
      cores.push_back(static_cast<uint32_t>(worker));
    }
  }
  if (cores.size() != num_dests) {
    simulation.Raise(risc, Violation::kMulticastDestinations, -1, fmt::arg("call", call),
                     fmt::arg("n", num_dests), fmt::arg("expected", cores.size()),
                     fmt::arg("self", holds_self && !loopback ? " without the sender" : ""));
  }
  return cores;
}

// ---- what the transfers cost -----------------------------------------------------------------

uint8_t TransactionOf(uint32_t trid) {
  return trid == kNoTransactionId ? timing::kAnyTransaction : static_cast<uint8_t>(trid);
}

void RecordTransfer(Risc& risc, timing::EventKind kind, const NocTarget& target, uint32_t size,
                    uint32_t noc, uint32_t trid, uint32_t flags) {
  const tt_target::TimingModel& model = risc.simulation->timing_model();
  risc.simulation->Record(
      risc,
      {.kind = kind,
       .flags = static_cast<uint8_t>(flags | (target.is_dram ? timing::kDram : 0)),
       .noc = static_cast<uint8_t>(noc),
       .transaction = TransactionOf(trid),
       .size = size,
       .target = static_cast<uint16_t>(target.index)},
      kind == timing::EventKind::kRead ? model.issue_read : model.issue_write);
}

timing::Rectangle RectangleOf(const Simulation& simulation, const std::vector<uint32_t>& cores) {
  timing::Rectangle r{255, 255, 0, 0};
  for (uint32_t core : cores) {
    const auto x = static_cast<uint8_t>(core % simulation.grid_x());
    const auto y = static_cast<uint8_t>(core / simulation.grid_x());
    r = {std::min(r.x0, x), std::min(r.y0, y), std::max(r.x1, x), std::max(r.y1, y)};
  }
  return r;
}

void RecordMulticast(Risc& risc, const std::vector<uint32_t>& cores, uint32_t size, uint32_t noc,
                     bool linked) {
  risc.simulation->Record(risc,
                          {.kind = timing::EventKind::kMulticast,
                           .flags = static_cast<uint8_t>(linked ? timing::kLinked : 0),
                           .noc = static_cast<uint8_t>(noc),
                           .size = size,
                           .count = static_cast<uint16_t>(cores.size()),
                           .rectangle = RectangleOf(*risc.simulation, cores)},
                          risc.simulation->timing_model().issue_multicast);
}

uint32_t WordAt(Simulation& simulation, const NocTarget& target) {
  uint32_t word;
  std::memcpy(&word, HostAddress(simulation, target, sizeof(word), false), sizeof(word));
  return word;
}

/// A semaphore word of `value` on its way to one core, or to the cores of a multicast.
void RecordWordUpdates(Risc& risc, const std::vector<NocTarget>& targets, uint32_t noc,
                       bool multicast, uint32_t value) {
  Simulation& simulation = *risc.simulation;
  if (!simulation.timed() || targets.empty()) return;
  const tt_target::TimingModel& model = simulation.timing_model();
  if (targets.front().is_dram) {
    RecordTransfer(risc, timing::EventKind::kWrite, targets.front(), 4, noc, kNoTransactionId, 0);
    return;
  }
  std::vector<uint32_t> cores;
  cores.reserve(targets.size());
  for (const NocTarget& target : targets) cores.push_back(target.index);
  const auto unit = static_cast<uint8_t>(noc);
  if (multicast) {
    simulation.Record(risc,
                      {.kind = timing::EventKind::kWordMulticast,
                       .noc = unit,
                       .count = static_cast<uint16_t>(cores.size()),
                       .rectangle = RectangleOf(simulation, cores)},
                      model.issue_multicast);
  }
  for (const NocTarget& target : targets) {
    simulation.Record(
        risc,
        {.kind = multicast ? timing::EventKind::kWordUpdate : timing::EventKind::kWordWrite,
         .noc = unit,
         .size = simulation.NoteWordUpdate(target.index, target.offset, value),
         .offset = target.offset,
         .target = static_cast<uint16_t>(target.index)},
        multicast ? 0 : model.issue_write);
  }
}

}  // namespace

void Simulation::DeliverWrites(Risc& risc) {
  for (NocQueue& queue : risc.queue) {
    for (PendingWrite& write : queue.writes) Deliver(risc, write);
  }
}

namespace noc {

uint32_t LocalOffset(Risc& risc, const char* call, uint32_t address, uint32_t size) {
  uint32_t offset = address - risc.core->window;
  if (address < L1Memory::kStride) offset = address;  // a plain L1 offset, e.g. from an argument
  const uint32_t l1_bytes = risc.simulation->l1().l1_bytes();
  if (offset >= l1_bytes || size > l1_bytes - offset) {
    risc.simulation->Raise(risc, Violation::kNocOutOfRange, -1, fmt::arg("call", call),
                           fmt::arg("address", offset), fmt::arg("size", size),
                           fmt::arg("memory", fmt::format("this core's L1 ({} bytes)", l1_bytes)));
    Stop();
  }
  return offset;
}

void RequireNoPendingRead(Risc& risc, const char* call, uint32_t offset, uint32_t size, int cb_id) {
  for (const NocQueue& queue : risc.queue) {
    for (const PendingRead& read : queue.reads) {
      if (!Overlaps(offset, size, read.local, read.size)) continue;
      risc.simulation->Raise(risc, Violation::kReadBarrierMissing, cb_id, fmt::arg("call", call),
                             fmt::arg("file", read.site.file), fmt::arg("line", read.site.line));
    }
  }
}

void RequireNoPendingWrite(Risc& risc, const char* call, uint32_t offset, uint32_t size,
                           int cb_id) {
  for (const NocQueue& queue : risc.queue) {
    for (const PendingWrite& write : queue.writes) {
      if (write.flushed || !Overlaps(offset, size, write.local, write.size)) continue;
      risc.simulation->Raise(risc, Violation::kWriteFlushMissing, cb_id, fmt::arg("call", call),
                             fmt::arg("file", write.site.file), fmt::arg("line", write.site.line));
    }
  }
}

uint64_t BankAddress(Risc& risc, bool is_dram, uint32_t bank, uint32_t offset) {
  const tt_target::HardwareModel& model = risc.simulation->model();
  const uint32_t banks = is_dram ? model.num_dram_banks : risc.simulation->num_workers();
  if (bank >= banks) {
    risc.simulation->Raise(risc, Violation::kNocBadAccessor, -1, fmt::arg("call", "get_noc_addr"),
                           fmt::arg("detail", fmt::format("bank {} of {}", bank, banks)));
    Stop();
  }
  if (is_dram) return MakeNocAddress(model.dram_noc[bank].x, model.dram_noc[bank].y, offset);
  const uint32_t grid_x = risc.simulation->grid_x();
  return MakeNocAddress(model.worker_noc_x[bank % grid_x], model.worker_noc_y[bank / grid_x],
                        offset);
}

uint64_t PageAddress(Risc& risc, bool is_dram, uint32_t base, uint32_t page_size, uint32_t page,
                     uint32_t offset) {
  Simulation& simulation = *risc.simulation;
  const MemoryKind memory = is_dram ? MemoryKind::kDram : MemoryKind::kL1;
  const Buffer* buffer = simulation.buffers().FindByAddress(memory, base);
  const char* call = "TensorAccessor";
  if (!buffer) {
    simulation.Raise(risc, Violation::kNocBadAccessor, -1, fmt::arg("call", call),
                     fmt::arg("detail", fmt::format("no tensor starts at address {:#x} in {}", base,
                                                    is_dram ? "DRAM" : "L1")));
    Stop();
  }
  if (page >= buffer->num_pages) {
    simulation.Raise(risc, Violation::kPageOutOfRange, -1, fmt::arg("call", call),
                     fmt::arg("page", page), fmt::arg("pages", buffer->num_pages));
    Stop();
  }
  const uint32_t alignment =
      is_dram ? simulation.model().dram_read_alignment : simulation.model().l1_alignment;
  const uint32_t aligned = (page_size + alignment - 1) / alignment * alignment;
  if (aligned != buffer->aligned_page) {
    simulation.Raise(risc, Violation::kNocBadAccessor, -1, fmt::arg("call", call),
                     fmt::arg("detail", fmt::format("page size {} for a tensor with pages of {} "
                                                    "bytes",
                                                    page_size, buffer->page_size)));
  }
  return BankAddress(risc, is_dram, page % buffer->banks,
                     base + page / buffer->banks * aligned + offset);
}

void Read(Risc& risc, uint64_t source, uint32_t local, uint32_t size, uint32_t noc, uint32_t trid) {
  const char* call = "noc_async_read";
  if (size == 0) return;
  const NocTarget target = Decode(risc, call, source, size);
  const uint32_t offset = LocalOffset(risc, call, local, size);
  const tt_target::HardwareModel& model = risc.simulation->model();
  RequireAligned(risc, call, target.offset, offset,
                 target.is_dram ? model.dram_read_alignment : model.l1_alignment);
  RequireReserved(risc, call, offset, size);
  if (!target.is_dram) RequireWritten(risc, call, target.index, target.offset, size);
  core_order::RequireNoRace(risc, call, target, size, noc, false);
  risc.queue[noc].reads.push_back({target, offset, size, trid, false, risc.site});
  risc.simulation->Account(risc, Cost::kNocRead, size);
  RecordTransfer(risc, timing::EventKind::kRead, target, size, noc, trid, 0);
}

void WriteZeros(Risc& risc, uint32_t local, uint32_t size, uint32_t noc) {
  const char* call = "async_write_zeros";
  if (size == 0) return;
  const uint32_t offset = LocalOffset(risc, call, local, size);
  RequireAligned(risc, call, 0, offset, risc.simulation->model().l1_alignment);
  RequireReserved(risc, call, offset, size);
  risc.queue[noc].reads.push_back({{}, offset, size, kNoTransactionId, true, risc.site});
  risc.simulation->Account(risc, Cost::kNocRead, size);
  RecordTransfer(risc, timing::EventKind::kRead, {}, size, noc, kNoTransactionId, timing::kZeros);
}

void Write(Risc& risc, uint32_t local, uint64_t destination, uint32_t size, uint32_t noc,
           uint32_t trid, uint32_t flags) {
  const char* call = flags & kNocSemaphore ? "noc_semaphore_set_remote" : "noc_async_write";
  if (size == 0) return;
  const NocTarget target = Decode(risc, call, destination, size);
  const uint32_t offset = LocalOffset(risc, call, local, size);
  const tt_target::HardwareModel& model = risc.simulation->model();
  RequireAligned(risc, call, offset, target.offset,
                 target.is_dram ? model.dram_write_alignment : model.l1_alignment);
  if (!(flags & kNocSemaphore)) RequireReadable(risc, call, offset, size);
  RequireNoPendingRead(risc, call, offset, size, -1);
  RequireWritten(risc, call, risc.core->index, offset, size);
  core_order::RequireNoRace(risc, call, target, size, noc, true);
  PendingWrite write{{},    target, offset,   size, trid, (flags & kNocPosted) != 0,
                     false, false,  risc.site};
  risc.simulation->Account(risc, Cost::kNocWrite, size);
  if (flags & kNocSemaphore) {
    risc.simulation->DeliverWrites(risc);
    core_order::RequireNoLostStore(risc, call, target);
    Deliver(risc, write);
    RecordWordUpdates(risc, {target}, noc, false, WordAt(*risc.simulation, target));
    return;
  }
  if (!target.is_dram) core_order::RequireRoom(risc, call, target.index, target.offset, size);
  RecordTransfer(risc, timing::EventKind::kWrite, target, size, noc, trid,
                 write.posted ? timing::kPosted : 0);
  risc.queue[noc].writes.push_back(std::move(write));
}

void WriteMulticast(Risc& risc, uint32_t local, uint64_t destination, uint32_t size,
                    uint32_t num_dests, uint32_t noc, uint32_t flags) {
  const char* call =
      flags & kNocSemaphore ? "noc_semaphore_set_multicast" : "noc_async_write_multicast";
  if (size == 0) return;
  const uint32_t target = WorkerOffset(risc, call, destination & kLocalMask, size);
  const uint32_t offset = LocalOffset(risc, call, local, size);
  RequireAligned(risc, call, offset, target, risc.simulation->model().l1_alignment);
  if (!(flags & kNocSemaphore)) RequireReadable(risc, call, offset, size);
  RequireNoPendingRead(risc, call, offset, size, -1);
  RequireWritten(risc, call, risc.core->index, offset, size);
  PendingWrite write{
      MulticastCores(risc, call, destination, num_dests, noc, (flags & kNocLoopback) != 0),
      {false, 0, target},
      offset,
      size,
      kNoTransactionId,
      false,
      false,
      false,
      risc.site};
  risc.simulation->Account(risc, Cost::kNocWrite, size);
  if (write.cores.empty()) return;
  if (flags & kNocSemaphore) {
    // Ordered behind the data on the same virtual channel.
    risc.simulation->DeliverWrites(risc);
    std::vector<NocTarget> targets;
    for (uint32_t core : write.cores) targets.push_back({false, core, target});
    for (const NocTarget& one : targets) core_order::RequireNoLostStore(risc, call, one);
    Deliver(risc, write);
    RecordWordUpdates(risc, targets, noc, true, WordAt(*risc.simulation, targets.front()));
    return;
  }
  for (uint32_t core : write.cores) core_order::RequireRoom(risc, call, core, target, size);
  RecordMulticast(risc, write.cores, size, noc, (flags & kNocLinked) != 0);
  risc.queue[noc].writes.push_back(std::move(write));
}

void WriteInline(Risc& risc, uint64_t destination, uint32_t value, uint32_t byte_enable,
                 uint32_t num_dests, uint32_t noc) {
  const char* call = "noc_inline_dw_write";
  std::vector<NocTarget> targets;
  if (num_dests == 0) {
    targets.push_back(Decode(risc, call, destination, 4));
  } else {
    const uint32_t offset = WorkerOffset(risc, call, destination & kLocalMask, 4);
    for (uint32_t core : MulticastCores(risc, call, destination, num_dests, noc, false)) {
      targets.push_back({false, core, offset});
    }
  }
  risc.simulation->DeliverWrites(risc);
  for (const NocTarget& target : targets) {
    uint8_t bytes[4];
    uint8_t* memory = HostAddress(*risc.simulation, target, 4, false);
    std::memcpy(bytes, memory, 4);
    for (uint32_t i = 0; i < 4; ++i) {
      if (byte_enable >> i & 1) bytes[i] = static_cast<uint8_t>(value >> (8 * i));
    }
    WriteTo(risc, target, bytes, 4);
  }
  risc.simulation->Account(risc, Cost::kNocWrite, 4);
  RecordWordUpdates(risc, targets, noc, num_dests != 0, value);
}

void Barrier(Risc& risc, uint32_t kind, uint32_t noc, uint32_t trid) {
  NocQueue& queue = risc.queue[noc];
  RaceDetector* races = risc.simulation->races();
  risc.simulation->Record(risc,
                          {.kind = timing::EventKind::kBarrier,
                           .noc = static_cast<uint8_t>(noc),
                           .transaction = TransactionOf(trid),
                           .size = kind},
                          0);
  auto concerns = [trid](uint32_t other) { return trid == kNoTransactionId || trid == other; };
  if (kind == kReadBarrier || kind == kFullBarrier) {
    for (const PendingRead& read : queue.reads) {
      if (concerns(read.trid)) Complete(risc, read);
    }
    std::erase_if(queue.reads, [&](const PendingRead& read) { return concerns(read.trid); });
    if (races) races->Finish(risc.core->index, core_order::QueueNumber(risc, noc), false);
  }
  if (kind == kWriteFlush || kind == kPostedFlush) {
    for (PendingWrite& write : queue.writes) {
      if (write.posted != (kind == kPostedFlush) || !concerns(write.trid)) continue;
      Deliver(risc, write);
      write.flushed = true;
    }
  }
  if (kind == kWriteBarrier || kind == kFullBarrier) {
    for (PendingWrite& write : queue.writes) {
      if (concerns(write.trid) && (!write.posted || kind == kFullBarrier)) Deliver(risc, write);
    }
    std::erase_if(queue.writes, [&](const PendingWrite& write) {
      return concerns(write.trid) && (!write.posted || kind == kFullBarrier);
    });
    if (races) races->Finish(risc.core->index, core_order::QueueNumber(risc, noc), true);
  }
  if (kind == kAtomicBarrier || kind == kFullBarrier) queue.atomics.clear();
  risc.simulation->Yield(risc);
}

void SemaphoreIncrement(Risc& risc, uint64_t address, uint32_t value, uint32_t num_dests,
                        uint32_t noc, bool posted) {
  const char* call = "noc_semaphore_inc";
  risc.simulation->DeliverWrites(risc);
  std::vector<NocTarget> targets;
  if (num_dests == 0) {
    targets.push_back(Decode(risc, call, address, 4));
  } else {
    const uint32_t offset = WorkerOffset(risc, call, address & kLocalMask, 4);
    for (uint32_t core : MulticastCores(risc, call, address, num_dests, noc, false)) {
      targets.push_back({false, core, offset});
    }
  }
  for (const NocTarget& target : targets) {
    core_order::RequireNoLostStore(risc, call, target);
    uint32_t word;
    std::memcpy(&word, HostAddress(*risc.simulation, target, 4, false), 4);
    word += value;
    WriteTo(risc, target, reinterpret_cast<const uint8_t*>(&word), 4);
  }
  risc.simulation->Account(risc, Cost::kNocWrite, 4);
  for (const NocTarget& target : targets) {
    if (!posted) core_order::NoteCount(risc, risc.queue[noc], target);
  }
  for (const NocTarget& target : targets) {
    RecordWordUpdates(risc, {target}, noc, false, WordAt(*risc.simulation, target));
  }
}

bool IsLocal(const Risc& risc, uint64_t address) {
  const uint32_t x = address >> kNocLocalBits & kNodeMask;
  const uint32_t y = address >> (kNocLocalBits + kNocNodeBits) & kNodeMask;
  return WorkerAt(*risc.simulation, x, y) == static_cast<int>(risc.core->index);
}

}  // namespace noc
}  // namespace tt_simulator
