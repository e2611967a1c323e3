// The corners of the concave hull of value against cost.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <iterator>
#include <numeric>
#include <utility>
#include <vector>

#include <outweigh/roadmap/detail/branch_and_bound.hpp>
#include <outweigh/roadmap/detail/closure_flow.hpp>
#include <outweigh/roadmap/detail/closure_problem.hpp>
#include <outweigh/roadmap/detail/scaled_problem.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail {

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
      : problem_(problem),
        out_of_time_(std::move(out_of_time)),
        position_(problem.size(), no_node),
        flow_(problem.requires_.entry.size(), 0.0) {
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
      slope.cost =
          std::max<std::int64_t>(1, static_cast<std::int64_t>(std::min(costs_ + 1.0, 0x1p58 / (values_ + 1.0))));
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

  // The smallest closure of greatest weight within a part; what the part requires outside of it is there. Starts from
  // the flow at the slope of the part that this one was divided from: the best flows at two slopes are much alike.
  std::vector<std::uint32_t> best_part(const std::vector<std::uint32_t>& part, const Slope& slope) {
    induce(problem_, part, sub_, arcs_, position_, next_);
    for (std::uint32_t k = 0; k < part.size(); ++k) {
      sub_.value[k] = slope.cost * sub_.value[k] - slope.value * sub_.cost[k];
      sub_.cost[k] = 0;
    }
    sub_flow_.start(sub_, 0);
    const double scale = static_cast<double>(sub_flow_.unit()) * static_cast<double>(slope.cost);
    sub_flow_.start_from(flow_, arcs_, scale);
    sub_flow_.augment();
    const double inverse = 1.0 / scale;
    for (std::uint32_t a = 0; a < arcs_.size(); ++a) flow_[arcs_[a]] = static_cast<double>(sub_flow_.flow(a)) * inverse;
    sub_flow_.smallest_closure(inside_);
    std::vector<std::uint32_t> chosen;
    for (std::uint32_t k = 0; k < part.size(); ++k) {
      if (inside_[k] != 0) chosen.push_back(part[k]);
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

  // A step of the hull: what it adds.
  struct Edge {
    std::int64_t cost = 0, value = 0;
    std::vector<std::uint32_t> nodes{};
  };

  // The part lies between two corners. Components of it that do not need each other are divided by themselves, and the
  // steps of all put in the order of their slopes: what one step needs comes before it, being steeper. A stack, since
  // parts may split off one node at a time.
  void divide_part(std::vector<std::uint32_t> whole) {
    std::vector<Edge> edges;
    std::vector<std::vector<std::uint32_t>> waiting{std::move(whole)};
    while (!waiting.empty()) {
      std::vector<std::uint32_t> together = std::move(waiting.back());
      waiting.pop_back();
      for (std::vector<std::uint32_t>& part : components(std::move(together))) {
        Edge edge;
        for (const std::uint32_t u : part) {
          edge.cost += problem_.cost[u];
          edge.value += problem_.value[u];
        }
        std::vector<std::uint32_t> first;
        if (part.size() > 1 && edge.cost > 0 && !late())
          first = best_part(part, Slope(edge.value, edge.cost, values_, costs_));
        if (first.empty() || first.size() == part.size()) {
          edge.nodes = std::move(part);
          edges.push_back(std::move(edge));
          continue;
        }
        std::vector<std::uint32_t> second;
        std::set_difference(part.begin(), part.end(), first.begin(), first.end(), std::back_inserter(second));
        waiting.push_back(std::move(second));
        waiting.push_back(std::move(first));
      }
    }
    std::stable_sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) { return steeper(a, b); });
    for (std::size_t k = 0; k < edges.size(); ++k) {
      const bool same_line = edges[k].cost == 0 || (k > 0 && !steeper(edges[k - 1], edges[k]));
      if (!same_line) corners_.push_back(Corner(corners_.back()));
      Corner& corner = corners_.back();
      corner.cost += edges[k].cost;
      corner.value += edges[k].value;
      for (const std::uint32_t u : edges[k].nodes) corner.set[u] = 1;
    }
  }

  // a.value / a.cost > b.value / b.cost >= 0, to the digit: by their whole parts, then by one over what is left.
  static bool steeper(const Edge& a, const Edge& b) {
    std::int64_t up = a.value, along = a.cost, other_up = b.value, other_along = b.cost;
    if (along == 0 || other_along == 0) return along == 0 && other_along != 0;
    for (bool turned = false;; turned = !turned) {
      if (up / along != other_up / other_along) return (up / along > other_up / other_along) != turned;
      up = std::exchange(along, up % along);
      other_up = std::exchange(other_along, other_up % other_along);
      if (along == 0 || other_along == 0) return (along != 0 && other_along == 0) != turned && along != other_along;
    }
  }

  // The part in pieces between which there are no arcs, each ascending.
  std::vector<std::vector<std::uint32_t>> components(std::vector<std::uint32_t> part) {
    const auto count = static_cast<std::uint32_t>(part.size());
    for (std::uint32_t k = 0; k < count; ++k) position_[part[k]] = k;
    std::vector<std::uint32_t>& root = next_;
    root.resize(count);
    std::iota(root.begin(), root.end(), 0U);
    const auto find = [&](std::uint32_t k) {
      while (root[k] != k) k = root[k] = root[root[k]];
      return k;
    };
    std::uint32_t pieces = count;
    for (std::uint32_t k = 0; k < count && pieces > 1; ++k) {
      for (std::uint32_t a = problem_.requires_.first(part[k]); a < problem_.requires_.last(part[k]); ++a) {
        const std::uint32_t on = position_[problem_.requires_.entry[a]];
        if (on == no_node) continue;
        const std::uint32_t one = find(k), other = find(on);
        if (one == other) continue;
        root[std::max(one, other)] = std::min(one, other);
        --pieces;
      }
    }
    for (const std::uint32_t u : part) position_[u] = no_node;
    std::vector<std::vector<std::uint32_t>> found;
    if (pieces <= 1) {
      found.push_back(std::move(part));
      return found;
    }
    found.reserve(pieces);
    std::vector<std::uint32_t> place(count);
    for (std::uint32_t k = 0; k < count; ++k) {
      const std::uint32_t first = find(k);  // the least of its piece, seen before
      if (first == k) {
        place[k] = static_cast<std::uint32_t>(found.size());
        found.emplace_back();
      }
      found[place[first]].push_back(part[k]);
    }
    return found;
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
  std::vector<std::uint32_t> position_, arcs_, next_;
  ClosureProblem sub_;  // the part in hand, its flow and its best closure: memory that is used again
  ClosureFlow sub_flow_;
  Set inside_;
  std::vector<double> flow_;  // by arc, in units of value
  std::vector<Corner> corners_;
  double costs_ = 0.0, values_ = 0.0;
  bool nested_ = true, complete_ = true;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail
