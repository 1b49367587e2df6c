#include "abi_dataflow.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core_order.h"
#include "noc.h"
#include "simulation.h"

namespace tt_simulator::abi {

using namespace tt_simulator_abi;  // NOLINT: role names of the ABI

namespace {

constexpr uint32_t kFuel = 1u << 24;     // basic blocks between two calls of out_of_fuel
constexpr uint32_t kMaxFuelRounds = 16;  // rounds without any API call or L1 access
constexpr uint32_t kAccessesPerPoll = 1024;

/// The pointers of the calling RISC; TRISCs keep them in units of 16 bytes.
CircularBufferView View(const Risc& risc, const CircularBuffer& cb) {
  const CircularBuffer::Pointers& p = cb.risc[risc.role];
  const uint32_t base = risc.core->window + cb.offset;
  const uint32_t shift = risc.role >= kUnpack ? 4 : 0;
  return {.fifo_size = cb.size() >> shift,
          .fifo_limit = (base + cb.size()) >> shift,
          .fifo_page_size = cb.page_size >> shift,
          .fifo_num_pages = cb.num_pages,
          .fifo_rd_ptr = (base + p.read_page * cb.page_size) >> shift,
          .fifo_wr_ptr = (base + p.write_page * cb.page_size) >> shift};
}

/// Kernels may move the pointers through get_local_cb_interface; takes over what they wrote.
void TakeOverPointers(Risc& risc, uint32_t id, CircularBuffer& cb) {
  CircularBuffer::Pointers& p = cb.risc[risc.role];
  if (!p.view_given) return;
  const CircularBufferView now = View(risc, cb);
  auto take = [&](uint32_t written, uint32_t given, uint32_t& page) {
    if (written == given) return;
    const uint32_t shift = risc.role >= kUnpack ? 4 : 0;
    const uint32_t offset = (written << shift) - risc.core->window - cb.offset;
    if (offset % cb.page_size || offset >= cb.size()) {
      risc.simulation->Raise(risc, Violation::kOperandMismatch, static_cast<int>(id),
                             fmt::arg("call", "get_local_cb_interface"),
                             fmt::arg("detail", "a pointer was set to no page of the buffer"));
    }
    page = offset / cb.page_size % cb.num_pages;
  };
  take(p.view.fifo_rd_ptr, now.fifo_rd_ptr, p.read_page);
  take(p.view.fifo_wr_ptr, now.fifo_wr_ptr, p.write_page);
  p.view_given = false;
}

CircularBuffer& Configured(Risc& risc, const char* call, uint32_t id) {
  Core& core = *risc.core;
  if (id >= core.cbs.size() || !core.cbs[id].configured) {
    risc.simulation->Raise(risc, Violation::kCbNotConfigured, static_cast<int>(id),
                           fmt::arg("call", call), fmt::arg("cb", id));
    throw std::out_of_range("circular buffer id (violation ignored)");
  }
  TakeOverPointers(risc, id, core.cbs[id]);
  return core.cbs[id];
}

/// In a compute kernel only the packer produces and only the unpacker consumes.
bool Produces(const Risc& risc) { return risc.role < kUnpack || risc.role == kPack; }
bool Consumes(const Risc& risc) { return risc.role <= kUnpack; }

void RequireLap(Risc& risc, const char* call, uint32_t id, const CircularBuffer& cb, uint32_t page,
                uint32_t pages) {
  if (page + pages <= cb.num_pages) return;
  risc.simulation->Raise(risc, Violation::kCbLapMisalignment, static_cast<int>(id),
                         fmt::arg("call", call), fmt::arg("n", pages), fmt::arg("position", page),
                         fmt::arg("pages", cb.num_pages));
}

uint32_t Load(const Core& core, uint32_t offset) {
  uint32_t value;
  std::memcpy(&value, core.l1 + offset, sizeof(value));
  return value;
}

void RecordBuffer(Risc& risc, timing::EventKind kind, uint32_t id, uint32_t pages) {
  const tt_target::TimingModel& model = risc.simulation->timing_model();
  const bool update = kind == timing::EventKind::kPush || kind == timing::EventKind::kPop;
  risc.simulation->Record(
      risc,
      {.kind = kind, .target = static_cast<uint16_t>(id), .count = static_cast<uint16_t>(pages)},
      update ? model.cb_update : model.cb_poll);
}

/// The first `pages` free pages count as reserved.
void Reserve(Risc& risc, CircularBuffer& cb, uint32_t pages) {
  core_order::NoteRoom(risc, cb, pages);
  CircularBuffer::Pointers& p = cb.risc[risc.role];
  p.reserved = std::max(p.reserved, pages);
}

void Store(Risc& risc, uint32_t offset, uint32_t value) {
  std::memcpy(risc.core->l1 + offset, &value, sizeof(value));
  risc.simulation->Spend(risc, risc.simulation->timing_model().semaphore_set);
  risc.simulation->NoteWordStore(risc, offset, value);
  if (RaceDetector* races = risc.simulation->races()) races->StoreWord(risc.core->index, offset);
  risc.simulation->l1().MarkWritten(risc.core->index, offset, sizeof(value));
  risc.simulation->Notify(*risc.core);
}

}  // namespace

uint32_t role(Risc& risc) { return risc.role; }

uint32_t argument_address(Risc& risc, uint32_t common, uint32_t index, Site) {
  const uint32_t count = common ? risc.num_common_args : risc.num_args;
  // The address one past the end is fine: kernels take it for an empty list.
  if (index > count) {
    risc.simulation->Raise(risc, Violation::kArgumentOutOfRange, -1,
                           fmt::arg("call", common ? "get_common_arg_addr" : "get_arg_addr"),
                           fmt::arg("index", index), fmt::arg("count", count));
  }
  return risc.core->window + ConfigRegion::kArguments + risc.role * ConfigRegion::kArgumentStride +
         (common ? ConfigRegion::kCommonArguments : 0) + 4 * index;
}

uint32_t argument(Risc& risc, uint32_t common, uint32_t index, Site site) {
  const uint32_t count = common ? risc.num_common_args : risc.num_args;
  if (index >= count) {
    risc.simulation->Raise(risc, Violation::kArgumentOutOfRange, -1,
                           fmt::arg("call", common ? "get_common_arg_val" : "get_arg_val"),
                           fmt::arg("index", index), fmt::arg("count", count));
    return 0;
  }
  risc.simulation->Spend(risc, risc.simulation->timing_model().l1_load);
  return Load(*risc.core, argument_address(risc, common, index, site) - risc.core->window);
}

uint32_t coordinate(Risc& risc, uint32_t kind) {
  const CoreCoord coord = risc.core->coord;
  const tt_target::HardwareModel& model = risc.simulation->model();
  switch (kind) {
    case 0:
    case 2:
      return coord.x;
    case 1:
    case 3:
      return coord.y;
    default:
      return kind % 2 == 0 ? model.worker_noc_x[coord.x] : model.worker_noc_y[coord.y];
  }
}

uint32_t semaphore_address(Risc& risc, uint32_t id, Site) {
  if (id >= risc.core->semaphores.size() || !risc.core->semaphores[id]) {
    risc.simulation->Raise(risc, Violation::kSemaphoreNotConfigured, -1,
                           fmt::arg("call", "get_semaphore"), fmt::arg("id", id));
  }
  return risc.core->window + ConfigRegion::kSemaphores + id * ConfigRegion::kSemaphoreStride;
}

void check_access(Risc& risc, uint64_t address, uint64_t size, uint32_t is_write, Instruction) {
  if (address >> 32) return;  // the kernel's own stack and constants
  Simulation& simulation = *risc.simulation;
  const uint64_t offset = address - risc.core->window;
  const L1Memory& l1 = simulation.l1();
  risc.fuel_rounds = 0;
  const tt_target::TimingModel& model = simulation.timing_model();
  simulation.Spend(risc, is_write ? model.l1_store : model.l1_load);
  if (address < risc.core->window || offset + size > l1.l1_bytes()) {
    simulation.Raise(risc, Violation::kL1AccessOutOfRange, -1,
                     fmt::arg("what", is_write ? "writes" : "reads"), fmt::arg("size", size),
                     fmt::arg("address", address));
    throw std::out_of_range("L1 access (violation ignored)");
  }
  const uint32_t begin = static_cast<uint32_t>(offset);
  const uint32_t bytes = static_cast<uint32_t>(size);
  is_write ? risc.core->L1ToWrite(begin, bytes) : risc.core->L1ToRead(begin, bytes);
  if (is_write) {
    simulation.l1().MarkWritten(risc.core->index, begin, bytes);
    // A store by hand to a semaphore word: the updates before it are history.
    const auto word = risc.core->words.find(begin);
    if (word != risc.core->words.end()) word->second.seen.fill(word->second.updates + 1);
    simulation.Notify(*risc.core);
    return;
  }
  noc::RequireNoPendingRead(risc, "a load", begin, bytes, -1);
  if (RaceDetector* races = simulation.races()) races->Observe(risc.core->index);
  if (begin >= simulation.model().l1_usable_base &&
      l1.FirstUnwritten(risc.core->index, begin, bytes) < bytes) {
    simulation.Raise(risc, Violation::kUninitialisedL1Read, -1, fmt::arg("call", "a load"),
                     fmt::arg("address", begin));
  }
  if (++risc.raw_accesses % kAccessesPerPoll == 0) simulation.Poll(risc, {"", 0});
}

void note(Risc&, Site) {}

void zone(Risc& risc, const char* name, uint32_t begins) {
  risc.simulation->NoteZone(risc, name, begins != 0);
}

uint32_t out_of_fuel(Risc& risc, Instruction) {
  if (++risc.fuel_rounds > kMaxFuelRounds) {
    risc.simulation->Raise(risc, Violation::kEndlessLoop, -1);
    risc.fuel_rounds = 0;
  }
  return kFuel;
}

void poll(Risc& risc, Site site) { risc.simulation->Poll(risc, site); }

void assertion_failed(Risc& risc, const char* text, Site) {
  risc.simulation->Raise(risc, Violation::kKernelAssert, -1, fmt::arg("detail", text));
}

void division_by_zero(Risc& risc, Site) {
  risc.simulation->Raise(risc, Violation::kDivisionByZero, -1);
  throw std::domain_error("division by zero (violation ignored)");
}

void stack_overflow(Risc& risc, Instruction) {
  risc.simulation->Raise(risc, Violation::kStackOverflow, -1);
  throw std::length_error("stack overflow (violation ignored)");
}

void unsupported(Risc& risc, const char* call, Site) {
  risc.simulation->Raise(risc, Violation::kUnsupportedOperation, -1, fmt::arg("call", call),
                         fmt::arg("detail", "not modelled"));
}

uint32_t local_address(Risc& risc, uint32_t address) {
  return address < L1Memory::kStride ? risc.core->window + address : address;
}

void cb_reserve_back(Risc& risc, uint32_t id, uint32_t pages, Site site) {
  if (!Produces(risc)) return;
  const char* call = "cb_reserve_back";
  CircularBuffer& cb = Configured(risc, call, id);
  cb.used = true;
  if (pages > cb.num_pages) {
    risc.simulation->Raise(risc, Violation::kCbReserveTooLarge, static_cast<int>(id),
                           fmt::arg("call", call), fmt::arg("n", pages),
                           fmt::arg("pages", cb.num_pages));
  }
  RecordBuffer(risc, timing::EventKind::kReserve, id, pages);
  risc.wait = {.call = call, .site = site, .cb_id = static_cast<int>(id), .count = pages};
  risc.simulation->WaitUntil(risc, [&cb, pages] { return cb.Free() >= pages; });
  Reserve(risc, cb, pages);
}

void cb_push_back(Risc& risc, uint32_t id, uint32_t pages, Site) {
  if (!Produces(risc)) return;
  const char* call = "cb_push_back";
  Simulation& simulation = *risc.simulation;
  CircularBuffer& cb = Configured(risc, call, id);
  CircularBuffer::Pointers& p = cb.risc[risc.role];
  cb.used = true;
  if (cb.producer == kNoRisc) cb.producer = static_cast<uint8_t>(risc.role);
  if (cb.producer != risc.role) {
    simulation.Raise(risc, Violation::kCbTwoProducers, static_cast<int>(id), fmt::arg("call", call),
                     fmt::arg("other", RiscName(cb.producer)));
  }
  if (pages > cb.Writable(p)) {
    simulation.Raise(risc, Violation::kCbPushWithoutReserve, static_cast<int>(id),
                     fmt::arg("call", call), fmt::arg("n", pages),
                     fmt::arg("reserved", p.reserved));
  }
  RequireLap(risc, call, id, cb, p.write_page, pages);
  noc::RequireNoPendingRead(risc, call, cb.offset + p.write_page * cb.page_size,
                            pages * cb.page_size, static_cast<int>(id));
  core_order::RequireArrived(risc, call, static_cast<int>(id), cb, pages);
  RecordBuffer(risc, timing::EventKind::kPush, id, pages);
  cb.received += static_cast<uint16_t>(pages);
  p.write_page = (p.write_page + pages) % cb.num_pages;
  p.reserved -= std::min(p.reserved, pages);
  p.pack_slot = 0;
  simulation.Notify(*risc.core);
}

void cb_wait_front(Risc& risc, uint32_t id, uint32_t pages, Site site) {
  if (!Consumes(risc)) return;
  const char* call = "cb_wait_front";
  CircularBuffer& cb = Configured(risc, call, id);
  cb.used = true;
  if (pages > cb.num_pages) {
    risc.simulation->Raise(risc, Violation::kCbWaitTooLarge, static_cast<int>(id),
                           fmt::arg("call", call), fmt::arg("n", pages),
                           fmt::arg("pages", cb.num_pages));
  }
  RecordBuffer(risc, timing::EventKind::kWaitFront, id, pages);
  risc.wait = {.call = call, .site = site, .cb_id = static_cast<int>(id), .count = pages};
  risc.simulation->WaitUntil(risc, [&cb, pages] { return cb.Available() >= pages; });
  CircularBuffer::Pointers& p = cb.risc[risc.role];
  p.waited = std::max(p.waited, pages);
}

void cb_pop_front(Risc& risc, uint32_t id, uint32_t pages, Site) {
  if (!Consumes(risc)) return;
  const char* call = "cb_pop_front";
  Simulation& simulation = *risc.simulation;
  CircularBuffer& cb = Configured(risc, call, id);
  CircularBuffer::Pointers& p = cb.risc[risc.role];
  cb.used = true;
  if (cb.consumer == kNoRisc) cb.consumer = static_cast<uint8_t>(risc.role);
  if (cb.consumer != risc.role) {
    simulation.Raise(risc, Violation::kCbTwoConsumers, static_cast<int>(id), fmt::arg("call", call),
                     fmt::arg("other", RiscName(cb.consumer)));
  }
  if (pages > p.waited) {
    simulation.Raise(risc, Violation::kCbPopWithoutWait, static_cast<int>(id),
                     fmt::arg("call", call), fmt::arg("n", pages), fmt::arg("waited", p.waited));
  }
  RequireLap(risc, call, id, cb, p.read_page, pages);
  noc::RequireNoPendingWrite(risc, call, cb.offset + p.read_page * cb.page_size,
                             pages * cb.page_size, static_cast<int>(id));
  RecordBuffer(risc, timing::EventKind::kPop, id, pages);
  cb.acked += static_cast<uint16_t>(pages);
  p.read_page = (p.read_page + pages) % cb.num_pages;
  p.waited -= std::min(p.waited, pages);
  simulation.Notify(*risc.core);
}

uint32_t cb_can_reserve(Risc& risc, uint32_t id, uint32_t pages, Site site) {
  CircularBuffer& cb = Configured(risc, "cb_pages_reservable_at_back", id);
  cb.used = true;
  if (cb.Free() < pages) {
    risc.simulation->Poll(risc, site);
    if (cb.Free() < pages) return 0;
  }
  RecordBuffer(risc, timing::EventKind::kReserve, id, pages);
  Reserve(risc, cb, pages);
  return 1;
}

uint32_t cb_can_wait(Risc& risc, uint32_t id, uint32_t pages, Site site) {
  CircularBuffer& cb = Configured(risc, "cb_pages_available_at_front", id);
  cb.used = true;
  if (cb.Available() < pages) {
    risc.simulation->Poll(risc, site);
    if (cb.Available() < pages) return 0;
  }
  RecordBuffer(risc, timing::EventKind::kWaitFront, id, pages);
  CircularBuffer::Pointers& p = cb.risc[risc.role];
  p.waited = std::max(p.waited, pages);
  return 1;
}

CircularBufferView* cb_view(Risc& risc, uint32_t id, Site) {
  CircularBuffer& cb = Configured(risc, "get_local_cb_interface", id);
  CircularBuffer::Pointers& p = cb.risc[risc.role];
  p.view = View(risc, cb);
  p.view_given = true;
  return &p.view;
}

uint64_t bank_address(Risc& risc, uint32_t is_dram, uint32_t bank, uint32_t offset, Site) {
  risc.simulation->Spend(risc, risc.simulation->timing_model().page_address);
  return noc::BankAddress(risc, is_dram, bank, offset);
}

uint64_t page_address(Risc& risc, uint32_t is_dram, uint32_t base, uint32_t page_size,
                      uint32_t page, uint32_t offset, Site) {
  risc.simulation->Spend(risc, risc.simulation->timing_model().page_address);
  return noc::PageAddress(risc, is_dram, base, page_size, page, offset);
}

void noc_read(Risc& risc, uint64_t source, uint32_t local, uint32_t size, uint32_t noc,
              uint32_t trid, Site) {
  noc::Read(risc, source, local, size, noc % 2, trid);
}

void noc_write(Risc& risc, uint32_t local, uint64_t destination, uint32_t size, uint32_t noc,
               uint32_t trid, uint32_t flags, Site) {
  noc::Write(risc, local, destination, size, noc % 2, trid, flags);
}

void noc_write_multicast(Risc& risc, uint32_t local, uint64_t destination, uint32_t size,
                         uint32_t num_dests, uint32_t noc, uint32_t flags, Site) {
  noc::WriteMulticast(risc, local, destination, size, num_dests, noc % 2, flags);
}

void noc_write_inline(Risc& risc, uint64_t destination, uint32_t value, uint32_t byte_enable,
                      uint32_t num_dests, uint32_t noc, Site) {
  noc::WriteInline(risc, destination, value, byte_enable, num_dests, noc % 2);
}

void noc_write_zeros(Risc& risc, uint32_t local, uint32_t size, uint32_t noc, Site) {
  noc::WriteZeros(risc, local, size, noc % 2);
}

void noc_barrier(Risc& risc, uint32_t kind, uint32_t noc, uint32_t trid, Site) {
  noc::Barrier(risc, kind, noc % 2, trid);
}

uint32_t noc_reads_done(Risc& risc, uint32_t noc, uint32_t trid, Site) {
  // A polled transaction id has arrived by the time it is asked for.
  noc::Barrier(risc, kReadBarrier, noc % 2, trid);
  return 1;
}

uint32_t noc_is_local(Risc& risc, uint64_t address) { return noc::IsLocal(risc, address); }

void semaphore_wait(Risc& risc, uint32_t local, uint32_t value, uint32_t at_least, Site site) {
  const char* call = at_least ? "noc_semaphore_wait_min" : "noc_semaphore_wait";
  const uint32_t offset = noc::LocalOffset(risc, call, local, 4);
  const Core& core = *risc.core;
  risc.wait = {.call = call, .site = site, .count = value, .semaphore = offset};
  risc.simulation->WaitUntil(risc, [&core, offset, value, at_least] {
    const uint32_t now = Load(core, offset);
    return at_least ? now >= value : now == value;
  });
  risc.simulation->LeaveBoundedChannels();
  if (RaceDetector* races = risc.simulation->races()) races->ObserveWord(core.index, offset);
  if (!risc.simulation->timed()) return;
  const uint32_t update = risc.simulation->WordUpdateSeen(risc, offset, value, at_least != 0);
  risc.simulation->Record(risc,
                          {.kind = timing::EventKind::kWordWait, .size = update, .offset = offset},
                          risc.simulation->timing_model().semaphore_poll);
}

void semaphore_set(Risc& risc, uint32_t local, uint32_t value, Site) {
  Store(risc, noc::LocalOffset(risc, "noc_semaphore_set", local, 4), value);
}

void semaphore_add_local(Risc& risc, uint32_t local, uint32_t value, Site) {
  const uint32_t offset = noc::LocalOffset(risc, "Semaphore::up", local, 4);
  Store(risc, offset, Load(*risc.core, offset) + value);
}

void semaphore_increment(Risc& risc, uint64_t address, uint32_t value, uint32_t num_dests,
                         uint32_t noc, uint32_t posted, Site) {
  noc::SemaphoreIncrement(risc, address, value, num_dests, noc % 2, posted != 0);
}

}  // namespace tt_simulator::abi
