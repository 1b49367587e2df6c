#include "violations.h"

#include <fmt/format.h>

#include "errors.h"

namespace tt_simulator {
namespace {

static_assert(static_cast<size_t>(Violation::kCount) <= 64, "ignored violations are a 64-bit set");

constexpr ViolationRow kRows[] = {
#define TT_VIOLATION(name, machine, message, hint) {#name, machine, message, hint},
#include "violations.def"
#undef TT_VIOLATION
};

std::string Describe(const SimulationErrorInfo& info) {
  std::string text = fmt::format("{}: {}\n  at core ({}, {}), {}", info.violation, info.message,
                                 info.core.x, info.core.y, info.risc);
  if (!info.kernel.empty()) text += fmt::format(", {}", info.kernel);
  if (info.line) {
    text += info.file == info.kernel || info.file.empty()
                ? fmt::format(":{}", info.line)
                : fmt::format(" (called from {}:{})", info.file, info.line);
  }
  if (info.cb_id >= 0) text += fmt::format(", circular buffer {}", info.cb_id);
  if (info.at_cycle >= 0) text += fmt::format(", cycle {}", info.at_cycle);
  text += fmt::format("\n  on the machine: {}\n  hint: {}", info.machine, info.hint);
  return text;
}

std::string Describe(const SimulationErrorInfo& info, const std::vector<WaitRecord>& waits,
                     const std::string& cycle) {
  std::string text = fmt::format("{}: {}", info.violation, info.message);
  if (info.at_cycle >= 0) text += fmt::format(", from cycle {} on", info.at_cycle);
  for (const WaitRecord& wait : waits) {
    text +=
        fmt::format("\n  core ({}, {}) {} waits in {} at {}:{}", wait.core.x, wait.core.y,
                    wait.risc, wait.call, wait.file.empty() ? wait.kernel : wait.file, wait.line);
    if (wait.since_cycle >= 0) text += fmt::format(", since cycle {}", wait.since_cycle);
    if (!wait.waits_for.empty()) text += fmt::format(": {}", wait.waits_for);
    if (!wait.waits_on.empty()) text += fmt::format("; waits for {}", wait.waits_on);
  }
  if (!cycle.empty()) text += fmt::format("\n  cycle: {}", cycle);
  return text;
}

}  // namespace

const ViolationRow& RowOf(Violation violation) { return kRows[static_cast<size_t>(violation)]; }

Violation ViolationFromName(std::string_view name) {
  for (size_t i = 0; i < std::size(kRows); ++i) {
    if (kRows[i].name == name) return static_cast<Violation>(i);
  }
  return Violation::kCount;
}

SimulationError::SimulationError(SimulationErrorInfo info)
    : SimulationError(info, Describe(info)) {}

DeadlockError::DeadlockError(SimulationErrorInfo info, std::vector<WaitRecord> waits,
                             std::string cycle)
    : SimulationError(info, Describe(info, waits, cycle)),
      waits(std::move(waits)),
      cycle(std::move(cycle)) {}

}  // namespace tt_simulator
