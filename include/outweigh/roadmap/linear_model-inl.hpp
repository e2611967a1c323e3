#pragma once

#include <algorithm>
#include <cmath>
#include <utility>

#include <outweigh/roadmap/detail/time_limit.hpp>
#include <outweigh/roadmap/linear_model.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap {

OUTWEIGH_INLINE std::uint32_t LinearModel::add_column(std::string name, double value, bool is_whole, double least,
                                                      double most) {
  names.push_back(std::move(name));
  worth.push_back(value);
  whole.push_back(is_whole ? 1 : 0);
  lower.push_back(least);
  upper.push_back(most);
  return static_cast<std::uint32_t>(worth.size() - 1);
}

OUTWEIGH_INLINE std::uint32_t LinearModel::rule(std::string_view name) {
  const auto [found, is_new] = rule_positions_.try_emplace(std::string(name), static_cast<std::uint32_t>(rules.size()));
  if (is_new) rules.emplace_back(name);
  return found->second;
}

OUTWEIGH_INLINE void LinearModel::add_row(std::uint32_t of_rule, std::span<const LinearTerm> terms, double least,
                                          double most) {
  for (const LinearTerm& term : terms) {
    if (term.coefficient == 0.0) continue;
    row_columns.push_back(term.column);
    row_coefficients.push_back(term.coefficient);
  }
  row_rules.push_back(of_rule);
  row_lower.push_back(least);
  row_upper.push_back(most);
  row_begin.push_back(row_columns.size());
}

OUTWEIGH_INLINE double power_of_two_scale(std::span<const double> numbers, int bits) noexcept {
  double largest = 0.0;
  for (const double number : numbers) largest = std::max(largest, std::abs(number));
  int exponent = 0;
  std::frexp(largest, &exponent);
  return std::ldexp(1.0, std::min(1000, bits - exponent));
}

namespace detail {

// What the largest worth is scaled to: a solver does not tell apart what differs by 1e-6.
inline constexpr int worth_bits = 20;

inline LinearModel part_of(const LinearModel& model, const LinearPart& part, double scale) {
  LinearModel other = model;
  for (double& worth : other.worth) worth *= part.only_feasible ? 0.0 : scale;
  if (std::find(part.without.begin(), part.without.end(), 1) == part.without.end()) return other;
  other.row_rules.clear();
  other.row_lower.clear();
  other.row_upper.clear();
  other.row_begin = {0};
  other.row_columns.clear();
  other.row_coefficients.clear();
  for (std::size_t row = 0; row < model.row_count(); ++row) {
    const std::uint32_t rule = model.row_rules[row];
    if (rule < part.without.size() && part.without[rule] != 0) continue;
    const auto first = static_cast<std::ptrdiff_t>(model.row_begin[row]);
    const auto last = static_cast<std::ptrdiff_t>(model.row_begin[row + 1]);
    other.row_columns.insert(other.row_columns.end(), model.row_columns.begin() + first,
                             model.row_columns.begin() + last);
    other.row_coefficients.insert(other.row_coefficients.end(), model.row_coefficients.begin() + first,
                                  model.row_coefficients.begin() + last);
    other.row_rules.push_back(rule);
    other.row_lower.push_back(model.row_lower[row]);
    other.row_upper.push_back(model.row_upper[row]);
    other.row_begin.push_back(other.row_columns.size());
  }
  return other;
}

// Is an answer called optimal though it is worth less than the bound? HiGHS 1.16 may leave what it was given to start
// from as the answer, where it has found a better one.
inline bool falls_short(const LinearModel& model, const LinearOutcome& found, double tolerance) {
  if (found.status != LinearStatus::optimal || found.values.empty()) return false;
  double objective = 0.0;
  for (std::size_t k = 0; k < found.values.size(); ++k) objective += model.worth[k] * found.values[k];
  const double larger = std::max(std::abs(objective), std::abs(found.bound));
  return found.bound - objective > std::max(1e-3, (tolerance + 1e-6) * larger);
}

}  // namespace detail

OUTWEIGH_INLINE LinearOutcome solve_linear(const LinearModel& model, const LinearSolver& solver,
                                           const LinearOptions& options, const LinearPart& part) {
  LinearOutcome found;
  if (model.column_count() == 0) {
    found.status = LinearStatus::optimal;
    found.bound = 0.0;
    return found;
  }
  const double scale = power_of_two_scale(model.worth, detail::worth_bits);
  const detail::TimeLimit limit(options.time_limit);
  const LinearModel scaled = detail::part_of(model, part, scale);
  found = solver(scaled, options);
  if (!options.start.empty() && detail::falls_short(scaled, found, options.tolerance)) {
    LinearOptions again = options;
    again.start.clear();
    again.time_limit = limit.left();
    LinearOutcome other = solver(scaled, again);
    if (!other.values.empty()) {
      found = std::move(other);
    } else {
      found.status = LinearStatus::limit;
    }
  }
  found.objective = 0.0;
  for (std::size_t k = 0; k < found.values.size(); ++k) found.objective += model.worth[k] * found.values[k];
  const bool searched = std::find(model.whole.begin(), model.whole.end(), 1) != model.whole.end();
  // A part of the search that is better by less than 1e-6 is not looked into.
  found.bound = found.bound / scale + (searched ? 2e-6 / scale : 0.0);
  return found;
}

OUTWEIGH_INLINE LinearOutcome solve_repaired(LinearModel& model, const LinearSolver& solver,
                                             const LinearOptions& options,
                                             const std::function<bool(const LinearOutcome&)>& forbid,
                                             const LinearPart& part) {
  constexpr int most_repairs = 200;
  const detail::TimeLimit limit(options.time_limit);
  LinearOptions left = options;
  for (int repair = 0; repair < most_repairs; ++repair) {
    if (repair > 0) left.time_limit = limit.left();
    LinearOutcome found = solve_linear(model, solver, left, part);
    if (found.values.empty() || !forbid(found)) return found;
  }
  throw core::NotIdentified("the solver does not see what the rules forbid; their numbers are of too different size");
}

OUTWEIGH_INLINE LinearConflict find_conflict(const LinearModel& model, const LinearSolver& solver,
                                             const LinearOptions& options, std::vector<std::uint32_t> rules,
                                             LinearPart part) {
  const detail::TimeLimit limit(options.time_limit);
  part.only_feasible = true;
  part.without.resize(model.rules.size(), 0);
  LinearOptions left = options;
  const auto drop_spared = [&] { std::erase_if(rules, [&](std::uint32_t rule) { return part.without[rule] != 0; }); };
  for (std::size_t size = std::max<std::size_t>(1, rules.size() / 2);; size = std::max<std::size_t>(1, size / 2)) {
    for (std::size_t first = 0; first < rules.size(); first += size) {
      left.time_limit = limit.left();
      if (left.time_limit == 0.0) {
        drop_spared();
        return {std::move(rules), false};
      }
      const std::size_t last = std::min(rules.size(), first + size);
      for (std::size_t k = first; k < last; ++k) part.without[rules[k]] = 1;
      if (solve_linear(model, solver, left, part).status == LinearStatus::infeasible) continue;
      for (std::size_t k = first; k < last; ++k) part.without[rules[k]] = 0;
    }
    drop_spared();
    if (size == 1) return {std::move(rules), limit.left() > 0.0};
  }
}

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap
