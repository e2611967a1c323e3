#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>

#include <outweigh/core/large_vector.hpp>
#include <outweigh/core/detail/number.hpp>
#include <outweigh/listening/design.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

namespace detail {

/// Numbers pairs (a, b) by first appearance.
class PairNumbers {
 public:
  std::uint32_t number(std::uint32_t a, std::int64_t b) {
    const auto [found, fresh] = numbers_.try_emplace(Key{a, b}, static_cast<std::uint32_t>(numbers_.size()));
    return found->second;
  }
  [[nodiscard]] std::size_t size() const noexcept { return numbers_.size(); }

 private:
  struct Key {
    std::uint32_t a;
    std::int64_t b;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const noexcept {
      std::uint64_t x = static_cast<std::uint64_t>(key.b) * 0x9E3779B97F4A7C15ULL + key.a;
      x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9ULL;
      return static_cast<std::size_t>(x ^ (x >> 31U));
    }
  };
  std::unordered_map<Key, std::uint32_t, Hash> numbers_;
};

inline void require_length(std::size_t length, std::size_t& rows, const char* column) {
  if (rows == 0) rows = length;
  if (length != rows || length == 0) {
    throw core::InvalidInput(std::string("the column '") + column + "' of a design has another length than the rest",
                             {.table = "design", .column = column, .value = std::to_string(length)});
  }
}

/// A copy of base weights; throws for the first that is not finite or negative.
inline core::LargeVector<double> checked_weights(std::span<const double> weights) {
  core::LargeVector<double> copy;
  copy.resize(weights.size());
  // Read as integers, numbers from 0 to the limit are those from 0 to its integer: anything else, and -0, sets the
  // highest bit of one of the two. Whole registers do this.
  constexpr double limit = 1e300;
  constexpr std::size_t block = 4096;
  for (std::size_t from = 0; from < weights.size(); from += block) {
    const std::size_t to = std::min(weights.size(), from + block);
    std::uint64_t outside = 0;
    for (std::size_t row = from; row < to; ++row) {
      const auto bits = std::bit_cast<std::uint64_t>(weights[row]);
      outside |= bits | (std::bit_cast<std::uint64_t>(limit) - bits);
    }
    for (std::size_t row = from; outside >> 63U != 0 && row < to; ++row) {
      if (!(weights[row] >= 0.0 && weights[row] <= limit)) {
        throw core::InvalidInput(
            "a base weight must be finite and not negative",
            {.table = "design", .column = "weights", .row = row, .value = core::detail::number_text(weights[row])});
      }
    }
    std::copy(weights.begin() + static_cast<std::ptrdiff_t>(from), weights.begin() + static_cast<std::ptrdiff_t>(to),
              copy.begin() + static_cast<std::ptrdiff_t>(from));
  }
  return copy;
}

}  // namespace detail

OUTWEIGH_INLINE Design::Design(const DesignColumns& columns) : lonely_(columns.lonely) {
  for (const Codes& codes : columns.strata) detail::require_length(codes.size(), rows_, "strata");
  for (const Codes& codes : columns.clusters) detail::require_length(codes.size(), rows_, "clusters");
  for (const auto sizes : columns.fpc) detail::require_length(sizes.size(), rows_, "fpc");
  if (!columns.weights.empty()) detail::require_length(columns.weights.size(), rows_, "weights");
  if (!columns.weights.empty()) {
    auto owner = std::make_shared<const core::LargeVector<double>>(detail::checked_weights(columns.weights));
    weights_ = *owner;
    owner_ = std::move(owner);
  }

  const std::size_t stages = std::max<std::size_t>(1, columns.clusters.size());
  if (columns.strata.size() > stages) {
    throw core::InvalidInput("a design has more columns of strata than stages",
                             {.table = "design", .column = "strata"});
  }
  if (columns.fpc.size() > stages) {
    throw core::InvalidInput("a design has more columns of population sizes than stages",
                             {.table = "design", .column = "fpc"});
  }
  if (rows_ == 0 || (columns.strata.empty() && columns.clusters.empty() && columns.fpc.empty())) return;

  bool all_sizes = true;
  bool all_shares = true;
  for (const auto sizes : columns.fpc) {
    for (std::size_t row = 0; row < rows_; ++row) {
      const double size = sizes[row];
      if (!(size > 0.0)) {
        throw core::InvalidInput(
            "a population size must be positive",
            {.table = "design", .column = "fpc", .row = row, .value = core::detail::number_text(size)});
      }
      all_sizes = all_sizes && size >= 1.0;
      all_shares = all_shares && size <= 1.0;
      if (!all_sizes && !all_shares) {
        throw core::InvalidInput(
            "population sizes must be all sizes, 1 or more, or all shares, 1 or less",
            {.table = "design", .column = "fpc", .row = row, .value = core::detail::number_text(size)});
      }
    }
  }

  std::vector<double> inverse_share(columns.fpc.empty() || !weights_.empty() ? 0 : rows_, 1.0);
  std::vector<std::uint32_t> parent(rows_, 0);
  for (std::size_t s = 0; s < stages; ++s) {
    Stage stage;
    stage.stratum.resize(rows_);
    stage.unit.resize(rows_);
    detail::PairNumbers strata;
    detail::PairNumbers units;
    for (std::size_t row = 0; row < rows_; ++row) {
      const std::int64_t stratum = s < columns.strata.size() ? columns.strata[s][row] : 0;
      if (stratum < 0) {
        throw core::InvalidInput("the stratum of a row is unknown",
                                 {.table = "design", .column = "strata", .row = row});
      }
      stage.stratum[row] = strata.number(parent[row], stratum);
      if (stage.stratum[row] == stage.parent_unit.size()) stage.parent_unit.push_back(parent[row]);
      if (columns.clusters.empty()) {
        stage.unit[row] = static_cast<std::uint32_t>(row);
        stage.stratum_of_unit.push_back(stage.stratum[row]);
        continue;
      }
      const std::int64_t cluster = columns.clusters[s][row];
      if (cluster < 0) {
        throw core::InvalidInput("the cluster of a row is unknown",
                                 {.table = "design", .column = "clusters", .row = row});
      }
      const std::uint32_t unit = units.number(columns.nest || s > 0 ? stage.stratum[row] : 0U, cluster);
      if (unit == stage.stratum_of_unit.size()) stage.stratum_of_unit.push_back(stage.stratum[row]);
      if (stage.stratum_of_unit[unit] != stage.stratum[row]) {
        throw core::InvalidInput("a cluster lies in two strata; with `nest` its parts are clusters of their own",
                                 {.table = "design", .column = "clusters", .row = row});
      }
      stage.unit[row] = unit;
    }
    stage.drawn.assign(stage.parent_unit.size(), 0.0);
    for (const std::uint32_t stratum : stage.stratum_of_unit) stage.drawn[stratum] += 1.0;
    stage.population.assign(stage.parent_unit.size(), 0.0);
    if (s < columns.fpc.size()) {
      const auto sizes = columns.fpc[s];
      std::vector<double> given(stage.drawn.size(), 0.0);
      for (std::size_t row = 0; row < rows_; ++row) {
        const std::uint32_t stratum = stage.stratum[row];
        if (given[stratum] == 0.0) given[stratum] = sizes[row];
        if (given[stratum] != sizes[row]) {
          throw core::InvalidInput(
              "the population size varies within a stratum",
              {.table = "design", .column = "fpc", .row = row, .value = core::detail::number_text(sizes[row])});
        }
        const double population = all_sizes ? sizes[row] : stage.drawn[stratum] / sizes[row];
        if (std::isfinite(population) && population < stage.drawn[stratum]) {
          throw core::InvalidInput(
              "a population is smaller than the sample drawn from it",
              {.table = "design", .column = "fpc", .row = row, .value = core::detail::number_text(sizes[row])});
        }
        stage.population[stratum] = std::isfinite(population) ? population : 0.0;
      }
      if (!inverse_share.empty()) {
        for (std::size_t row = 0; row < rows_; ++row) {
          const std::uint32_t stratum = stage.stratum[row];
          if (stage.population[stratum] > 0.0) inverse_share[row] *= stage.population[stratum] / stage.drawn[stratum];
        }
      }
    }
    parent = stage.unit;
    stages_.push_back(std::move(stage));
  }
  if (!inverse_share.empty()) {
    auto owner = std::make_shared<const std::vector<double>>(std::move(inverse_share));
    weights_ = *owner;
    owner_ = std::move(owner);
  }
}

OUTWEIGH_INLINE double design_variance(const Design& design, std::span<const double> scores) {
  const std::size_t rows = scores.size();
  if (design.rows() != 0 && design.rows() != rows) {
    throw core::InvalidInput("the scores and the design differ in length",
                             {.table = "design", .value = std::to_string(rows)});
  }
  if (design.stages().empty()) {
    if (rows < 2) return 0.0;
    const double n = static_cast<double>(rows);
    double sum = 0.0;
    for (const double score : scores) sum += score;
    double squares = 0.0;
    for (const double score : scores) squares += (score - sum / n) * (score - sum / n);
    return squares * n / (n - 1.0);
  }

  // What each stratum of the stage before passes on: its share drawn, times that of the stages before it.
  std::vector<double> factor_of_parent(1, 1.0);
  double variance = 0.0;
  for (std::size_t s = 0; s < design.stages().size(); ++s) {
    const Design::Stage& stage = design.stages()[s];
    const std::size_t strata = stage.drawn.size();
    std::vector<double> totals(stage.stratum_of_unit.size(), 0.0);
    // A stratum in which no row counts, such as one outside of a domain, adds nothing and is averaged over by none.
    std::vector<bool> is_in(strata, false);
    for (std::size_t row = 0; row < rows; ++row) {
      totals[stage.unit[row]] += scores[row];
      if (scores[row] != 0.0) is_in[stage.stratum[row]] = true;
    }
    std::vector<double> sum(strata, 0.0);
    for (std::size_t unit = 0; unit < totals.size(); ++unit) sum[stage.stratum_of_unit[unit]] += totals[unit];
    std::vector<double> squares(strata, 0.0);
    for (std::size_t unit = 0; unit < totals.size(); ++unit) {
      const std::uint32_t stratum = stage.stratum_of_unit[unit];
      const bool centred = stage.drawn[stratum] > 1.0 || design.lonely() != LonelyCluster::adjust;
      const double deviation = totals[unit] - (centred ? sum[stratum] / stage.drawn[stratum] : 0.0);
      squares[stratum] += deviation * deviation;
    }
    // Lonely strata are averaged over among the strata of their own parent.
    std::vector<double> of_parent(factor_of_parent.size(), 0.0);
    std::vector<double> known(factor_of_parent.size(), 0.0);
    std::vector<double> all(factor_of_parent.size(), 0.0);
    for (std::size_t h = 0; h < strata; ++h) {
      const double n = stage.drawn[h];
      const double left = stage.population[h] > 0.0 ? (stage.population[h] - n) / stage.population[h] : 1.0;
      const std::uint32_t parent = stage.parent_unit[h];
      all[parent] += is_in[h] ? 1.0 : 0.0;
      if (n == 1.0 && left >= 1e-7) {
        if (design.lonely() == LonelyCluster::fail) {
          throw core::InvalidInput(
              "a stratum has a single cluster, so that its variance cannot be estimated; choose "
              "how lonely clusters count, or merge strata",
              {.table = "design",
               .column = "strata",
               .row = stage.first_row(h),
               .value = "stage " + std::to_string(s + 1)});
        }
        if (design.lonely() == LonelyCluster::average) continue;
      }
      known[parent] += is_in[h] ? 1.0 : 0.0;
      if (left >= 1e-7) of_parent[parent] += squares[h] * left * (n > 1.0 ? n / (n - 1.0) : 1.0);
    }
    for (std::size_t parent = 0; parent < of_parent.size(); ++parent) {
      if (known[parent] > 0.0) variance += factor_of_parent[parent] * of_parent[parent] * all[parent] / known[parent];
    }
    // A stage below counts only as far as the population of this one is finite.
    std::vector<double> factors(stage.stratum_of_unit.size(), 0.0);
    bool any = false;
    for (std::size_t unit = 0; unit < factors.size(); ++unit) {
      const std::uint32_t h = stage.stratum_of_unit[unit];
      if (stage.population[h] > 0.0) {
        factors[unit] = factor_of_parent[stage.parent_unit[h]] * stage.drawn[h] / stage.population[h];
        any = true;
      }
    }
    if (!any) break;
    factor_of_parent = std::move(factors);
  }
  return variance;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
