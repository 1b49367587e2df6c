#include "network.h"

#include <algorithm>
#include <cmath>

namespace tt_simulator::timing {
namespace {

int64_t Ticks(double cycles) { return std::llround(cycles * kTicksPerCycle); }
Cycles CyclesOf(int64_t ticks) { return (ticks + kTicksPerCycle - 1) / kTicksPerCycle; }

}  // namespace

Network::Network(const tt_target::TimingModel& model)
    : model_(model),
      columns_(model.noc_columns),
      rows_(model.noc_rows),
      hop_(Ticks(model.hop)),
      niu_(Ticks(model.niu)),
      link_flit_(Ticks(model.link_flit)),
      write_flit_(Ticks(model.write_flit)),
      read_flit_(Ticks(model.read_flit)),
      absorb_flit_(Ticks(model.absorb_flit)),
      acknowledgement_(Ticks(model.acknowledgement)),
      ports_(size_t{2} * columns_ * rows_ * kNumPorts) {}

int64_t Network::TakeGap(PortState& state, int64_t head, int64_t duration) {
  auto next = std::upper_bound(state.taken.begin(), state.taken.end(), head,
                               [](int64_t at, const Interval& i) { return at < i.end; });
  int64_t at = head;
  for (; next != state.taken.end() && at + duration > next->begin; ++next) at = next->end;
  const bool after = next != state.taken.begin() && std::prev(next)->end == at;
  const bool before = next != state.taken.end() && next->begin == at + duration;
  if (after && before) {
    std::prev(next)->end = next->end;
    state.taken.erase(next);
  } else if (after) {
    std::prev(next)->end += duration;
  } else if (before) {
    next->begin = at;
  } else {
    state.taken.insert(next, {at, at + duration});
  }
  return at;
}

void Network::DropPast(PortState& state) const {
  const auto first = std::find_if(state.taken.begin(), std::prev(state.taken.end()),
                                  [this](const Interval& i) { return i.end > past_; });
  state.taken.erase(state.taken.begin(), first);
}

uint32_t Network::Hops(uint32_t noc, Node from, Node to) const {
  return Distance(noc, from.x, to.x, columns_) + Distance(noc, from.y, to.y, rows_);
}

uint32_t Network::FarthestHops(uint32_t noc, Node from, Node first, Node last) const {
  auto farthest = [noc](const Network& n, uint32_t at, uint32_t a, uint32_t b, uint32_t extent) {
    return std::max(n.Distance(noc, at, a, extent), n.Distance(noc, at, b, extent));
  };
  return farthest(*this, from.x, first.x, last.x, columns_) +
         farthest(*this, from.y, first.y, last.y, rows_);
}

Cycles Network::Header(uint32_t noc, Node from, Node to, Cycles start) const {
  return start + 2 * model_.niu + Cycles{model_.hop} * Hops(noc, from, to);
}

Transfer Network::Send(uint32_t noc, Node from, Node to, uint32_t bytes, Cycles start,
                       Source source) {
  const int64_t inject_flit = source == Source::kRead ? read_flit_ : write_flit_;
  Transfer result;
  do {
    const uint32_t size = std::min(bytes, model_.packet_bytes);
    bytes -= size;
    const int64_t flits = 1 + (size + model_.flit_bytes - 1) / model_.flit_bytes;
    const int64_t duration = flits * inject_flit;
    const int64_t link = flits * link_flit_;
    int64_t head = Take(noc, NodeIndex(from.x, from.y), kInject, start * kTicksPerCycle, duration);
    result.started = CyclesOf(head);
    result.departed = CyclesOf(head + duration);
    head += niu_;
    uint32_t x = from.x, y = from.y;
    auto go_horizontally = [&] {
      for (; x != to.x; x = Next(noc, x, columns_)) {
        head = Take(noc, NodeIndex(x, y), kHorizontal, head, link) + hop_;
      }
    };
    if (noc == 0) go_horizontally();
    for (; y != to.y; y = Next(noc, y, rows_)) {
      head = Take(noc, NodeIndex(x, y), kVertical, head, link) + hop_;
    }
    if (noc != 0) go_horizontally();
    head = Take(noc, NodeIndex(x, y), kAbsorb, head, flits * absorb_flit_) + niu_;
    if (result.reached == 0) result.reached = CyclesOf(head);
    result.arrived = CyclesOf(head + std::max(duration, flits * absorb_flit_));
  } while (bytes > 0);
  return result;
}

Transfer Network::Multicast(uint32_t noc, Node from, Node first, Node last, uint32_t bytes,
                            Cycles start, uint32_t acknowledgements) {
  // Along the sender's row (NoC 0; NoC 1: column), with a branch wherever the rectangle is met.
  const bool across = noc == 0;
  const uint32_t trunk_extent = across ? columns_ : rows_;
  const uint32_t branch_extent = across ? rows_ : columns_;
  const uint32_t trunk_from = across ? from.x : from.y;
  const uint32_t branch_from = across ? from.y : from.x;
  const uint32_t trunk_low = across ? std::min(first.x, last.x) : std::min(first.y, last.y);
  const uint32_t trunk_high = across ? std::max(first.x, last.x) : std::max(first.y, last.y);
  const uint32_t branch_low = across ? std::min(first.y, last.y) : std::min(first.x, last.x);
  const uint32_t branch_high = across ? std::max(first.y, last.y) : std::max(first.x, last.x);
  auto farthest = [&](uint32_t at, uint32_t low, uint32_t high, uint32_t extent) {
    uint32_t steps = 0;
    for (uint32_t p = low; p <= high; ++p) steps = std::max(steps, Distance(noc, at, p, extent));
    return steps;
  };
  const uint32_t trunk_steps = farthest(trunk_from, trunk_low, trunk_high, trunk_extent);
  const uint32_t branch_steps = farthest(branch_from, branch_low, branch_high, branch_extent);
  const Port trunk_port = across ? kHorizontal : kVertical;
  const Port branch_port = across ? kVertical : kHorizontal;
  auto node = [&](uint32_t trunk, uint32_t branch) {
    return across ? NodeIndex(trunk, branch) : NodeIndex(branch, trunk);
  };

  Transfer result;
  const int64_t flits = 1 + (bytes + model_.flit_bytes - 1) / model_.flit_bytes;
  const int64_t duration = flits * write_flit_;
  const int64_t link = flits * link_flit_;
  int64_t head = Take(noc, NodeIndex(from.x, from.y), kInject, start * kTicksPerCycle,
                      duration + acknowledgements * acknowledgement_);
  result.started = CyclesOf(head);
  result.departed = CyclesOf(head + duration);
  head += niu_;
  int64_t latest = head;
  uint32_t trunk = trunk_from;
  for (uint32_t i = 0;; ++i) {
    if (trunk >= trunk_low && trunk <= trunk_high) {
      int64_t branch_head = head;
      uint32_t branch = branch_from;
      for (uint32_t j = 0;; ++j) {
        if (branch >= branch_low && branch <= branch_high) {
          const int64_t at =
              Take(noc, node(trunk, branch), kAbsorb, branch_head, flits * absorb_flit_);
          latest = std::max(latest, at + niu_ + duration);
        }
        if (j == branch_steps) break;
        branch_head = Take(noc, node(trunk, branch), branch_port, branch_head, link) + hop_;
        branch = Next(noc, branch, branch_extent);
      }
    }
    if (i == trunk_steps) break;
    head = Take(noc, node(trunk, branch_from), trunk_port, head, link) + hop_;
    trunk = Next(noc, trunk, trunk_extent);
  }
  result.arrived = CyclesOf(latest);
  return result;
}

}  // namespace tt_simulator::timing
