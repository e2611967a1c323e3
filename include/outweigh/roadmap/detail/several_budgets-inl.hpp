#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

#include <outweigh/roadmap/detail/fix_nodes.hpp>
#include <outweigh/roadmap/detail/peel.hpp>
#include <outweigh/roadmap/detail/price_master.hpp>
#include <outweigh/roadmap/detail/several_budgets.hpp>
#include <outweigh/roadmap/detail/smoothed_prices.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail {

OUTWEIGH_INLINE SeveralBudgets::SeveralBudgets(ClosureProblem problem, std::vector<ResourceCosts> resources)
    : problem_(std::move(problem)),
      resources_(std::move(resources)),
      flow_((std::fill(problem_.cost.begin(), problem_.cost.end(), 0), problem_), 0,
            1 + static_cast<int>(std::bit_width(resources_.size()))),
      prices_(resources_.size(), 0),
      charges_(problem_.size(), 0),
      average_(problem_.size(), 0.5),
      root_prices_(resources_.size(), 0.0),
      best_set_(problem_.size(), 0),
      mark_(problem_.size(), 0) {
  fixing_.mark.assign(problem_.size(), 0);
  for (const ResourceCosts& resource : resources_) {
    room_.push_back(resource.loose_budget);
    slack_.push_back(resource.loose_budget - resource.budget);
  }
}

OUTWEIGH_INLINE std::int64_t SeveralBudgets::whole(std::int64_t scaled) const noexcept {
  const std::int64_t unit = flow_.unit();
  scaled += margin_;
  return scaled >= 0 ? scaled / unit : -((-scaled + unit - 1) / unit);
}

OUTWEIGH_INLINE std::int64_t SeveralBudgets::set_value(const std::vector<std::uint8_t>& set) const {
  std::int64_t value = 0;
  for (std::uint32_t u = 0; u < problem_.size(); ++u) value += set[u] != 0 ? problem_.value[u] : 0;
  for (std::uint32_t n = 0; n < problem_.need_value.size(); ++n) {
    std::int64_t met = 0;
    for (std::uint32_t k = problem_.contributors.first(n); k < problem_.contributors.last(n); ++k) {
      const Contribution& c = problem_.contributors.entry[k];
      if (set[c.other] != 0) met += c.amount;
    }
    value += std::min(met, problem_.need_value[n]);
  }
  return value;
}

// Takes what was forced in since the last time from the rooms.
OUTWEIGH_INLINE void SeveralBudgets::take_in() {
  for (; synced_ < flow_.trail().size(); ++synced_) {
    const std::uint32_t u = flow_.trail()[synced_];
    if (flow_.state(u) != ClosureFlow::in) continue;
    for (std::size_t r = 0; r < resources_.size(); ++r) room_[r] -= resources_[r].cost[u];
  }
  std::int64_t credit = 0;
  for (std::size_t r = 0; r < resources_.size(); ++r) {
    if (room_[r] > 0) credit += prices_[r] * room_[r];  // below 0 nothing is possible, whatever the bound
  }
  flow_.set_credit(credit);
}

OUTWEIGH_INLINE bool SeveralBudgets::force(std::uint32_t node, bool in) {
  const bool possible = in ? flow_.force_in(node) : flow_.force_out(node);
  take_in();
  return possible && std::all_of(room_.begin(), room_.end(), [](std::int64_t room) { return room >= 0; });
}

OUTWEIGH_INLINE void SeveralBudgets::undo_to(std::size_t mark) {
  for (; synced_ > mark; --synced_) {
    const std::uint32_t u = flow_.trail()[synced_ - 1];
    if (flow_.state(u) != ClosureFlow::in) continue;
    for (std::size_t r = 0; r < resources_.size(); ++r) room_[r] += resources_[r].cost[u];
  }
  flow_.undo_to(mark);
  take_in();
}

OUTWEIGH_INLINE bool SeveralBudgets::require(std::uint32_t node) { return flow_.force_in(node); }
OUTWEIGH_INLINE bool SeveralBudgets::forbid(std::uint32_t node) { return flow_.force_out(node); }

OUTWEIGH_INLINE std::size_t SeveralBudgets::settle() {
  take_in();
  for (std::uint32_t u = 0; u < problem_.size(); ++u) best_set_[u] = flow_.state(u) == ClosureFlow::in ? 1 : 0;
  best_ = set_value(best_set_);
  for (std::size_t r = 0; r < resources_.size(); ++r) {
    if (room_[r] < slack_[r]) return r;
  }
  // From here on no node costs more than a budget, so that no charge overflows.
  for (std::uint32_t u = 0; u < problem_.size(); ++u) {
    const bool fits = std::all_of(resources_.begin(), resources_.end(),
                                  [&](const ResourceCosts& r) { return r.cost[u] <= r.loose_budget; });
    if (!fits && flow_.state(u) == ClosureFlow::open) (void)flow_.force_out(u);
  }
  take_in();
  return resources_.size();
}

OUTWEIGH_INLINE void SeveralBudgets::accept(std::vector<std::uint8_t> set, std::int64_t value) {
  best_ = value;
  best_set_ = std::move(set);
  tolerance_ = static_cast<std::int64_t>(limits_.tolerance * static_cast<double>(std::max<std::int64_t>(value, 0)));
}

OUTWEIGH_INLINE void SeveralBudgets::offer(const std::vector<std::uint8_t>& chosen) {
  for (std::uint32_t u = 0; u < problem_.size(); ++u) {
    if (flow_.state(u) == (chosen[u] != 0 ? ClosureFlow::out : ClosureFlow::in)) return;
    if (chosen[u] == 0) continue;
    for (std::uint32_t k = problem_.excludes.first(u); k < problem_.excludes.last(u); ++k) {
      if (chosen[problem_.excludes.entry[k]] != 0) return;
    }
  }
  for (const ResourceCosts& resource : resources_) {
    std::int64_t cost = 0;
    for (std::uint32_t u = 0; u < problem_.size(); ++u) cost += chosen[u] != 0 ? resource.cost[u] : 0;
    if (cost > resource.budget) return;
  }
  const std::int64_t value = set_value(chosen);
  if (value > best_) accept(chosen, value);
}

OUTWEIGH_INLINE void SeveralBudgets::charge() {
  std::fill(charges_.begin(), charges_.end(), 0);
  for (std::size_t r = 0; r < resources_.size(); ++r) {
    if (prices_[r] == 0) continue;
    for (std::uint32_t u = 0; u < problem_.size(); ++u) {
      // what is out costs more than a budget perhaps
      if (flow_.state(u) != ClosureFlow::out) charges_[u] += prices_[r] * resources_[r].cost[u];
    }
  }
  flow_.set_charges(charges_);
  take_in();
  extra_work_ += problem_.size() * resources_.size() / 4;
}

// The bound at the prices and rates as they are. False when nothing better than what is known is left.
OUTWEIGH_INLINE bool SeveralBudgets::evaluate_at() {
  charge();
  (void)flow_.augment([this] { return stop_within(); });
  node_bound_ = std::min(node_bound_, flow_.bound());
  return !hopeless(node_bound_);
}

// Prices, rates and shares of a lower bound by SmoothedPrices. `to_the_end`: whatever is known to be good enough.
OUTWEIGH_INLINE bool SeveralBudgets::smooth(int sweeps, bool to_the_end) {
  const auto unit = static_cast<double>(flow_.unit());
  const std::int64_t before = flow_.bound();
  std::vector<SmoothedPrices::Budget> budgets;
  for (std::size_t r = 0; r < resources_.size(); ++r) {
    budgets.push_back(
        {resources_[r].cost, std::max<std::int64_t>(room_[r], 0), static_cast<double>(prices_[r]) / unit});
  }
  SmoothedPrices smoothed(flow_, budgets);
  const auto open = static_cast<double>(smoothed.size() + 1);
  const double decided = static_cast<double>(flow_.fixed_value());
  const double worth = (static_cast<double>(before) / unit - decided) / open;
  const double gap = std::max(1.0, static_cast<double>(before) / unit - static_cast<double>(best_)) / open;
  const double enough =
      to_the_end ? -std::numeric_limits<double>::infinity() : static_cast<double>(best_ + tolerance_) - decided;
  const std::uint64_t work_before = extra_work_;
  smoothed.run(to_the_end ? 0.3 * worth : std::min(0.3 * worth, 4.0 * gap), to_the_end ? 1e-7 * worth : 1e-3 * gap,
               sweeps, enough, [&] {
                 extra_work_ = work_before + smoothed.work();
                 return stop_within();
               });
  extra_work_ = work_before + smoothed.work();
  smoothed.likely(average_);
  if (smoothed.lowest() >= static_cast<double>(before) / unit - decided) return true;
  const std::vector<std::int64_t> kept = flow_.shares();
  const std::vector<std::int64_t> prices = prices_;
  smoothed.apply(flow_);
  for (std::size_t r = 0; r < resources_.size(); ++r) {
    const double most = unit * static_cast<double>(flow_.value_limit()) /
                        std::max(1.0, static_cast<double>(resources_[r].loose_budget));
    prices_[r] = static_cast<std::int64_t>(std::clamp(smoothed.price(r) * unit, 0.0, most));
  }
  if (!evaluate_at() && !to_the_end) return false;
  if (stopped_ || flow_.bound() <= before) return true;
  flow_.set_shares(kept);
  prices_ = prices;
  return evaluate_at() || to_the_end;
}

// The prices of the lowest bound at these rates and shares, and the mixture of closed sets that it is worth.
OUTWEIGH_INLINE bool SeveralBudgets::find_prices(int steps, bool to_the_end) {
  const auto unit = static_cast<double>(flow_.unit());
  std::vector<double> rooms(room_.begin(), room_.end());
  PriceMaster master(rooms);
  std::vector<std::vector<std::uint8_t>> sets{std::vector<std::uint8_t>(problem_.size(), 0)};
  double apart = static_cast<double>(flow_.fixed_value());  // from what the sets are worth
  for (std::uint32_t n = 0; n < problem_.need_value.size(); ++n) apart += static_cast<double>(flow_.granted(n)) / unit;
  const auto add = [&](std::vector<std::uint8_t> set) {
    double worth = 0.0;
    std::vector<double> costs(resources_.size(), 0.0);
    for (std::uint32_t u = 0; u < problem_.size(); ++u) {
      if (set[u] == 0) continue;
      worth += static_cast<double>(flow_.worth(u)) / unit;
      for (std::size_t r = 0; r < costs.size(); ++r) costs[r] += static_cast<double>(resources_[r].cost[u]);
    }
    extra_work_ += problem_.size();
    master.add(worth, costs);
    sets.push_back(std::move(set));
  };
  std::vector<std::int64_t> best_prices = prices_;
  std::int64_t lowest = std::numeric_limits<std::int64_t>::max();
  double weight = 0.5;  // of the master's prices, towards which the best ones known are moved
  for (int step = 0; step < steps; ++step) {
    if (!evaluate_at() && !to_the_end) return false;
    if (stopped_) break;
    if (flow_.bound() < lowest) {
      lowest = flow_.bound();
      best_prices = prices_;
      weight = std::min(1.0, 1.3 * weight);
    } else {
      weight = step % 3 == 2 ? 1.0 : 0.5;
    }
    std::vector<std::uint8_t> set(problem_.size(), 0);
    for (std::uint32_t u = 0; u < problem_.size(); ++u) set[u] = flow_.wanted(u) ? 1 : 0;
    add(set);
    flow_.smallest_closure(set);
    add(std::move(set));
    master.solve();
    const double least = master.value() + apart;
    if (static_cast<double>(lowest) / unit - least <= 1e-9 * std::abs(least)) break;
    for (std::size_t r = 0; r < prices_.size(); ++r) {
      const double most = unit * static_cast<double>(flow_.value_limit()) /
                          std::max(1.0, static_cast<double>(resources_[r].loose_budget));
      const double aim = std::clamp(master.price(r) * unit, 0.0, most);
      const auto from = static_cast<double>(best_prices[r]);
      prices_[r] = static_cast<std::int64_t>(from + weight * (aim - from));
    }
  }
  prices_ = best_prices;
  for (std::uint32_t u = 0; u < problem_.size(); ++u) {
    if (flow_.state(u) == ClosureFlow::open) average_[u] = 0.0;
  }
  for (std::size_t k = 0; k < sets.size(); ++k) {
    const double part = master.part(k);
    for (std::uint32_t u = 0; part > 0.0 && u < problem_.size(); ++u) average_[u] += sets[k][u] != 0 ? part : 0.0;
  }
  return evaluate_at() || to_the_end;
}

// Moves prices and rates to lower the bound; keeps the best ones found. The first time it goes on when the bound is low
// enough, for the prices are told to the user.
OUTWEIGH_INLINE bool SeveralBudgets::tune(int steps, bool first) {
  const std::size_t needs = problem_.need_value.size();
  const auto unit = static_cast<double>(flow_.unit());
  const bool root = frames_.empty();
  for (std::uint32_t n = 0; n < needs; ++n) {
    // what its open contributors cannot overfill is best priced in full
    std::int64_t sum = 0;
    for (std::uint32_t k = problem_.contributors.first(n); k < problem_.contributors.last(n); ++k) {
      const Contribution& c = problem_.contributors.entry[k];
      if (flow_.state(c.other) == ClosureFlow::open) sum += std::min(c.amount, flow_.room(n));
    }
    if (sum <= flow_.room(n)) flow_.set_rate(n, flow_.unit());
  }
  if (!evaluate_at() && !first) return false;
  const bool smoothed = flow_.shares_any() || (first && needs != 0);
  if (smoothed && !smooth(root ? 4 : 2, first)) return false;
  if (first && !find_prices(200, true)) return false;
  std::vector<std::int64_t> best_prices = prices_, best_rates(needs);
  for (std::uint32_t n = 0; n < needs; ++n) best_rates[n] = flow_.rate(n);
  std::int64_t lowest = flow_.bound();
  std::vector<double> use(resources_.size()), over(needs);
  double pace = root ? 1.0 : 0.3;
  int idle = 0;
  const auto restore = [&] {
    prices_ = best_prices;
    for (std::uint32_t n = 0; n < needs; ++n) flow_.set_rate(n, best_rates[n]);
  };
  for (int step = 0; step < steps && !stopped_ && !smoothed && !first; ++step) {
    const double weight = root ? std::max(0.1, 1.0 / (step + 1.0)) : (step == 0 ? 0.5 : 0.3);
    std::fill(use.begin(), use.end(), 0.0);
    for (std::uint32_t u = 0; u < problem_.size(); ++u) {
      if (flow_.state(u) != ClosureFlow::open) continue;
      average_[u] += weight * ((flow_.wanted(u) ? 1.0 : 0.0) - average_[u]);
      for (std::size_t r = 0; r < resources_.size(); ++r) {
        use[r] += average_[u] * static_cast<double>(resources_[r].cost[u]);
      }
    }
    extra_work_ += problem_.size() * resources_.size() / 4;
    // in units of the room, so that resources and needs of any size move alike
    double length = 0.0;
    for (std::size_t r = 0; r < resources_.size(); ++r) {
      const double room = std::max(1.0, static_cast<double>(room_[r]));
      use[r] = (use[r] - static_cast<double>(room_[r])) / room;
      if (use[r] < 0.0 && best_prices[r] == 0) use[r] = 0.0;
      length += use[r] * use[r];
    }
    for (std::uint32_t n = 0; n < needs; ++n) {
      over[n] = 0.0;
      const std::int64_t left = flow_.room(n);
      if (left == 0) continue;
      double met = 0.0;
      for (std::uint32_t k = problem_.contributors.first(n); k < problem_.contributors.last(n); ++k) {
        const Contribution& c = problem_.contributors.entry[k];
        if (flow_.state(c.other) == ClosureFlow::open)
          met += average_[c.other] * static_cast<double>(std::min(c.amount, left));
      }
      over[n] = met / static_cast<double>(left) - 1.0;
      if ((over[n] < 0.0 && best_rates[n] == flow_.unit()) || (over[n] > 0.0 && best_rates[n] == 0)) over[n] = 0.0;
      length += over[n] * over[n];
    }
    if (length < 1e-12) break;
    const double distance = std::max(static_cast<double>(lowest) - static_cast<double>(best_) * unit, unit);
    const double stride = pace * distance / length;
    for (std::size_t r = 0; r < resources_.size(); ++r) {
      const double room = std::max(1.0, static_cast<double>(room_[r]));
      const double most = unit * static_cast<double>(flow_.value_limit()) /
                          std::max(1.0, static_cast<double>(resources_[r].loose_budget));
      prices_[r] = static_cast<std::int64_t>(
          std::clamp(static_cast<double>(best_prices[r]) + stride * use[r] / room, 0.0, most));
    }
    for (std::uint32_t n = 0; n < needs; ++n) {
      if (over[n] == 0.0) continue;
      const double rate = static_cast<double>(best_rates[n]) - stride * over[n] / static_cast<double>(flow_.room(n));
      flow_.set_rate(n, static_cast<std::int64_t>(std::clamp(rate, 0.0, unit)));
    }
    if (!evaluate_at() && !first) return false;
    const std::int64_t bound = flow_.bound();
    if (bound < lowest) {
      idle = lowest - bound < (lowest - best_ * flow_.unit()) / 500 ? idle + 1 : 0;
      pace = std::min(1.5, pace * 1.1);
      lowest = bound;
      best_prices = prices_;
      for (std::uint32_t n = 0; n < needs; ++n) best_rates[n] = flow_.rate(n);
    } else {
      ++idle;
      if (idle % 2 == 0) pace *= 0.7;
    }
    if (root && step % 10 == 9) improve();
    if (pace < 0.003 || idle > 40) break;
  }
  if (!smoothed && !first) restore();
  for (std::size_t r = 0; first && r < resources_.size(); ++r) {
    double most = 0.0;
    for (std::uint32_t u = 0; u < problem_.size(); ++u) {
      if (flow_.state(u) == ClosureFlow::open) most += static_cast<double>(resources_[r].cost[u]);
    }
    // more of what is enough for all that is left is worth nothing
    const bool is_enough = most <= static_cast<double>(room_[r]);
    root_prices_[r] = is_enough ? 0.0 : static_cast<double>(prices_[r]) / static_cast<double>(flow_.unit());
  }
  return evaluate_at();
}

// Adds what fits: first by the keys given, where positive, then by value for what it costs at the prices.
OUTWEIGH_INLINE void SeveralBudgets::fill(std::vector<std::uint8_t>& set, std::vector<std::int64_t> room,
                                          const std::vector<double>& keys) {
  std::vector<std::int64_t> left = problem_.need_value;
  const auto take_need = [&](std::uint32_t u) {
    for (std::uint32_t k = problem_.contributions.first(u); k < problem_.contributions.last(u); ++k) {
      const Contribution& c = problem_.contributions.entry[k];
      left[c.other] -= std::min(left[c.other], c.amount);
    }
  };
  for (std::uint32_t u = 0; u < problem_.size(); ++u) {
    if (set[u] != 0) take_need(u);
  }
  std::vector<std::int64_t> cost(resources_.size());
  // As in BranchAndBound.
  const std::size_t most_touched = std::max<std::size_t>(100, 20'000'000 / std::max<std::size_t>(1, problem_.size()));
  // Value of u with all that it still needs, in touched_, with its costs; false when it does not fit.
  const auto gain = [&](std::uint32_t u, std::int64_t& value) {
    std::fill(cost.begin(), cost.end(), 0);
    value = 0;
    touched_.assign(1, u);
    mark_[u] = 1;
    bool fits = true;
    for (std::size_t k = 0; k < touched_.size() && fits; ++k) {
      const std::uint32_t at = touched_[k];
      fits = flow_.state(at) != ClosureFlow::out && k < most_touched;
      value += problem_.value[at];
      for (std::size_t r = 0; r < resources_.size(); ++r) {
        cost[r] += resources_[r].cost[at];
        fits = fits && cost[r] <= room[r];
      }
      for (std::uint32_t i = problem_.contributions.first(at); i < problem_.contributions.last(at); ++i) {
        const Contribution& c = problem_.contributions.entry[i];
        value += std::min(c.amount, left[c.other]);
      }
      for (std::uint32_t a = problem_.requires_.first(at); a < problem_.requires_.last(at); ++a) {
        const std::uint32_t w = problem_.requires_.entry[a];
        if (set[w] == 0 && mark_[w] == 0) {
          mark_[w] = 1;
          touched_.push_back(w);
        }
      }
      for (std::uint32_t i = problem_.excludes.first(at); i < problem_.excludes.last(at); ++i) {
        const std::uint32_t w = problem_.excludes.entry[i];
        if (set[w] != 0 || mark_[w] != 0) fits = false;
      }
    }
    extra_work_ += 2 * touched_.size();
    for (const std::uint32_t at : touched_) mark_[at] = 0;
    return fits;
  };
  const auto add = [&] {
    for (const std::uint32_t at : touched_) {
      set[at] = 1;
      take_need(at);
    }
    for (std::size_t r = 0; r < resources_.size(); ++r) room[r] -= cost[r];
  };
  std::vector<std::pair<double, std::uint32_t>> candidates;
  std::int64_t value = 0;
  if (!keys.empty()) {
    for (std::uint32_t u = 0; u < problem_.size(); ++u) {
      if (set[u] == 0 && flow_.state(u) == ClosureFlow::open && keys[u] > 0.05) candidates.emplace_back(-keys[u], u);
    }
    std::sort(candidates.begin(), candidates.end());
    for (const auto& candidate : candidates) {
      if (set[candidate.second] == 0 && gain(candidate.second, value)) add();
    }
  }
  for (int pass = 0; pass < 3; ++pass) {
    candidates.clear();
    for (std::uint32_t u = 0; u < problem_.size(); ++u) {
      if (set[u] != 0 || flow_.state(u) == ClosureFlow::out) continue;
      if (problem_.value[u] <= 0 && problem_.contributions.first(u) == problem_.contributions.last(u)) continue;
      if (!gain(u, value) || value <= 0) continue;
      double price = 1e-9;
      for (std::size_t r = 0; r < resources_.size(); ++r) {
        const double share = static_cast<double>(cost[r]) / std::max(1.0, static_cast<double>(resources_[r].budget));
        price += static_cast<double>(cost[r]) * static_cast<double>(prices_[r]) / static_cast<double>(flow_.unit()) +
                 1e-6 * share;
      }
      candidates.emplace_back(-static_cast<double>(value) / price, u);
    }
    if (candidates.empty()) return;
    std::sort(candidates.begin(), candidates.end());
    for (const auto& candidate : candidates) {
      if (set[candidate.second] == 0 && gain(candidate.second, value) && value > 0) add();
    }
  }
}

// Plans from what is forced in: by the average of the closures, and by value for cost alone.
OUTWEIGH_INLINE void SeveralBudgets::improve() {
  std::vector<std::uint8_t> base(problem_.size());
  std::vector<std::int64_t> room = room_;
  for (std::uint32_t u = 0; u < problem_.size(); ++u) base[u] = flow_.state(u) == ClosureFlow::in ? 1 : 0;
  for (std::size_t r = 0; r < room.size(); ++r) {
    room[r] -= slack_[r];
    if (room[r] < 0) return;
  }
  const auto attempt = [&](const std::vector<double>& keys) {
    std::vector<std::uint8_t> set = base;
    fill(set, room, keys);
    const std::int64_t value = set_value(set);
    if (value > best_) accept(std::move(set), value);
  };
  attempt(average_);
  if (frames_.empty()) attempt({});
}

// Gives up what is worth least for its cost until all budgets are kept, those that are passed most counting more and
// more.
OUTWEIGH_INLINE bool SeveralBudgets::make_fit(std::vector<std::uint8_t>& set, const std::vector<std::uint8_t>& kept) {
  constexpr double whole_budget = 1e6;
  std::vector<double> weight(resources_.size());
  double sum = 0.0;
  for (std::size_t r = 0; r < weight.size(); ++r) {
    weight[r] = static_cast<double>(prices_[r]) * static_cast<double>(resources_[r].budget) + 1e-3;
    sum += weight[r];
  }
  for (double& w : weight) w /= sum;
  for (int attempt = 0; attempt < 30; ++attempt) {
    std::size_t worst = 0;
    double most = 1.0;
    for (std::size_t r = 0; r < resources_.size(); ++r) {
      std::int64_t cost = 0;
      for (std::uint32_t u = 0; u < problem_.size(); ++u) cost += set[u] != 0 ? resources_[r].cost[u] : 0;
      const double use = static_cast<double>(cost) / std::max(0.5, static_cast<double>(resources_[r].budget));
      if (cost > resources_[r].budget && use > most) {
        most = use;
        worst = r;
      }
    }
    if (most == 1.0) return true;
    if (attempt > 0) weight[worst] = 1.5 * weight[worst] + 0.1;
    double used = 0.0;
    for (std::uint32_t u = 0; u < problem_.size(); ++u) {
      double cost = 0.0;
      for (std::size_t r = 0; r < resources_.size(); ++r) {
        cost += weight[r] * static_cast<double>(resources_[r].cost[u]) /
                std::max(0.5, static_cast<double>(resources_[r].budget));
      }
      weighed_.cost[u] = static_cast<std::int64_t>(std::min(1e9, std::ceil(whole_budget * cost)));
      if (set[u] != 0) used += static_cast<double>(weighed_.cost[u]);
    }
    const double aim = attempt == 0 ? whole_budget : used / std::min(most, 1.1);
    if (!peel(weighed_, set, kept, static_cast<std::int64_t>(std::min(aim, used - 1.0)), extra_work_)) return false;
  }
  return false;
}

// As in BranchAndBound: takes turns between more than the budgets allow and what fits them.
OUTWEIGH_INLINE void SeveralBudgets::swing() {
  if (!problem_.excludes.entry.empty()) return;
  const auto size = static_cast<std::uint32_t>(problem_.size());
  std::vector<std::uint8_t> kept(size), set(size);
  std::vector<std::int64_t> room = room_;
  for (std::uint32_t u = 0; u < size; ++u) {
    kept[u] = flow_.state(u) == ClosureFlow::in ? 1 : 0;
    set[u] = flow_.state(u) == ClosureFlow::out ? 0 : 1;
  }
  weighed_ = problem_;
  constexpr std::size_t most_rounds = 200;
  constexpr int most_idle = 18;
  constexpr double excess[] = {0.02, 0.1, 0.05, 0.2, 0.01, 0.4};
  int idle = 0;
  for (std::size_t round = 0; round < most_rounds && idle < most_idle && !stop(); ++round) {
    const bool fits = make_fit(set, kept);
    if (fits) {
      for (std::size_t r = 0; r < room.size(); ++r) {
        room[r] = resources_[r].budget;
        for (std::uint32_t u = 0; u < size; ++u) room[r] -= set[u] != 0 ? resources_[r].cost[u] : 0;
      }
      fill(set, room, {});
      const std::int64_t value = set_value(set);
      idle = value > best_ ? 0 : idle + 1;
      if (value > best_) accept(set, value);
      if (hopeless(node_bound_)) return;
    } else {
      ++idle;
    }
    set = best_set_;
    for (std::size_t r = 0; r < room.size(); ++r) {
      room[r] = resources_[r].budget;
      for (std::uint32_t u = 0; u < size; ++u) room[r] -= set[u] != 0 ? resources_[r].cost[u] : 0;
      room[r] +=
          static_cast<std::int64_t>(excess[round % std::size(excess)] * static_cast<double>(resources_[r].budget));
    }
    fill(set, room, round % 3 == 2 ? average_ : std::vector<double>());
  }
}

OUTWEIGH_INLINE void SeveralBudgets::record(ProofStep::Kind kind, std::uint32_t node) const {
  if (!limits_.record) return;
  if (kind == ProofStep::price || kind == ProofStep::closed) {
    ProofStep step{.kind = ProofStep::price};
    const auto unit = static_cast<double>(flow_.unit());
    for (const std::int64_t price : prices_) step.prices.push_back(static_cast<double>(price) / unit);
    for (std::uint32_t n = 0; n < problem_.need_value.size(); ++n) {
      if (flow_.shared(n)) {
        add_shares(flow_, n, step);
      } else if (flow_.room(n) > 0 && flow_.rate(n) < flow_.unit()) {
        step.rates.emplace_back(n, static_cast<double>(flow_.rate(n)) / unit);
      }
    }
    limits_.record(step);
  }
  if (kind != ProofStep::price) limits_.record({.kind = kind, .node = node});
}

// As in BranchAndBound: fixes nodes whose other state loses more than the gap, or that do not fit.
OUTWEIGH_INLINE int SeveralBudgets::fix() {
  const std::int64_t spare = flow_.bound() + margin_ - ((best_ + tolerance_ + 1) * flow_.unit() - 1);
  std::vector<std::int64_t> cost(resources_.size());
  record(ProofStep::price);
  const int fixed = fix_nodes(
      flow_, spare, fixing_, extra_work_,
      [&](std::uint32_t at, bool fresh) {
        bool beyond = false;
        for (std::size_t r = 0; r < cost.size(); ++r) {
          cost[r] = (fresh ? 0 : cost[r]) + resources_[r].cost[at];
          beyond = beyond || cost[r] > room_[r];
        }
        return beyond;
      },
      [&](std::uint32_t u) {
        record(ProofStep::put_out, u);
        (void)flow_.force_out(u);
      },
      [&](std::uint32_t u) {
        record(ProofStep::put_in, u);
        return force(u, true);
      });
  if (fixed >= 0) take_in();
  return fixed;
}

// What does not fit with all that it requires, so that prices know of it from the start.
OUTWEIGH_INLINE void SeveralBudgets::put_out_too_large() {
  std::vector<std::int64_t> left(resources_.size());
  for (std::uint32_t u = 0; u < problem_.size(); ++u) {
    if (flow_.state(u) != ClosureFlow::open) continue;
    bool fits = true;
    left = room_;
    touched_.assign(1, u);
    mark_[u] = 1;
    for (std::size_t k = 0; k < touched_.size() && fits; ++k) {
      const std::uint32_t at = touched_[k];
      for (std::size_t r = 0; r < left.size(); ++r) fits = (left[r] -= resources_[r].cost[at]) >= 0 && fits;
      for (std::uint32_t a = problem_.requires_.first(at); a < problem_.requires_.last(at); ++a) {
        const std::uint32_t w = problem_.requires_.entry[a];
        if (mark_[w] != 0 || flow_.state(w) != ClosureFlow::open) continue;
        mark_[w] = 1;
        touched_.push_back(w);
      }
    }
    extra_work_ += touched_.size();
    for (const std::uint32_t at : touched_) mark_[at] = 0;
    if (fits) continue;
    record(ProofStep::put_out, u);
    (void)flow_.force_out(u);
  }
  take_in();
}

OUTWEIGH_INLINE bool SeveralBudgets::evaluate() {
  ++nodes_;
  const bool root = frames_.empty();
  for (int round = 0;; ++round) {
    const bool first = root && nodes_ == 1 && round == 0;
    if (!tune(first ? 300 : 8, first && !limits_.record)) return false;
    improve();
    if (hopeless(node_bound_)) return false;
    if (stopped_) return true;
    if (first && !limits_.record) {
      swing();
      if (hopeless(node_bound_)) return false;
    }
    const int fixed = fix();
    if (fixed < 0) return false;
    if (fixed == 0) return true;
  }
}

// The bound after forcing u at the prices as they are; the smallest number when that is not possible.
OUTWEIGH_INLINE std::int64_t SeveralBudgets::probe(std::uint32_t u, bool in) {
  const std::size_t mark = flow_.mark();
  std::int64_t bound = std::numeric_limits<std::int64_t>::min();
  if (force(u, in)) {
    (void)flow_.augment([this] { return stop_within(); });
    if (!hopeless(flow_.bound())) bound = std::min(node_bound_, flow_.bound());
  }
  undo_to(mark);
  return bound;
}

OUTWEIGH_INLINE std::uint32_t SeveralBudgets::choose(bool& in_first, bool& again) {
  constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
  again = false;
  std::vector<std::pair<double, std::uint32_t>> candidates;
  double total = 1e-9;
  for (std::uint32_t u = 0; u < problem_.size(); ++u) {
    if (flow_.state(u) == ClosureFlow::open) total = std::max(total, static_cast<double>(charges_[u]));
  }
  for (std::uint32_t u = 0; u < problem_.size(); ++u) {
    if (flow_.state(u) != ClosureFlow::open) continue;
    const double part = std::min(average_[u], 1.0 - average_[u]);
    candidates.emplace_back(-part - 0.1 * static_cast<double>(charges_[u]) / total, u);
  }
  if (candidates.empty()) return none;
  const auto tried = std::min<std::size_t>(candidates.size(), 5);
  std::partial_sort(candidates.begin(), candidates.begin() + static_cast<std::ptrdiff_t>(tried), candidates.end());
  std::uint32_t chosen = none;
  double best_score = -1.0;
  for (std::size_t k = 0; k < tried; ++k) {
    const std::uint32_t u = candidates[k].second;
    std::int64_t bounds[2];
    for (const bool in : {true, false}) {
      bounds[in ? 0 : 1] = probe(u, in);
      if (bounds[in ? 0 : 1] == std::numeric_limits<std::int64_t>::min()) {
        again = true;
        in_first = !in;
        return u;
      }
    }
    const auto gained = [&](std::int64_t bound) {
      return static_cast<double>(node_bound_ - bound) / static_cast<double>(flow_.unit()) + 1e-6;
    };
    const double score = gained(bounds[0]) * gained(bounds[1]);
    if (score > best_score) {
      best_score = score;
      chosen = u;
      in_first = bounds[0] >= bounds[1];
    }
  }
  return chosen;
}

OUTWEIGH_INLINE bool SeveralBudgets::stop() {
  if (stopped_) return true;
  if (limits_.work != 0 && work() >= limits_.work) return stopped_ = true;
  if (limits_.interrupt && work() >= next_check_) {
    next_check_ = work() + 200000;
    std::int64_t open = std::min(node_bound_, flow_.bound());
    for (const Frame& frame : frames_) {
      if (frame.second_pending) open = std::max(open, frame.bound);
    }
    if (limits_.interrupt(static_cast<double>(best_), static_cast<double>(whole(open)))) stopped_ = true;
  }
  return stopped_;
}

OUTWEIGH_INLINE void SeveralBudgets::run(const Limits& limits) {
  limits_ = limits;
  tolerance_ = static_cast<std::int64_t>(limits.tolerance * static_cast<double>(std::max<std::int64_t>(best_, 0)));
  // As in BranchAndBound: no step of a proof may hang on the last digits.
  margin_ =
      limits.record
          ? std::max<std::int64_t>(
                1, static_cast<std::int64_t>(static_cast<double>(flow_.unit()) *
                                             std::clamp(1e-11 * static_cast<double>(flow_.value_limit()), 1e-8, 0.25)))
          : 0;
  stopped_ = finished_ = false;
  frames_.clear();
  unresolved_ = std::numeric_limits<std::int64_t>::min();
  node_bound_ = std::numeric_limits<std::int64_t>::max();
  constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
  const std::size_t start = flow_.mark();

  // Prices in proportion to one over the budgets: halved until the closure is too dear.
  for (std::size_t r = 0; r < resources_.size(); ++r) {
    prices_[r] = static_cast<std::int64_t>(
        static_cast<double>(flow_.unit()) * static_cast<double>(flow_.value_limit()) /
        std::max(1.0, static_cast<double>(resources_[r].loose_budget)) / static_cast<double>(resources_.size() + 1));
  }
  put_out_too_large();
  improve();
  bool alive = true;
  (void)evaluate_at();
  for (int halving = 0; halving < 40 && !stop_within(); ++halving) {
    const std::int64_t before = flow_.bound();
    const std::vector<std::int64_t> kept = prices_;
    for (std::int64_t& price : prices_) price /= 2;
    (void)evaluate_at();
    if (flow_.bound() > before) {
      prices_ = kept;
      break;
    }
  }
  bool evaluated = false;
  while (true) {
    if (alive && !evaluated) {
      alive = evaluate();
      evaluated = true;
      if (!alive) record(ProofStep::closed);
    }
    if (alive && stop()) break;
    if (alive) {
      bool in_first = true;
      bool again = false;
      const std::uint32_t u = choose(in_first, again);
      if (u == none) {
        // everything is decided, and only the loose budgets hold it
        unresolved_ = std::max(unresolved_, std::min(whole(node_bound_), flow_.fixed_value()));
        alive = false;
        if (limits_.record) {
          limits_.record({.kind = ProofStep::price});  // what is left of the budgets is worth nothing
          limits_.record({.kind = ProofStep::closed});
        }
        continue;
      }
      if (again) {
        record(ProofStep::price);
        record(in_first ? ProofStep::put_in : ProofStep::put_out, u);
      } else {
        record(in_first ? ProofStep::in_first : ProofStep::out_first, u);
        frames_.push_back({flow_.mark(), u, !in_first, true, node_bound_, prices_});
      }
      alive = force(u, in_first);
      if (!alive) record(ProofStep::closed);
      evaluated = false;
      continue;
    }
    while (!frames_.empty() && !frames_.back().second_pending) {
      undo_to(frames_.back().mark);
      frames_.pop_back();
    }
    if (frames_.empty()) break;
    Frame& frame = frames_.back();
    undo_to(frame.mark);
    frame.second_pending = false;
    node_bound_ = frame.bound;
    prices_ = frame.prices;
    alive = !hopeless(frame.bound) && force(frame.node, frame.then_in);
    if (!alive) record(ProofStep::closed);
    evaluated = false;
  }
  bound_ = std::max(best_, unresolved_);
  if (alive) bound_ = std::max(bound_, whole(node_bound_));
  for (const Frame& frame : frames_) {
    if (frame.second_pending) bound_ = std::max(bound_, whole(frame.bound));
  }
  if (tolerance_ > 0) bound_ = std::max(bound_, best_ + tolerance_);
  finished_ = !alive && !stopped_;
  frames_.clear();
  undo_to(start);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail
