// What is left of a time limit that several searches share.
#pragma once

#include <chrono>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail {

class TimeLimit {
 public:
  /// Starts now; infinity for no limit.
  explicit TimeLimit(double seconds) : seconds_(seconds) {}
  /// Seconds, at least 0.
  [[nodiscard]] double left() const {
    const double past = std::chrono::duration<double>(Clock::now() - start_).count();
    return past < seconds_ ? seconds_ - past : 0.0;
  }

 private:
  using Clock = std::chrono::steady_clock;
  double seconds_;
  Clock::time_point start_ = Clock::now();
};

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail
