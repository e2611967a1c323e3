#pragma once

#include <algorithm>
#include <atomic>
#include <exception>
#include <limits>
#include <mutex>
#include <thread>
#include <vector>

#include <outweigh/core/parallel.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

OUTWEIGH_INLINE void parallel_for(const RunControl& control, std::size_t count,
                                  const std::function<void(std::size_t)>& task) {
  control.check();
  std::mutex mutex;
  std::exception_ptr error;
  // Tasks before the first failed one still run, so that the error does not depend on who was faster.
  std::atomic<std::size_t> first_failed{std::numeric_limits<std::size_t>::max()};
  const auto run = [&](std::size_t index) noexcept {
    if (index > first_failed.load(std::memory_order_relaxed) || control.stop.stop_requested()) return;
    try {
      task(index);
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (index < first_failed.load(std::memory_order_relaxed)) {
        first_failed.store(index, std::memory_order_relaxed);
        error = std::current_exception();
      }
    }
  };

  if (control.executor) {
    control.executor(count, run);
  } else {
    const std::size_t wanted =
        control.threads != 0 ? control.threads : std::max(1U, std::thread::hardware_concurrency());
    const std::size_t threads = std::min(wanted, count);
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
      for (std::size_t index = next++; index < count; index = next++) run(index);
    };
    std::vector<std::thread> workers;
    try {
      for (std::size_t i = 1; i < threads; ++i) workers.emplace_back(work);
    } catch (...) {
      // Fewer threads than asked for is slower, not wrong.
    }
    work();
    for (std::thread& worker : workers) worker.join();
  }
  if (error) std::rethrow_exception(error);
  control.check();
}

}  // namespace outweigh::inline OUTWEIGH_ABI::core
