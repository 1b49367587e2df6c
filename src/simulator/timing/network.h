#pragma once

#include <cstdint>
#include <vector>

#include "event.h"
#include "target/timing_model.h"

namespace tt_simulator::timing {

/// Time in the replay: AICLK cycles. Rates that are no whole number of cycles are kept in ticks.
using Cycles = int64_t;
inline constexpr int64_t kTicksPerCycle = 64;

/// A router and its NIU, by physical coordinates of NoC 0.
struct Node {
  uint8_t x = 0;
  uint8_t y = 0;
  bool operator==(const Node&) const = default;
};

/// When the last packet of a transfer enters the NoC, when all of it has left its source, and when
/// its first header and all of it have arrived.
struct Transfer {
  Cycles started = 0;
  Cycles departed = 0;
  Cycles reached = 0;
  Cycles arrived = 0;
};

/// Both NoCs: two tori of routers. NoC 0 goes right, then down; NoC 1 up, then left. Links and NIU
/// ports are used in the order in which transfers are asked for, so the caller asks in order of time.
///
/// A packet moves cut-through: its header takes each port when that port is free, its flits follow;
/// a port is busy for the flits that pass it. Who reaches a port first goes first, also where a packet
/// that was sent earlier comes later because it waits elsewhere. Buffers are not modelled, so a packet
/// that waits does not block the ports behind it.
class Network {
 public:
  explicit Network(const tt_target::TimingModel& model);

  /// A packet without data: latency only.
  Cycles Header(uint32_t noc, Node from, Node to, Cycles start) const;
  enum class Source : uint8_t { kWrite, kRead };
  /// `bytes` of data in as many packets as it takes.
  Transfer Send(uint32_t noc, Node from, Node to, uint32_t bytes, Cycles start, Source source);
  /// One copy of a packet to each node of the rectangle, along a tree. `acknowledgements` come back.
  Transfer Multicast(uint32_t noc, Node from, Node first, Node last, uint32_t bytes, Cycles start,
                     uint32_t acknowledgements);
  uint32_t Hops(uint32_t noc, Node from, Node to) const;
  /// Hops to the node of the rectangle that is farthest on the way.
  uint32_t FarthestHops(uint32_t noc, Node from, Node first, Node last) const;

  enum Port : uint32_t { kHorizontal, kVertical, kInject, kAbsorb, kNumPorts };
  /// Cycles for which a port has been busy.
  double Busy(uint32_t noc, uint32_t node, Port port) const {
    return static_cast<double>(ports_[Index(noc, node, port)].busy) / kTicksPerCycle;
  }
  /// Nothing will start before `time` any more.
  void Forget(Cycles time) { past_ = time * kTicksPerCycle; }
  uint32_t num_nodes() const { return columns_ * rows_; }
  uint32_t columns() const { return columns_; }

 private:
  /// A time in which packets pass a port one right after another, in ticks.
  struct Interval {
    int64_t begin, end;
  };
  static constexpr size_t kMostIntervals = 16;  ///< Beyond this, past ones are dropped.
  struct PortState {
    std::vector<Interval> taken = {{0, 0}};  ///< In order; never empty.
    int64_t busy = 0;
  };
  size_t Index(uint32_t noc, uint32_t node, Port port) const {
    return (size_t{noc} * columns_ * rows_ + node) * kNumPorts + port;
  }
  uint32_t NodeIndex(uint32_t x, uint32_t y) const { return y * columns_ + x; }
  /// Header passes a port not before `head`; returns when it does.
  int64_t Take(uint32_t noc, uint32_t node, Port port, int64_t head, int64_t duration) {
    PortState& state = ports_[Index(noc, node, port)];
    state.busy += duration;
    Interval& last = state.taken.back();
    if (head < last.begin) return TakeGap(state, head, duration);
    if (head > last.end) {
      if (state.taken.size() >= kMostIntervals) DropPast(state);
      state.taken.push_back({head, head + duration});
      return head;
    }
    const int64_t at = last.end;
    last.end += duration;
    return at;
  }
  /// The same where the port is free before something that has been taken already.
  static int64_t TakeGap(PortState& state, int64_t head, int64_t duration);
  void DropPast(PortState& state) const;
  uint32_t Next(uint32_t noc, uint32_t position, uint32_t extent) const {
    if (noc == 0) return position + 1 == extent ? 0 : position + 1;
    return position == 0 ? extent - 1 : position - 1;
  }
  uint32_t Distance(uint32_t noc, uint32_t from, uint32_t to, uint32_t extent) const {
    const uint32_t forward = (to + extent - from) % extent;
    return noc == 0 ? forward : (extent - forward) % extent;
  }

  const tt_target::TimingModel& model_;
  uint32_t columns_;
  uint32_t rows_;
  int64_t hop_, niu_, link_flit_, write_flit_, read_flit_, absorb_flit_, acknowledgement_;
  std::vector<PortState> ports_;
  int64_t past_ = 0;  ///< Ticks.
};

}  // namespace tt_simulator::timing
