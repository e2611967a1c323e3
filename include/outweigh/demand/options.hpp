// How demand is estimated.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include <outweigh/core/run_control.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand {

/// Whose share is estimated.
enum class Target : std::uint8_t {
  listed,          ///< of the accounts of the base, each of which has the need or not
  superpopulation  ///< of accounts like them, future ones among them: the chance that one more has it; wider
};

/// Options of demand(). Results depend on all of them but `control.threads` and `control.executor`.
struct DemandOptions {
  /// A name in methods(): occupancy, pooled, weighted, raw.
  std::string method = "occupancy";
  Target target = Target::listed;
  /// Probability with which intervals cover the share, in (0, 1).
  double level = 0.9;
  /// Requests of one account through one source within so many days are one contact where they name no interaction.
  double window = 7.0;
  /// A contact that we begin within so many days of one that they began follows it up, and is not independent of it.
  double follow_up = 14.0;
  /// Least and greatest odds of a need among accounts never contacted, relative to contacted accounts alike in
  /// segment and revenue. {1, 1} says that they do not differ, unless needs go together in accounts, when {0.5, 2} is
  /// taken; a wider band widens the intervals. Occupancy only.
  std::array<double, 2> odds_ratio{1.0, 1.0};
  /// Chance per contact that an account is reported to have a need that it has not: a band, both ends fitted and shown
  /// as one wider interval. Below 0: learnt from reports found untrue and from repeated contacts. Occupancy only.
  std::array<double, 2> false_reports{-1.0, -1.0};
  /// Joint posterior draws kept, at least 100.
  std::size_t draws = 400;
  core::RunControl control{};
};

}  // namespace outweigh::inline OUTWEIGH_ABI::demand
