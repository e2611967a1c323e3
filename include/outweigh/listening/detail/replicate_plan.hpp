// Which units a replicate leaves out or repeats, and how adjustments are made anew from that.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/listening/detail/adjustment.hpp>
#include <outweigh/listening/detail/fit_cells.hpp>
#include <outweigh/listening/detail/trim_values.hpp>
#include <outweigh/listening/replicate_weights.hpp>
#include <outweigh/listening/weights.hpp>
#include <outweigh/stats/random.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

struct ReplicatePlan {
  Weights weights;
  ReplicateMethod method = ReplicateMethod::bootstrap;
  std::size_t replicates = 0;
  std::uint64_t seed = 0;
  bool mse = false;
  bool misses_later_stages = false;  ///< their share of the variance, where the first has a finite population

  std::vector<double> base;         ///< before any adjustment
  std::vector<std::uint32_t> unit;  ///< of each row; empty: each row is one
  std::size_t units = 0;
  std::vector<std::uint32_t> stratum_of_unit;        ///< empty: one stratum
  std::vector<std::vector<std::uint32_t>> units_of;  ///< by stratum; empty with one stratum
  std::vector<double> drawn;                         ///< units of each stratum
  std::vector<double> left;                          ///< share of the population that was not drawn, 1 when infinite
  /// Rows in the order of their cells, where the only adjustment works by cell, or of all rows without one.
  std::vector<std::uint32_t> order;
  bool by_cell = false;

  [[nodiscard]] std::uint32_t unit_of(std::size_t row) const {
    return unit.empty() ? static_cast<std::uint32_t>(row) : unit[row];
  }
  [[nodiscard]] std::uint32_t stratum(std::uint32_t u) const {
    return stratum_of_unit.empty() ? 0 : stratum_of_unit[u];
  }
  [[nodiscard]] bool is_jackknife() const { return method == ReplicateMethod::jk1 || method == ReplicateMethod::jkn; }
  [[nodiscard]] double scale(std::size_t r) const {
    if (is_jackknife()) {
      const std::uint32_t h = stratum(static_cast<std::uint32_t>(r));
      return drawn[h] > 1.0 ? left[h] * (drawn[h] - 1.0) / drawn[h] : 0.0;
    }
    const double count = static_cast<double>(replicates);
    return mse ? 1.0 / count : 1.0 / (count - 1.0);
  }
  /// The rows of a Poisson bootstrap whose units are the rows of one stratum have their counts by position in `order`.
  [[nodiscard]] bool counts_by_position() const {
    return method == ReplicateMethod::poisson && unit.empty() && stratum_of_unit.empty() && !order.empty();
  }
};

/// Four Poisson(1) counts from 64 random bits, 16 each: the count is the number of thresholds that 16 bits reach. The
/// thresholds give mean 1 and variance 1 exactly, and each probability to 2 / 65536.
class PoissonCounts {
 public:
  static constexpr std::size_t at_once = 2048;

  PoissonCounts(std::uint64_t seed, std::uint64_t replicate)
      : key_(stats::Random(seed).stream("poisson bootstrap").stream(replicate).bits()) {}

  /// Counts at positions block * at_once and on; a pure function of seed, replicate and position.
  void block(std::size_t number, std::array<std::uint16_t, at_once>& counts) const {
    std::array<std::uint16_t, at_once> bits;
    std::uint64_t counter = key_ + static_cast<std::uint64_t>(number) * (at_once / 4) * step;
    for (std::size_t i = 0; i < at_once; i += 4) {
      // The finalizer of splitmix64 (Steele, Lea and Flood 2014, doi:10.1145/2714064.2660195).
      std::uint64_t x = counter += step;
      x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9ULL;
      x = (x ^ (x >> 27U)) * 0x94D049BB133111EBULL;
      x ^= x >> 31U;
      bits[i] = static_cast<std::uint16_t>(x);
      bits[i + 1] = static_cast<std::uint16_t>(x >> 16U);
      bits[i + 2] = static_cast<std::uint16_t>(x >> 32U);
      bits[i + 3] = static_cast<std::uint16_t>(x >> 48U);
    }
    // One threshold at a time, so that compilers take several counts at once and nothing branches.
    counts.fill(0);
    for (const std::uint16_t threshold : thresholds) {
      for (std::size_t i = 0; i < at_once; ++i) {
        counts[i] = static_cast<std::uint16_t>(counts[i] + static_cast<std::uint16_t>(bits[i] >= threshold));
      }
    }
  }

 private:
  static constexpr std::uint64_t step = 0x9E3779B97F4A7C15ULL;
  static constexpr std::array<std::uint16_t, 8> thresholds = {24109, 48219, 60274, 64291, 65296, 65497, 65531, 65535};
  std::uint64_t key_;
};

/// How much a bootstrap moves a unit's multiplier away from 1.
[[nodiscard]] inline double poisson_damping(double drawn, double left) {
  return std::min(1.0, std::sqrt(left * drawn / std::max(1.0, drawn - 1.0)));
}

/// Multiplier of each unit's base weight in replicate `r`.
[[nodiscard]] inline std::vector<double> multipliers(const ReplicatePlan& plan, std::size_t r) {
  std::vector<double> of_unit(plan.units, 1.0);
  if (plan.is_jackknife()) {
    const auto gone = static_cast<std::uint32_t>(r);
    const std::uint32_t h = plan.stratum(gone);
    const double grown = plan.drawn[h] / (plan.drawn[h] - 1.0);
    if (!(plan.drawn[h] > 1.0)) return of_unit;
    if (plan.units_of.empty()) {
      std::fill(of_unit.begin(), of_unit.end(), grown);
    } else {
      for (const std::uint32_t u : plan.units_of[h]) of_unit[u] = grown;
    }
    of_unit[gone] = 0.0;
    return of_unit;
  }
  constexpr double few = 30.0;
  const bool poisson = plan.method == ReplicateMethod::poisson;
  std::vector<std::uint16_t> counts;
  if (poisson) {
    const PoissonCounts source(plan.seed, r);
    std::array<std::uint16_t, PoissonCounts::at_once> block;
    counts.resize(core::block_count(plan.units, PoissonCounts::at_once) * PoissonCounts::at_once);
    for (std::size_t from = 0; from < plan.units; from += PoissonCounts::at_once) {
      source.block(from / PoissonCounts::at_once, block);
      std::copy(block.begin(), block.end(), counts.begin() + static_cast<std::ptrdiff_t>(from));
    }
  }
  stats::Random random = stats::Random(plan.seed).stream("bootstrap").stream(r);
  for (std::size_t h = 0; h < plan.drawn.size(); ++h) {
    const auto n = static_cast<std::size_t>(plan.drawn[h]);
    if (n < 2 || plan.left[h] < 1e-12) continue;
    const auto unit_at = [&](std::size_t i) {
      return plan.units_of.empty() ? static_cast<std::uint32_t>(i) : plan.units_of[h][i];
    };
    // Few Poisson counts can all be 0; small strata are drawn.
    if (poisson && plan.drawn[h] >= few) {
      double total = 0.0;
      for (std::size_t i = 0; i < n; ++i) total += static_cast<double>(counts[unit_at(i)]);
      const double damping = poisson_damping(plan.drawn[h], plan.left[h]);
      for (std::size_t i = 0; i < n; ++i) {
        of_unit[unit_at(i)] = 1.0 - damping + damping * plan.drawn[h] / total * static_cast<double>(counts[unit_at(i)]);
      }
      continue;
    }
    const double damping = std::sqrt(plan.left[h]);
    const double each = damping * plan.drawn[h] / (plan.drawn[h] - 1.0);
    for (std::size_t i = 0; i < n; ++i) of_unit[unit_at(i)] = 1.0 - damping;
    for (std::size_t i = 0; i + 1 < n; ++i) of_unit[unit_at(static_cast<std::size_t>(random.below(n)))] += each;
  }
  return of_unit;
}

/// Throws Infeasible for a level with a known total that has lost all its weight.
inline void require_mass(const Cells& cells, const Targets& targets, std::span<const double> mass) {
  const auto of_level = sums_of_levels(cells, mass);
  for (std::size_t v = 0; v < of_level.size(); ++v) {
    for (std::size_t l = 0; l < of_level[v].size(); ++l) {
      if (of_level[v][l] > 0.0 || targets.of_level[v][l] == 0.0) continue;
      throw core::Infeasible("a replicate has no weight left at level '" + cells.factors[v].levels[l] + "' of '" +
                                 cells.factors[v].name + "', whose total it must meet; merge it with another level",
                             {.column = cells.factors[v].name, .value = cells.factors[v].levels[l]});
    }
  }
}

/// The adjustment made anew from base weights by cell; `near` are the ratios of the sample itself.
[[nodiscard]] inline std::vector<double> readjust_cells(const Adjustment& adjustment, std::span<const double> mass,
                                                        std::span<const double> near) {
  const Recipe& recipe = adjustment.recipe;
  require_mass(adjustment.cells, recipe.targets, mass);
  switch (recipe.kind) {
    case Recipe::Kind::poststratify:
      return poststratify_cells(adjustment.cells, recipe.targets, mass).ratio;
    case Recipe::Kind::rake:
      return rake_cells(adjustment.cells, recipe.targets, mass, recipe.link, recipe.unit, recipe.max_iterations, {},
                        near)
          .ratio;
    default:
      return calibrate_cells(adjustment.cells, recipe.targets, mass, recipe.link, recipe.unit, recipe.max_iterations,
                             {}, true)
          .ratio;
  }
}

/// The adjustment made anew from weights by row.
[[nodiscard]] inline std::vector<double> readjust_rows(const Adjustment& adjustment, std::vector<double> rows) {
  const Recipe& recipe = adjustment.recipe;
  if (recipe.kind == Recipe::Kind::none) return rows;
  if (recipe.kind == Recipe::Kind::trim) return trim_values(rows, recipe.trim);
  if (recipe.kind == Recipe::Kind::scale) {
    for (std::size_t row = 0; row < rows.size(); ++row) rows[row] *= recipe.ratio[row];
    return rows;
  }
  const Cells& cells = adjustment.cells;
  std::vector<double> mass(cells.count, 0.0);
  for (std::size_t row = 0; row < rows.size(); ++row) mass[cells.of_row[row]] += rows[row];
  if (adjustment.numeric.empty()) {
    const std::vector<double> ratio = readjust_cells(adjustment, mass, {});
    for (std::size_t row = 0; row < rows.size(); ++row) rows[row] *= ratio[cells.of_row[row]];
    return rows;
  }
  require_mass(cells, recipe.targets, mass);
  std::vector<NumericTotal> numeric;
  for (std::size_t k = 0; k < adjustment.numeric.size(); ++k) {
    numeric.push_back({adjustment.numeric_names[k], adjustment.numeric[k], recipe.numeric_totals[k]});
  }
  for (double& value : rows) value *= recipe.unit;
  const CalibrationFit fit =
      calibrate_rows(cells, recipe.targets, numeric, rows, recipe.link, recipe.max_iterations, {}, true);
  rows.assign(fit.ratio.begin(), fit.ratio.end());
  return rows;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
