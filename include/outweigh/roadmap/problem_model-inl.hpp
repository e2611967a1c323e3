#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <span>
#include <string_view>
#include <utility>

#include <outweigh/core/detail/number.hpp>
#include <outweigh/core/errors.hpp>
#include <outweigh/roadmap/problem_model.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap {

namespace detail {

inline constexpr double no_lower = -std::numeric_limits<double>::infinity();
inline constexpr std::string_view capacity_name = "capacity";
inline constexpr std::string_view capacity_prefix = "capacity_of_";

inline void add_capacity(LinearModel& model, const std::string& rule, std::span<const double> efforts, double capacity,
                         bool is_scaled) {
  if (!(capacity >= 0.0)) {
    throw core::InvalidInput("a budget must be a number of at least 0",
                             {.column = "budget", .value = core::detail::number_text(capacity)});
  }
  const double scale = is_scaled ? power_of_two_scale(efforts) : 1.0;
  std::vector<LinearTerm> terms;
  double all = 0.0;
  for (std::uint32_t s = 0; s < efforts.size(); ++s) {
    terms.push_back({s, efforts[s] * scale});
    all += efforts[s];
  }
  model.add_row(model.rule(rule), terms, no_lower, std::min(capacity, all) * scale);
}

inline void add_customers(LinearModel& model, const RoadmapProblem& problem) {
  std::vector<std::uint32_t> columns;
  for (std::size_t c = 0; c < problem.customer_count(); ++c) {
    const double value = problem.requests(c).empty() ? 0.0 : problem.customer_values()[c];
    columns.push_back(model.add_column("c" + std::to_string(c), value));
  }
  const std::uint32_t rule = model.rule("request");
  for (std::size_t c = 0; c < columns.size(); ++c) {
    for (const std::uint32_t s : problem.requests(c)) {
      const LinearTerm pair[] = {{columns[c], 1.0}, {s, -1.0}};
      model.add_row(rule, pair, no_lower, 0.0);
    }
  }
}

inline void add_needs(LinearModel& model, const RoadmapProblem& problem) {
  const std::uint32_t rule = model.rule("need");
  for (std::size_t n = 0; n < problem.need_count(); ++n) {
    const std::string name = "n" + std::to_string(n);
    const double value = problem.need_values()[n];
    std::vector<LinearTerm> terms;
    if (problem.overlap() == Overlap::sum_of_shares) {
      terms.push_back({model.add_column(name, value, false), 1.0});
      for (const Cover& cover : problem.covers(n)) terms.push_back({cover.solution, -cover.share});
      model.add_row(rule, terms, no_lower, 0.0);
      continue;
    }
    for (std::size_t i = 0; i < problem.covers(n).size(); ++i) {
      const Cover& cover = problem.covers(n)[i];
      terms.push_back({model.add_column(name + "_" + std::to_string(i), value * cover.share, false), 1.0});
      const LinearTerm pair[] = {terms.back(), {cover.solution, -1.0}};
      model.add_row(rule, pair, no_lower, 0.0);
    }
    model.add_row(rule, terms, no_lower, 1.0);
  }
}

inline void add_dependencies(LinearModel& model, const RoadmapProblem& problem) {
  const auto ids = problem.solution_ids();
  for (std::uint32_t s = 0; s < ids.size(); ++s) {
    for (const std::uint32_t on : problem.required_by(s)) {
      const LinearTerm pair[] = {{s, 1.0}, {on, -1.0}};
      model.add_row(model.rule(ids[s] + " requires " + ids[on]), pair, no_lower, 0.0);
    }
  }
  for (const auto& [one, other] : problem.excluded()) {
    const LinearTerm pair[] = {{one, 1.0}, {other, 1.0}};
    model.add_row(model.rule(ids[one] + " excludes " + ids[other]), pair, no_lower, 1.0);
  }
  for (std::uint32_t s = 0; s < ids.size(); ++s) {
    const std::uint32_t with = problem.together()[s];
    if (with == s) continue;
    const LinearTerm pair[] = {{with, 1.0}, {s, -1.0}};
    model.add_row(model.rule(ids[with] + " together with " + ids[s]), pair, 0.0, 0.0);
  }
}

// A row of a model to read.
struct ModelRow {
  const std::string& name;
  std::span<const std::uint32_t> columns;
  std::span<const double> coefficients;
  double lower, upper;

  [[nodiscard]] bool is_capacity() const { return name == capacity_name || name.starts_with(capacity_prefix); }
  [[nodiscard]] bool limits_efforts() const {
    return lower <= 0.0 && std::all_of(coefficients.begin(), coefficients.end(), [](double c) { return c >= 0.0; });
  }
  [[nodiscard]] bool is_pair(double first, double second) const {
    return coefficients.size() == 2 && ((coefficients[0] == first && coefficients[1] == second) ||
                                        (coefficients[0] == second && coefficients[1] == first));
  }
};

enum class PairKind : std::uint8_t { none, of_requires, of_excludes, of_together };

// What a row says of two solutions; `turned` where the one with the coefficient -1 requires the other.
inline PairKind pair_kind(const ModelRow& row, bool& turned) {
  turned = false;
  if (row.is_pair(1.0, -1.0) && (row.lower == 0.0 || row.upper == 0.0)) {
    if (row.lower == 0.0 && row.upper == 0.0) return PairKind::of_together;
    turned = row.lower == 0.0;
    if (turned ? row.upper > 1.0 : row.lower < -1.0) return PairKind::of_requires;
    throw core::InvalidInput("a row has bounds of a form that is not known", {.table = "mps", .column = row.name});
  }
  if (row.is_pair(1.0, 1.0) && row.upper == 1.0 && row.lower <= 0.0) return PairKind::of_excludes;
  return PairKind::none;
}

}  // namespace detail

OUTWEIGH_INLINE LinearModel model_of(const RoadmapProblem& problem, const ModelOptions& options) {
  LinearModel model;
  for (std::size_t s = 0; s < problem.solution_count(); ++s) {
    model.add_column("s" + std::to_string(s), problem.values()[s]);
  }
  if (options.capacities.empty()) {
    detail::add_capacity(model, "capacity", problem.efforts(), options.budget, options.is_scaled);
  } else if (options.capacities.size() != problem.resources().size()) {
    throw core::InvalidInput("capacities must be one for each resource",
                             {.column = "capacities", .value = std::to_string(options.capacities.size())});
  }
  for (std::size_t r = 0; r < options.capacities.size(); ++r) {
    detail::add_capacity(model, "capacity of " + problem.resources()[r], problem.resource_efforts(r),
                         options.capacities[r], options.is_scaled);
  }
  detail::add_customers(model, problem);
  detail::add_needs(model, problem);
  detail::add_dependencies(model, problem);
  return model;
}

OUTWEIGH_INLINE ModelledProblem problem_of(const LinearModel& model) {
  for (std::size_t k = 0; k < model.column_count(); ++k) {
    if (model.whole[k] == 0 || model.lower[k] != 0.0 || model.upper[k] != 1.0) {
      throw core::InvalidInput("a column is not binary", {.table = "mps", .column = model.names[k]});
    }
  }
  RoadmapBuilder builder;
  std::vector<detail::ModelRow> limits;
  for (std::size_t i = 0; i < model.row_count(); ++i) {
    const std::size_t first = model.row_begin[i], count = model.row_begin[i + 1] - first;
    const detail::ModelRow row{
        model.rules[model.row_rules[i]], std::span<const std::uint32_t>(model.row_columns).subspan(first, count),
        std::span<const double>(model.row_coefficients).subspan(first, count), model.row_lower[i], model.row_upper[i]};
    if (count == 0) continue;
    if (row.is_capacity() && row.limits_efforts()) {
      limits.push_back(row);
      continue;
    }
    bool turned = false;
    const detail::PairKind kind = detail::pair_kind(row, turned);
    if (kind == detail::PairKind::none) {
      if (!row.limits_efforts()) {
        throw core::InvalidInput("a row is neither a budget nor of the form x - y <= 0, x + y <= 1 or x - y = 0",
                                 {.table = "mps", .column = row.name});
      }
      limits.push_back(row);
      continue;
    }
    const bool second_first = (row.coefficients[0] < 0.0) != turned;
    const std::string& one = model.names[row.columns[second_first ? 1 : 0]];
    const std::string& other = model.names[row.columns[second_first ? 0 : 1]];
    if (kind == detail::PairKind::of_requires) builder.add_requires(one, other);
    if (kind == detail::PairKind::of_excludes) builder.add_excludes(one, other);
    if (kind == detail::PairKind::of_together) builder.add_together(one, other);
  }
  std::vector<double> efforts(model.column_count(), 0.0);
  for (const detail::ModelRow& row : limits) {
    for (std::size_t k = 0; k < row.columns.size(); ++k) efforts[row.columns[k]] += row.coefficients[k];
  }
  for (std::size_t k = 0; k < model.column_count(); ++k) {
    builder.add_solution(model.names[k], efforts[k], model.worth[k]);
  }
  ModelledProblem found;
  if (limits.size() == 1) found.budget = limits.front().upper;
  for (std::size_t r = 0; limits.size() > 1 && r < limits.size(); ++r) {
    const detail::ModelRow& row = limits[r];
    const bool has_prefix = row.name.starts_with(detail::capacity_prefix);
    const std::string resource = has_prefix ? row.name.substr(detail::capacity_prefix.size()) : row.name;
    std::vector<double> amounts(model.column_count(), 0.0);
    for (std::size_t k = 0; k < row.columns.size(); ++k) amounts[row.columns[k]] = row.coefficients[k];
    for (std::size_t k = 0; k < amounts.size(); ++k) builder.add_effort(model.names[k], resource, amounts[k]);
    found.capacities.push_back(row.upper);
  }
  found.problem = builder.build();
  return found;
}

OUTWEIGH_INLINE std::vector<std::string> row_names(const LinearModel& model) {
  constexpr std::string_view of = "capacity of ";
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  std::vector<std::string> names;
  std::vector<std::uint8_t> seen(model.rules.size(), 0);
  for (std::size_t row = 0; row < model.row_count(); ++row) {
    const std::string& rule = model.rules[model.row_rules[row]];
    const std::string resource = rule.starts_with(of) ? rule.substr(of.size()) : std::string();
    const bool is_named =
        rule == detail::capacity_name || (!resource.empty() && std::all_of(resource.begin(), resource.end(), is_plain));
    const bool is_first = std::exchange(seen[model.row_rules[row]], std::uint8_t{1}) == 0;
    if (!is_named || !is_first) {
      names.push_back("r" + std::to_string(row));
    } else {
      names.push_back(resource.empty() ? rule : std::string(detail::capacity_prefix) + resource);
    }
  }
  return names;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap
