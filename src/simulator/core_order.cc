#include "core_order.h"

#include <algorithm>
#include <utility>

namespace tt_simulator::core_order {

namespace {

/// Calls `visit(cb, first, last)` for the circular buffers in use that hold a range of a core's L1,
/// with the pages of it.
template <typename Visit>
void ForPages(Core& core, uint32_t offset, uint32_t size, Visit visit) {
  for (CircularBuffer& cb : core.cbs) {
    if (!cb.configured || !cb.used || offset < cb.offset || offset - cb.offset >= cb.size()) {
      continue;
    }
    const uint32_t last = (offset + size - 1 - cb.offset) / cb.page_size;
    visit(cb, (offset - cb.offset) / cb.page_size, std::min(last, cb.num_pages - 1));
  }
}

/// Whether some RISC has reserved the pages, and `writer` knows of it.
bool HasRoom(const CircularBuffer& cb, uint32_t core, uint32_t writer, uint32_t first,
             uint32_t last, const RaceDetector& races) {
  if (cb.on_tensor) return true;
  return std::any_of(cb.risc, cb.risc + kNumRiscs, [&](const CircularBuffer::Pointers& p) {
    for (uint32_t page = first; page <= last; ++page) {
      if ((page + cb.num_pages - p.write_page) % cb.num_pages >= p.reserved) return false;
      if (!races.Knows(writer, core, cb.order[page].room)) return false;
    }
    return true;
  });
}

}  // namespace

uint32_t QueueNumber(const Risc& risc, uint32_t noc) {
  return (risc.core->index * kNumRiscs + risc.role) * 2 + noc;
}

void RequireNoRace(Risc& risc, const char* call, const NocTarget& target, uint32_t size,
                   uint32_t noc, bool is_write) {
  RaceDetector* races = risc.simulation->races();
  if (!races || !target.is_dram) return;
  const auto conflict = races->Issue(risc.core->index, QueueNumber(risc, noc), target.index,
                                     target.offset, size, is_write, risc.site);
  if (!conflict) return;
  const CoreCoord other = risc.simulation->FindCore(conflict->core)->coord;
  const Violation violation =
      is_write && conflict->is_write ? Violation::kDramWriteRace : Violation::kDramReadRace;
  risc.simulation->Raise(
      risc, violation, -1, fmt::arg("call", call), fmt::arg("verb", is_write ? "writes" : "reads"),
      fmt::arg("size", size), fmt::arg("address", target.offset), fmt::arg("bank", target.index),
      fmt::arg("x", other.x), fmt::arg("y", other.y),
      fmt::arg("other", conflict->is_write ? "writes" : "reads"),
      fmt::arg("file", conflict->site.file), fmt::arg("line", conflict->site.line));
}

void RequireRoom(Risc& risc, const char* call, uint32_t core, uint32_t offset, uint32_t size) {
  const RaceDetector* races = risc.simulation->races();
  Core* to = risc.simulation->FindCore(core);
  if (!races || !to || core == risc.core->index) return;
  bool room = true;
  int id = -1;
  ForPages(*to, offset, size, [&](const CircularBuffer& cb, uint32_t first, uint32_t last) {
    const bool here = HasRoom(cb, core, risc.core->index, first, last, *races);
    room = id < 0 ? here : room || here;  // of aliased ones, any
    id = static_cast<int>(&cb - to->cbs.data());
  });
  if (room) return;
  risc.simulation->Raise(risc, Violation::kRemoteWriteWithoutRoom, id, fmt::arg("call", call),
                         fmt::arg("size", size), fmt::arg("x", to->coord.x),
                         fmt::arg("y", to->coord.y));
}

void NoteRemoteData(Risc& risc, uint32_t core, uint32_t offset, uint32_t size) {
  const RaceDetector* races = risc.simulation->races();
  Core* to = risc.simulation->FindCore(core);
  if (!races || !to || core == risc.core->index) return;
  ForPages(*to, offset, size, [&](CircularBuffer& cb, uint32_t first, uint32_t last) {
    for (uint32_t page = first; page <= last && !cb.order.empty(); ++page) {
      cb.order[page].writer = risc.core->index;
      cb.order[page].written = races->Epoch(risc.core->index);
    }
  });
}

void RequireNoLostStore(Risc& risc, const char* call, const NocTarget& target) {
  const RaceDetector* races = risc.simulation->races();
  if (!races || target.is_dram) return;
  if (races->KnowsStore(risc.core->index, target.index, target.offset)) return;
  const CoreCoord other = risc.simulation->FindCore(target.index)->coord;
  risc.simulation->Raise(risc, Violation::kSemaphoreRace, -1, fmt::arg("call", call),
                         fmt::arg("x", other.x), fmt::arg("y", other.y));
}

void NoteRoom(const Risc& risc, CircularBuffer& cb, uint32_t pages) {
  const RaceDetector* races = risc.simulation->races();
  if (!races) return;
  if (cb.order.empty()) cb.order.resize(cb.num_pages);
  const CircularBuffer::Pointers& p = cb.risc[risc.role];
  for (uint32_t i = p.reserved; i < pages; ++i) {
    cb.order[(p.write_page + i) % cb.num_pages].room = races->Epoch(risc.core->index);
  }
}

void RequireArrived(Risc& risc, const char* call, int id, CircularBuffer& cb, uint32_t pages) {
  const RaceDetector* races = risc.simulation->races();
  if (!races || cb.order.empty()) return;
  for (uint32_t i = 0; i < pages; ++i) {
    PageOrder& page = cb.order[(cb.risc[risc.role].write_page + i) % cb.num_pages];
    const uint32_t writer = std::exchange(page.writer, kNoCore);
    if (writer == kNoCore || races->Knows(risc.core->index, writer, page.written)) continue;
    const CoreCoord from = risc.simulation->FindCore(writer)->coord;
    risc.simulation->Raise(risc, Violation::kRemoteDataUnordered, id, fmt::arg("call", call),
                           fmt::arg("x", from.x), fmt::arg("y", from.y));
  }
}

void RequireAwaited(const Core& core, int id) {
  for (const PageOrder& page : core.cbs[id].order) {
    if (page.writer == kNoCore) continue;
    // Some RISC has reserved the page.
    Risc& risc = **std::find_if(core.riscs, core.riscs + kNumRiscs, [](Risc* r) { return r; });
    if (risc.simulation->races()->Knows(core.index, page.writer, page.written)) continue;
    const CoreCoord writer = risc.simulation->FindCore(page.writer)->coord;
    risc.site = {"", 0};
    risc.instruction = 0;
    risc.simulation->Raise(risc, Violation::kRemoteDataNotAwaited, id, fmt::arg("x", writer.x),
                           fmt::arg("y", writer.y));
  }
}

void NoteCount(const Risc& risc, NocQueue& queue, const NocTarget& target) {
  const RaceDetector* races = risc.simulation->races();
  if (!races || target.is_dram || target.index == risc.core->index) return;
  queue.atomics.push_back({target.index, races->Epoch(target.index), risc.site});
}

void RequireAnswered(Risc& risc, NocQueue& queue) {
  std::erase_if(queue.atomics, [&](const PendingAtomic& atomic) {
    return risc.simulation->races()->Knows(risc.core->index, atomic.core, atomic.epoch);
  });
  if (queue.atomics.empty()) return;
  const Site site = queue.atomics.front().site;
  risc.simulation->Raise(risc, Violation::kAtomicBarrierMissingAtExit, -1,
                         fmt::arg("n", queue.atomics.size()), fmt::arg("file", site.file),
                         fmt::arg("line", site.line));
}

}  // namespace tt_simulator::core_order
