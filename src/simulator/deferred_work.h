#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace tt_simulator {

class HostHelper;

/// Jobs that are done in the order they were added, by the helper thread or by whoever settles.
///
/// Nothing may depend on when a job runs: who needs its effect settles first. So results are the same
/// with and without a helper. Only the thread that runs the simulation adds and settles.
class DeferredWork {
 public:
  using Job = std::function<void()>;

  /// Without a helper jobs run as they are added. The helper must be destroyed first.
  explicit DeferredWork(HostHelper* helper) : helper_(helper) {}

  void Add(Job job);
  /// Returns when the first `number` jobs are done, helping with them; throws what a job has thrown.
  void SettleTo(uint64_t number);
  void Settle() { SettleTo(added_); }
  uint64_t added() const { return added_; }
  uint64_t done() const { return done_.load(std::memory_order_acquire); }
  /// Jobs that may be unfinished.
  uint64_t pending() const { return added_ - done(); }

 private:
  friend class HostHelper;
  /// Runs the first job, unless another thread runs one or none is left.
  bool RunOne();

  HostHelper* helper_;
  uint64_t added_ = 0;
  std::atomic<uint64_t> done_ = 0;
  std::mutex mutex_;
  std::deque<Job> jobs_;
  std::exception_ptr failure_;
  bool running_ = false;  ///< Some thread runs a job of this queue.
  bool listed_ = false;   ///< The helper has this queue in its list.
};

/// A second host thread that does deferred work while the simulation goes on.
class HostHelper {
 public:
  /// Null where the host has one processor only.
  static std::unique_ptr<HostHelper> Make();
  ~HostHelper();

 private:
  friend class DeferredWork;
  HostHelper() : thread_([this] { Main(); }) {}
  void List(DeferredWork* work);
  void Main();
  DeferredWork* Next();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<DeferredWork*> list_;
  std::atomic<size_t> listed_ = 0;  ///< Length of the list, to look at without the lock.
  std::atomic<bool> stop_ = false;
  bool asleep_ = false;
  std::thread thread_;  ///< Last: it uses all of the above.
};

}  // namespace tt_simulator
