#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <span>
#include <utility>

#include <outweigh/roadmap/detail/release_model.hpp>
#include <outweigh/roadmap/detail/release_rules.hpp>
#include <outweigh/roadmap/detail/release_start.hpp>
#include <outweigh/roadmap/detail/time_limit.hpp>
#include <outweigh/roadmap/releases.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap {

namespace detail {

inline std::string joined(std::span<const std::string> words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : "; ") + word;
  return text;
}

// One call of plan_releases.
class ReleasePlanner {
  using Releases = std::vector<std::uint32_t>;

 public:
  ReleasePlanner(const ReleaseRules& rules, const LinearSolver& solver)
      : rules_(rules), options_(rules.options), solver_(solver), limit_(options_.time_limit), built_(rules) {}

  ReleasePlan plan() {
    if (!options_.commitments.empty() || !options_.fixed.empty()) {
      const LinearPart promises = beyond_promises();
      if (solve_linear(built_.model, solver_, with_time(limit_.left()), promises).status == LinearStatus::infeasible) {
        const std::vector<std::uint32_t> told(built_.tags.begin(),
                                              built_.tags.begin() + static_cast<std::ptrdiff_t>(built_.promised));
        refuse(told, promises);
      }
    }
    find_first_plan();
    const bool is_fairest = !options_.max_min || raise_the_worst_served();
    const LinearOutcome found = best(limit_.left());
    std::vector<ReleasePlan> plans;
    if (!found.values.empty()) plans.push_back(result(built_.releases_in(found.values), found.bound));
    if (known_) plans.push_back(result(*known_, found.bound));
    if (plans.empty()) {
      // What must be there, and nothing else.
      LinearPart part;
      part.only_feasible = true;
      Releases needed;
      if (rules_.problem.solution_count() > 0) {
        needed = built_.releases_in(best(std::numeric_limits<double>::infinity(), part).values);
      }
      plans.push_back(result(needed, found.bound));
    }
    ReleasePlan chosen = plans.front();
    if (plans.size() > 1 && plans[1].value > chosen.value) chosen = plans[1];
    if (const auto faults = broken_rules(rules_, chosen); !faults.empty()) {
      throw core::Infeasible("the rules of the plan cannot hold together: " + joined(faults), {.column = "rules"});
    }
    chosen.proven = chosen.proven && is_fairest;
    return chosen;
  }

 private:
  [[nodiscard]] LinearOptions with_time(double seconds) const {
    return {.time_limit = seconds, .tolerance = options_.tolerance, .control = options_.control};
  }

  [[nodiscard]] LinearPart beyond_promises() const {
    LinearPart part;
    part.only_feasible = true;
    part.without.assign(built_.model.rules.size(), 0);
    for (std::size_t k = built_.promised; k < built_.tags.size(); ++k) part.without[built_.tags[k]] = 1;
    return part;
  }

  [[noreturn]] void refuse(const std::vector<std::uint32_t>& told, const LinearPart& part = {}) {
    constexpr std::size_t most_told = 20;
    const auto conflict = find_conflict(built_.model, solver_, with_time(limit_.left()), told, part);
    std::vector<std::string> names;
    bool any_promise = false, any_fixed = false, any_capacity = false, nothing_else = true;
    for (const std::uint32_t rule : conflict.rules) {
      const std::string& name = built_.model.rules[rule];
      const auto says = [&](const char* words) { return name.find(words) != std::string::npos; };
      const bool is_fixed = says(" is in progress in "), is_promised = says(" is promised by ");
      const bool is_capacity = name.starts_with("capacity of ");
      any_fixed = any_fixed || is_fixed;
      any_promise = any_promise || is_promised;
      any_capacity = any_capacity || is_capacity;
      nothing_else = nothing_else && (is_fixed || is_promised || is_capacity || says(" requires "));
      names.push_back(name);
    }
    std::string message = (any_promise || any_fixed) && any_capacity && nothing_else
                              ? "what is promised is above the capacity: "
                              : "the rules of the plan cannot hold together: ";
    if (conflict.is_smallest) {
      message += joined(names);
    } else {
      message += joined(std::span<const std::string>(names).first(std::min(names.size(), most_told)));
      if (names.size() > most_told) message += " and " + std::to_string(names.size() - most_told) + " more";
      message += " (there was no time to find a smallest set of them)";
    }
    throw core::Infeasible(message, {.column = any_promise ? "commitments"
                                               : any_fixed ? "fixed"
                                                           : "rules",
                                     .value = names.empty() ? std::string() : names.front()});
  }

  ReleasePlan result(const Releases& releases, double bound) const {
    ReleasePlan plan = judged(rules_, releases);
    bound = std::min(bound, most_);
    plan.bound = std::max(built_.is_whole ? std::floor(bound) : bound, plan.value);
    plan.proven = plan.bound - plan.value <= std::max(options_.tolerance * std::abs(plan.value),
                                                      1e-6 * std::max(std::abs(plan.value), built_.least));
    return plan;
  }

  // A plan found without the solver, or of no solutions at all, where one of them keeps to the rules.
  void find_first_plan() {
    const ReleaseStart start = release_by_release(rules_, limit_);
    most_ = std::min(built_.most, start.bound);
    const auto offer = [&](const Releases& releases) {
      if (broken_rules(rules_, result(releases, 0.0)).empty()) known_ = releases;
    };
    offer(Releases(rules_.problem.solution_count(), 0));
    if (start.releases) offer(*start.releases);
  }

  [[nodiscard]] double worst_served(const Releases& releases) const {
    const auto worth = result(releases, 0.0).segment_values;
    return *std::min_element(worth.begin(), worth.end());
  }

  // Holds the worst-served segment to the best that can be had for it. Was that proved?
  bool raise_the_worst_served() {
    LinearModel& model = built_.model;
    std::vector<double> kept(model.worth.size(), 0.0);
    std::swap(kept, model.worth);
    const double infinity = std::numeric_limits<double>::infinity();
    const std::uint32_t least = model.add_column("least", 1.0, false, -infinity, infinity);
    std::vector<double> sizes;
    for (const auto& terms : built_.worth_to) {
      for (const LinearTerm& term : terms) sizes.push_back(term.coefficient);
    }
    const double scale = power_of_two_scale(sizes);
    const std::uint32_t rule = model.rule("least");
    for (const auto& terms : built_.worth_to) {
      std::vector<LinearTerm> row{{least, 1.0}};
      for (const LinearTerm& term : terms) row.push_back({term.column, -term.coefficient * scale});
      model.add_row(rule, row, -infinity, 0.0);
    }
    least_ = {.column = least, .coefficient = scale};
    // Half of the time at most, so that some is left for the value.
    const LinearOutcome fairest = best(limit_.left() / 2.0);
    kept.push_back(0.0);
    model.worth = std::move(kept);
    if (!fairest.values.empty()) {
      Releases releases = built_.releases_in(fairest.values);
      if (!known_ || worst_served(releases) >= worst_served(*known_)) known_ = std::move(releases);
    }
    if (known_) model.lower[least] = worst_served(*known_) * scale - 1e-7;
    return fairest.status == LinearStatus::optimal;
  }

  LinearOutcome best(double seconds, const LinearPart& part = {}) {
    const auto forbid = [&](const LinearOutcome& found) {
      const ReleasePlan plan = result(built_.releases_in(found.values), found.bound);
      if (broken_rules(rules_, plan).empty()) return false;
      built_.forbid(plan);
      return true;
    };
    LinearOptions options = with_time(seconds);
    if (known_ && !part.only_feasible) {
      options.start = built_.values_of(*known_);
      if (least_) options.start[least_->column] = worst_served(*known_) * least_->coefficient;
    }
    LinearOutcome found = solve_repaired(built_.model, solver_, options, forbid, part);
    if (found.status == LinearStatus::infeasible) refuse(built_.tags);
    return found;
  }

  const ReleaseRules& rules_;
  const ReleaseOptions& options_;
  const LinearSolver& solver_;
  TimeLimit limit_;
  ReleaseModel built_;
  double most_ = std::numeric_limits<double>::infinity();
  std::optional<Releases> known_{};    // the best plan so far
  std::optional<LinearTerm> least_{};  // the column of what the worst-served segment gets, and its scale
};

}  // namespace detail

OUTWEIGH_INLINE ReleasePlan plan_releases(const RoadmapProblem& problem, const ReleaseOptions& options,
                                          const LinearSolver& solver) {
  if (!solver) throw core::MissingInput("a plan over several releases needs a general solver", {.column = "solver"});
  const detail::ReleaseRules rules = detail::release_rules(problem, options);
  return detail::ReleasePlanner(rules, solver).plan();
}

OUTWEIGH_INLINE std::vector<std::string> check_releases(const RoadmapProblem& problem, const ReleaseOptions& options,
                                                        const ReleasePlan& plan) {
  const detail::ReleaseRules rules = detail::release_rules(problem, options);
  if (plan.releases.size() != problem.solution_count()) return {"it does not have a release for each solution"};
  std::vector<std::string> faults;
  for (std::uint32_t s = 0; s < plan.releases.size(); ++s) {
    if (plan.releases[s] > rules.horizon) faults.push_back(rules.id(s) + " is in a release that does not exist");
  }
  if (!faults.empty()) return faults;
  const ReleasePlan again = detail::judged(rules, plan.releases);
  faults = detail::broken_rules(rules, again);
  if (again.customers != plan.customers) faults.emplace_back("its customers are not those it serves");
  if (std::abs(again.value - plan.value) > 1e-9 * std::max(1.0, std::abs(again.value))) {
    faults.emplace_back("its value is not what it is worth");
  }
  if (plan.bound < plan.value) faults.emplace_back("its bound is below its value");
  return faults;
}

OUTWEIGH_INLINE core::Table releases_table(const RoadmapProblem& problem, const ReleasePlan& plan) {
  std::vector<std::uint32_t> order(plan.releases.size());
  std::iota(order.begin(), order.end(), 0U);
  std::erase_if(order, [&](std::uint32_t s) { return plan.releases[s] == 0; });
  const auto ids = problem.solution_ids();
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return std::pair(plan.releases[a], ids[a]) < std::pair(plan.releases[b], ids[b]);
  });
  std::vector<std::string> names;
  std::vector<std::int64_t> releases;
  for (const std::uint32_t s : order) {
    names.push_back(ids[s]);
    releases.push_back(plan.releases[s]);
  }
  core::Table table;
  table.add("solution_id", core::Column::strings(std::span<const std::string>(names)));
  table.add("release", core::Column::int64s(std::move(releases)));
  return table;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap
