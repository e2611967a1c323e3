#pragma once

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>
#include <utility>

#include <outweigh/roadmap/detail/branch_and_bound.hpp>
#include <outweigh/roadmap/detail/fix_nodes.hpp>
#include <outweigh/roadmap/detail/peel.hpp>
#include <outweigh/roadmap/detail/smoothed_prices.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail {

OUTWEIGH_INLINE BranchAndBound::BranchAndBound(const ClosureProblem& problem, std::int64_t budget,
                                               std::int64_t loose_budget)
    : problem_(&problem),
      flow_(problem, loose_budget),
      budget_(budget),
      best_set_(problem.size(), 0),
      low_set_(problem.size(), 0),
      high_set_(problem.size(), 1),
      mark_(problem.size(), 0) {
  fixing_.mark.assign(problem.size(), 0);
}

OUTWEIGH_INLINE std::int64_t BranchAndBound::whole(std::int64_t scaled) const noexcept {
  const std::int64_t unit = flow_.unit();
  scaled += margin_;
  return scaled >= 0 ? scaled / unit : -((-scaled + unit - 1) / unit);
}

OUTWEIGH_INLINE std::int64_t BranchAndBound::weight_at_zero(std::uint32_t u) const noexcept { return flow_.worth(u); }

OUTWEIGH_INLINE BranchAndBound::Line BranchAndBound::line_of(const std::vector<std::uint8_t>& set) const {
  Line line;
  line.known = true;
  for (std::uint32_t u = 0; u < problem_->size(); ++u) {
    if (set[u] != 0 && flow_.state(u) == ClosureFlow::open) {
      line.cost += problem_->cost[u];
      line.weight += weight_at_zero(u);
    }
  }
  return line;
}

OUTWEIGH_INLINE std::int64_t BranchAndBound::set_value(const std::vector<std::uint8_t>& set) const {
  std::int64_t value = 0;
  for (std::uint32_t u = 0; u < problem_->size(); ++u) {
    if (set[u] != 0) value += problem_->value[u];
  }
  for (std::uint32_t n = 0; n < problem_->need_value.size(); ++n) {
    std::int64_t met = 0;
    for (std::uint32_t k = problem_->contributors.first(n); k < problem_->contributors.last(n); ++k) {
      const Contribution& c = problem_->contributors.entry[k];
      if (set[c.other] != 0) met += c.amount;
    }
    value += std::min(met, problem_->need_value[n]);
  }
  return value;
}

OUTWEIGH_INLINE bool BranchAndBound::allowed(const std::vector<std::uint8_t>& set) const {
  for (std::uint32_t u = 0; u < problem_->size(); ++u) {
    if (set[u] == 0) continue;
    for (std::uint32_t k = problem_->excludes.first(u); k < problem_->excludes.last(u); ++k) {
      if (set[problem_->excludes.entry[k]] != 0) return false;
    }
  }
  return true;
}

OUTWEIGH_INLINE bool BranchAndBound::settle() {
  std::int64_t cost = 0;
  for (std::uint32_t u = 0; u < problem_->size(); ++u) {
    best_set_[u] = flow_.state(u) == ClosureFlow::in ? 1 : 0;
    if (best_set_[u] != 0) cost += problem_->cost[u];
  }
  best_ = set_value(best_set_);
  return cost <= budget_;
}

OUTWEIGH_INLINE void BranchAndBound::restart(std::int64_t budget, std::int64_t loose_budget) {
  flow_.undo_to(0);
  flow_.set_budget(loose_budget);
  budget_ = budget;
  (void)settle();
}

OUTWEIGH_INLINE void BranchAndBound::offer(const std::vector<std::uint8_t>& chosen) {
  std::int64_t cost = 0;
  for (std::uint32_t u = 0; u < problem_->size(); ++u) {
    if (flow_.state(u) == (chosen[u] != 0 ? ClosureFlow::out : ClosureFlow::in)) return;
    if (chosen[u] != 0) cost += problem_->cost[u];
  }
  if (cost > budget_ || !allowed(chosen)) return;
  const std::int64_t value = set_value(chosen);
  if (value > best_) accept(chosen, value);
}

OUTWEIGH_INLINE void BranchAndBound::accept(std::vector<std::uint8_t> set, std::int64_t value) {
  best_ = value;
  best_set_ = std::move(set);
  tolerance_ = static_cast<std::int64_t>(limits_.tolerance *
                                         static_cast<double>(std::max<std::int64_t>(value + limits_.offset, 0)));
}

// Adds what fits, by value for its cost; `room` is what is left of the budget.
OUTWEIGH_INLINE void BranchAndBound::fill(std::vector<std::uint8_t>& set, std::int64_t room) {
  std::vector<std::int64_t> left = problem_->need_value;
  const bool needs = !left.empty();
  const auto take_need = [&](std::uint32_t u) {
    for (std::uint32_t k = problem_->contributions.first(u); k < problem_->contributions.last(u); ++k) {
      const Contribution& c = problem_->contributions.entry[k];
      left[c.other] -= std::min(left[c.other], c.amount);
    }
  };
  if (needs) {
    for (std::uint32_t u = 0; u < problem_->size(); ++u) {
      if (set[u] != 0) take_need(u);
    }
  }
  // Of what hangs on more than this nothing is tried, or long chains would take time with the square of their length.
  const std::size_t most_touched = std::max<std::size_t>(100, 20'000'000 / std::max<std::size_t>(1, problem_->size()));
  // Cost and value of u with all that it still needs; touched_ holds these nodes. Negative cost: not possible.
  const auto gain = [&](std::uint32_t u) {
    std::pair<std::int64_t, std::int64_t> sum{0, 0};
    touched_.assign(1, u);
    mark_[u] = 1;
    for (std::size_t k = 0; k < touched_.size(); ++k) {
      const std::uint32_t at = touched_[k];
      sum.first += problem_->cost[at];
      sum.second += problem_->value[at];
      if (flow_.state(at) == ClosureFlow::out || sum.first > room || k == most_touched) {
        sum.first = -1;
        break;
      }
      if (needs) {
        for (std::uint32_t i = problem_->contributions.first(at); i < problem_->contributions.last(at); ++i) {
          const Contribution& c = problem_->contributions.entry[i];
          sum.second += std::min(c.amount, left[c.other]);
        }
      }
      for (std::uint32_t a = problem_->requires_.first(at); a < problem_->requires_.last(at); ++a) {
        const std::uint32_t w = problem_->requires_.entry[a];
        if (set[w] == 0 && mark_[w] == 0) {
          mark_[w] = 1;
          touched_.push_back(w);
        }
      }
      for (std::uint32_t i = problem_->excludes.first(at); i < problem_->excludes.last(at); ++i) {
        const std::uint32_t w = problem_->excludes.entry[i];
        if (set[w] != 0 || mark_[w] != 0) sum.first = -1;
      }
      if (sum.first < 0) break;
    }
    extra_work_ += 2 * touched_.size();
    for (const std::uint32_t at : touched_) mark_[at] = 0;
    return sum;
  };
  std::vector<std::pair<double, std::uint32_t>> candidates;
  for (int pass = 0; pass < 4; ++pass) {
    candidates.clear();
    for (std::uint32_t u = 0; u < problem_->size(); ++u) {
      if (set[u] != 0 || flow_.state(u) == ClosureFlow::out) continue;
      if (problem_->value[u] <= 0 && problem_->contributions.first(u) == problem_->contributions.last(u)) continue;
      const auto [cost, value] = gain(u);
      if (cost < 0 || value <= 0) continue;
      candidates.emplace_back(-static_cast<double>(value) / (static_cast<double>(cost) + 1e-9), u);
    }
    if (candidates.empty()) return;
    std::sort(candidates.begin(), candidates.end());
    for (const auto& [ratio, u] : candidates) {
      if (set[u] != 0) continue;
      const auto [cost, value] = gain(u);
      if (cost < 0 || value <= 0) continue;
      for (const std::uint32_t at : touched_) {
        set[at] = 1;
        if (needs) take_need(at);
      }
      room -= cost;
    }
  }
}

OUTWEIGH_INLINE void BranchAndBound::record(ProofStep::Kind kind, std::uint32_t node) const {
  if (!limits_.record) return;
  if (kind == ProofStep::price || kind == ProofStep::closed) limits_.record(priced());
  if (kind != ProofStep::price) limits_.record({.kind = kind, .node = node});
}

OUTWEIGH_INLINE ProofStep BranchAndBound::priced() const {
  ProofStep step{.kind = ProofStep::price};
  const auto unit = static_cast<double>(flow_.unit());
  step.price_value = static_cast<double>(flow_.price()) / unit;
  for (std::uint32_t n = 0; n < problem_->need_value.size(); ++n) {
    if (flow_.shared(n)) {
      add_shares(flow_, n, step);
    } else if (flow_.room(n) > 0 && flow_.rate(n) < flow_.unit()) {
      step.rates.emplace_back(n, static_cast<double>(flow_.rate(n)) / unit);
    }
  }
  return step;
}

// Takes out of a closed set, with all that depends on it, what excludes something else in it and is worth less at this
// price; `room` grows by its costs. False when what is forced in excludes each other.
OUTWEIGH_INLINE bool BranchAndBound::part_excluded(std::vector<std::uint8_t>& set, std::int64_t& room) {
  // What goes with u; its weight in all. Those forced in weigh more than any.
  const auto going = [&](std::uint32_t u) {
    double weight = 0.0;
    touched_.assign(1, u);
    mark_[u] = 1;
    for (std::size_t k = 0; k < touched_.size(); ++k) {
      const std::uint32_t at = touched_[k];
      if (flow_.state(at) == ClosureFlow::in) weight = std::numeric_limits<double>::infinity();
      weight += static_cast<double>(weight_at_zero(at)) -
                static_cast<double>(flow_.price()) * static_cast<double>(problem_->cost[at]);
      for (std::uint32_t i = problem_->dependents.first(at); i < problem_->dependents.last(at); ++i) {
        const std::uint32_t d = problem_->dependents.entry[i].node;
        if (set[d] == 0 || mark_[d] != 0) continue;
        mark_[d] = 1;
        touched_.push_back(d);
      }
    }
    for (const std::uint32_t at : touched_) mark_[at] = 0;
    extra_work_ += touched_.size();
    return weight;
  };
  for (std::uint32_t u = 0; u < problem_->size(); ++u) {
    for (std::uint32_t k = problem_->excludes.first(u); set[u] != 0 && k < problem_->excludes.last(u); ++k) {
      const std::uint32_t w = problem_->excludes.entry[k];
      if (set[w] == 0) continue;
      const double weight = going(u);
      const double other = going(w);
      if (weight < other) (void)going(u);
      if (std::min(weight, other) == std::numeric_limits<double>::infinity()) return false;
      for (const std::uint32_t at : touched_) {
        set[at] = 0;
        room += problem_->cost[at];
      }
    }
  }
  return true;
}

// `set` holds free nodes, closed together with those forced in.
OUTWEIGH_INLINE void BranchAndBound::improve(std::vector<std::uint8_t> set) {
  std::int64_t room = budget_;
  for (std::uint32_t u = 0; u < problem_->size(); ++u) {
    if (flow_.state(u) == ClosureFlow::in) set[u] = 1;
    if (flow_.state(u) == ClosureFlow::out) set[u] = 0;
    if (set[u] != 0) room -= problem_->cost[u];
  }
  if (room < 0) return;
  if (!problem_->excludes.entry.empty() && !part_excluded(set, room)) return;
  fill(set, room);
  const std::int64_t value = set_value(set);
  if (limits_.found) {
    std::int64_t cost = 0;
    for (std::uint32_t u = 0; u < problem_->size(); ++u) cost += set[u] != 0 ? problem_->cost[u] : 0;
    limits_.found(cost, value, set);
  }
  if (value > best_) accept(std::move(set), value);
}

// Moves towards the best price. False when the node can hold nothing better than what is known.
OUTWEIGH_INLINE bool BranchAndBound::optimize_price(int steps) {
  const auto late = [this] { return stop_within(); };
  // The last price at which the best sets were too dear, and the one at which they fit, with their costs.
  const bool vast = problem_->size() >= 20000 && problem_->need_value.empty() && !limits_.record;
  Line dear, cheap;
  std::int64_t dear_price = 0, cheap_price = 0;
  for (int step = 0; step < steps; ++step) {
    const bool best = flow_.augment(late);
    const std::int64_t bound = flow_.bound();
    node_bound_ = std::min(node_bound_, bound);
    if (hopeless(node_bound_)) return false;
    if (!best) return true;
    const std::int64_t room = flow_.budget();
    std::vector<std::uint8_t>& set = scratch_;
    set.resize(problem_->size());
    Line large;
    large.known = true;
    for (std::uint32_t u = 0; u < problem_->size(); ++u) {
      set[u] = flow_.wanted(u) || flow_.state(u) == ClosureFlow::in ? 1 : 0;  // closed also when others are freed
      if (flow_.wanted(u)) {
        large.cost += problem_->cost[u];
        large.weight += weight_at_zero(u);
      }
    }
    Line low, high;
    if (large.cost <= room) {
      low = large;
      low_set_ = set;
      if (flow_.price() == 0) return true;
      cheap = large;
      cheap_price = flow_.price();
      high = line_of(high_set_);
      if (high.cost <= room || high.weight <= low.weight) {
        std::fill(high_set_.begin(), high_set_.end(), std::uint8_t{1});
        high = line_of(high_set_);
      }
      if (high.cost <= room || high.weight <= low.weight) {
        flow_.set_price(0);
        continue;
      }
    } else {
      high_set_ = set;
      flow_.smallest_closure(set);
      for (std::uint32_t u = 0; u < problem_->size(); ++u) {
        if (flow_.state(u) == ClosureFlow::in) set[u] = 1;
      }
      const Line small = line_of(set);
      if (small.cost <= room) {
        low_set_ = set;
        return true;
      }
      high = dear = small;
      dear_price = flow_.price();
      high_set_ = set;
      low = line_of(low_set_);
      if (low.cost > room) low = {0, 0, true};
    }
    const std::int64_t price = (high.weight - low.weight) / std::max<std::int64_t>(high.cost - low.cost, 1);
    if (price == flow_.price()) return true;
    // Where the lines of two sets meet comes closer by halves when there are very many sets; the price at which the
    // cost would be what is left, if it were linear in between, comes closer faster.
    if (vast && step % 4 != 0 && cheap.known && dear.known && cheap_price > dear_price) {
      // below this the bound cannot come
      const std::int64_t least = flow_.unit() * flow_.fixed_value() + low.weight + price * (room - low.cost);
      if (node_bound_ - least <= flow_.unit() / 4) return true;
      const double share = static_cast<double>(dear.cost - room) / static_cast<double>(dear.cost - cheap.cost);
      const auto between =
          dear_price + static_cast<std::int64_t>(share * static_cast<double>(cheap_price - dear_price));
      flow_.set_price(std::clamp(between, dear_price + 1, cheap_price));
      continue;
    }
    flow_.set_price(price);
  }
  (void)flow_.augment(late);
  node_bound_ = std::min(node_bound_, flow_.bound());
  return !hopeless(node_bound_);
}

// A need that all its free contributors together cannot overfill is best priced in full.
OUTWEIGH_INLINE void BranchAndBound::settle_rates() {
  for (std::uint32_t n = 0; n < problem_->need_value.size(); ++n) {
    if (!flow_.shared(n) && flow_.rate(n) == flow_.unit()) continue;
    std::int64_t sum = 0;
    for (std::uint32_t k = problem_->contributors.first(n); k < problem_->contributors.last(n); ++k) {
      const Contribution& c = problem_->contributors.entry[k];
      if (flow_.state(c.other) == ClosureFlow::open) sum += std::min(c.amount, flow_.room(n));
    }
    if (sum <= flow_.room(n)) flow_.set_rate(n, flow_.unit());
  }
}

// Finds better shares of needs, rates and price by SmoothedPrices.
OUTWEIGH_INLINE bool BranchAndBound::smooth(int sweeps) {
  const auto unit = static_cast<double>(flow_.unit());
  const std::int64_t before = flow_.bound();
  SmoothedPrices smoothed(flow_, {{problem_->cost, flow_.budget(), static_cast<double>(flow_.price()) / unit}});
  const auto open = static_cast<double>(smoothed.size() + 1);
  const double decided = static_cast<double>(flow_.fixed_value());
  const double worth = (static_cast<double>(before) / unit - decided) / open;
  const std::uint64_t work_before = extra_work_;
  // what is rounded off is at most the temperature for each choice, which is to be a part of the gap in all
  const double gap = std::max(1.0, static_cast<double>(before) / unit - static_cast<double>(best_)) / open;
  smoothed.run(std::min(0.3 * worth, 4.0 * gap), 1e-3 * gap, sweeps, static_cast<double>(best_) - decided, [&] {
    extra_work_ = work_before + smoothed.work();
    return stop_within();
  });
  extra_work_ = work_before + smoothed.work();
  smoothed.likely(likely_);
  if (smoothed.lowest() >= static_cast<double>(before) / unit - decided) return true;
  const std::vector<std::int64_t> kept = flow_.shares();
  const std::int64_t price = flow_.price();
  smoothed.apply(flow_);
  flow_.set_price(static_cast<std::int64_t>(smoothed.price(0) * unit));
  if (!optimize_price(20)) return false;
  if (stopped_ || flow_.bound() <= before) return true;
  flow_.set_shares(kept);
  flow_.set_price(price);
  return optimize_price(20);
}

// Moves the rates of needs along a subgradient: down where the best closures cover a need more than once, up where
// they do not cover it (Polyak's step towards the best known value). Keeps the rates of the lowest bound.
OUTWEIGH_INLINE bool BranchAndBound::tune_rates(int steps) {
  const std::size_t needs = problem_->need_value.size();
  if (needs == 0) return true;
  const auto unit = static_cast<double>(flow_.unit());
  std::vector<std::int64_t> best_rates(needs);
  std::vector<double> surplus(needs), direction(needs, 0.0);
  std::int64_t lowest = flow_.bound();
  std::int64_t best_price = flow_.price();
  for (std::uint32_t n = 0; n < needs; ++n) best_rates[n] = flow_.rate(n);
  double pace = 1.0;
  int idle = 0;
  for (int step = 0; step < steps; ++step) {
    // The share of the larger closure at which the two fill the budget; none of it where all of the smaller fits at no
    // price, for the larger is none of the best then.
    const Line low = line_of(low_set_);
    const Line high = line_of(high_set_);
    const auto room = static_cast<double>(flow_.budget());
    double mix = 0.0;
    if (high.cost > low.cost && flow_.price() > 0) {
      mix = std::clamp((room - static_cast<double>(low.cost)) / static_cast<double>(high.cost - low.cost), 0.0, 1.0);
    }
    double length = 0.0;
    for (std::uint32_t n = 0; n < needs; ++n) {
      surplus[n] = 0.0;
      const std::int64_t left = flow_.room(n);
      if (left == 0) continue;
      double met = 0.0;
      for (std::uint32_t k = problem_->contributors.first(n); k < problem_->contributors.last(n); ++k) {
        const Contribution& c = problem_->contributors.entry[k];
        if (flow_.state(c.other) != ClosureFlow::open) continue;
        const double chosen = (low_set_[c.other] != 0 ? 1.0 - mix : 0.0) + (high_set_[c.other] != 0 ? mix : 0.0);
        met += chosen * static_cast<double>(std::min(c.amount, left));
      }
      const double over = met - static_cast<double>(left);
      const std::int64_t rate = flow_.rate(n);
      if ((over < 0.0 && rate == flow_.unit()) || (over > 0.0 && rate == 0)) continue;
      surplus[n] = over / static_cast<double>(left);  // so that needs of any worth move alike
    }
    for (std::uint32_t n = 0; n < needs; ++n) {
      direction[n] = step == 0 ? surplus[n] : 0.6 * direction[n] + 0.4 * surplus[n];
      length += direction[n] * direction[n];
    }
    extra_work_ += problem_->contributors.entry.size() + 2 * problem_->size();
    if (length <= 0.0) break;
    const double distance = static_cast<double>(flow_.bound()) - static_cast<double>(best_) * unit;
    const double stride = pace * std::max(distance, unit) / length;
    for (std::uint32_t n = 0; n < needs; ++n) {
      if (direction[n] == 0.0) continue;
      if (flow_.room(n) == 0) continue;
      const double rate =
          static_cast<double>(flow_.rate(n)) - stride * direction[n] / static_cast<double>(flow_.room(n));
      flow_.set_rate(n, static_cast<std::int64_t>(std::clamp(rate, 0.0, unit)));
    }
    if (!optimize_price(20)) return false;
    if (stopped_) break;
    if (step % 10 == 9) improve(low_set_);
    const std::int64_t bound = flow_.bound();
    if (bound < lowest) {
      if (lowest - bound < (lowest - best_ * flow_.unit()) / 200) {
        ++idle;
      } else {
        idle = 0;
      }
      lowest = bound;
      best_price = flow_.price();
      for (std::uint32_t n = 0; n < needs; ++n) best_rates[n] = flow_.rate(n);
    } else {
      ++idle;
    }
    if (idle >= 6) {
      pace *= 0.5;
      idle = 0;
      if (pace < 0.005) break;
      if (bound == lowest) continue;
      // shorter steps go on from the lowest bound, not from where longer ones have led
      for (std::uint32_t n = 0; n < needs; ++n) flow_.set_rate(n, best_rates[n]);
      flow_.set_price(best_price);
      std::fill(direction.begin(), direction.end(), 0.0);
      if (!optimize_price(20)) return false;
      if (stopped_) break;
    }
  }
  for (std::uint32_t n = 0; n < needs; ++n) flow_.set_rate(n, best_rates[n]);
  flow_.set_price(best_price);
  return optimize_price(20);
}

// Fixes nodes whose other state is worse than what is known. Returns how many.
OUTWEIGH_INLINE int BranchAndBound::fix() {
  const std::int64_t bound = flow_.bound();
  const std::int64_t spare =
      bound + margin_ - ((best_ + tolerance_ + 1) * flow_.unit() - 1);  // a loss of this much is too much
  const std::int64_t room = flow_.budget();
  std::int64_t cost = 0;
  record(ProofStep::price);
  return fix_nodes(
      flow_, spare, fixing_, extra_work_,
      [&](std::uint32_t at, bool fresh) { return (cost = (fresh ? 0 : cost) + problem_->cost[at]) > room; },
      [&](std::uint32_t u) {
        record(ProofStep::put_out, u);
        (void)flow_.force_out(u);
      },
      [&](std::uint32_t u) {
        record(ProofStep::put_in, u);
        return flow_.force_in(u);
      });
}

// False when the node needs no further search.
OUTWEIGH_INLINE bool BranchAndBound::evaluate() {
  ++nodes_;
  while (true) {
    if (flow_.budget() < 0) return false;
    settle_rates();
    if (!optimize_price(12)) return false;
    improve(low_set_);
    if (hopeless(node_bound_)) return false;
    if (stopped_) return true;
    if (flow_.shares_any()) {
      if (!smooth(frames_.empty() && !part_ ? 4 : 2)) return false;
    } else {
      const bool root = frames_.empty() && !part_;
      if (root && !problem_->need_value.empty() && !smooth(4)) return false;
      if (!stopped_ && !tune_rates(frames_.empty() ? 300 : 10)) return false;
    }
    improve(low_set_);
    if (hopeless(node_bound_)) return false;
    if (stopped_) return true;
    std::size_t open = 0;
    for (std::uint32_t u = 0; u < problem_->size(); ++u) open += flow_.state(u) == ClosureFlow::open ? 1 : 0;
    const int fixed = fix();
    if (fixed < 0) return false;
    // shares take long to find, so that few nodes less are no reason
    if (fixed == 0 || (flow_.shares_any() && static_cast<std::size_t>(fixed) * 20 < open)) return true;
  }
}

// The bound after forcing u, without leaving a trace but in the flow.
OUTWEIGH_INLINE std::int64_t BranchAndBound::probe(std::uint32_t u, bool force_in) {
  const std::size_t mark = flow_.mark();
  const std::int64_t price = flow_.price();
  const std::int64_t kept = std::exchange(node_bound_, node_bound_);
  bool possible = force_in ? flow_.force_in(u) : flow_.force_out(u);
  possible = possible && flow_.budget() >= 0 && optimize_price(1);
  if (!possible && limits_.record) probed_ = priced();
  const std::int64_t bound = possible ? node_bound_ : std::numeric_limits<std::int64_t>::min();
  flow_.undo_to(mark);
  flow_.set_price(price);
  node_bound_ = kept;
  return bound;
}

OUTWEIGH_INLINE std::uint32_t BranchAndBound::choose(bool& in_first, bool& again) {
  constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
  again = false;
  // Free nodes that the two closures around the budget disagree about.
  std::vector<std::pair<double, std::uint32_t>> candidates;
  const std::vector<std::uint8_t> low = low_set_;
  const std::vector<std::uint8_t> high = high_set_;
  std::uint32_t any = none;
  for (std::uint32_t u = 0; u < problem_->size(); ++u) {
    if (flow_.state(u) != ClosureFlow::open) continue;
    if (any == none) any = u;
    if (low[u] != 0 || high[u] == 0) continue;
    std::int64_t loss_in = 0, loss_out = 0;
    touched_.assign(1, u);
    mark_[u] = 1;
    for (std::size_t k = 0; k < touched_.size(); ++k) {
      const std::uint32_t at = touched_[k];
      loss_in += flow_.price() * problem_->cost[at] - weight_at_zero(at);
      for (std::uint32_t a = problem_->requires_.first(at); a < problem_->requires_.last(at); ++a) {
        const std::uint32_t w = problem_->requires_.entry[a];
        if (mark_[w] == 0 && flow_.state(w) == ClosureFlow::open && low[w] == 0) {
          mark_[w] = 1;
          touched_.push_back(w);
        }
      }
    }
    for (const std::uint32_t at : touched_) mark_[at] = 0;
    touched_.assign(1, u);
    mark_[u] = 1;
    for (std::size_t k = 0; k < touched_.size(); ++k) {
      const std::uint32_t at = touched_[k];
      loss_out += weight_at_zero(at) - flow_.price() * problem_->cost[at];
      for (std::uint32_t i = problem_->dependents.first(at); i < problem_->dependents.last(at); ++i) {
        const std::uint32_t d = problem_->dependents.entry[i].node;
        if (mark_[d] == 0 && flow_.state(d) == ClosureFlow::open && high[d] != 0) {
          mark_[d] = 1;
          touched_.push_back(d);
        }
      }
    }
    for (const std::uint32_t at : touched_) mark_[at] = 0;
    const auto positive = [](std::int64_t x) { return std::max(1.0, static_cast<double>(x)); };
    candidates.emplace_back(-std::log(positive(loss_in)) - std::log(positive(loss_out)), u);
  }
  if (candidates.empty()) {
    // The budget is not what keeps the bound up: look where needs are met by several.
    for (std::uint32_t u = 0; u < problem_->size(); ++u) {
      if (flow_.state(u) != ClosureFlow::open) continue;
      if (problem_->contributions.first(u) == problem_->contributions.last(u)) continue;
      candidates.emplace_back(static_cast<double>(std::abs(flow_.excess(u))) /
                                  static_cast<double>(std::max<std::int64_t>(weight_at_zero(u), 1)),
                              u);
    }
  }
  if (candidates.empty()) {
    in_first = true;
    return any;
  }
  std::sort(candidates.begin(), candidates.end());
  if (candidates.size() > 3) candidates.resize(3);
  std::uint32_t chosen = none;
  double best_score = -1.0;
  const double scale = static_cast<double>(flow_.unit());
  for (const auto& [score, u] : candidates) {
    const std::int64_t bound_in = probe(u, true);
    if (bound_in == std::numeric_limits<std::int64_t>::min()) {
      again = true;
      in_first = false;
      return u;
    }
    const std::int64_t bound_out = probe(u, false);
    if (bound_out == std::numeric_limits<std::int64_t>::min()) {
      again = true;
      in_first = true;
      return u;
    }
    const double gain_in = static_cast<double>(node_bound_ - bound_in) / scale + 1e-6;
    const double gain_out = static_cast<double>(node_bound_ - bound_out) / scale + 1e-6;
    const double product = gain_in * gain_out;
    if (product > best_score) {
      best_score = product;
      chosen = u;
      in_first = bound_in >= bound_out;
    }
  }
  low_set_ = low;
  high_set_ = high;
  return chosen;
}

// Searches what is left below this node as a problem of its own, when most nodes are decided: all that is done at a
// node takes time in proportion to the problem. False when it is too large a part.
OUTWEIGH_INLINE bool BranchAndBound::contract() {
  const std::size_t size = problem_->size();
  if (size < 32) return false;
  std::size_t open = 0;
  for (std::uint32_t u = 0; u < size; ++u) open += flow_.state(u) == ClosureFlow::open ? 1 : 0;
  if (open * 4 > size * 3 || open == 0) return false;
  Limits limits = limits_;
  if (limits_.work != 0) limits.work = limits_.work > work() ? limits_.work - work() : 1;
  const std::int64_t here = whole(node_bound_);
  const Part part = search_open(std::move(limits));
  // the bound there is at least the best known here
  unresolved_ = std::max(unresolved_, std::min(here, part.bound));
  if (!part.finished) stopped_ = true;
  return true;
}

// Searches among the nodes that are about as good in as out, the others being what they are at this price: plans better
// than what single additions lead to. More of them as long as that helps.
OUTWEIGH_INLINE void BranchAndBound::search_core() {
  constexpr std::size_t smallest = 50;
  const std::uint64_t effort = std::max<std::uint64_t>(work(), 1'000'000);
  int idle = 0;
  for (std::size_t count = smallest; idle < 2 && !stop(); count += count / 2) {
    std::vector<std::int64_t> losses;
    for (std::uint32_t u = 0; u < problem_->size(); ++u) {
      if (flow_.state(u) == ClosureFlow::open) losses.push_back(std::abs(flow_.excess(u)));
    }
    if (losses.size() <= count) return;
    std::nth_element(losses.begin(), losses.begin() + static_cast<std::ptrdiff_t>(count), losses.end());
    const std::int64_t spare = losses[count];
    const std::size_t mark = flow_.mark();
    const std::int64_t before = best_;
    const std::int64_t room = flow_.budget();
    std::int64_t cost = 0;
    const int fixed = fix_nodes(
        flow_, spare, fixing_, extra_work_,
        [&](std::uint32_t at, bool fresh) { return (cost = (fresh ? 0 : cost) + problem_->cost[at]) > room; },
        [&](std::uint32_t u) { (void)flow_.force_out(u); }, [&](std::uint32_t u) { return flow_.force_in(u); });
    if (fixed > 0 && flow_.budget() >= 0) {
      Limits limits = limits_;
      limits.work = effort / 4;
      if (limits_.work != 0) limits.work = std::min(limits.work, limits_.work > work() ? limits_.work - work() : 1);
      (void)search_open(std::move(limits));
    }
    flow_.undo_to(mark);
    idle = best_ > before ? 0 : idle + 1;
    if (fixed <= 0) return;
  }
}

// Searches what is open as a problem of its own.
OUTWEIGH_INLINE BranchAndBound::Part BranchAndBound::search_open(Limits limits) {
  const auto size = static_cast<std::uint32_t>(problem_->size());
  std::vector<std::uint32_t> nodes, arcs, next, position(size, std::numeric_limits<std::uint32_t>::max());
  for (std::uint32_t u = 0; u < size; ++u) {
    if (flow_.state(u) == ClosureFlow::open) nodes.push_back(u);
  }
  if (nodes.empty()) return {flow_.fixed_value(), true};
  ClosureProblem part;
  induce(*problem_, nodes, part, arcs, position, next);
  for (std::uint32_t k = 0; k < nodes.size(); ++k) position[nodes[k]] = k;
  std::vector<std::pair<std::uint32_t, Contribution>> by_node, by_need;
  std::vector<std::uint32_t> needs;
  for (std::uint32_t n = 0; n < problem_->need_value.size(); ++n) {
    const std::int64_t room = flow_.room(n);
    if (room == 0) continue;
    const auto start = by_need.size();
    std::int64_t sum = 0;
    for (std::uint32_t k = problem_->contributors.first(n); k < problem_->contributors.last(n); ++k) {
      const Contribution& c = problem_->contributors.entry[k];
      if (flow_.state(c.other) != ClosureFlow::open) continue;
      const std::int64_t amount = std::min(c.amount, room);
      by_need.push_back({static_cast<std::uint32_t>(part.need_value.size()), {position[c.other], amount}});
      sum += amount;
    }
    if (sum <= room) {
      for (auto k = start; k < by_need.size(); ++k) part.value[by_need[k].second.other] += by_need[k].second.amount;
      by_need.resize(start);
    } else {
      part.need_value.push_back(room);
      needs.push_back(n);
    }
  }
  for (const auto& [need, c] : by_need) by_node.push_back({c.other, {need, c.amount}});
  part.contributors = make_rows(part.need_value.size(), by_need);
  part.contributions = make_rows(part.size(), by_node);
  if (!problem_->excludes.entry.empty()) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
    for (std::uint32_t k = 0; k < nodes.size(); ++k) {
      for (std::uint32_t a = problem_->excludes.first(nodes[k]); a < problem_->excludes.last(nodes[k]); ++a) {
        const std::uint32_t other = position[problem_->excludes.entry[a]];
        if (other != std::numeric_limits<std::uint32_t>::max()) pairs.emplace_back(k, other);
      }
    }
    part.excludes = make_rows(part.size(), pairs);
  }

  const std::int64_t fixed = flow_.fixed_value();
  const std::int64_t spent = [&] {
    std::int64_t cost = 0;
    for (std::uint32_t u = 0; u < size; ++u) cost += flow_.state(u) == ClosureFlow::in ? problem_->cost[u] : 0;
    return cost;
  }();
  BranchAndBound below(part, budget_ - spent, flow_.budget());
  below.part_ = true;
  for (std::uint32_t n = 0; n < needs.size(); ++n) {
    const auto up = static_cast<double>(below.flow_.unit()) / static_cast<double>(flow_.unit());
    if (!flow_.shared(needs[n])) {
      below.flow_.set_rate(n, static_cast<std::int64_t>(up * static_cast<double>(flow_.rate(needs[n]))));
      continue;
    }
    double rate = 1.0;
    std::uint32_t at = part.contributors.first(n);
    for (std::uint32_t k = problem_->contributors.first(needs[n]); k < problem_->contributors.last(needs[n]); ++k) {
      if (flow_.state(problem_->contributors.entry[k].other) != ClosureFlow::open) continue;
      const double share = up * static_cast<double>(flow_.share(needs[n], k));
      if (below.flow_.shared(n)) below.flow_.set_share(n, at, static_cast<std::int64_t>(share));
      rate = std::min(rate, share / static_cast<double>(below.flow_.unit()) /
                                static_cast<double>(part.contributors.entry[at].amount));
      ++at;
    }
    if (!below.flow_.shared(n)) {
      below.flow_.set_rate(n, static_cast<std::int64_t>(rate * static_cast<double>(below.flow_.unit())));
    }
  }
  below.flow_.adopt(flow_, nodes, arcs);
  const auto lifted = [&](const std::vector<std::uint8_t>& set) {
    std::vector<std::uint8_t> all(size, 0);
    for (std::uint32_t u = 0; u < size; ++u) all[u] = flow_.state(u) == ClosureFlow::in ? 1 : 0;
    for (std::uint32_t k = 0; k < nodes.size(); ++k) all[nodes[k]] = set[k];
    return all;
  };
  for (std::uint32_t k = 0; k < nodes.size(); ++k) {
    below.low_set_[k] = low_set_[nodes[k]];
    below.high_set_[k] = high_set_[nodes[k]];
  }
  // The set known there may be none: only what is better than the best known here counts.
  below.best_ = best_ - fixed;
  limits.offset += fixed;
  if (limits_.ceiling != std::numeric_limits<std::int64_t>::max()) limits.ceiling = limits_.ceiling - fixed;
  std::int64_t elsewhere = std::numeric_limits<std::int64_t>::min();
  for (const Frame& frame : frames_) {
    if (frame.second_pending) elsewhere = std::max(elsewhere, whole(frame.bound));
  }
  const std::int64_t here = whole(node_bound_);
  if (limits_.interrupt) {
    limits.interrupt = [&, ask = limits_.interrupt](double value, double bound) {
      bound = std::min(bound, static_cast<double>(here + limits_.offset));
      return ask(value, std::max(bound, static_cast<double>(elsewhere) + static_cast<double>(limits_.offset)));
    };
  }
  if (limits_.record) {
    limits.record = [&](const ProofStep& step) {
      ProofStep here_step = step;
      here_step.node = nodes[step.node];
      for (auto& rate : here_step.rates) rate.first = needs[rate.first];
      for (auto& share : here_step.shares) {
        share.need = needs[share.need];
        share.node = nodes[share.node];
      }
      limits_.record(here_step);
    };
  }
  if (limits_.found) {
    limits.found = [&](std::int64_t cost, std::int64_t value, const std::vector<std::uint8_t>& set) {
      limits_.found(cost + spent, value + fixed, lifted(set));
    };
  }
  below.run(limits);
  nodes_ += below.nodes_;
  extra_work_ += below.work();
  if (below.best_ + fixed > best_) accept(lifted(below.best_set_), below.best_ + fixed);
  return {below.bound_ + fixed, below.finished_};
}

// Takes turns between more than the budget allows and what fits it, to find plans that no single addition leads to: for
// when the bound is far away. Then starts from all that may be chosen.
OUTWEIGH_INLINE void BranchAndBound::swing() {
  const auto near_bound = [&] {
    return static_cast<double>(whole(node_bound_)) - static_cast<double>(best_) <= 1e-3 * static_cast<double>(best_);
  };
  if (!problem_->excludes.entry.empty() || near_bound()) return;
  const auto size = static_cast<std::uint32_t>(problem_->size());
  std::vector<std::uint8_t> kept(size), set(size);
  for (std::uint32_t u = 0; u < size; ++u) {
    kept[u] = flow_.state(u) == ClosureFlow::in ? 1 : 0;
    set[u] = flow_.state(u) == ClosureFlow::out ? 0 : 1;
  }
  // Between the best sets on both sides of the budget first.
  std::vector<std::uint8_t> between(size), base(size);
  for (std::uint32_t u = 0; u < size; ++u) {
    between[u] = kept[u] != 0 || (set[u] != 0 && high_set_[u] != 0) ? 1 : 0;
    base[u] = kept[u] != 0 || (between[u] != 0 && low_set_[u] != 0) ? 1 : 0;
  }
  if (peel(*problem_, between, base, budget_, extra_work_)) improve(between);
  constexpr std::size_t most_rounds = 200;
  constexpr int most_idle = 12;
  constexpr double excess[] = {0.02, 0.1, 0.05, 0.2, 0.01, 0.4};
  int idle = 0;
  for (std::size_t round = 0; round < most_rounds && idle < most_idle; ++round) {
    if (!peel(*problem_, set, kept, budget_, extra_work_)) return;
    const std::int64_t before = best_;
    improve(set);
    idle = best_ > before ? 0 : idle + 1;
    if (near_bound() || stop()) return;
    set = best_set_;
    std::int64_t room = budget_;
    for (std::uint32_t u = 0; u < size; ++u) {
      if (set[u] != 0) room -= problem_->cost[u];
    }
    fill(set, room + static_cast<std::int64_t>(excess[round % std::size(excess)] * static_cast<double>(budget_)));
  }
}

// Within a flow the clock is not looked at before the bound of a problem of ordinary size would be there.
OUTWEIGH_INLINE bool BranchAndBound::stop_within() {
  // A proof ends with the price of its last bound, so that it is not left in between.
  if (limits_.record) return false;
  return stopped_ || (work() >= patience_ && (limits_.work != 0 || limits_.interrupt) && stop());
}

OUTWEIGH_INLINE bool BranchAndBound::stop() {
  if (stopped_) return true;
  if (limits_.work != 0 && work() >= limits_.work) return stopped_ = true;
  if (limits_.interrupt && work() >= next_check_) {
    next_check_ = work() + 200000;
    std::int64_t open = std::min(node_bound_, flow_.bound());
    for (const Frame& frame : frames_) {
      if (frame.second_pending) open = std::max(open, frame.bound);
    }
    if (limits_.interrupt(static_cast<double>(best_ + limits_.offset),
                          static_cast<double>(whole(open)) + static_cast<double>(limits_.offset))) {
      stopped_ = true;
    }
  }
  return stopped_;
}

OUTWEIGH_INLINE void BranchAndBound::run(const Limits& limits) {
  limits_ = limits;
  tolerance_ = static_cast<std::int64_t>(limits.tolerance *
                                         static_cast<double>(std::max<std::int64_t>(best_ + limits_.offset, 0)));
  // A proof is to be checked in other arithmetic, so that no step may hang on the last digits.
  margin_ =
      limits.record
          ? std::max<std::int64_t>(
                1, static_cast<std::int64_t>(static_cast<double>(flow_.unit()) *
                                             std::clamp(1e-11 * static_cast<double>(flow_.value_limit()), 1e-8, 0.25)))
          : 0;
  stopped_ = finished_ = false;
  next_check_ = 0;
  patience_ = work() + 2'000'000 + 24 * (problem_->size() + problem_->requires_.entry.size());
  frames_.clear();
  unresolved_ = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t worst = std::numeric_limits<std::int64_t>::max();
  constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

  const std::size_t start = flow_.mark();
  node_bound_ = worst;
  bool alive = true;
  if (!problem_->excludes.entry.empty()) {
    for (std::uint32_t u = 0; u < problem_->size(); ++u) {
      if (flow_.state(u) != ClosureFlow::open) continue;
      const std::size_t mark = flow_.mark();
      const bool possible = flow_.force_in(u);
      flow_.undo_to(mark);
      if (possible) continue;
      record(ProofStep::put_out, u);
      flow_.force_out(u);
    }
  }
  improve(std::vector<std::uint8_t>(problem_->size(), 0));
  bool evaluated = false, swung = part_;
  while (true) {
    if (alive && !evaluated) {
      alive = evaluate();
      evaluated = true;
      if (!alive) record(ProofStep::closed);
    }
    if (alive && !swung) {
      swung = true;
      const std::int64_t before = best_;
      swing();
      if (!problem_->need_value.empty() && !limits_.record && !stopped_) search_core();
      if (best_ > before && !stopped_) {
        evaluated = false;
        continue;
      }
    }
    if (best_ >= limits_.ceiling) {
      bound_ = best_;
      finished_ = true;
      frames_.clear();
      flow_.undo_to(start);
      return;
    }
    if (alive && stop()) break;
    if (alive && contract()) {
      alive = false;
      if (stopped_) break;
      continue;
    }
    if (alive) {
      bool in_first = true;
      bool again = false;
      const std::uint32_t u = choose(in_first, again);
      if (u == none) {
        // everything is decided, and only the loose budget holds it
        unresolved_ = std::max(unresolved_, std::min(whole(node_bound_), flow_.fixed_value()));
        alive = false;
        if (limits_.record) {
          limits_.record({.kind = ProofStep::price});  // what is left of the budget is worth nothing
          limits_.record({.kind = ProofStep::closed});
        }
        continue;
      }
      if (again) {
        if (limits_.record) limits_.record(probed_);
        record(in_first ? ProofStep::put_in : ProofStep::put_out, u);
      } else {
        record(in_first ? ProofStep::in_first : ProofStep::out_first, u);
        frames_.push_back({flow_.mark(), u, !in_first, true, node_bound_});
      }
      alive = in_first ? flow_.force_in(u) : flow_.force_out(u);
      if (!alive) record(ProofStep::closed);
      evaluated = false;
      continue;
    }
    while (!frames_.empty() && !frames_.back().second_pending) {
      flow_.undo_to(frames_.back().mark);
      frames_.pop_back();
    }
    if (frames_.empty()) break;
    Frame& frame = frames_.back();
    flow_.undo_to(frame.mark);
    frame.second_pending = false;
    node_bound_ = frame.bound;
    alive = !hopeless(frame.bound) && (frame.then_in ? flow_.force_in(frame.node) : flow_.force_out(frame.node));
    if (!alive) record(ProofStep::closed);
    evaluated = false;
  }
  bound_ = std::max(best_, unresolved_);
  if (alive) bound_ = std::max(bound_, whole(node_bound_));
  for (const Frame& frame : frames_) {
    if (frame.second_pending) bound_ = std::max(bound_, whole(frame.bound));
  }
  // what was cut off within the tolerance may be worth that much more
  if (tolerance_ > 0) bound_ = std::max(bound_, best_ + tolerance_);
  finished_ = !alive && !stopped_;
  frames_.clear();
  flow_.undo_to(start);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail
