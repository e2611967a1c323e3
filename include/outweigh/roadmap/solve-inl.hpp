#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <outweigh/core/detail/number.hpp>
#include <outweigh/roadmap/detail/apply_rules.hpp>
#include <outweigh/roadmap/detail/branch_and_bound.hpp>
#include <outweigh/roadmap/detail/resource_costs.hpp>
#include <outweigh/roadmap/detail/scaled_problem.hpp>
#include <outweigh/roadmap/detail/several_budgets.hpp>
#include <outweigh/roadmap/solve.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap {

namespace detail {

OUTWEIGH_INLINE void require_option(bool fine, std::string_view option, std::string_view range, double value) {
  if (!fine) {
    throw core::InvalidInput("the " + std::string(option) + " must be a number " + std::string(range),
                             {.column = std::string(option), .value = core::detail::number_text(value)});
  }
}

OUTWEIGH_INLINE void require_positions(const RoadmapProblem& problem, const std::vector<std::uint32_t>& positions,
                                       std::string_view option) {
  for (const std::uint32_t s : positions) {
    if (s >= problem.solution_count()) {
      throw core::InvalidInput("an option names a position that is no solution",
                               {.column = std::string(option), .value = std::to_string(s)});
    }
  }
}

// The relative gap up to which a selection counts as proved. `exact`: nothing was rounded.
inline double allowed_gap(const SolveOptions& options, bool exact) {
  return std::max(options.tolerance, exact ? 0.0 : 1e-6);
}

// What a search found, in the user's terms. `exact`: nothing was rounded.
template <class Search>
void report(const RoadmapProblem& problem, const SolveOptions& options, const ScaledProblem& scaled,
            const Search& search, bool exact, Selection& selection) {
  std::vector<std::uint8_t> chosen(problem.solution_count(), 0);
  for (std::uint32_t u = 0; u < scaled.closure.size(); ++u) {
    if (search.best()[u] == 0) continue;
    for (std::uint32_t k = scaled.members.first(u); k < scaled.members.last(u); ++k) {
      chosen[scaled.members.entry[k]] = 1;
    }
  }
  for (std::uint32_t s = 0; s < chosen.size(); ++s) {
    if (chosen[s] != 0) selection.solutions.push_back(s);
  }
  for (std::uint32_t c = 0; c < problem.customer_count(); ++c) {
    const auto wanted = problem.requests(c);
    if (std::all_of(wanted.begin(), wanted.end(), [&](std::uint32_t s) { return chosen[s] != 0; })) {
      selection.customers.push_back(c);
    }
  }
  selection.value = problem.value_of(chosen);
  selection.cost = problem.cost_of(chosen);
  selection.budget = options.budget;
  selection.include = options.include;
  selection.exclude = options.exclude;
  for (auto* rules : {&selection.include, &selection.exclude}) {
    std::sort(rules->begin(), rules->end());
    rules->erase(std::unique(rules->begin(), rules->end()), rules->end());
  }
  selection.bound =
      std::max(selection.value, scaled.constant + static_cast<double>(search.bound()) * scaled.value_unit);
  if (exact && search.bound() == search.value()) selection.bound = selection.value;
  selection.gap = selection.bound - selection.value;
  selection.proven = selection.gap <= allowed_gap(options, exact) * std::abs(selection.value);
  selection.nodes = search.nodes();
  selection.work = search.work();
  if (options.capacities.empty()) return;
  selection.budget = std::numeric_limits<double>::infinity();
  selection.capacities = options.capacities;
  for (std::size_t r = 0; r < options.capacities.size(); ++r) selection.costs.push_back(problem.cost_of(chosen, r));
}

// Asked by a search whether to stop; says in the selection why it did.
class Interrupt {
 public:
  Interrupt(const SolveOptions& options, Selection& selection) : options_(options), selection_(selection) {}

  [[nodiscard]] double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }
  bool operator()(double value, double bound) {
    if (options_.control.stop.stop_requested()) {
      selection_.status = SolveStatus::stopped;
      return true;
    }
    if (seconds() >= options_.time_limit) {
      selection_.status = SolveStatus::time_limit;
      return true;
    }
    if (options_.control.progress) {
      first_gap_ = std::max(first_gap_, bound - value);
      const double done = first_gap_ > 0.0 ? std::clamp(1.0 - (bound - value) / first_gap_, 0.0, 1.0) : 0.0;
      if (!options_.control.progress("solve", done)) {
        selection_.status = SolveStatus::stopped;
        return true;
      }
    }
    return false;
  }

 private:
  using Clock = std::chrono::steady_clock;
  const SolveOptions& options_;
  Selection& selection_;
  Clock::time_point start_ = Clock::now();
  double first_gap_ = 0.0;
};

inline void offer_start(const ScaledProblem& scaled, const std::vector<std::uint32_t>& start, auto& search) {
  if (start.empty()) return;
  std::vector<std::uint8_t> given(scaled.node_of.size(), 0);
  for (const std::uint32_t s : start) given[s] = 1;
  search.offer(nodes_of(scaled, given));
}

// Runs a search within what the options allow and reports it.
template <class Search>
void search_and_report(const RoadmapProblem& problem, const SolveOptions& options, const ScaledProblem& scaled,
                       bool exact, Interrupt& interrupt, Search& search, Selection& selection) {
  offer_start(scaled, options.start, search);
  typename Search::Limits limits;
  limits.work = options.work_limit;
  // Less by what rounding may add to the gap that is reported.
  const double allowed = allowed_gap(options, exact);
  limits.tolerance = exact ? allowed * (1.0 - 1e-9) : allowed - 9.5e-7;
  limits.interrupt = std::ref(interrupt);
  search.run(limits);
  if (!search.finished() && selection.status == SolveStatus::finished) selection.status = SolveStatus::work_limit;
  report(problem, options, scaled, search, exact, selection);
}

// Efforts that are rounded up put what fits just so beyond the rounded budget. All that fits is within the loose one:
// where the best of that fits as given it is the answer, and its bound holds in any case. `attempt(is_loose)` leaves
// what it found in `selection`.
template <class Attempt, class Fits>
void loose_then_strict(bool is_rounded, Selection& selection, const Attempt& attempt, const Fits& fits_as_given) {
  double bound = std::numeric_limits<double>::infinity();
  if (is_rounded) {
    attempt(true);
    if (fits_as_given()) return;
    bound = selection.bound;
    selection = {};
  }
  attempt(false);
  selection.bound = std::max(selection.value, std::min(selection.bound, bound));
  selection.gap = selection.bound - selection.value;
}

inline void solve_several(const RoadmapProblem& problem, const SolveOptions& options, Interrupt& interrupt,
                          Selection& selection) {
  const ScaledProblem scaled = scale(problem, std::numeric_limits<double>::infinity(), options.include);
  std::vector<ResourceCosts> resources;
  bool is_rounded = false;
  for (std::size_t r = 0; r < options.capacities.size(); ++r) {
    resources.push_back(scale_resource(problem, scaled, r, options.capacities[r]));
    is_rounded = is_rounded || resources.back().budget < resources.back().loose_budget;
  }
  loose_then_strict(
      is_rounded, selection,
      [&](bool is_loose) {
        std::vector<ResourceCosts> limited = resources;
        if (is_loose) {
          for (ResourceCosts& resource : limited) resource.budget = resource.loose_budget;
        }
        SeveralBudgets search(scaled.closure, limited);
        force_rules(problem, scaled, options.include, options.exclude, search);
        if (const std::size_t r = search.settle(); r < resources.size()) {
          throw core::Infeasible("the solutions to include and what they require do not fit the capacity of '" +
                                     problem.resources()[r] + "': " + named(problem, options.include),
                                 {.column = "capacities", .value = core::detail::number_text(options.capacities[r])});
        }
        search_and_report(problem, options, scaled, scaled.exact_values && (is_loose || !is_rounded), interrupt, search,
                          selection);
        for (std::size_t r = 0; r < resources.size(); ++r) {
          selection.prices.push_back(search.price(r) * scaled.value_unit / resources[r].unit);
        }
      },
      [&] {
        for (std::size_t r = 0; r < resources.size(); ++r) {
          if (!fits(selection.costs[r], options.capacities[r])) return false;
        }
        return true;
      });
}

inline void solve_one(const RoadmapProblem& problem, const SolveOptions& options, Interrupt& interrupt,
                      Selection& selection) {
  const ScaledProblem scaled = scale(problem, options.budget, options.include);
  const bool is_rounded = scaled.budget < scaled.loose_budget;
  loose_then_strict(
      is_rounded, selection,
      [&](bool is_loose) {
        BranchAndBound search(scaled.closure, is_loose ? scaled.loose_budget : scaled.budget, scaled.loose_budget);
        apply_rules(problem, scaled, options.budget, options.include, options.exclude, search);
        search_and_report(problem, options, scaled, scaled.exact_values && (is_loose || !is_rounded), interrupt, search,
                          selection);
      },
      [&] { return fits(selection.cost, options.budget); });
}

}  // namespace detail

OUTWEIGH_INLINE Selection solve(const RoadmapProblem& problem, const SolveOptions& options) {
  Selection selection;
  detail::Interrupt interrupt(options, selection);
  detail::require_option(options.budget >= 0.0, "budget", "of at least 0", options.budget);
  detail::require_option(options.time_limit >= 0.0, "time_limit", "of at least 0", options.time_limit);
  detail::require_option(options.tolerance >= 0.0 && options.tolerance <= 1.0, "tolerance", "between 0 and 1",
                         options.tolerance);
  detail::require_positions(problem, options.start, "start");
  detail::require_positions(problem, options.include, "include");
  detail::require_positions(problem, options.exclude, "exclude");
  if (!options.capacities.empty()) {
    if (options.capacities.size() != problem.resources().size()) {
      throw core::InvalidInput("capacities must be one for each resource of the problem",
                               {.column = "capacities", .value = std::to_string(options.capacities.size())});
    }
    for (const double capacity : options.capacities) {
      detail::require_option(capacity >= 0.0, "capacities", "of at least 0", capacity);
    }
    detail::solve_several(problem, options, interrupt, selection);
  } else {
    detail::solve_one(problem, options, interrupt, selection);
  }
  selection.seconds = interrupt.seconds();
  return selection;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap
