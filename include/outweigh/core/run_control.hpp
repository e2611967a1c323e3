// How a long call runs: threads, stop, progress, seed.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include <outweigh/core/errors.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

/// Tells running calls to stop. Copies share one flag; a default-made token can be triggered too.
class StopToken {
 public:
  StopToken() : flag_(std::make_shared<std::atomic<bool>>(false)) {}
  void request_stop() const noexcept { flag_->store(true, std::memory_order_relaxed); }
  [[nodiscard]] bool stop_requested() const noexcept { return flag_->load(std::memory_order_relaxed); }

 private:
  std::shared_ptr<std::atomic<bool>> flag_;
};

/// Called on the calling thread with what is being done and the share that is done, 0..1.
/// Returning false asks the call to stop, like the stop token. What it throws reaches the caller.
using Progress = std::function<bool(std::string_view task, double done)>;

/// Runs `task(0) .. task(count - 1)`, in any order, on any threads, and returns when all are done.
/// An application that owns a thread pool gives one; tasks never throw.
using Executor = std::function<void(std::size_t count, const std::function<void(std::size_t)>& task)>;

/// Options shared by all long calls. Results do not depend on `threads` or `executor`.
struct RunControl {
  std::size_t threads = 1;  ///< 0 means as many as the machine has
  StopToken stop{};
  Progress progress{};
  std::uint64_t seed = 0;
  Executor executor{};  ///< empty: threads are started for the call and joined before it returns

  /// Throws Cancelled when a stop was requested.
  void check() const {
    if (stop.stop_requested()) throw Cancelled("the call was stopped by its caller");
  }
  /// Reports progress and checks for a stop. Call on the calling thread only.
  void report(std::string_view task, double done) const {
    check();
    if (progress && !progress(task, done)) throw Cancelled("the call was stopped by its progress callback");
  }
};

}  // namespace outweigh::inline OUTWEIGH_ABI::core
