// Site occupancy of plain detection histories, without a graph.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <outweigh/core/estimate.hpp>
#include <outweigh/demand/occupancy.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand {

/// Histories from counts: `detections[i * accounts + a]` of `occasions[i * accounts + a]` occasions on which need i of
/// account a was mentioned; `occasions` may also have one entry an account, for all needs. `stratum` and `covariate`
/// have one entry an account, or none. Throws InvalidInput, with the position as the row, for lengths that do not fit,
/// counts that are not whole, and more detections than occasions. O(needs * accounts).
[[nodiscard]] Histories detection_histories(std::size_t needs, std::size_t accounts, std::span<const double> detections,
                                            std::span<const double> occasions,
                                            std::span<const std::uint32_t> stratum = {},
                                            std::span<const double> covariate = {});

/// One need in one stratum of accounts.
struct OccupancyRow {
  std::size_t need = 0;
  std::size_t stratum = 0;
  std::size_t accounts = 0;
  std::size_t detected = 0;  ///< accounts with a detection
  core::Estimate occupancy{};
  double detection = 0.0;  ///< posterior mean chance of a detection on one occasion, where the need is there
  std::string reason{};
};

/// Rows need by need. Status: `bounds_only`, with the interval [detected / accounts, 1], where fewer than 5 pairs were
/// detected twice; `doubtful` under 25, where detections may be false, where the check of detections by number of
/// occasions fails, or where another law of how readily accounts speak was fitted, is not refuted and gives another
/// share, which the interval then includes; `undefined` in an empty stratum.
[[nodiscard]] std::vector<OccupancyRow> occupancy_rows(const Histories& histories, const OccupancyPosterior& posterior,
                                                       double level = 0.9);

}  // namespace outweigh::inline OUTWEIGH_ABI::demand

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/demand/detections-inl.hpp>
#endif
