#include <cstring>

#include "simulation.h"

namespace tt_simulator {
namespace {

/// RISC of the same core that could end the wait, or nullptr.
Risc* Provider(const Risc& risc) {
  const Core& core = *risc.core;
  const WaitState& wait = risc.wait;
  if (wait.cb_id >= 0) {
    const CircularBuffer& cb = core.cbs[wait.cb_id];
    const bool waits_for_data = std::strncmp(wait.call, "cb_wait", 7) == 0;
    const uint8_t known = waits_for_data ? cb.producer : cb.consumer;
    return known == kNoRisc ? nullptr : core.riscs[known];
  }
  return wait.waits_on == kNoRisc ? nullptr : core.riscs[wait.waits_on];
}

std::string Describe(const Risc& risc) {
  return fmt::format("{} ({})", RiscName(risc.role), risc.kernel->name);
}

WaitRecord RecordOf(const Risc& risc) {
  const WaitState& wait = risc.wait;
  WaitRecord record;
  record.core = risc.core->coord;
  record.risc = RiscName(risc.role);
  record.kernel = risc.kernel->name;
  record.file = wait.site.file;
  record.line = wait.site.line;
  record.cb_id = wait.cb_id;
  if (wait.cb_id >= 0) {
    const CircularBuffer& cb = risc.core->cbs[wait.cb_id];
    record.call = fmt::format("{}(cb {}, {})", wait.call, wait.cb_id, wait.count);
    record.waits_for = std::strncmp(wait.call, "cb_wait", 7) == 0
                           ? fmt::format("{} of {} page(s) are there", cb.Available(), wait.count)
                           : fmt::format("{} of {} page(s) are free", cb.Free(), wait.count);
  } else if (wait.semaphore) {
    uint32_t value;
    std::memcpy(&value, risc.core->l1 + wait.semaphore, sizeof(value));
    record.call = fmt::format("{}({})", wait.call, wait.count);
    record.waits_for = fmt::format("the semaphore is {}, wanted {}", value, wait.count);
  } else {
    record.call = wait.call;
  }
  if (const Risc* provider = Provider(risc)) {
    record.waits_on = Describe(*provider);
    if (provider->state == FiberState::kFinished) record.waits_on += ", which has ended";
  } else if (wait.cb_id >= 0) {
    record.waits_on = std::strncmp(wait.call, "cb_wait", 7) == 0
                          ? "a producer; nobody has pushed this circular buffer"
                          : "a consumer; nobody has popped this circular buffer";
  }
  return record;
}

std::string CycleFrom(const Risc* start) {
  std::vector<const Risc*> path;
  for (const Risc* risc = start; risc && risc->state != FiberState::kFinished;
       risc = Provider(*risc)) {
    for (size_t i = 0; i < path.size(); ++i) {
      if (path[i] != risc) continue;
      std::string text;
      for (; i < path.size(); ++i) text += Describe(*path[i]) + " -> ";
      return text + Describe(*risc);
    }
    path.push_back(risc);
  }
  return "";
}

}  // namespace

void Simulation::RaiseDeadlock(Violation violation) {
  std::vector<WaitRecord> waits;
  std::string cycle;
  const Risc* first = nullptr;
  for (const auto& core : cores_) {
    if (!core) continue;
    for (const Risc* risc : core->riscs) {
      if (!risc || risc->state == FiberState::kFinished) continue;
      if (!first) first = risc;
      waits.push_back(RecordOf(*risc));
      waits.back().since_cycle = EndOf(*risc);
      if (cycle.empty()) cycle = CycleFrom(risc);
    }
  }
  const ViolationRow& row = RowOf(violation);
  SimulationErrorInfo info =
      Info(*first, violation, first->wait.cb_id, std::string(row.message), std::string(row.hint));
  info.file = first->wait.site.file;
  info.line = first->wait.site.line;
  throw DeadlockError(std::move(info), std::move(waits), std::move(cycle));
}

}  // namespace tt_simulator
