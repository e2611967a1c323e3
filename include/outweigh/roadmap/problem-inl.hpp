#pragma once

#include <algorithm>
#include <cmath>
#include <utility>

#include <outweigh/core/detail/number.hpp>
#include <outweigh/roadmap/detail/id_positions.hpp>
#include <outweigh/roadmap/problem.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap {

namespace detail {

OUTWEIGH_INLINE void require_finite(double number, std::string_view table, std::string_view column, std::size_t row) {
  if (!std::isfinite(number)) {
    throw core::InvalidInput("a number must be finite", {.table = std::string(table),
                                                         .column = std::string(column),
                                                         .row = row,
                                                         .value = core::detail::number_text(number)});
  }
}

OUTWEIGH_INLINE void require_positive_or_zero(double number, std::string_view table, std::string_view column,
                                              std::size_t row) {
  require_finite(number, table, column, row);
  if (number < 0.0) {
    throw core::InvalidInput("a number must not be negative", {.table = std::string(table),
                                                               .column = std::string(column),
                                                               .row = row,
                                                               .value = core::detail::number_text(number)});
  }
}

// Adds their sizes to `sum`, which a number has to hold: no plan's cost or value then overflows.
OUTWEIGH_INLINE void require_finite_sum(std::span<const double> numbers, double& sum, std::string_view table,
                                        std::string_view column) {
  for (std::size_t row = 0; row < numbers.size(); ++row) {
    sum += std::abs(numbers[row]);
    if (!std::isfinite(sum)) {
      throw core::InvalidInput("these numbers are together more than a number can hold",
                               {.table = std::string(table),
                                .column = std::string(column),
                                .row = row,
                                .value = core::detail::number_text(numbers[row])});
    }
  }
}
OUTWEIGH_INLINE void require_finite_sums(std::span<const double> efforts, std::span<const double> values,
                                         std::span<const double> customer_values, std::span<const double> need_values) {
  double effort = 0.0;
  double value = 0.0;
  require_finite_sum(efforts, effort, "solutions", "effort");
  require_finite_sum(values, value, "solutions", "value");
  require_finite_sum(customer_values, value, "customers", "value");
  require_finite_sum(need_values, value, "needs", "value");
}

// Rows of pairs (row, entry), sorted and without repetition, in compressed form.
OUTWEIGH_INLINE void compress(std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs, std::size_t rows,
                              std::vector<std::size_t>& begin, std::vector<std::uint32_t>& to) {
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  begin.assign(rows + 1, 0);
  to.clear();
  to.reserve(pairs.size());
  for (const auto& [row, entry] : pairs) {
    ++begin[row + 1];
    to.push_back(entry);
  }
  for (std::size_t row = 0; row < rows; ++row) begin[row + 1] += begin[row];
}

// A cycle of `requires` as positions, the first repeated at the end; empty when there is none.
OUTWEIGH_INLINE std::vector<std::uint32_t> find_cycle(const std::vector<std::size_t>& begin,
                                                      const std::vector<std::uint32_t>& to, std::size_t count) {
  enum : std::uint8_t { fresh, open, closed };
  std::vector<std::uint8_t> state(count, fresh);
  std::vector<std::size_t> next(begin.begin(), begin.begin() + static_cast<std::ptrdiff_t>(count));
  std::vector<std::uint32_t> path;
  for (std::uint32_t start = 0; start < count; ++start) {
    if (state[start] != fresh) continue;
    path.push_back(start);
    state[start] = open;
    while (!path.empty()) {
      const std::uint32_t at = path.back();
      if (next[at] == begin[at + 1]) {
        state[at] = closed;
        path.pop_back();
        continue;
      }
      const std::uint32_t target = to[next[at]++];
      if (state[target] == open) {
        path.erase(path.begin(), std::find(path.begin(), path.end(), target));
        path.push_back(target);
        return path;
      }
      if (state[target] == fresh) {
        state[target] = open;
        path.push_back(target);
      }
    }
  }
  return {};
}

// Rows (solution, resource, amount) as one row of amounts a resource.
template <class Rows, class Positions>
void add_resources(const Rows& rows, const Positions& position, const std::vector<std::string>& ids,
                   std::vector<std::string>& resources, std::vector<double>& amounts) {
  if (rows.empty()) return;
  std::unordered_map<std::string, std::size_t> at;
  std::vector<std::uint8_t> named(ids.size(), 0);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const std::uint32_t s = look_up(position, rows[row].first, "efforts", "solution_id", row);
    require_positive_or_zero(rows[row].share, "efforts", "amount", row);
    if (rows[row].second.empty()) {
      throw core::InvalidInput("a resource needs a name", {.table = "efforts", .column = "resource", .row = row});
    }
    const auto [found, fresh] = at.emplace(rows[row].second, resources.size());
    if (fresh) {
      resources.push_back(rows[row].second);
      amounts.resize(amounts.size() + ids.size(), 0.0);
    }
    double& amount = amounts[found->second * ids.size() + s];
    amount += rows[row].share;
    require_finite(amount, "efforts", "amount", row);
    named[s] = 1;
  }
  for (std::size_t s = 0; s < ids.size(); ++s) {
    if (named[s] == 0) {
      throw core::InvalidInput("a solution has no effort of any resource",
                               {.table = "efforts", .column = "solution_id", .value = ids[s]});
    }
  }
}

}  // namespace detail

OUTWEIGH_INLINE std::size_t RoadmapProblem::find_solution(std::string_view id) const {
  const auto at = position_.find(std::string(id));
  if (at == position_.end()) {
    throw core::InvalidInput("an id is unknown",
                             {.table = "solutions", .column = "solution_id", .value = std::string(id)});
  }
  return at->second;
}

OUTWEIGH_INLINE double RoadmapProblem::total_effort() const noexcept {
  double total = 0.0;
  for (const double effort : efforts_) total += effort;
  return total;
}

OUTWEIGH_INLINE double RoadmapProblem::cost_of(std::span<const std::uint8_t> chosen) const {
  if (chosen.size() != solution_count()) {
    throw core::InvalidInput("a choice must have one entry for each solution",
                             {.value = std::to_string(chosen.size())});
  }
  double cost = 0.0;
  for (std::size_t s = 0; s < chosen.size(); ++s) {
    if (chosen[s] != 0) cost += efforts_[s];
  }
  return cost;
}

OUTWEIGH_INLINE double RoadmapProblem::cost_of(std::span<const std::uint8_t> chosen, std::size_t resource) const {
  if (chosen.size() != solution_count()) {
    throw core::InvalidInput("a choice must have one entry for each solution",
                             {.value = std::to_string(chosen.size())});
  }
  const auto amounts = resource_efforts(resource);
  double cost = 0.0;
  for (std::size_t s = 0; s < chosen.size(); ++s) {
    if (chosen[s] != 0) cost += amounts[s];
  }
  return cost;
}

OUTWEIGH_INLINE std::size_t RoadmapProblem::find_resource(std::string_view name) const {
  const auto at = std::find(resources_.begin(), resources_.end(), name);
  if (at == resources_.end()) {
    throw core::InvalidInput("a resource is unknown",
                             {.table = "efforts", .column = "resource", .value = std::string(name)});
  }
  return static_cast<std::size_t>(at - resources_.begin());
}

OUTWEIGH_INLINE RoadmapProblem RoadmapProblem::with_numbers(std::span<const double> efforts,
                                                            std::span<const double> values,
                                                            std::span<const double> customer_values,
                                                            std::span<const double> need_values) const {
  if (efforts.size() != efforts_.size() || values.size() != values_.size() ||
      customer_values.size() != customer_values_.size() || need_values.size() != need_values_.size()) {
    throw core::InvalidInput("other numbers must be one for each item of the problem");
  }
  for (std::size_t k = 0; k < efforts.size(); ++k) {
    detail::require_positive_or_zero(efforts[k], "solutions", "effort", k);
    detail::require_finite(values[k], "solutions", "value", k);
  }
  for (std::size_t k = 0; k < customer_values.size(); ++k) {
    detail::require_positive_or_zero(customer_values[k], "customers", "value", k);
  }
  for (std::size_t k = 0; k < need_values.size(); ++k) {
    detail::require_positive_or_zero(need_values[k], "needs", "value", k);
  }
  detail::require_finite_sums(efforts, values, customer_values, need_values);
  RoadmapProblem other = *this;
  other.efforts_.assign(efforts.begin(), efforts.end());
  other.values_.assign(values.begin(), values.end());
  other.customer_values_.assign(customer_values.begin(), customer_values.end());
  other.need_values_.assign(need_values.begin(), need_values.end());
  return other;
}

OUTWEIGH_INLINE RoadmapProblem RoadmapProblem::with_resource_efforts(std::span<const double> amounts) const {
  if (amounts.size() != resource_efforts_.size()) {
    throw core::InvalidInput("other efforts must be one for each solution and resource of the problem",
                             {.table = "efforts", .column = "amount", .value = std::to_string(amounts.size())});
  }
  for (std::size_t k = 0; k < amounts.size(); ++k) detail::require_positive_or_zero(amounts[k], "efforts", "amount", k);
  RoadmapProblem other = *this;
  other.resource_efforts_.assign(amounts.begin(), amounts.end());
  return other;
}

OUTWEIGH_INLINE double RoadmapProblem::value_of(std::span<const std::uint8_t> chosen) const {
  if (chosen.size() != solution_count()) {
    throw core::InvalidInput("a choice must have one entry for each solution",
                             {.value = std::to_string(chosen.size())});
  }
  double value = 0.0;
  for (std::size_t s = 0; s < chosen.size(); ++s) {
    if (chosen[s] != 0) value += values_[s];
  }
  for (std::size_t c = 0; c < customer_count(); ++c) {
    const auto wanted = requests(c);
    if (std::all_of(wanted.begin(), wanted.end(), [&](std::uint32_t s) { return chosen[s] != 0; })) {
      value += customer_values_[c];
    }
  }
  for (std::size_t n = 0; n < need_count(); ++n) {
    double met = 0.0;
    for (const Cover& cover : covers(n)) {
      if (chosen[cover.solution] == 0) continue;
      met = overlap_ == Overlap::sum_of_shares ? met + cover.share : std::max(met, cover.share);
    }
    value += need_values_[n] * std::min(1.0, met);
  }
  return value;
}

OUTWEIGH_INLINE RoadmapBuilder& RoadmapBuilder::add_solution(std::string id, double effort, double value) {
  solution_ids_.push_back(std::move(id));
  efforts_.push_back(effort);
  values_.push_back(value);
  return *this;
}

OUTWEIGH_INLINE RoadmapBuilder& RoadmapBuilder::add_effort(std::string solution, std::string resource, double amount) {
  amounts_.push_back({std::move(solution), std::move(resource), amount});
  return *this;
}

OUTWEIGH_INLINE RoadmapBuilder& RoadmapBuilder::add_customer(std::string id, double value,
                                                             std::vector<std::string> requests) {
  customers_.push_back({std::move(id), value, std::move(requests)});
  return *this;
}

OUTWEIGH_INLINE RoadmapBuilder& RoadmapBuilder::add_need(std::string id, double value) {
  need_ids_.push_back(std::move(id));
  need_values_.push_back(value);
  return *this;
}

OUTWEIGH_INLINE RoadmapBuilder& RoadmapBuilder::add_cover(std::string solution, std::string need, double share) {
  covers_.push_back({std::move(solution), std::move(need), share});
  return *this;
}

OUTWEIGH_INLINE RoadmapBuilder& RoadmapBuilder::add_requires(std::string solution, std::string on) {
  requires_.push_back({std::move(solution), std::move(on), 1.0, dependencies_++});
  return *this;
}

OUTWEIGH_INLINE RoadmapBuilder& RoadmapBuilder::add_excludes(std::string one, std::string other) {
  excludes_.push_back({std::move(one), std::move(other), 1.0, dependencies_++});
  return *this;
}

OUTWEIGH_INLINE RoadmapBuilder& RoadmapBuilder::add_together(std::string one, std::string other) {
  together_.push_back({std::move(one), std::move(other), 1.0, dependencies_++});
  return *this;
}

OUTWEIGH_INLINE RoadmapProblem RoadmapBuilder::build() const {
  RoadmapProblem problem;
  const std::size_t count = solution_ids_.size();
  problem.position_ = detail::positions(solution_ids_, "solutions", "solution_id");
  problem.solution_ids_ = solution_ids_;
  problem.efforts_ = efforts_;
  problem.values_ = values_;
  for (std::size_t row = 0; row < count; ++row) {
    detail::require_positive_or_zero(efforts_[row], "solutions", "effort", row);
    detail::require_finite(values_[row], "solutions", "value", row);
  }

  detail::add_resources(amounts_, problem.position_, solution_ids_, problem.resources_, problem.resource_efforts_);

  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  for (std::size_t row = 0; row < customers_.size(); ++row) {
    const Customer& customer = customers_[row];
    detail::require_positive_or_zero(customer.value, "customers", "value", row);
    problem.customer_ids_.push_back(customer.id);
    problem.customer_values_.push_back(customer.value);
    for (const std::string& wanted : customer.requests) {
      pairs.emplace_back(static_cast<std::uint32_t>(row),
                         detail::look_up(problem.position_, wanted, "customers", "requests", row));
    }
  }
  (void)detail::positions(problem.customer_ids_, "customers", "customer_id");
  detail::compress(std::move(pairs), customers_.size(), problem.requests_begin_, problem.requests_to_);

  pairs = {};
  for (const NamedPair& pair : requires_) {
    const auto from = detail::look_up(problem.position_, pair.first, "dependencies", "solution_id", pair.row);
    const auto on = detail::look_up(problem.position_, pair.second, "dependencies", "on", pair.row);
    if (from == on) {
      throw core::InvalidInput("a solution requires itself",
                               {.table = "dependencies", .column = "on", .row = pair.row, .value = pair.second});
    }
    pairs.emplace_back(from, on);
  }
  detail::compress(std::move(pairs), count, problem.requires_begin_, problem.requires_to_);
  if (const auto cycle = detail::find_cycle(problem.requires_begin_, problem.requires_to_, count); !cycle.empty()) {
    std::string text;
    for (const std::uint32_t s : cycle) text += (text.empty() ? "" : " requires ") + solution_ids_[s];
    throw core::InvalidInput("solutions require each other in a cycle: " + text,
                             {.table = "dependencies", .column = "on", .value = solution_ids_[cycle.front()]});
  }

  problem.together_.resize(count);
  for (std::uint32_t s = 0; s < count; ++s) problem.together_[s] = s;
  const auto root = [&](std::uint32_t s) {
    while (problem.together_[s] != s) s = problem.together_[s] = problem.together_[problem.together_[s]];
    return s;
  };
  for (const NamedPair& pair : together_) {
    const auto one = root(detail::look_up(problem.position_, pair.first, "dependencies", "solution_id", pair.row));
    const auto other = root(detail::look_up(problem.position_, pair.second, "dependencies", "on", pair.row));
    problem.together_[std::max(one, other)] = std::min(one, other);
  }
  // Groups that require each other through different members are one group.
  while (!together_.empty()) {
    for (std::uint32_t s = 0; s < count; ++s) problem.together_[s] = root(s);
    pairs = {};
    for (std::uint32_t s = 0; s < count; ++s) {
      for (const std::uint32_t on : problem.required_by(s)) {
        if (problem.together_[s] != problem.together_[on]) {
          pairs.emplace_back(problem.together_[s], problem.together_[on]);
        }
      }
    }
    std::vector<std::size_t> begin;
    std::vector<std::uint32_t> to;
    detail::compress(std::move(pairs), count, begin, to);
    const auto cycle = detail::find_cycle(begin, to, count);
    if (cycle.empty()) break;
    for (const std::uint32_t s : cycle) {
      const std::uint32_t one = root(cycle.front());
      const std::uint32_t other = root(s);
      problem.together_[std::max(one, other)] = std::min(one, other);
    }
  }

  problem.overlap_ = overlap_;
  problem.need_ids_ = need_ids_;
  problem.need_values_ = need_values_;
  const auto needs = detail::positions(need_ids_, "needs", "need_id");
  for (std::size_t row = 0; row < need_ids_.size(); ++row) {
    detail::require_positive_or_zero(need_values_[row], "needs", "value", row);
  }
  detail::require_finite_sums(efforts_, values_, problem.customer_values_, need_values_);
  std::vector<std::vector<Cover>> covers(need_ids_.size());
  for (std::size_t row = 0; row < covers_.size(); ++row) {
    const auto solution = detail::look_up(problem.position_, covers_[row].first, "covers", "solution_id", row);
    const auto need = detail::look_up(needs, covers_[row].second, "covers", "need_id", row);
    if (!(covers_[row].share >= 0.0 && covers_[row].share <= 1.0)) {
      throw core::InvalidInput(
          "a share must be between 0 and 1",
          {.table = "covers", .column = "share", .row = row, .value = core::detail::number_text(covers_[row].share)});
    }
    covers[need].push_back({solution, covers_[row].share});
  }
  problem.covers_begin_.push_back(0);
  for (auto& of_need : covers) {
    std::stable_sort(of_need.begin(), of_need.end(),
                     [](const Cover& a, const Cover& b) { return a.solution < b.solution; });
    for (std::size_t k = 0; k < of_need.size(); ++k) {
      if (k + 1 < of_need.size() && of_need[k + 1].solution == of_need[k].solution) continue;
      problem.covers_.push_back(of_need[k]);
    }
    problem.covers_begin_.push_back(problem.covers_.size());
  }

  std::vector<std::uint32_t> stack;
  std::vector<std::uint8_t> seen(count, 0);
  std::vector<std::vector<std::uint32_t>> groups;
  if (!excludes_.empty()) {
    groups.resize(count);
    for (std::uint32_t s = 0; s < count; ++s) groups[problem.together_[s]].push_back(s);
  }
  const auto implies = [&](std::uint32_t from, std::uint32_t target) {
    std::fill(seen.begin(), seen.end(), std::uint8_t{0});
    stack.assign(1, from);
    seen[from] = 1;
    while (!stack.empty()) {
      const std::uint32_t at = stack.back();
      stack.pop_back();
      const auto visit = [&](std::uint32_t next) {
        if (seen[next] == 0) {
          seen[next] = 1;
          stack.push_back(next);
        }
      };
      for (const std::uint32_t next : problem.required_by(at)) visit(next);
      for (const std::uint32_t next : groups[problem.together_[at]]) visit(next);
    }
    return seen[target] != 0;
  };
  for (const NamedPair& pair : excludes_) {
    const auto one = detail::look_up(problem.position_, pair.first, "dependencies", "solution_id", pair.row);
    const auto other = detail::look_up(problem.position_, pair.second, "dependencies", "on", pair.row);
    if (implies(one, other) || implies(other, one)) {
      throw core::InvalidInput("solutions '" + pair.first + "' and '" + pair.second +
                                   "' exclude each other, but one cannot be chosen without the other",
                               {.table = "dependencies", .column = "on", .row = pair.row, .value = pair.second});
    }
    problem.excluded_.push_back({std::min(one, other), std::max(one, other)});
  }
  std::sort(problem.excluded_.begin(), problem.excluded_.end(), [](const ExcludedPair& a, const ExcludedPair& b) {
    return a.first != b.first ? a.first < b.first : a.second < b.second;
  });
  problem.excluded_.erase(std::unique(problem.excluded_.begin(), problem.excluded_.end()), problem.excluded_.end());
  return problem;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap
