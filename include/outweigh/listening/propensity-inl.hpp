#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

#include <outweigh/core/detail/number.hpp>
#include <outweigh/listening/detail/adjustment.hpp>
#include <outweigh/listening/detail/base_weights.hpp>
#include <outweigh/listening/detail/propensity_model.hpp>
#include <outweigh/listening/detail/trim_values.hpp>
#include <outweigh/listening/propensity.hpp>
#include <outweigh/stats/random.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

namespace detail {

/// The sample's rows, then the reference's, with their columns as one.
struct Stacked {
  std::size_t heard = 0;
  std::size_t other = 0;
  std::vector<double> mass;
  std::vector<std::vector<std::uint32_t>> codes;
  Cells cells;
  std::vector<std::vector<double>> columns;
  [[nodiscard]] std::size_t rows() const { return heard + other; }
};

inline void require_shared_level(const PropensityCategory& column, std::span<const double> heard,
                                 std::span<const double> other) {
  for (std::size_t l = 0; l < column.levels.size(); ++l) {
    if ((heard[l] > 0.0) == (other[l] > 0.0)) continue;
    throw core::InvalidInput(
        "the level '" + column.levels[l] + "' of '" + column.name + "' is only in the " +
            (heard[l] > 0.0 ? "sample" : "reference") +
            ", so that its propensity has no finite estimate; merge it with another level, or take ridge",
        {.column = column.name, .value = column.levels[l]});
  }
}

inline Stacked stack(const Weights& base, std::span<const PropensityCategory> categories,
                     std::span<const PropensityNumber> numbers, std::span<const double> reference_weights,
                     const PropensityOptions& options) {
  if (categories.empty() && numbers.empty()) throw core::InvalidInput("propensities need at least one column");
  Stacked stacked;
  stacked.heard = base.size();
  stacked.other = categories.empty() ? numbers[0].reference.size() : categories[0].reference.size();
  if (!reference_weights.empty() && reference_weights.size() != stacked.other) {
    throw core::InvalidInput(
        "the weights of the reference and its columns differ in length",
        {.table = "reference", .column = "weights", .value = std::to_string(reference_weights.size())});
  }
  const auto check = [](std::size_t found, std::size_t expected, const char* table, const std::string& name) {
    if (found != expected) {
      throw core::InvalidInput("the column '" + name + "' has another length than the rest of the " + table,
                               {.table = table, .column = name, .value = std::to_string(found)});
    }
  };
  for (const auto& column : categories) {
    check(column.sample.size(), stacked.heard, "sample", column.name);
    check(column.reference.size(), stacked.other, "reference", column.name);
  }
  for (const auto& column : numbers) {
    check(column.sample.size(), stacked.heard, "sample", column.name);
    check(column.reference.size(), stacked.other, "reference", column.name);
  }
  if (stacked.heard == 0 || stacked.other == 0) {
    throw core::InvalidInput("propensities need rows in the sample and in the reference",
                             {.table = stacked.heard == 0 ? "sample" : "reference"});
  }
  for (std::size_t row = 0; row < stacked.heard; ++row) {
    const double w = base.values()[row];
    if (!(w >= 0.0)) {
      throw core::InvalidInput(
          "base weights must not be negative",
          {.table = "sample", .column = "weights", .row = row, .value = core::detail::number_text(w)});
    }
    stacked.mass.push_back(w);
  }
  for (std::size_t row = 0; row < stacked.other; ++row) {
    const double w = reference_weights.empty() ? 1.0 : reference_weights[row];
    if (!(w >= 0.0 && w <= 1e300)) {
      throw core::InvalidInput(
          "a weight of the reference must be finite and not negative",
          {.table = "reference", .column = "weights", .row = row, .value = core::detail::number_text(w)});
    }
    stacked.mass.push_back(w);
  }
  stacked.codes.assign(1, std::vector<std::uint32_t>(stacked.rows(), 0));
  std::vector<Categorical> factors;
  for (const auto& column : categories) {
    std::vector<std::uint32_t> codes(stacked.rows());
    std::vector<double> seen[2] = {std::vector<double>(column.levels.size(), 0.0),
                                   std::vector<double>(column.levels.size(), 0.0)};
    for (std::size_t row = 0; row < stacked.rows(); ++row) {
      const bool heard = row < stacked.heard;
      const std::int64_t code = heard ? column.sample[row] : column.reference[row - stacked.heard];
      if (code < 0 || static_cast<std::size_t>(code) >= column.levels.size()) {
        throw core::InvalidInput(
            "the level of '" + column.name +
                "' is unknown in a row; give unknown a level of its own or leave the row out",
            {.table = heard ? "sample" : "reference", .column = column.name, .row = heard ? row : row - stacked.heard});
      }
      codes[row] = static_cast<std::uint32_t>(code);
      if (stacked.mass[row] > 0.0) seen[heard ? 0 : 1][codes[row]] += 1.0;
    }
    if (options.method == PropensityMethod::logistic) require_shared_level(column, seen[0], seen[1]);
    stacked.codes.push_back(std::move(codes));
  }
  factors.push_back({"", {"all"}, Codes(stacked.codes[0])});
  for (std::size_t v = 0; v < categories.size(); ++v) {
    factors.push_back({categories[v].name, categories[v].levels, Codes(stacked.codes[v + 1])});
  }
  stacked.cells = make_cells(factors, stacked.rows(), options.control);
  for (const auto& column : numbers) {
    std::vector<double> values(column.sample.begin(), column.sample.end());
    values.insert(values.end(), column.reference.begin(), column.reference.end());
    for (std::size_t row = 0; row < values.size(); ++row) {
      if (std::abs(values[row]) <= 1e150) continue;
      const bool heard = row < stacked.heard;
      throw core::InvalidInput("a value of '" + column.name + "' is unknown or not finite",
                               {.table = heard ? "sample" : "reference",
                                .column = column.name,
                                .row = heard ? row : row - stacked.heard,
                                .value = core::detail::number_text(values[row])});
    }
    stacked.columns.push_back(std::move(values));
  }
  return stacked;
}

struct PropensityUnits {
  PropensityData data;
  std::vector<std::uint32_t> of_row;
};

/// Groups rows by cell and part where there are no numeric columns.
inline PropensityUnits group_rows(const Stacked& stacked, std::span<const PropensityNumber> numbers, double heard_sum,
                                  double other_sum, std::size_t parts, std::uint64_t seed) {
  PropensityUnits units;
  PropensityData& data = units.data;
  data.cells = stacked.cells;
  data.cells.of_row.clear();
  std::vector<std::uint32_t> part(stacked.rows(), 0);
  if (parts > 1) {
    for (std::size_t row = 0; row < part.size(); ++row) part[row] = static_cast<std::uint32_t>(row % parts);
    stats::Random random = stats::Random(seed).stream("propensity parts");
    // Sample and reference are each split evenly.
    random.shuffle(std::span<std::uint32_t>(part).first(stacked.heard));
    random.shuffle(std::span<std::uint32_t>(part).subspan(stacked.heard));
  }
  for (const auto& column : numbers) data.names.push_back(column.name);
  const std::vector<double> balanced = [&] {
    std::vector<double> mass(stacked.mass);
    for (std::size_t row = stacked.heard; row < mass.size(); ++row) mass[row] *= heard_sum / other_sum;
    return mass;
  }();
  units.of_row.resize(stacked.rows());
  if (numbers.empty()) {
    const std::size_t count = stacked.cells.count * parts;
    data.cell.resize(count);
    data.part.resize(count);
    data.heard.assign(count, 0.0);
    data.other.assign(count, 0.0);
    for (std::size_t i = 0; i < count; ++i) {
      data.cell[i] = static_cast<std::uint32_t>(i / parts);
      data.part[i] = static_cast<std::uint32_t>(i % parts);
    }
    for (std::size_t row = 0; row < stacked.rows(); ++row) {
      const std::size_t i = stacked.cells.of_row[row] * parts + part[row];
      units.of_row[row] = static_cast<std::uint32_t>(i);
      (row < stacked.heard ? data.heard : data.other)[i] += balanced[row];
    }
    return units;
  }
  for (std::size_t row = 0; row < stacked.rows(); ++row) data.cell.push_back(stacked.cells.of_row[row]);
  data.part = part;
  data.heard.assign(stacked.rows(), 0.0);
  data.other.assign(stacked.rows(), 0.0);
  for (std::size_t row = 0; row < stacked.rows(); ++row)
    (row < stacked.heard ? data.heard : data.other)[row] = balanced[row];
  std::iota(units.of_row.begin(), units.of_row.end(), 0U);
  std::vector<std::span<const double>> spans;
  for (const auto& column : stacked.columns) spans.emplace_back(column);
  const Scaling scaling = make_scaling(spans, balanced);
  for (std::size_t k = 0; k < spans.size(); ++k) {
    std::vector<double> scaled(stacked.rows());
    for (std::size_t row = 0; row < scaled.size(); ++row) scaled[row] = scaling.apply(k, spans[k][row]);
    data.columns.push_back(std::move(scaled));
  }
  return units;
}

inline double choose_ridge(const PropensityData& data, std::size_t parts, const PropensityOptions& options) {
  double best = 1.0;
  double least = std::numeric_limits<double>::infinity();
  for (const double ridge : {1000.0, 100.0, 10.0, 1.0, 0.1, 0.01}) {
    double deviance = 0.0;
    for (std::uint32_t part = 0; part < parts; ++part) {
      deviance += PropensityModel(data, ridge, part, options.max_iterations, options.control).deviance(part);
    }
    if (deviance < least) {
      least = deviance;
      best = ridge;
    }
  }
  return best;
}

inline void add_balance(PropensityFit& fit, const Stacked& stacked, std::span<const PropensityCategory> categories,
                        std::span<const PropensityNumber> numbers, std::span<const double> base) {
  const auto weighted = fit.weights.values();
  const auto mean = [&](auto value, bool reference, std::span<const double> weights) {
    double sum = 0.0;
    double mass = 0.0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const double w = weights[i];
      sum += w * value(reference ? stacked.heard + i : i);
      mass += w;
    }
    return mass > 0.0 ? sum / mass : 0.0;
  };
  const std::span<const double> other = std::span<const double>(stacked.mass).subspan(stacked.heard);
  const auto add = [&](const std::string& column, const std::string& level, auto value) {
    PropensityBalance row{column, level, mean(value, false, base), mean(value, false, weighted),
                          mean(value, true, other)};
    const double centre = row.reference;
    const double spread =
        std::sqrt(mean([&](std::size_t i) { return (value(i) - centre) * (value(i) - centre); }, true, other));
    if (spread > 0.0) {
      row.difference_before = (row.sample - row.reference) / spread;
      row.difference_after = (row.weighted - row.reference) / spread;
    }
    fit.balance.push_back(std::move(row));
  };
  for (std::size_t v = 0; v < categories.size(); ++v) {
    for (std::size_t l = 0; l < categories[v].levels.size(); ++l) {
      add(categories[v].name, categories[v].levels[l],
          [&](std::size_t i) { return stacked.codes[v + 1][i] == l ? 1.0 : 0.0; });
    }
  }
  for (std::size_t k = 0; k < numbers.size(); ++k) {
    add(numbers[k].name, "", [&](std::size_t i) { return stacked.columns[k][i]; });
  }
}

inline void add_overlap(PropensityFit& fit, const PropensityData& data, std::span<const double> scores) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return scores[a] != scores[b] ? scores[a] < scores[b] : a < b; });
  double heard_sum = 0.0;
  double other_sum = 0.0;
  double below = 0.0;
  double wins = 0.0;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (data.heard[i] > 0.0) least = std::min(least, scores[i]);
  }
  for (std::size_t from = 0; from < order.size();) {
    std::size_t to = from;
    double heard = 0.0;
    double other = 0.0;
    for (; to < order.size() && scores[order[to]] == scores[order[from]]; ++to) {
      heard += data.heard[order[to]];
      other += data.other[order[to]];
    }
    wins += heard * (other_sum + 0.5 * other);
    if (scores[order[from]] < least - 1e-9) below += other;
    heard_sum += heard;
    other_sum += other;
    from = to;
  }
  fit.concordance = heard_sum * other_sum > 0.0 ? wins / (heard_sum * other_sum) : 0.5;
  fit.uncovered_share = other_sum > 0.0 ? below / other_sum : 0.0;
}

}  // namespace detail

OUTWEIGH_INLINE PropensityFit propensity_weights(const Weights& base, std::span<const PropensityCategory> categories,
                                                 std::span<const PropensityNumber> numbers,
                                                 std::span<const double> reference_weights,
                                                 const PropensityOptions& options) {
  if (options.ridge && !(*options.ridge > 0.0 && *options.ridge <= 1e12)) {
    throw core::InvalidInput("the penalty of ridge must be positive",
                             {.column = "ridge", .value = core::detail::number_text(*options.ridge)});
  }
  if (options.trim && !(*options.trim > 1.0)) {
    throw core::InvalidInput("weights are trimmed at more than their mean",
                             {.column = "trim", .value = core::detail::number_text(*options.trim)});
  }
  const detail::Stacked stacked = detail::stack(base, categories, numbers, reference_weights, options);
  if (options.folds == 1 || options.folds > std::min(stacked.heard, stacked.other)) {
    throw core::InvalidInput("cross-fitting needs two folds or more, and no more than rows",
                             {.column = "folds", .value = std::to_string(options.folds)});
  }
  const auto sum = [&](std::size_t from, std::size_t to) {
    return std::accumulate(stacked.mass.begin() + static_cast<std::ptrdiff_t>(from),
                           stacked.mass.begin() + static_cast<std::ptrdiff_t>(to), 0.0);
  };
  const double heard_sum = sum(0, stacked.heard);
  const double other_sum = sum(stacked.heard, stacked.rows());
  if (!(heard_sum > 0.0) || !(other_sum > 0.0)) {
    throw core::InvalidInput("all weights of a table are 0",
                             {.table = heard_sum > 0.0 ? "reference" : "sample", .column = "weights"});
  }
  const bool ridge = options.method == PropensityMethod::ridge;
  const bool choose = ridge && !options.ridge;
  const std::size_t parts =
      options.folds > 1 ? options.folds : (choose ? std::min<std::size_t>({5, stacked.heard, stacked.other}) : 1);
  const detail::PropensityUnits units =
      detail::group_rows(stacked, numbers, heard_sum, other_sum, std::max<std::size_t>(1, parts), options.seed);
  PropensityFit fit;
  if (ridge)
    fit.ridge = options.ridge ? *options.ridge : (parts > 1 ? detail::choose_ridge(units.data, parts, options) : 1.0);

  const detail::PropensityModel whole(units.data, fit.ridge, detail::no_part, options.max_iterations, options.control);
  fit.iterations = whole.iterations();
  const std::vector<double> scores = whole.scores();
  std::vector<double> own(scores);
  if (options.folds > 1) {
    for (std::uint32_t part = 0; part < parts; ++part) {
      const std::vector<double> without =
          detail::PropensityModel(units.data, fit.ridge, part, options.max_iterations, options.control).scores();
      for (std::size_t i = 0; i < own.size(); ++i) {
        if (units.data.part[i] == part) own[i] = without[i];
      }
    }
  }
  std::vector<double> values(stacked.heard);
  double total = 0.0;
  for (std::size_t row = 0; row < stacked.heard; ++row) {
    fit.odds.push_back(std::exp(std::clamp(own[units.of_row[row]], -300.0, 300.0)));
    values[row] = stacked.mass[row] / fit.odds.back();
    total += values[row];
  }
  for (double& value : values) value *= other_sum / total;
  if (options.trim) {
    const double mean = other_sum / static_cast<double>(stacked.heard);
    const std::vector<double> cut = detail::trim_values(values, {0.0, *options.trim * mean, true, true});
    for (std::size_t row = 0; row < values.size(); ++row)
      fit.trimmed_share += std::max(0.0, values[row] - cut[row]) / other_sum;
    values = cut;
  }
  fit.largest_weight_share = *std::max_element(values.begin(), values.end()) / other_sum;

  detail::Adjustment adjustment;
  adjustment.cells = stacked.cells;
  adjustment.cells.of_row.truncate(stacked.heard);
  for (std::size_t k = 0; k < numbers.size(); ++k) {
    adjustment.numeric_names.push_back(numbers[k].name);
    adjustment.numeric.emplace_back(numbers[k].sample.begin(), numbers[k].sample.end());
  }
  adjustment.method = "propensity";
  adjustment.for_variance = false;
  adjustment.recipe.kind = detail::Recipe::Kind::scale;
  for (std::size_t row = 0; row < stacked.heard; ++row) {
    adjustment.recipe.ratio.push_back(stacked.mass[row] > 0.0 ? values[row] / stacked.mass[row] : 0.0);
  }
  Convergence convergence;
  convergence.iterations = fit.iterations;
  fit.weights = detail::finish(detail::base_of(base), std::move(values), std::move(adjustment), std::move(convergence));

  detail::add_overlap(fit, units.data, scores);
  detail::add_balance(fit, stacked, categories, numbers, std::span<const double>(stacked.mass).first(stacked.heard));
  const PropensityBalance* worst = nullptr;
  for (const PropensityBalance& row : fit.balance) {
    if (worst == nullptr || std::abs(row.difference_after) > std::abs(worst->difference_after)) worst = &row;
  }
  fit.status = core::Status::estimated;
  const auto doubt = [&fit](const std::string& why) {
    fit.status = core::Status::doubtful;
    fit.reason += (fit.reason.empty() ? "" : "; ") + why;
  };
  if (fit.uncovered_share >= 0.01)
    doubt("a part of the reference is unlike anybody in the sample, and no weight can speak for it");
  if (std::abs(worst->difference_after) > 0.1) {
    doubt("'" + worst->column + "'" + (worst->level.empty() ? "" : " at '" + worst->level + "'") +
          " is still out of balance");
  }
  if (fit.largest_weight_share > 0.1) doubt("one row carries more than a tenth of the weight");
  return fit;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
