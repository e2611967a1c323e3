#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <utility>

#include <outweigh/core/detail/number.hpp>
#include <outweigh/core/parallel.hpp>
#include <outweigh/roadmap/solve.hpp>
#include <outweigh/roadmap/uncertainty.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap {

namespace detail {

OUTWEIGH_INLINE std::vector<double> checked_probabilities(const RoadmapProblem& problem, const Scenarios& scenarios) {
  if (scenarios.count == 0) throw core::InvalidInput("at least one scenario is needed", {.table = "scenarios"});
  const auto fits = [&](const std::vector<double>& numbers, std::size_t size, const char* column) {
    if (!numbers.empty() && numbers.size() != scenarios.count * size) {
      throw core::InvalidInput("scenarios need one number for each item",
                               {.table = "scenarios", .column = column, .value = std::to_string(numbers.size())});
    }
  };
  fits(scenarios.values, problem.solution_count(), "values");
  fits(scenarios.efforts, problem.solution_count(), "efforts");
  fits(scenarios.customer_values, problem.customer_count(), "customer_values");
  fits(scenarios.need_values, problem.need_count(), "need_values");
  fits(scenarios.probabilities, 1, "probabilities");
  std::vector<double> probabilities = scenarios.probabilities;
  if (probabilities.empty()) probabilities.assign(scenarios.count, 1.0);
  double sum = 0.0;
  for (std::size_t s = 0; s < probabilities.size(); ++s) {
    if (!(probabilities[s] > 0.0) || !std::isfinite(probabilities[s])) {
      throw core::InvalidInput("a probability must be positive",
                               {.table = "scenarios",
                                .column = "probabilities",
                                .row = s,
                                .value = core::detail::number_text(probabilities[s])});
    }
    sum += probabilities[s];
    if (!std::isfinite(sum)) {
      throw core::InvalidInput("the probabilities are together more than a number can hold",
                               {.table = "scenarios",
                                .column = "probabilities",
                                .row = s,
                                .value = core::detail::number_text(probabilities[s])});
    }
  }
  for (double& p : probabilities) p /= sum;
  return probabilities;
}

OUTWEIGH_INLINE std::vector<double> row_or(const std::vector<double>& numbers, std::size_t scenario,
                                           std::span<const double> otherwise) {
  if (numbers.empty()) return {otherwise.begin(), otherwise.end()};
  const auto start = numbers.begin() + static_cast<std::ptrdiff_t>(scenario * otherwise.size());
  return {start, start + static_cast<std::ptrdiff_t>(otherwise.size())};
}

OUTWEIGH_INLINE std::vector<double> mean_or(const std::vector<double>& numbers,
                                            const std::vector<double>& probabilities,
                                            std::span<const double> otherwise) {
  if (numbers.empty()) return {otherwise.begin(), otherwise.end()};
  std::vector<double> mean(otherwise.size(), 0.0);
  for (std::size_t s = 0; s < probabilities.size(); ++s) {
    for (std::size_t k = 0; k < mean.size(); ++k) mean[k] += probabilities[s] * numbers[s * mean.size() + k];
  }
  return mean;
}

// Other numbers, the efforts of each resource in proportion to the effort.
OUTWEIGH_INLINE RoadmapProblem with_drawn(const RoadmapProblem& problem, std::span<const double> efforts,
                                          std::span<const double> values, std::span<const double> customer_values,
                                          std::span<const double> need_values) {
  RoadmapProblem drawn = problem.with_numbers(efforts, values, customer_values, need_values);
  const std::size_t count = problem.solution_count();
  if (problem.resources().empty() || std::equal(efforts.begin(), efforts.end(), problem.efforts().begin()))
    return drawn;
  std::vector<double> amounts;
  amounts.reserve(count * problem.resources().size());
  for (std::size_t r = 0; r < problem.resources().size(); ++r) {
    const auto known = problem.resource_efforts(r);
    for (std::size_t s = 0; s < count; ++s) {
      const double effort = problem.efforts()[s];
      if (effort == 0.0 && efforts[s] > 0.0 && known[s] > 0.0) {
        throw core::InvalidInput("an effort is drawn for a solution that has none to be in proportion to",
                                 {.table = "scenarios", .column = "efforts", .value = problem.solution_ids()[s]});
      }
      amounts.push_back(efforts[s] == effort ? known[s] : known[s] * (efforts[s] / effort));
    }
  }
  return drawn.with_resource_efforts(amounts);
}

// The best value as a function of the value of one item: the upper envelope of the plans' lines.
class ValueOfItem {
 public:
  struct Line {
    double at, value, slope;
    [[nodiscard]] double of(double x) const { return value + slope * (x - at); }
  };

  ValueOfItem(const RoadmapProblem& mean, SolveOptions options, ItemKind kind, std::uint32_t position)
      : mean_(mean), options_(std::move(options)), kind_(kind), position_(position) {}

  // Lines by increasing slope.
  std::vector<Line> envelope(double low, double high) {
    const Line first = line(low);
    const Line last = line(high);
    lines_.assign(1, first);
    divide(first, last, 0);
    return lines_;
  }
  [[nodiscard]] bool proven() const noexcept { return proven_; }

 private:
  Line line(double x) {
    std::vector<double> values(mean_.values().begin(), mean_.values().end());
    std::vector<double> customers(mean_.customer_values().begin(), mean_.customer_values().end());
    std::vector<double> needs(mean_.need_values().begin(), mean_.need_values().end());
    (kind_ == ItemKind::solution ? values : kind_ == ItemKind::customer ? customers : needs)[position_] = x;
    const RoadmapProblem problem = mean_.with_numbers(mean_.efforts(), values, customers, needs);
    const Selection best = solve(problem, options_);
    proven_ = proven_ && best.proven;
    double slope = 0.0;
    if (kind_ == ItemKind::solution) {
      slope = std::binary_search(best.solutions.begin(), best.solutions.end(), position_) ? 1.0 : 0.0;
    } else if (kind_ == ItemKind::customer) {
      slope = std::binary_search(best.customers.begin(), best.customers.end(), position_) ? 1.0 : 0.0;
    } else {
      for (const Cover& cover : problem.covers(position_)) {
        if (!std::binary_search(best.solutions.begin(), best.solutions.end(), cover.solution)) continue;
        slope = problem.overlap() == Overlap::sum_of_shares ? std::min(1.0, slope + cover.share)
                                                            : std::max(slope, cover.share);
      }
    }
    return {x, best.value, slope};
  }

  void divide(const Line& low, const Line& high, int depth) {
    if (high.slope <= low.slope + 1e-12) return;
    const double crossing =
        (low.value - low.slope * low.at - high.value + high.slope * high.at) / (high.slope - low.slope);
    const double known = low.of(crossing);
    if (depth < 50 && crossing > low.at && crossing < high.at) {
      const Line between = line(crossing);
      if (between.value > known + 1e-9 * std::max(1.0, std::abs(known)) && between.slope > low.slope + 1e-12 &&
          between.slope < high.slope - 1e-12) {
        divide(low, between, depth + 1);
        divide(between, high, depth + 1);
        return;
      }
    }
    lines_.push_back(high);
  }

  const RoadmapProblem& mean_;
  SolveOptions options_;
  ItemKind kind_;
  std::uint32_t position_;
  bool proven_ = true;
  std::vector<Line> lines_;
};

// A function that never grows, at increasing points: where it is the same on both sides it is the same in between.
template <class Function>
std::vector<double> falling(std::size_t count, const Function& at) {
  std::vector<double> values(count);
  if (count == 0) return values;
  values.front() = at(0);
  values.back() = count > 1 ? at(count - 1) : values.front();
  std::vector<std::pair<std::size_t, std::size_t>> open{{0, count - 1}};
  while (!open.empty()) {
    const auto [low, high] = open.back();
    open.pop_back();
    if (high - low < 2) continue;
    if (std::abs(values[low] - values[high]) <= 1e-12 * std::max(1.0, std::abs(values[low]))) {
      std::fill(values.begin() + static_cast<std::ptrdiff_t>(low), values.begin() + static_cast<std::ptrdiff_t>(high),
                values[low]);
      continue;
    }
    const std::size_t middle = (low + high) / 2;
    values[middle] = at(middle);
    open.emplace_back(low, middle);
    open.emplace_back(middle, high);
  }
  return values;
}

// Any part of a plan, and nothing else.
OUTWEIGH_INLINE SolveOptions keeping_of(const RoadmapProblem& problem, const SolveOptions& options,
                                        const Selection& plan) {
  SolveOptions keeping = options;
  keeping.exclude.clear();
  std::erase_if(keeping.include,
                [&](std::uint32_t s) { return !std::binary_search(plan.solutions.begin(), plan.solutions.end(), s); });
  for (std::uint32_t s = 0; s < problem.solution_count(); ++s) {
    if (!std::binary_search(plan.solutions.begin(), plan.solutions.end(), s)) keeping.exclude.push_back(s);
  }
  return keeping;
}

// What it is worth to learn the effort of a solution before deciding, against dropping from the plan what no longer
// fits. False when a search was not finished.
OUTWEIGH_INLINE bool learn_effort(const RoadmapProblem& mean, const SolveOptions& options, const Selection& plan,
                                  const std::vector<double>& drawn, const std::vector<double>& probabilities,
                                  ItemInformation& item) {
  std::vector<double> points = drawn;
  std::sort(points.begin(), points.end());
  points.erase(std::unique(points.begin(), points.end()), points.end());
  const SolveOptions keeping = keeping_of(mean, options, plan);
  bool proven = true;
  const auto best = [&](const SolveOptions& solving, std::size_t at) {
    std::vector<double> efforts(mean.efforts().begin(), mean.efforts().end());
    efforts[item.position] = points[at];
    try {
      const Selection found =
          solve(with_drawn(mean, efforts, mean.values(), mean.customer_values(), mean.need_values()), solving);
      proven = proven && found.proven;
      return found.value;
    } catch (const core::Infeasible&) {
      return 0.0;  // what has to be in does not fit, whatever was learnt
    }
  };
  const std::vector<double> anew = falling(points.size(), [&](std::size_t at) { return best(options, at); });
  const std::vector<double> kept = falling(points.size(), [&](std::size_t at) { return best(keeping, at); });
  double scale = 1.0;
  for (const double value : anew) scale = std::max(scale, std::abs(value));
  for (std::size_t s = 0; s < drawn.size(); ++s) {
    const auto at = static_cast<std::size_t>(std::lower_bound(points.begin(), points.end(), drawn[s]) - points.begin());
    item.worth += probabilities[s] * std::max(0.0, anew[at] - kept[at]);
  }
  for (std::size_t at = 0; at < points.size(); ++at) {
    if (anew[at] - kept[at] <= 1e-9 * scale) continue;
    if (!item.threshold || std::abs(points[at] - item.mean) < std::abs(*item.threshold - item.mean))
      item.threshold = points[at];
  }
  if (item.worth < 1e-12 * scale) item.worth = 0.0;
  return proven;
}

}  // namespace detail

OUTWEIGH_INLINE RoadmapProblem in_scenario(const RoadmapProblem& problem, const Scenarios& scenarios,
                                           std::size_t scenario) {
  (void)detail::checked_probabilities(problem, scenarios);
  if (scenario >= scenarios.count) throw core::InvalidInput("there is no such scenario", {.row = scenario});
  return detail::with_drawn(problem, detail::row_or(scenarios.efforts, scenario, problem.efforts()),
                            detail::row_or(scenarios.values, scenario, problem.values()),
                            detail::row_or(scenarios.customer_values, scenario, problem.customer_values()),
                            detail::row_or(scenarios.need_values, scenario, problem.need_values()));
}

OUTWEIGH_INLINE RoadmapProblem on_average(const RoadmapProblem& problem, const Scenarios& scenarios) {
  const std::vector<double> probabilities = detail::checked_probabilities(problem, scenarios);
  return detail::with_drawn(problem, detail::mean_or(scenarios.efforts, probabilities, problem.efforts()),
                            detail::mean_or(scenarios.values, probabilities, problem.values()),
                            detail::mean_or(scenarios.customer_values, probabilities, problem.customer_values()),
                            detail::mean_or(scenarios.need_values, probabilities, problem.need_values()));
}

OUTWEIGH_INLINE UncertainPlan plan_under_uncertainty(const RoadmapProblem& problem, const Scenarios& scenarios,
                                                     const UncertaintyOptions& options) {
  const std::vector<double> probabilities = detail::checked_probabilities(problem, scenarios);
  const RoadmapProblem mean = on_average(problem, scenarios);
  core::RunControl quiet;
  quiet.stop = options.control.stop;
  SolveOptions solving;
  solving.budget = options.budget;
  solving.capacities = options.capacities;
  solving.time_limit = options.time_limit;
  solving.include = options.include;
  solving.exclude = options.exclude;
  solving.control = quiet;
  UncertainPlan result;
  const Selection best = solve(mean, solving);
  options.control.check();
  result.proven = best.proven;
  result.plan = best;
  if (options.judge) {
    SolveOptions fixed = solving;
    fixed.budget = std::numeric_limits<double>::infinity();
    fixed.capacities.assign(options.capacities.size(), std::numeric_limits<double>::infinity());
    fixed.include = *options.judge;
    fixed.exclude.clear();
    std::vector<std::uint8_t> kept(problem.solution_count(), 0);
    for (const std::uint32_t s : *options.judge) {
      if (s >= kept.size()) throw core::InvalidInput("a plan to judge names no solution", {.value = std::to_string(s)});
      kept[s] = 1;
    }
    for (std::uint32_t s = 0; s < kept.size(); ++s) {
      if (kept[s] == 0) fixed.exclude.push_back(s);
    }
    result.plan = solve(mean, fixed);
  }
  solving.start = result.plan.solutions;
  std::vector<std::uint8_t> chosen(problem.solution_count(), 0);
  for (const std::uint32_t s : result.plan.solutions) chosen[s] = 1;

  options.control.report("scenarios", 0.0);
  result.values.resize(scenarios.count);
  result.costs.resize(scenarios.count);
  result.best_values.resize(scenarios.count);
  std::vector<std::vector<std::uint32_t>> best_sets(scenarios.count);
  std::vector<std::uint8_t> finished(scenarios.count, 1), beyond(scenarios.count * options.capacities.size(), 0);
  std::vector<double> kept(scenarios.count);  // by what of the plan fits
  std::vector<double> kept_of_best(scenarios.count);
  const SolveOptions keeping = detail::keeping_of(problem, solving, result.plan);
  const SolveOptions keeping_best = detail::keeping_of(problem, solving, best);
  std::vector<std::uint8_t> in_best_plan(problem.solution_count(), 0);
  for (const std::uint32_t s : best.solutions) in_best_plan[s] = 1;
  const bool is_best = in_best_plan == chosen;
  const auto above = [](double cost, double limit) {
    return cost > limit * (1.0 + 1e-9) ? std::uint8_t{1} : std::uint8_t{0};
  };
  const auto best_fits = [&](const RoadmapProblem& drawn) {
    if (options.capacities.empty()) return above(drawn.cost_of(in_best_plan), options.budget) == 0;
    for (std::size_t r = 0; r < options.capacities.size(); ++r) {
      if (above(drawn.cost_of(in_best_plan, r), options.capacities[r]) != 0) return false;
    }
    return true;
  };
  const auto fits = [&](std::size_t s, double cost) {
    if (options.capacities.empty()) return above(cost, options.budget) == 0;
    const auto first = beyond.begin() + static_cast<std::ptrdiff_t>(s * options.capacities.size());
    return std::find(first, first + static_cast<std::ptrdiff_t>(options.capacities.size()), 1) ==
           first + static_cast<std::ptrdiff_t>(options.capacities.size());
  };
  core::parallel_for(options.control, scenarios.count, [&](std::size_t s) {
    const RoadmapProblem drawn = in_scenario(problem, scenarios, s);
    result.values[s] = drawn.value_of(chosen);
    result.costs[s] = drawn.cost_of(chosen);
    for (std::size_t r = 0; r < options.capacities.size(); ++r) {
      beyond[s * options.capacities.size() + r] = above(drawn.cost_of(chosen, r), options.capacities[r]);
    }
    kept[s] = result.values[s];
    try {
      const Selection found = solve(drawn, solving);
      result.best_values[s] = found.value;
      best_sets[s] = found.solutions;
      finished[s] = found.proven ? 1 : 0;
      if (!fits(s, result.costs[s])) kept[s] = solve(drawn, keeping).value;
      kept_of_best[s] = is_best            ? kept[s]
                        : best_fits(drawn) ? drawn.value_of(in_best_plan)
                                           : solve(drawn, keeping_best).value;
    } catch (const core::Infeasible&) {
      result.best_values[s] = kept_of_best[s] = kept[s];  // what has to be in does not fit here
      best_sets[s] = result.plan.solutions;
    }
  });
  result.in_best.assign(problem.solution_count(), 0.0);
  result.worst_value = std::numeric_limits<double>::infinity();
  double best_mean = 0.0;
  double kept_mean = 0.0;
  double whole = 0.0;
  result.overruns.assign(options.capacities.size(), 0.0);
  for (std::size_t s = 0; s < scenarios.count; ++s) {
    const double p = probabilities[s];
    result.proven = result.proven && finished[s] != 0;
    result.regrets.push_back(std::max(0.0, result.best_values[s] - kept[s]));
    result.expected_value += p * result.values[s];
    result.expected_regret += p * result.regrets[s];
    result.worst_value = std::min(result.worst_value, result.values[s]);
    result.worst_regret = std::max(result.worst_regret, result.regrets[s]);
    best_mean += p * result.best_values[s];
    kept_mean += p * kept_of_best[s];
    for (std::size_t r = 0; r < options.capacities.size(); ++r) {
      if (beyond[s * options.capacities.size() + r] != 0) result.overruns[r] += p;
    }
    if (!fits(s, result.costs[s])) result.overrun += p;
    for (const std::uint32_t i : best_sets[s]) result.in_best[i] += p;
    whole += p;
  }
  // By the probabilities as they add up here, so that what is in every best plan is so with 1 and no less.
  for (double& share : result.in_best) share /= whole;
  result.perfect_information = std::max(0.0, best_mean - kept_mean);
  if (!options.information) {
    options.control.report("scenarios", 1.0);
    return result;
  }

  options.control.report("information", 0.5);
  const auto varying = [&](ItemKind kind, const std::vector<double>& numbers, std::span<const double> means) {
    for (std::uint32_t k = 0; !numbers.empty() && k < means.size(); ++k) {
      for (std::size_t s = 1; s < scenarios.count; ++s) {
        if (numbers[s * means.size() + k] == numbers[k]) continue;
        result.information.push_back({.kind = kind, .position = k, .mean = means[k]});
        break;
      }
    }
  };
  varying(ItemKind::solution, scenarios.values, mean.values());
  varying(ItemKind::customer, scenarios.customer_values, mean.customer_values());
  varying(ItemKind::need, scenarios.need_values, mean.need_values());
  varying(ItemKind::effort, scenarios.efforts, mean.efforts());
  solving.start = best.solutions;
  std::vector<std::uint8_t> item_finished(result.information.size(), 1);
  core::parallel_for(options.control, result.information.size(), [&](std::size_t at) {
    ItemInformation& item = result.information[at];
    const std::vector<double>& numbers = item.kind == ItemKind::solution   ? scenarios.values
                                         : item.kind == ItemKind::customer ? scenarios.customer_values
                                         : item.kind == ItemKind::need     ? scenarios.need_values
                                                                           : scenarios.efforts;
    const std::size_t width = numbers.size() / scenarios.count;
    if (item.kind == ItemKind::effort) {
      std::vector<double> drawn(scenarios.count);
      for (std::size_t s = 0; s < scenarios.count; ++s) drawn[s] = numbers[s * width + item.position];
      item_finished[at] = detail::learn_effort(mean, solving, best, drawn, probabilities, item) ? 1 : 0;
      return;
    }
    double low = item.mean, high = item.mean;
    for (std::size_t s = 0; s < scenarios.count; ++s) {
      low = std::min(low, numbers[s * width + item.position]);
      high = std::max(high, numbers[s * width + item.position]);
    }
    detail::ValueOfItem value(mean, solving, item.kind, item.position);
    const auto lines = value.envelope(low, high);
    item_finished[at] = value.proven() ? 1 : 0;
    const auto best_at = [&](double x) {
      double most = lines.front().of(x);
      for (const auto& line : lines) most = std::max(most, line.of(x));
      return most;
    };
    double informed = 0.0;
    for (std::size_t s = 0; s < scenarios.count; ++s)
      informed += probabilities[s] * best_at(numbers[s * width + item.position]);
    item.worth = informed - best_at(item.mean);
    if (item.worth < 1e-12 * std::max(1.0, std::abs(informed))) item.worth = 0.0;
    for (std::size_t k = 0; k + 1 < lines.size(); ++k) {
      const auto& a = lines[k];
      const auto& b = lines[k + 1];
      const double crossing = (a.of(0.0) - b.of(0.0)) / (b.slope - a.slope);
      if (!item.threshold || std::abs(crossing - item.mean) < std::abs(*item.threshold - item.mean))
        item.threshold = crossing;
    }
  });
  for (const std::uint8_t done : item_finished) result.proven = result.proven && done != 0;
  // With the others at their means an item seems to tell more than all do where draws go together.
  for (ItemInformation& item : result.information) item.worth = std::min(item.worth, result.perfect_information);
  options.control.report("information", 1.0);
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap
