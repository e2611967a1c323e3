// How a sample was drawn: strata, clusters, finite populations, base weights.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/listening/categorical.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

/// What to do with a stratum that has a single cluster, whose variance cannot be seen.
enum class LonelyCluster : std::uint8_t {
  fail,     ///< throw InvalidInput
  remove,   ///< it adds no variance (also right when it was taken with certainty)
  adjust,   ///< it adds its squared distance from zero: cautious
  average,  ///< it adds the mean variance of the other strata
};

/// Borrowed columns of a design, one entry a stage of sampling; all of one length. Empty: simple random sampling.
struct DesignColumns {
  std::vector<Codes> strata{};    ///< of the first stages; later stages without one have no strata
  std::vector<Codes> clusters{};  ///< from the largest units to the smallest; empty: each row is a unit of its own
  /// Per row the number of units in the population of its stratum (in its cluster of the stage before), all >= 1, or
  /// the share of them that was drawn, all <= 1. Empty: the population is taken as infinite.
  std::vector<std::span<const double>> fpc{};
  /// Base weights, finite and not negative. Empty: the inverse of what `fpc` says was drawn, otherwise all equal.
  std::span<const double> weights{};
  bool nest = false;  ///< clusters of one code in different strata are different clusters
  LonelyCluster lonely = LonelyCluster::fail;
};

/// A checked design, a value that owns its columns.
class Design {
 public:
  /// Simple random sampling from an infinite population with equal weights.
  Design() = default;
  /// Throws InvalidInput, naming column and row: lengths that differ, weights or sizes that are NaN, negative or below
  /// the number of units drawn, sizes that vary within a stratum, a cluster in two strata (without `nest`).
  explicit Design(const DesignColumns& columns);

  /// 0 for a default-made design, which fits any sample.
  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  /// Empty when all are equal and unknown.
  [[nodiscard]] std::span<const double> weights() const noexcept { return weights_; }

  /// One stage: for each row its stratum, its unit, and per stratum the units drawn and those there are (0: infinite).
  struct Stage {
    std::vector<std::uint32_t> stratum;  ///< within the cluster of the stage before; distinct over all of them
    std::vector<std::uint32_t> unit;
    std::vector<std::uint32_t> stratum_of_unit;
    std::vector<double> drawn;
    std::vector<double> population;
    std::vector<std::uint32_t> parent_unit;  ///< of each stratum, in the stage before
    /// First row of the sample in a stratum, to name it by.
    [[nodiscard]] std::size_t first_row(std::size_t of_stratum) const {
      std::size_t row = 0;
      while (row < unit.size() && stratum_of_unit[unit[row]] != of_stratum) ++row;
      return row;
    }
  };
  [[nodiscard]] const std::vector<Stage>& stages() const noexcept { return stages_; }
  [[nodiscard]] LonelyCluster lonely() const noexcept { return lonely_; }

 private:
  std::size_t rows_ = 0;
  std::shared_ptr<const void> owner_;  ///< of the weights
  std::span<const double> weights_;
  std::vector<Stage> stages_;
  LonelyCluster lonely_ = LonelyCluster::fail;
};

/// Variance of a sum of row scores under the design: between clusters of each stratum, with the finite population
/// correction, stage by stage where the sizes of populations are known (Sarndal, Swensson, Wretman 1992, ch. 4; the
/// estimator of R's survey::svyrecvar). Without any columns of a design fewer than two scores give 0; estimates call
/// their error unknown. O(rows).
[[nodiscard]] double design_variance(const Design& design, std::span<const double> scores);

}  // namespace outweigh::inline OUTWEIGH_ABI::listening

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/listening/design-inl.hpp>
#endif
