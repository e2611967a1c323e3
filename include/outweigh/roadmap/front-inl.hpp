#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <map>
#include <string>
#include <utility>

#include <outweigh/core/detail/number.hpp>
#include <outweigh/roadmap/detail/branch_and_bound.hpp>
#include <outweigh/roadmap/detail/hull_finder.hpp>
#include <outweigh/roadmap/detail/scaled_problem.hpp>
#include <outweigh/roadmap/front.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap {

namespace detail {

class FrontWatch {
 public:
  explicit FrontWatch(const FrontOptions& options) : options_(options), start_(Clock::now()) {
    const auto fine = [](double x) { return x >= 0.0; };
    if (!fine(options.time_limit)) {
      throw core::InvalidInput("the time_limit must be a number of at least 0",
                               {.column = "time_limit", .value = core::detail::number_text(options.time_limit)});
    }
    if (!fine(options.step) || !std::isfinite(options.step)) {
      throw core::InvalidInput("the step must be a finite number of at least 0",
                               {.column = "step", .value = core::detail::number_text(options.step)});
    }
  }
  [[nodiscard]] double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }
  [[nodiscard]] bool late() const { return options_.control.stop.stop_requested() || seconds() >= options_.time_limit; }
  // False when the caller wants to stop.
  [[nodiscard]] bool report(double done) const {
    return !options_.control.progress || options_.control.progress("front", done);
  }

 private:
  using Clock = std::chrono::steady_clock;
  const FrontOptions& options_;
  Clock::time_point start_;
};

// Solutions of a set of nodes, from those of a set that it may hold: sets along the hull mostly grow by a few nodes.
OUTWEIGH_INLINE std::vector<std::uint32_t> solutions_of(const ScaledProblem& scaled,
                                                        const std::vector<std::uint8_t>& set,
                                                        const std::vector<std::uint8_t>& known_set,
                                                        const std::vector<std::uint32_t>& known) {
  std::vector<std::uint32_t> added, solutions;
  bool grown = true;
  constexpr std::uint32_t stride = 64;  // most of the set is as it was
  for (std::uint32_t u = 0; u < set.size() && grown; ++u) {
    while (u + stride <= set.size() && std::memcmp(set.data() + u, known_set.data() + u, stride) == 0) u += stride;
    if (u == set.size() || set[u] == known_set[u]) continue;
    grown = set[u] != 0;
    added.insert(added.end(), scaled.members.entry.begin() + scaled.members.first(u),
                 scaled.members.entry.begin() + scaled.members.last(u));
  }
  if (grown) {
    std::sort(added.begin(), added.end());
    solutions.resize(known.size() + added.size());
    auto from = known.begin();
    auto to = solutions.begin();
    for (const std::uint32_t s : added) {
      const auto until = std::lower_bound(from, known.end(), s);
      to = std::copy(from, until, to);
      *to++ = s;
      from = until;
    }
    std::copy(from, known.end(), to);
    return solutions;
  }
  for (std::uint32_t s = 0; s < scaled.node_of.size(); ++s) {
    const std::uint32_t node = scaled.node_of[s];
    if (node != no_node && set[node] != 0) solutions.push_back(s);
  }
  return solutions;
}

OUTWEIGH_INLINE FrontPoint front_point(const RoadmapProblem& problem, const ScaledProblem& scaled,
                                       std::vector<std::uint32_t> solutions, std::int64_t cost, std::int64_t value) {
  FrontPoint point;
  point.solutions = std::move(solutions);
  if (scaled.exact_values && scaled.budget == scaled.loose_budget && scaled.value_unit == 1.0 &&
      scaled.cost_unit == 1.0) {
    point.cost = static_cast<double>(cost);
    point.value = scaled.constant + static_cast<double>(value);
  } else {
    std::vector<std::uint8_t> chosen(problem.solution_count(), 0);
    for (const std::uint32_t s : point.solutions) chosen[s] = 1;
    point.cost = problem.cost_of(chosen);
    point.value = problem.value_of(chosen);
  }
  point.bound = std::max(point.value, scaled.constant + static_cast<double>(value) * scaled.value_unit);
  if (scaled.exact_values) point.bound = point.value;
  return point;
}

// Whole numbers that were rounded up tell apart what is alike as given, and may order it another way.
inline void drop_dominated(std::vector<FrontPoint>& points) {
  std::stable_sort(points.begin(), points.end(), [](const FrontPoint& a, const FrontPoint& b) {
    return a.cost != b.cost ? a.cost < b.cost : a.value > b.value;
  });
  std::size_t kept = 0;
  for (std::size_t k = 0; k < points.size(); ++k) {
    if (kept > 0 && points[k].value <= points[kept - 1].value) continue;
    if (kept != k) points[kept] = std::move(points[k]);
    ++kept;
  }
  points.resize(kept);
}

}  // namespace detail

OUTWEIGH_INLINE core::Table Front::to_table() const {
  std::vector<double> cost, value, bound;
  std::vector<std::uint8_t> proven;
  std::vector<std::int64_t> solutions;
  for (const FrontPoint& point : points) {
    cost.push_back(point.cost);
    value.push_back(point.value);
    bound.push_back(point.bound);
    proven.push_back(point.proven ? 1 : 0);
    solutions.push_back(static_cast<std::int64_t>(point.solutions.size()));
  }
  core::Table table;
  table.add("cost", core::Column::float64s(std::move(cost)));
  table.add("value", core::Column::float64s(std::move(value)));
  table.add("bound", core::Column::float64s(std::move(bound)));
  table.add("proven", core::Column::booleans(proven));
  table.add("solutions", core::Column::int64s(std::move(solutions)));
  return table;
}

OUTWEIGH_INLINE Front supported_front(const RoadmapProblem& problem, const FrontOptions& options) {
  const detail::FrontWatch watch(options);
  const detail::ScaledProblem scaled = detail::scale(problem, std::numeric_limits<double>::infinity());
  detail::HullFinder finder(scaled.closure, [&] { return watch.late(); });
  Front front;
  front.total_effort = problem.total_effort();
  const auto corners = finder.find();
  front.points.reserve(corners.size());
  const std::vector<std::uint8_t> none(scaled.closure.size(), 0);
  for (std::size_t k = 0; k < corners.size(); ++k) {
    auto solutions =
        k == 0 ? detail::solutions_of(scaled, corners[k].set, none, {})
               : detail::solutions_of(scaled, corners[k].set, corners[k - 1].set, front.points.back().solutions);
    front.points.push_back(
        detail::front_point(problem, scaled, std::move(solutions), corners[k].cost, corners[k].value));
  }
  front.complete = finder.complete();
  for (FrontPoint& point : front.points) {
    if (front.complete) continue;
    point.proven = false;  // the search of this slope may have been cut short
    point.bound = std::numeric_limits<double>::infinity();
  }
  if (!scaled.exact_values || !scaled.exact_efforts) detail::drop_dominated(front.points);
  front.seconds = watch.seconds();
  return front;
}

OUTWEIGH_INLINE Front efficient_front(const RoadmapProblem& problem, const FrontOptions& options) {
  const detail::FrontWatch watch(options);
  const detail::ScaledProblem scaled = detail::scale(problem, std::numeric_limits<double>::infinity());
  const detail::ClosureProblem& closure = scaled.closure;
  detail::HullFinder finder(closure, [&] { return watch.late(); });
  using Corner = detail::HullFinder::Corner;
  const std::vector<Corner> corners = finder.find();
  const bool hull = finder.complete();

  struct Known {
    std::int64_t value;
    std::vector<std::uint8_t> set;
    std::int64_t bound;  // on the value at this cost
    bool proven;
  };
  constexpr std::int64_t unknown = std::numeric_limits<std::int64_t>::max();
  std::map<std::int64_t, Known> known;  // by cost; values increase
  const auto note = [&](std::int64_t cost, std::int64_t value, const std::vector<std::uint8_t>& set) {
    auto at = known.upper_bound(cost);
    if (at != known.begin() && std::prev(at)->second.value >= value) return;
    while (at != known.end() && at->second.value <= value) at = known.erase(at);
    known[cost] = {value, set, unknown, false};
  };
  for (const Corner& corner : corners) note(corner.cost, corner.value, corner.set);
  for (const Corner& corner : corners) {
    const auto at = known.find(corner.cost);
    if (hull && at != known.end()) {
      at->second.bound = corner.value;
      at->second.proven = true;
    }
  }
  const std::int64_t slack = scaled.loose_budget - scaled.budget;
  // budgets on the grid are floor(k * step / unit)
  const double grid = options.step / scaled.cost_unit;
  const auto on_grid = [&](std::int64_t budget) {
    if (grid <= 1.0) return budget;
    const double steps = std::ceil((static_cast<double>(budget) + 1.0 - 1e-6) / grid) - 1.0;
    return static_cast<std::int64_t>(std::floor(steps * grid + 1e-6));
  };

  struct Gap {
    double area;
    std::size_t low, high;
  };
  std::vector<Gap> gaps;
  for (std::size_t k = 0; k + 1 < corners.size(); ++k) {
    const double wide = static_cast<double>(corners[k + 1].cost - corners[k].cost);
    const double tall = static_cast<double>(corners[k + 1].value - corners[k].value);
    gaps.push_back({wide * tall, k, k + 1});
  }
  std::stable_sort(gaps.begin(), gaps.end(), [](const Gap& a, const Gap& b) { return a.area > b.area; });
  detail::BranchAndBound search(closure, 0, 0);
  bool stopped = !hull;
  std::size_t done = 0;
  for (const Gap& gap : gaps) {
    if (stopped) break;
    const Corner& low = corners[gap.low];
    const Corner& high = corners[gap.high];
    std::int64_t ceiling = high.value;
    std::int64_t budget = on_grid(high.cost - 1);
    while (budget > low.cost) {
      if (watch.late()) {
        stopped = true;
        break;
      }
      search.restart(budget, budget + slack);
      const auto at = std::prev(known.upper_bound(budget));
      search.offer(at->second.set);
      // the line of the hull bounds the value too, but where its weights were cut
      const double share = static_cast<double>(budget - low.cost) / static_cast<double>(high.cost - low.cost);
      const auto line = low.value + static_cast<std::int64_t>(std::floor(
                                        share * static_cast<double>(high.value - low.value) * (1.0 + 1e-12) + 1e-6));
      detail::BranchAndBound::Limits limits;
      limits.ceiling = slack != 0 ? unknown : finder.rounded() ? ceiling : std::min(ceiling, line);
      limits.tolerance = slack == 0 && scaled.exact_values ? 0.0 : 5e-8;
      limits.interrupt = [&](double, double) { return watch.late(); };
      limits.found = note;
      search.run(limits);
      std::int64_t cost = 0;
      for (std::uint32_t u = 0; u < closure.size(); ++u) cost += search.best()[u] != 0 ? closure.cost[u] : 0;
      note(cost, search.value(), search.best());
      if (!search.finished()) {
        stopped = true;
        break;
      }
      const auto found = std::prev(known.upper_bound(budget));
      found->second.bound = std::min(found->second.bound, search.bound());
      found->second.proven = true;
      ceiling = std::min(ceiling, search.bound());
      budget = on_grid(found->first - 1);
    }
    stopped = stopped || !watch.report(static_cast<double>(++done) / static_cast<double>(gaps.size()));
  }

  Front front;
  front.total_effort = problem.total_effort();
  front.complete = !stopped;
  const std::vector<std::uint32_t> none;
  std::vector<std::uint8_t> before(closure.size(), 0);
  for (const auto& [cost, entry] : known) {
    if (grid > 1.0 && !stopped && !entry.proven) continue;
    auto solutions =
        detail::solutions_of(scaled, entry.set, before, front.points.empty() ? none : front.points.back().solutions);
    before = entry.set;
    FrontPoint point = detail::front_point(problem, scaled, std::move(solutions), cost, entry.value);
    point.proven = entry.proven;
    if (!entry.proven) {
      double bound = std::numeric_limits<double>::infinity();
      for (std::size_t k = 0; hull && k + 1 < corners.size(); ++k) {
        if (cost < corners[k].cost || cost > corners[k + 1].cost) continue;
        const double share = static_cast<double>(cost - corners[k].cost) /
                             static_cast<double>(std::max<std::int64_t>(corners[k + 1].cost - corners[k].cost, 1));
        bound = scaled.constant +
                scaled.value_unit * (static_cast<double>(corners[k].value) +
                                     share * static_cast<double>(corners[k + 1].value - corners[k].value));
      }
      point.bound = std::max(point.value, bound);
    } else if (!scaled.exact_values || slack != 0) {
      point.bound = std::max(point.bound, scaled.constant + static_cast<double>(entry.bound) * scaled.value_unit);
    }
    front.points.push_back(std::move(point));
  }
  if (!scaled.exact_values || !scaled.exact_efforts) detail::drop_dominated(front.points);
  front.seconds = watch.seconds();
  return front;
}

OUTWEIGH_INLINE double hypervolume(std::span<const FrontPoint> points, double reference_cost, double reference_value) {
  if (!std::isfinite(reference_cost) || !std::isfinite(reference_value)) {
    throw core::InvalidInput(
        "the references of a hypervolume must be finite",
        {.column = "reference",
         .value = core::detail::number_text(std::isfinite(reference_cost) ? reference_value : reference_cost)});
  }
  double area = 0.0;
  for (std::size_t k = 0; k < points.size(); ++k) {
    const double until = k + 1 < points.size() ? std::min(points[k + 1].cost, reference_cost) : reference_cost;
    area += std::max(0.0, until - points[k].cost) * std::max(0.0, points[k].value - reference_value);
  }
  return area;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap
