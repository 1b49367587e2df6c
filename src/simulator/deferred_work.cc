#include "deferred_work.h"

#include <chrono>
#include <utility>

namespace tt_simulator {
namespace {

// Waking a sleeping thread takes the simulation some microseconds, so the helper looks around for
// about as long as jobs are apart before it sleeps.
constexpr std::chrono::microseconds kAwake{50};

}  // namespace

void DeferredWork::Add(Job job) {
  ++added_;
  if (!helper_) {
    job();
    done_.store(added_, std::memory_order_relaxed);
    return;
  }
  bool list;
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
    list = !std::exchange(listed_, true);
  }
  if (list) helper_->List(this);
}

bool DeferredWork::RunOne() {
  Job job;
  {
    const std::lock_guard lock(mutex_);
    if (running_ || jobs_.empty()) return false;
    job = std::move(jobs_.front());
    jobs_.pop_front();
    running_ = true;
  }
  std::exception_ptr failure;
  try {
    job();
  } catch (...) {
    failure = std::current_exception();
  }
  const std::lock_guard lock(mutex_);
  if (failure) failure_ = failure;
  running_ = false;
  done_.fetch_add(1, std::memory_order_release);
  return true;
}

void DeferredWork::SettleTo(uint64_t number) {
  while (done_.load(std::memory_order_acquire) < number) {
    // The job that the helper is busy with is short: waiting for it is cheaper than sleeping.
    if (!RunOne()) std::this_thread::yield();
  }
  if (!helper_) return;
  const std::lock_guard lock(mutex_);
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

std::unique_ptr<HostHelper> HostHelper::Make() {
  if (std::thread::hardware_concurrency() < 2) return nullptr;
  return std::unique_ptr<HostHelper>(new HostHelper);
}

HostHelper::~HostHelper() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void HostHelper::List(DeferredWork* work) {
  bool wake;
  {
    const std::lock_guard lock(mutex_);
    list_.push_back(work);
    listed_.store(list_.size(), std::memory_order_relaxed);
    wake = asleep_;
  }
  if (wake) wake_.notify_one();
}

DeferredWork* HostHelper::Next() {
  const auto until = std::chrono::steady_clock::now() + kAwake;
  while (!listed_.load(std::memory_order_relaxed) && !stop_ &&
         std::chrono::steady_clock::now() < until) {
    std::this_thread::yield();
  }
  std::unique_lock lock(mutex_);
  asleep_ = true;
  wake_.wait(lock, [this] { return stop_ || !list_.empty(); });
  asleep_ = false;
  if (stop_) return nullptr;
  DeferredWork* const work = list_.front();
  list_.pop_front();
  listed_.store(list_.size(), std::memory_order_relaxed);
  return work;
}

void HostHelper::Main() {
  while (DeferredWork* const work = Next()) {
    while (!stop_) {
      if (work->RunOne()) continue;
      const std::lock_guard lock(work->mutex_);
      if (!work->running_ && !work->jobs_.empty()) continue;
      // The other thread has a job of this queue: it goes on with the rest when it settles, or a new
      // job lists the queue again.
      work->listed_ = false;
      break;
    }
  }
}

}  // namespace tt_simulator
