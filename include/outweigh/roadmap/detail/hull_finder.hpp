// The corners of the concave hull of value against cost.
#pragma once

#include <algorithm>
#include <cmath>
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

// A step of the hull: what it adds.
struct Edge {
  std::int64_t cost = 0, value = 0;
  std::vector<std::uint32_t> nodes{};
};

// a.value / a.cost > b.value / b.cost >= 0, to the digit: by their whole parts, then by one over what is left.
[[nodiscard]] inline bool steeper(const Edge& a, const Edge& b) {
  std::int64_t up = a.value, along = a.cost, other_up = b.value, other_along = b.cost;
  if (along == 0 || other_along == 0) return along == 0 && other_along != 0;
  for (bool turned = false;; turned = !turned) {
    if (up / along != other_up / other_along) return (up / along > other_up / other_along) != turned;
    up = std::exchange(along, up % along);
    other_up = std::exchange(other_along, other_up % other_along);
    if (along == 0 || other_along == 0) return (along != 0 && other_along == 0) != turned && along != other_along;
  }
}

// What is weighed at a price of `rise` / `run`: run * value - rise * cost, over the least power of two at which all
// together fit into 58 bits.
struct Slope {
  std::int64_t rise = 0, run = 1;
  int shift = 0;

  Slope(std::int64_t value, std::int64_t cost, double values, double costs) : rise(value), run(cost) {
    const std::int64_t common = std::max<std::int64_t>(std::gcd(rise, run), 1);
    rise /= common;
    run /= common;
    const double size = static_cast<double>(run) * values + static_cast<double>(rise) * costs;
    while (std::ldexp(size, -shift) > 0x1p58) ++shift;
  }
  [[nodiscard]] std::int64_t of_value(std::int64_t value) const { return product(run, value); }
  [[nodiscard]] std::int64_t weight(std::int64_t value, std::int64_t cost) const {
    return product(run, value) - product(rise, cost);
  }
  // Of one unit of value.
  [[nodiscard]] double scale() const { return std::ldexp(static_cast<double>(run), -shift); }

 private:
  // factor * number / 2^shift without its fraction, by halves of 32 bits; factor >= 0.
  [[nodiscard]] std::int64_t product(std::int64_t factor, std::int64_t number) const {
    if (shift == 0) return factor * number;
    constexpr std::uint64_t low = 0xffffffffU;
    const auto a = static_cast<std::uint64_t>(factor);
    const auto b = static_cast<std::uint64_t>(number < 0 ? -number : number);
    const std::uint64_t middle = (a >> 32U) * (b & low) + (((a & low) * (b & low)) >> 32U);
    const std::uint64_t other = (a & low) * (b >> 32U) + (middle & low);
    const std::uint64_t high = (a >> 32U) * (b >> 32U) + (middle >> 32U) + (other >> 32U);
    const std::uint64_t rest = (other << 32U) | (((a & low) * (b & low)) & low);
    const auto by = static_cast<unsigned>(shift);
    const auto size = static_cast<std::int64_t>((high << (64U - by)) | (rest >> by));
    return number < 0 ? -size : size;
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
    const Set least = nested_ ? best_of_free() : best_of(problem_);
    Set most;
    if (nested_) {
      std::vector<std::uint32_t> all(problem_.size());
      std::iota(all.begin(), all.end(), 0U);
      most.assign(problem_.size(), 0);
      for (const std::uint32_t u : best_part(all, Slope(0, 1, values_, costs_))) most[u] = 1;
    } else {
      // lexicographic: the cheapest of the most valuable
      most = best_at_slope(Slope(1, static_cast<std::int64_t>(costs_) + 1, values_, costs_));
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
  // Were weights cut, so that something may lie a little above the hull?
  [[nodiscard]] bool rounded() const noexcept { return rounded_; }

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
    rounded_ = rounded_ || slope.shift > 0;
    induce(problem_, part, sub_, arcs_, position_, next_);
    for (std::uint32_t k = 0; k < part.size(); ++k) {
      sub_.value[k] = slope.weight(sub_.value[k], sub_.cost[k]);
      sub_.cost[k] = 0;
    }
    sub_flow_.start(sub_, 0);
    const double scale = static_cast<double>(sub_flow_.unit()) * slope.scale();
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
        Edge edge = edge_of(part);
        std::vector<std::uint32_t> first;
        if (part.size() > 1 && edge.cost > 0 && !late()) {
          const Slope slope(edge.value, edge.cost, values_, costs_);
          first = best_part(part, slope);
          if (slope.shift > 0 && !steeper(edge_of(first), edge)) first.clear();
        }
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
    std::size_t lacking = 0;  // arcs from what is there to what is not: weights that were rounded may put it later
    for (std::size_t k = 0; k < edges.size(); ++k) {
      const bool same_line = edges[k].cost == 0 || (k > 0 && !steeper(edges[k - 1], edges[k])) || lacking > 0;
      if (!same_line) corners_.push_back(Corner(corners_.back()));
      Corner& corner = corners_.back();
      corner.cost += edges[k].cost;
      corner.value += edges[k].value;
      for (const std::uint32_t u : edges[k].nodes) corner.set[u] = 1;
      if (rounded_) lacking = lacking_after(edges[k].nodes, corner.set, lacking);
    }
  }

  [[nodiscard]] Edge edge_of(const std::vector<std::uint32_t>& part) const {
    Edge edge;
    for (const std::uint32_t u : part) {
      edge.cost += problem_.cost[u];
      edge.value += problem_.value[u];
    }
    return edge;
  }

  // Arcs from a set to what is not in it, now that these nodes have come to it; `before` without them.
  [[nodiscard]] std::size_t lacking_after(const std::vector<std::uint32_t>& nodes, const Set& set, std::size_t before) {
    for (const std::uint32_t u : nodes) position_[u] = 0;
    for (const std::uint32_t u : nodes) {
      for (std::uint32_t a = problem_.requires_.first(u); a < problem_.requires_.last(u); ++a) {
        before += set[problem_.requires_.entry[a]] == 0 ? 1 : 0;
      }
      for (std::uint32_t a = problem_.dependents.first(u); a < problem_.dependents.last(u); ++a) {
        const std::uint32_t d = problem_.dependents.entry[a].node;
        before -= set[d] != 0 && position_[d] == no_node ? 1 : 0;
      }
    }
    for (const std::uint32_t u : nodes) position_[u] = no_node;
    return before;
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

  Set best_of(const ClosureProblem& priced) {
    BranchAndBound search(priced, 0, 0);
    (void)search.settle();
    BranchAndBound::Limits limits;
    limits.interrupt = [this](double, double) { return late(); };
    search.run(limits);
    return search.best();
  }

  Set best_at_slope(const Slope& slope) {
    rounded_ = rounded_ || slope.shift > 0;
    ClosureProblem priced = problem_;
    for (std::uint32_t u = 0; u < problem_.size(); ++u) {
      priced.value[u] = slope.weight(problem_.value[u], problem_.cost[u]);
    }
    priced.cost.assign(problem_.size(), 0);
    for (auto& n : priced.need_value) n = slope.of_value(n);
    for (auto& c : priced.contributions.entry) c.amount = slope.of_value(c.amount);
    for (auto& c : priced.contributors.entry) c.amount = slope.of_value(c.amount);
    return best_of(priced);
  }

  // Does a corner lie above the line of two others, of which it is between?
  static bool is_above(const Corner& low, const Corner& between, const Corner& high) {
    return between.cost > low.cost && between.value > low.value && between.cost < high.cost &&
           steeper({between.cost - low.cost, between.value - low.value},
                   {high.cost - low.cost, high.value - low.value});
  }

  void divide(const Corner& low, const Corner& high, int depth) {
    const Slope slope(high.value - low.value, high.cost - low.cost, values_, costs_);
    if (!late() && depth < 2000) {
      const Corner between = corner(best_at_slope(slope));
      if (is_above(low, between, high)) {
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
      while (kept.size() >= 2 && !is_above(kept[kept.size() - 2], kept.back(), next)) kept.pop_back();
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
  bool nested_ = true, complete_ = true, rounded_ = false;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail
