#include <gtest/gtest.h>

#include <random>

#include "simulator/kernel_api/simulator_abi/table.h"
#include "simulator/timing/network.h"
#include "simulator/timing/replay.h"

namespace tt_simulator::timing {
namespace {

const tt_target::TimingModel& Wormhole() { return *tt_target::FindTimingModel("wormhole_b0"); }

TEST(Network, TheTwoNocsGoOppositeWaysAroundTheTorus) {
  const Network network(Wormhole());
  EXPECT_EQ(network.Hops(0, {1, 1}, {3, 2}), 3u);
  EXPECT_EQ(network.Hops(1, {1, 1}, {3, 2}), 8u + 11u);
  EXPECT_EQ(network.Hops(0, {3, 2}, {1, 1}), 8u + 11u);
  EXPECT_EQ(network.Hops(0, {4, 4}, {4, 4}), 0u);
}

TEST(Network, ATransferTakesItsHopsAndItsFlits) {
  Network network(Wormhole());
  const Transfer sent = network.Send(0, {1, 1}, {3, 1}, 2048, 100, Network::Source::kWrite);
  const double flits = 65 * Wormhole().write_flit;
  EXPECT_NEAR(static_cast<double>(sent.departed), 100 + flits, 1);
  EXPECT_NEAR(static_cast<double>(sent.arrived), 100 + 2 * 5 + 2 * 9 + flits, 1);
}

TEST(Network, WhoReachesALinkFirstGoesFirst) {
  Network busy(Wormhole()), idle(Wormhole());
  busy.Send(0, {1, 1}, {2, 1}, 8192, 0, Network::Source::kWrite);
  const Transfer late = busy.Send(0, {1, 1}, {6, 1}, 2048, 0, Network::Source::kWrite);
  // The second waits in its NIU, and meets the third only if that takes longer.
  const Transfer ahead = busy.Send(0, {5, 1}, {6, 1}, 2048, 0, Network::Source::kWrite);
  const Transfer alone = idle.Send(0, {5, 1}, {6, 1}, 2048, 0, Network::Source::kWrite);
  EXPECT_EQ(ahead.arrived, alone.arrived);
  EXPECT_GT(late.arrived, ahead.arrived);
  const Transfer behind = busy.Send(0, {5, 1}, {6, 1}, 8192, 0, Network::Source::kWrite);
  EXPECT_GT(behind.arrived, late.arrived + 200);
}

TEST(Network, TransfersThatShareALinkFollowEachOther) {
  Network network(Wormhole());
  const Node from[] = {{1, 1}, {2, 1}};
  const Transfer first = network.Send(0, from[0], {6, 1}, 8192, 0, Network::Source::kWrite);
  const Transfer second = network.Send(0, from[1], {7, 1}, 8192, 0, Network::Source::kWrite);
  EXPECT_GT(second.arrived, first.arrived + 200);
  // In the column below nothing else is on its way.
  const Transfer apart = network.Send(0, {1, 2}, {6, 2}, 8192, 0, Network::Source::kWrite);
  EXPECT_EQ(apart.arrived, first.arrived);
}

/// Eight cores that read from few banks, push, and write out again: queues by core and role.
struct Program {
  static constexpr uint32_t kCores = 8, kTiles = 40;
  std::vector<std::vector<Event>> threads;

  Program() {
    for (uint32_t core = 0; core < kCores; ++core) {
      std::vector<Event> reader, writer;
      for (uint32_t i = 0; i < kTiles; ++i) {
        reader.push_back({.kind = EventKind::kReserve, .advance = 10, .count = 1});
        reader.push_back({.kind = EventKind::kRead,
                          .flags = kDram,
                          .advance = 25,
                          .size = 2048,
                          .target = static_cast<uint16_t>((core + i) % 3)});
        reader.push_back({.kind = EventKind::kBarrier, .size = tt_simulator_abi::kReadBarrier});
        reader.push_back({.kind = EventKind::kPush, .advance = 10, .count = 1});
        writer.push_back({.kind = EventKind::kWaitFront, .advance = 10, .count = 1});
        writer.push_back({.kind = EventKind::kWrite,
                          .noc = 1,
                          .advance = 22,
                          .size = 2048,
                          .target = static_cast<uint16_t>((core + 1) % kCores)});
        writer.push_back(
            {.kind = EventKind::kBarrier, .noc = 1, .size = tt_simulator_abi::kWriteBarrier});
        writer.push_back({.kind = EventKind::kPop, .advance = 10, .count = 1});
      }
      reader.push_back({.kind = EventKind::kEnd});
      writer.push_back({.kind = EventKind::kEnd});
      threads.push_back(std::move(reader));
      threads.push_back(std::move(writer));
    }
  }

  /// Hands the events over in a random order of threads and batches, as fibers would.
  TimeReport Time(unsigned seed) const {
    Replay replay(Wormhole(), 8, 1, false);
    std::vector<uint32_t> numbers;
    std::vector<Record> log;
    for (uint32_t core = 0; core < kCores; ++core) {
      replay.SetCircularBuffer(core, 0, 2);
      numbers.push_back(replay.AddThread(core, tt_simulator_abi::kNcrisc));
      numbers.push_back(replay.AddThread(core, tt_simulator_abi::kBrisc));
    }
    std::mt19937 generator(seed);
    std::vector<size_t> next(threads.size());
    for (size_t left = threads.size(); left > 0;) {
      const size_t i = generator() % threads.size();
      if (next[i] == threads[i].size()) continue;
      for (uint32_t n = generator() % 30; n > 0 && next[i] < threads[i].size(); --n) {
        log.push_back({numbers[i], threads[i][next[i]++]});
      }
      if (next[i] == threads[i].size()) --left;
      if (generator() % 4 == 0) {
        replay.Advance(log);
        log.clear();
      }
    }
    replay.Advance(log);
    replay.Finish();
    return replay.Report();
  }
};

TEST(Replay, TheOrderOfExecutionDoesNotChangeTimes) {
  const Program program;
  const TimeReport first = program.Time(1);
  EXPECT_GT(first.cycles, Program::kTiles * 300);
  for (unsigned seed = 2; seed < 30; ++seed) {
    const TimeReport other = program.Time(seed);
    ASSERT_EQ(other.cycles, first.cycles) << "seed " << seed;
    for (size_t i = 0; i < first.threads.size(); ++i) {
      ASSERT_EQ(other.threads[i].end, first.threads[i].end) << "seed " << seed << ", thread " << i;
      ASSERT_EQ(other.threads[i].waits, first.threads[i].waits);
    }
  }
}

TEST(Replay, AThreadThatStopsLeavesTheOthersTheirTimes) {
  Replay replay(Wormhole(), 2, 1, false);
  replay.SetCircularBuffer(0, 0, 2);
  const uint32_t reader = replay.AddThread(0, tt_simulator_abi::kNcrisc);
  const uint32_t writer = replay.AddThread(0, tt_simulator_abi::kBrisc);
  replay.Advance({{writer, {.kind = EventKind::kWaitFront, .advance = 7, .count = 1}},
                  {reader, {.kind = EventKind::kRead, .flags = kDram, .advance = 50, .size = 64}}});
  replay.Finish();
  EXPECT_EQ(replay.ClockOf(0, tt_simulator_abi::kBrisc), 7);
  EXPECT_EQ(replay.ClockOf(0, tt_simulator_abi::kNcrisc), 50);
}

}  // namespace
}  // namespace tt_simulator::timing
