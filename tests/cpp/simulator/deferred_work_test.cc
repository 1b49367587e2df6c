// Jobs on the second host thread: their order, what settling means, and how they end. Run under TSan, too.
#include "simulator/deferred_work.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace tt_simulator {
namespace {

TEST(DeferredWork, WithoutAHelperJobsRunAtOnce) {
  DeferredWork work(nullptr);
  int done = 0;
  work.Add([&] { ++done; });
  EXPECT_EQ(done, 1);
  EXPECT_EQ(work.pending(), 0u);
}

TEST(DeferredWork, JobsOfAQueueRunInOrder) {
  std::unique_ptr<HostHelper> helper = HostHelper::Make();
  DeferredWork work(helper.get());
  std::vector<int> order;
  for (int i = 0; i < 20'000; ++i) work.Add([&order, i] { order.push_back(i); });
  work.Settle();
  ASSERT_EQ(order.size(), 20'000u);
  for (int i = 0; i < 20'000; ++i) ASSERT_EQ(order[i], i);
  helper.reset();
}

TEST(DeferredWork, SettledJobsAreVisibleInEveryQueue) {
  std::unique_ptr<HostHelper> helper = HostHelper::Make();
  struct Queue {
    explicit Queue(HostHelper* helper) : work(helper) {}
    DeferredWork work;
    uint64_t sum = 0;
  };
  std::vector<std::unique_ptr<Queue>> queues;
  for (int i = 0; i < 16; ++i) queues.push_back(std::make_unique<Queue>(helper.get()));
  for (uint64_t round = 1; round <= 500; ++round) {
    for (auto& queue : queues) {
      queue->work.Add([&sum = queue->sum, round] { sum += round; });
      // Some are settled at once, some only half of the way, some late.
      if (round % 3 == 0) queue->work.SettleTo(queue->work.added() / 2);
      if (round % 7 == 0) queue->work.Settle();
      if (round % 7 == 0) ASSERT_EQ(queue->sum, round * (round + 1) / 2);
    }
  }
  for (auto& queue : queues) {
    queue->work.Settle();
    EXPECT_EQ(queue->sum, 500u * 501 / 2);
  }
  helper.reset();
}

TEST(DeferredWork, SettlingThrowsWhatAJobHasThrown) {
  std::unique_ptr<HostHelper> helper = HostHelper::Make();
  DeferredWork work(helper.get());
  // With one processor the job runs, and throws, when it is added.
  EXPECT_THROW(
      {
        work.Add([] { throw std::runtime_error("no"); });
        work.Settle();
      },
      std::runtime_error);
  helper.reset();
}

TEST(DeferredWork, AHelperCanBeStoppedWithJobsLeft) {
  for (int i = 0; i < 50; ++i) {
    std::unique_ptr<HostHelper> helper = HostHelper::Make();
    DeferredWork work(helper.get());
    for (int job = 0; job < i; ++job) work.Add([] {});
    helper.reset();
  }
}

}  // namespace
}  // namespace tt_simulator
