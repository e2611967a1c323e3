#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <string>
#include <utility>

#include <outweigh/roadmap/detail/branch_and_bound.hpp>
#include <outweigh/roadmap/detail/scaled_problem.hpp>
#include <outweigh/roadmap/front.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap {

namespace detail {

// Weights numerator / denominator such that denominator * value - numerator * cost fits into 60 bits.
struct Slope {
  std::int64_t value = 0, cost = 1;  // worth of one unit of cost: value / cost

  Slope(std::int64_t rise, std::int64_t run, double values, double costs) : value(rise), cost(run) {
    const std::int64_t common = std::max<std::int64_t>(std::gcd(value, cost), 1);
    value /= common;
    cost /= common;
    while (static_cast<double>(cost) * values + static_cast<double>(value) * costs > 0x1p58) {
      value /= 2;
      cost = std::max<std::int64_t>(cost / 2, 1);
      if (cost == 1 && static_cast<double>(value) * costs + values <= 0x1p60) break;
    }
  }
};

class HullFinder {
 public:
  using Set = std::vector<std::uint8_t>;
  struct Corner {
    std::int64_t cost, value;
    Set set;
  };

  HullFinder(const ClosureProblem& problem, std::function<bool()> out_of_time)
      : problem_(problem), out_of_time_(std::move(out_of_time)), position_(problem.size(), no_node) {
    nested_ = problem.excludes.entry.empty() && problem.need_value.empty();
    for (const std::int64_t c : problem.cost) costs_ += static_cast<double>(c);
    for (const std::int64_t v : problem.value) values_ += static_cast<double>(v < 0 ? -v : v);
    for (const auto& c : problem.contributions.entry) values_ += static_cast<double>(c.amount);
  }

  std::vector<Corner> find() {
    const Set least = nested_ ? best_of_free() : best_at(problem_.value, problem_.cost, 0);
    Set most;
    if (nested_) {
      std::vector<std::uint32_t> all(problem_.size());
      std::iota(all.begin(), all.end(), 0U);
      most.assign(problem_.size(), 0);
      for (const std::uint32_t u : best_part(all, Slope(0, 1, values_, costs_))) most[u] = 1;
    } else {
      // lexicographic: the cheapest of the most valuable
      Slope slope(1, 1, values_, costs_);
      slope.cost = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::min(costs_ + 1.0, 0x1p58 / (values_ + 1.0))));
      most = best_at_slope(slope);
    }
    corners_.push_back(corner(least));
    Corner last = corner(most);
    if (last.cost > corners_.front().cost && last.value > corners_.front().value) {
      if (nested_) {
        std::vector<std::uint32_t> part;
        for (std::uint32_t u = 0; u < problem_.size(); ++u) {
          if (most[u] != 0 && least[u] == 0) part.push_back(u);
        }
        divide_part(part);
      } else {
        divide(corners_.front(), last, 0);
        drop_points_on_edges();
      }
    }
    return std::move(corners_);
  }

  [[nodiscard]] bool complete() const noexcept { return complete_; }

 private:
  [[nodiscard]] Corner corner(const Set& set) const {
    Corner result{0, 0, set};
    for (std::uint32_t u = 0; u < problem_.size(); ++u) {
      if (set[u] == 0) continue;
      result.cost += problem_.cost[u];
      result.value += problem_.value[u];
    }
    for (std::uint32_t n = 0; n < problem_.need_value.size(); ++n) {
      std::int64_t met = 0;
      for (std::uint32_t k = problem_.contributors.first(n); k < problem_.contributors.last(n); ++k) {
        const Contribution& c = problem_.contributors.entry[k];
        if (set[c.other] != 0) met += c.amount;
      }
      result.value += std::min(met, problem_.need_value[n]);
    }
    return result;
  }

  // The smallest closure of greatest weight within a part; what the part requires outside of it is there.
  std::vector<std::uint32_t> best_part(const std::vector<std::uint32_t>& part, const Slope& slope) {
    ClosureProblem sub = induced(problem_, part, position_);
    for (std::uint32_t k = 0; k < part.size(); ++k) {
      sub.value[k] = slope.cost * sub.value[k] - slope.value * sub.cost[k];
      sub.cost[k] = 0;
    }
    ClosureFlow flow(sub, 0);
    flow.augment();
    Set inside;
    flow.smallest_closure(inside);
    std::vector<std::uint32_t> chosen;
    for (std::uint32_t k = 0; k < part.size(); ++k) {
      if (inside[k] != 0) chosen.push_back(part[k]);
    }
    return chosen;
  }

  Set best_of_free() {
    // nodes that come, with all that they require, at no cost
    std::vector<std::uint8_t> free(problem_.size(), 1);
    std::vector<std::uint32_t> stack;
    for (std::uint32_t u = 0; u < problem_.size(); ++u) {
      if (problem_.cost[u] != 0) stack.push_back(u);
    }
    for (const std::uint32_t u : stack) free[u] = 0;
    while (!stack.empty()) {
      const std::uint32_t u = stack.back();
      stack.pop_back();
      for (std::uint32_t k = problem_.dependents.first(u); k < problem_.dependents.last(u); ++k) {
        const std::uint32_t d = problem_.dependents.entry[k].node;
        if (free[d] != 0) {
          free[d] = 0;
          stack.push_back(d);
        }
      }
    }
    std::vector<std::uint32_t> part;
    for (std::uint32_t u = 0; u < problem_.size(); ++u) {
      if (free[u] != 0) part.push_back(u);
    }
    Set set(problem_.size(), 0);
    for (const std::uint32_t u : best_part(part, Slope(0, 1, values_, costs_))) set[u] = 1;
    return set;
  }

  // The part lies between two corners; what it holds beyond the first is added step by step. A stack, since parts may
  // split off one node at a time.
  void divide_part(std::vector<std::uint32_t> whole) {
    std::vector<std::vector<std::uint32_t>> waiting{std::move(whole)};
    while (!waiting.empty()) {
      const std::vector<std::uint32_t> part = std::move(waiting.back());
      waiting.pop_back();
      std::int64_t cost = 0, value = 0;
      for (const std::uint32_t u : part) {
        cost += problem_.cost[u];
        value += problem_.value[u];
      }
      std::vector<std::uint32_t> first;
      if (part.size() > 1 && cost > 0 && !late()) first = best_part(part, Slope(value, cost, values_, costs_));
      if (first.empty() || first.size() == part.size()) {
        Corner next = corners_.back();
        next.cost += cost;
        next.value += value;
        for (const std::uint32_t u : part) next.set[u] = 1;
        corners_.push_back(std::move(next));
        continue;
      }
      std::vector<std::uint32_t> second;
      std::set_difference(part.begin(), part.end(), first.begin(), first.end(), std::back_inserter(second));
      waiting.push_back(std::move(second));
      waiting.push_back(std::move(first));
    }
  }

  Set best_at(const std::vector<std::int64_t>& value, const std::vector<std::int64_t>& cost, std::int64_t budget,
              std::int64_t factor = 1) {
    ClosureProblem priced = problem_;
    priced.value = value;
    priced.cost = cost;
    for (auto& n : priced.need_value) n *= factor;
    for (auto& c : priced.contributions.entry) c.amount *= factor;
    for (auto& c : priced.contributors.entry) c.amount *= factor;
    BranchAndBound search(priced, budget, budget);
    (void)search.settle();
    BranchAndBound::Limits limits;
    limits.interrupt = [this](double, double) { return late(); };
    search.run(limits);
    return search.best();
  }

  Set best_at_slope(const Slope& slope) {
    std::vector<std::int64_t> weight(problem_.size());
    for (std::uint32_t u = 0; u < problem_.size(); ++u) {
      weight[u] = slope.cost * problem_.value[u] - slope.value * problem_.cost[u];
    }
    return best_at(weight, std::vector<std::int64_t>(problem_.size(), 0), 0, slope.cost);
  }

  void divide(const Corner& low, const Corner& high, int depth) {
    const Slope slope(high.value - low.value, high.cost - low.cost, values_, costs_);
    if (!late() && depth < 2000) {
      Corner between = corner(best_at_slope(slope));
      const auto above = [&](const Corner& c) { return slope.cost * c.value - slope.value * c.cost; };
      if (between.cost > low.cost && between.cost < high.cost && above(between) > above(low) &&
          above(between) > above(high)) {
        divide(low, between, depth + 1);
        divide(between, high, depth + 1);
        return;
      }
    }
    corners_.push_back(high);
  }

  // Of several sets that are best at a slope, the search may return one inside an edge.
  void drop_points_on_edges() {
    std::vector<Corner> kept;
    for (Corner& next : corners_) {
      while (kept.size() >= 2) {
        const Corner& before = kept[kept.size() - 2];
        const Slope slope(next.value - before.value, next.cost - before.cost, values_, costs_);
        const auto above = [&](const Corner& c) { return slope.cost * c.value - slope.value * c.cost; };
        if (above(kept.back()) > above(before)) break;
        kept.pop_back();
      }
      kept.push_back(std::move(next));
    }
    corners_ = std::move(kept);
  }

  bool late() {
    if (!complete_) return true;
    if (out_of_time_()) complete_ = false;
    return !complete_;
  }

  const ClosureProblem& problem_;
  std::function<bool()> out_of_time_;
  std::vector<std::uint32_t> position_;
  std::vector<Corner> corners_;
  double costs_ = 0.0, values_ = 0.0;
  bool nested_ = true, complete_ = true;
};

class FrontWatch {
 public:
  explicit FrontWatch(const FrontOptions& options) : options_(options), start_(Clock::now()) {
    const auto fine = [](double x) { return x >= 0.0; };
    if (!fine(options.time_limit)) {
      throw core::InvalidInput("the time_limit must be a number of at least 0",
                               {.column = "time_limit", .value = std::to_string(options.time_limit)});
    }
    if (!fine(options.step) || !std::isfinite(options.step)) {
      throw core::InvalidInput("the step must be a finite number of at least 0",
                               {.column = "step", .value = std::to_string(options.step)});
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

OUTWEIGH_INLINE FrontPoint front_point(const RoadmapProblem& problem, const ScaledProblem& scaled,
                                       const std::vector<std::uint8_t>& set, std::int64_t cost, std::int64_t value) {
  FrontPoint point;
  for (std::uint32_t s = 0; s < scaled.node_of.size(); ++s) {
    if (scaled.node_of[s] != no_node && set[scaled.node_of[s]] != 0) point.solutions.push_back(s);
  }
  if (scaled.exact_values && scaled.budget == scaled.loose_budget && scaled.value_unit == 1.0 && scaled.cost_unit == 1.0) {
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
  for (const auto& corner : finder.find()) {
    front.points.push_back(detail::front_point(problem, scaled, corner.set, corner.cost, corner.value));
  }
  front.complete = finder.complete();
  for (FrontPoint& point : front.points) {
    if (front.complete) continue;
    point.proven = false;  // the search of this slope may have been cut short
    point.bound = std::numeric_limits<double>::infinity();
  }
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
      // the line of the hull bounds the value too
      const double share = static_cast<double>(budget - low.cost) / static_cast<double>(high.cost - low.cost);
      const auto line = low.value + static_cast<std::int64_t>(
                                        std::floor(share * static_cast<double>(high.value - low.value) * (1.0 + 1e-12) + 1e-6));
      detail::BranchAndBound::Limits limits;
      limits.ceiling = slack == 0 ? std::min(ceiling, line) : unknown;
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
  for (const auto& [cost, entry] : known) {
    if (grid > 1.0 && !stopped && !entry.proven) continue;
    FrontPoint point = detail::front_point(problem, scaled, entry.set, cost, entry.value);
    point.proven = entry.proven;
    if (!entry.proven) {
      double bound = std::numeric_limits<double>::infinity();
      for (std::size_t k = 0; hull && k + 1 < corners.size(); ++k) {
        if (cost < corners[k].cost || cost > corners[k + 1].cost) continue;
        const double share = static_cast<double>(cost - corners[k].cost) /
                             static_cast<double>(std::max<std::int64_t>(corners[k + 1].cost - corners[k].cost, 1));
        bound = scaled.constant + scaled.value_unit * (static_cast<double>(corners[k].value) +
                                    share * static_cast<double>(corners[k + 1].value - corners[k].value));
      }
      point.bound = std::max(point.value, bound);
    } else if (!scaled.exact_values || slack != 0) {
      point.bound = std::max(point.bound, scaled.constant + static_cast<double>(entry.bound) * scaled.value_unit);
    }
    front.points.push_back(std::move(point));
  }
  front.seconds = watch.seconds();
  return front;
}

OUTWEIGH_INLINE double hypervolume(std::span<const FrontPoint> points, double reference_cost, double reference_value) {
  if (!std::isfinite(reference_cost) || !std::isfinite(reference_value)) {
    throw core::InvalidInput("the references of a hypervolume must be finite",
                             {.column = "reference", .value = std::to_string(std::isfinite(reference_cost) ? reference_value : reference_cost)});
  }
  double area = 0.0;
  for (std::size_t k = 0; k < points.size(); ++k) {
    const double until = k + 1 < points.size() ? std::min(points[k + 1].cost, reference_cost) : reference_cost;
    area += std::max(0.0, until - points[k].cost) * std::max(0.0, points[k].value - reference_value);
  }
  return area;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap
