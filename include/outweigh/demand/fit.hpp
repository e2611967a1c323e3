// What a demand model says: who has which need, before it is laid out by segment.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <outweigh/core/estimate.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand {

/// In the order of the evidence. Counts are by need, stratum and draw; none at all (`draws` 0) where a model knows no
/// more than the range that holds whatever one assumes.
struct Fit {
  std::vector<double> probabilities{};  ///< needs x accounts
  std::size_t draws = 0;
  std::vector<double> counts{};        ///< number of accounts that have the need
  std::vector<double> counts_lower{};  ///< the same under the ends of a band of assumptions, where there is one
  std::vector<double> counts_upper{};
  std::vector<double> worths{};  ///< their revenue
  /// By need and stratum: mean number under another law that fits the same mentions; empty where none was fitted.
  std::vector<double> other_counts{};
  core::Status status = core::Status::estimated;  ///< the best that a row can have
  std::string reason{};                           ///< why, for all rows
  std::vector<core::Status> need_status{};        ///< by need, where it differs
  std::vector<std::string> need_reason{};
  /// By need: 1 where rows are doubtful, but not for how silence was read.
  std::vector<std::uint8_t> trusts_silence{};
  std::vector<std::string> assumptions{};
  std::vector<std::string> warnings{};
};

}  // namespace outweigh::inline OUTWEIGH_ABI::demand
