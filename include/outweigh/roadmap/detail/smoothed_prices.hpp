// Prices of budgets, shares of needs and payments along arcs at which the bound of ClosureFlow is about its lowest.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <outweigh/roadmap/detail/closure_flow.hpp>
#include <outweigh/roadmap/detail/closure_problem.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail {

/// Coordinate descent on the bound with its corners rounded off: each maximum in it (of a node, in or out; of what a
/// choice of contributors is worth beyond its shares) is t log sum exp(. / t), so that no corner holds the descent up,
/// and the temperature t falls (Werner 2007, doi:10.1109/TPAMI.2007.1036; Meltzer, Globerson and Weiss 2009,
/// arXiv:1205.2625). Shares and payments are moved one by one, prices and rates by Newton's method. In doubles: what it
/// finds is for ClosureFlow to make a bound of.
class SmoothedPrices {
 public:
  struct Budget {
    std::span<const std::int64_t> cost;  ///< by node
    std::int64_t room = 0;
    double price = 0.0;  ///< worth of 1, to start from
  };

  SmoothedPrices(const ClosureFlow& flow, const std::vector<Budget>& budgets) : flow_(flow) {
    const ClosureProblem& problem = flow.problem();
    const auto unit = static_cast<double>(flow.unit());
    std::vector<std::uint32_t> place(problem.size(), none);
    for (std::uint32_t u = 0; u < problem.size(); ++u) {
      if (flow.state(u) != ClosureFlow::open) continue;
      place[u] = static_cast<std::uint32_t>(nodes_.size());
      nodes_.push_back(u);
      excess_.push_back(static_cast<double>(flow.worth(u)) / unit);
    }
    for (const Budget& budget : budgets) {
      std::vector<double>& cost = costs_.emplace_back();
      for (const std::uint32_t u : nodes_) cost.push_back(static_cast<double>(budget.cost[u]));
      rooms_.push_back(static_cast<double>(budget.room));
      now_.prices.push_back(budget.price);
      for (std::size_t k = 0; k < cost.size(); ++k) excess_[k] -= budget.price * cost[k];
    }
    for (std::uint32_t k = 0; k < nodes_.size(); ++k) {
      for (std::uint32_t a = problem.requires_.first(nodes_[k]); a < problem.requires_.last(nodes_[k]); ++a) {
        const std::uint32_t head = place[problem.requires_.entry[a]];
        if (head == none) continue;
        const double paid = static_cast<double>(flow.flow(a)) / unit;
        arcs_.push_back({k, head});
        paid_.push_back(paid);
        excess_[k] -= paid;
        excess_[head] += paid;
      }
    }
    for (std::uint32_t n = 0; n < problem.need_value.size(); ++n) add_need(n, place);
    std::size_t choices = 2;
    for (const Need& need : needs_) {
      if (need.shared) choices = std::max(choices, std::size_t{1} << (need.last - need.first));
    }
    met_.resize(choices);
    beyond_.resize(choices);
    weight_.resize(choices);
    best_ = now_;
    lowest_ = value();
  }

  /// Goes down from one temperature to another, in units of value; `late`, asked at each sweep, ends it.
  template <class Late>
  void run(double temperature, double last, int sweeps, double enough, const Late& late) {
    int idle = 0;
    double last_gain = 0.0;
    while (temperature > last && idle < 4) {
      for (int sweep = 0; sweep < sweeps; ++sweep) {
        if (late()) return;
        descend(temperature);
      }
      const double before = lowest_;
      keep();
      const double gain = before - lowest_;
      idle = gain > std::min(0.01 * std::max(0.0, lowest_ - enough), 3e-6 * lowest_) ? 0 : idle + 1;
      if (lowest_ < enough) return;
      // where it is far from the lowest point at its temperature the bound falls more slowly than that
      temperature *= gain > 0.62 * last_gain && last_gain > 0.0 ? 0.85 : 0.6;
      last_gain = gain;
    }
    temperature_ = temperature;
  }

  /// The lowest bound found, less what is decided, in units of value.
  [[nodiscard]] double lowest() const noexcept { return lowest_; }
  [[nodiscard]] double price(std::size_t budget) const noexcept { return best_.prices[budget]; }
  /// Gives the flow the shares and rates of the lowest bound.
  void apply(ClosureFlow& flow) const {
    const auto unit = static_cast<double>(flow.unit());
    const auto scaled = [&](double x) { return static_cast<std::int64_t>(std::round(x * unit)); };
    for (std::size_t n = 0; n < needs_.size(); ++n) {
      const Need& need = needs_[n];
      if (!need.shared) {
        flow.set_rate(need.need, scaled(std::clamp(best_.rates[n], 0.0, 1.0)));
        continue;
      }
      for (std::uint32_t i = need.first; i < need.last; ++i) {
        flow.set_share(need.need, items_[i].contributor, scaled(std::max(0.0, best_.shares[i])));
      }
    }
  }
  /// How likely each open node is to be in, at the last temperature; by node of the problem, 0 for others.
  void likely(std::vector<double>& chosen) const {
    chosen.assign(flow_.problem().size(), 0.0);
    for (std::size_t k = 0; k < nodes_.size(); ++k) chosen[nodes_[k]] = logistic(excess_[k] / temperature_);
  }
  /// How many nodes are open.
  [[nodiscard]] std::size_t size() const noexcept { return nodes_.size(); }
  [[nodiscard]] std::uint64_t work() const noexcept { return work_; }

 private:
  static constexpr std::uint32_t none = 0xFFFFFFFFU;
  static constexpr double certain = 25.0;     // so many temperatures
  static constexpr double relaxation = 1.75;  // beyond the lowest point of a step, which gets further in all
  struct Need {
    std::uint32_t need, first, last;  // items
    double room;
    bool shared, tuned;
  };
  struct Item {
    std::uint32_t need, node, contributor;
    double amount;
  };
  struct Point {
    std::vector<double> prices{}, shares{}, rates{};  // by budget, item, need
  };

  static double logistic(double x) {
    if (x > certain || x < -certain) return x > 0.0 ? 1.0 : 0.0;
    return 1.0 / (1.0 + std::exp(-x));
  }

  void add_need(std::uint32_t n, const std::vector<std::uint32_t>& place) {
    const ClosureProblem& problem = flow_.problem();
    const std::int64_t room = flow_.room(n);
    if (room == 0) return;
    const auto unit = static_cast<double>(flow_.unit());
    const auto at = static_cast<std::uint32_t>(needs_.size());
    const auto first = static_cast<std::uint32_t>(items_.size());
    std::int64_t sum = 0;
    for (std::uint32_t k = problem.contributors.first(n); k < problem.contributors.last(n); ++k) {
      const Contribution& c = problem.contributors.entry[k];
      if (place[c.other] == none) continue;
      const std::int64_t amount = std::min(c.amount, room);
      sum += amount;
      items_.push_back({at, place[c.other], k, static_cast<double>(amount)});
    }
    const auto last = static_cast<std::uint32_t>(items_.size());
    if (first == last) return;
    const bool shared = flow_.shared(n);
    const bool tuned = sum > room;
    needs_.push_back({n, first, last, static_cast<double>(room), shared, tuned});
    // what its contributors cannot overfill is theirs in full
    now_.rates.push_back(tuned && !shared ? static_cast<double>(flow_.rate(n)) / unit : 1.0);
    for (std::uint32_t i = first; i < last; ++i) {
      const double before = shared ? static_cast<double>(flow_.share(n, items_[i].contributor)) / unit
                                   : static_cast<double>(flow_.rate(n)) / unit * items_[i].amount;
      now_.shares.push_back(tuned ? before : items_[i].amount);
      excess_[items_[i].node] += now_.shares[i] - before;
    }
  }

  void descend(double temperature) {
    temperature_ = temperature;
    for (std::size_t a = 0; a < arcs_.size(); ++a) {
      double& tail = excess_[arcs_[a].first];
      double& head = excess_[arcs_[a].second];
      const double more = std::max(-paid_[a], 0.5 * (tail - head));
      paid_[a] += more;
      tail -= more;
      head += more;
    }
    for (std::size_t n = 0; n < needs_.size(); ++n) {
      if (!needs_[n].tuned) continue;
      if (needs_[n].shared) {
        move_shares(needs_[n]);
      } else {
        move_rate(n);
      }
    }
    move_prices();
    work_ += nodes_.size() + arcs_.size();
  }

  // The rate at which its contributors are likely to meet the need just so.
  void move_rate(std::size_t n) {
    const Need& need = needs_[n];
    const double before = now_.rates[n];
    double low = 0.0, high = 1.0, rate = before;
    bool low_tried = false, high_tried = false;
    for (int step = 0; step < 12; ++step) {
      double slope = -need.room, bend = 0.0;
      for (std::uint32_t i = need.first; i < need.last; ++i) {
        const Item& item = items_[i];
        const double in = logistic((excess_[item.node] + (rate - before) * item.amount) / temperature_);
        slope += item.amount * in;
        bend += item.amount * item.amount * in * (1.0 - in) / temperature_;
      }
      if (std::abs(slope) <= 1e-6 * need.room || (slope > 0.0 ? rate == 0.0 : rate == 1.0)) break;
      (slope > 0.0 ? high : low) = rate;
      (slope > 0.0 ? high_tried : low_tried) = true;
      double next = rate - slope / std::max(bend, 1e-300);
      if (next <= low) next = low_tried ? 0.5 * (low + high) : low;
      if (next >= high) next = high_tried ? 0.5 * (low + high) : high;
      rate = next;
    }
    work_ += 4 * (need.last - need.first);
    now_.rates[n] = rate;
    for (std::uint32_t i = need.first; i < need.last; ++i)
      excess_[items_[i].node] += (rate - before) * items_[i].amount;
  }

  // The shares of a need, one after the other: where its node and its need are as likely to want it.
  void move_shares(const Need& need) {
    std::size_t choices = lay_out(need);
    weigh(choices);
    for (std::uint32_t i = need.first; i < need.last; ++i) {
      const std::size_t bit = std::size_t{1} << (i - need.first);
      double with = 0.0, without = 0.0;
      for (std::size_t block = 0; block < choices; block += 2 * bit) {
        for (std::size_t s = block; s < block + bit; ++s) {
          without += weight_[s];
          with += weight_[s + bit];
        }
      }
      double wanted;  // how much more its need is worth with it than without, less the share
      if (with > 1e-9 * without && without > 1e-9 * with) {
        wanted = temperature_ * std::log(with / without);
      } else {
        double most_with = beyond_[bit], most_without = beyond_[0];
        for (std::size_t block = 0; block < choices; block += 2 * bit) {
          for (std::size_t s = block; s < block + bit; ++s) {
            most_without = std::max(most_without, beyond_[s]);
            most_with = std::max(most_with, beyond_[s + bit]);
          }
        }
        wanted = most_with - most_without;
      }
      double& excess = excess_[items_[i].node];
      const double before = now_.shares[i];
      const double share = std::clamp(before + 0.5 * relaxation * (wanted - excess), 0.0, items_[i].amount);
      const double more = share - before;
      if (more == 0.0) continue;
      now_.shares[i] = share;
      excess += more;
      for (std::size_t block = bit; block < choices; block += 2 * bit) {
        for (std::size_t s = block; s < block + bit; ++s) beyond_[s] -= more;
      }
      if (std::abs(more) > 8.0 * temperature_) {
        weigh(choices);
        continue;
      }
      const double factor = std::exp(-more / temperature_);
      for (std::size_t block = bit; block < choices; block += 2 * bit) {
        for (std::size_t s = block; s < block + bit; ++s) weight_[s] *= factor;
      }
    }
    work_ += choices * (need.last - need.first + 2) / 8 + 1;
  }

  // What each choice of its items is worth to a need beyond their shares; how many choices there are.
  std::size_t lay_out(const Need& need) {
    std::size_t size = 1;
    met_[0] = beyond_[0] = 0.0;
    for (std::uint32_t i = need.first; i < need.last; ++i, size *= 2) {
      const double amount = items_[i].amount, share = now_.shares[i];
      for (std::size_t s = 0; s < size; ++s) {
        met_[size + s] = met_[s] + amount;
        beyond_[size + s] = beyond_[s] - share;
      }
    }
    for (std::size_t s = 0; s < size; ++s) beyond_[s] += met_[s] < need.room ? met_[s] : need.room;
    return size;
  }
  void weigh(std::size_t choices) {
    double most = beyond_[0];
    for (std::size_t s = 1; s < choices; ++s) most = most > beyond_[s] ? most : beyond_[s];
    const double least = most - 2.0 * certain * temperature_;
    for (std::size_t s = 0; s < choices; ++s) {
      weight_[s] = beyond_[s] > least ? std::exp((beyond_[s] - most) / temperature_) : 0.0;
    }
  }

  // The price at which what is likely to be in takes just what there is: one budget after the other.
  void move_prices() {
    for (std::size_t round = 0; round < (rooms_.size() > 1 ? 3U : 1U); ++round) {
      for (std::size_t r = 0; r < rooms_.size(); ++r) move_price(r);
    }
  }
  void move_price(std::size_t r) {
    const std::vector<double>& cost = costs_[r];
    const double before = now_.prices[r];
    double price = before, low = 0.0, high = -1.0;  // high: none known
    for (int step = 0; step < 30; ++step) {
      double slope = rooms_[r], bend = 0.0;
      for (std::size_t k = 0; k < cost.size(); ++k) {
        if (cost[k] == 0.0) continue;
        const double in = logistic((excess_[k] - (price - before) * cost[k]) / temperature_);
        slope -= cost[k] * in;
        bend += cost[k] * cost[k] * in * (1.0 - in) / temperature_;
      }
      work_ += cost.size();
      if (std::abs(slope) <= 1e-7 * rooms_[r] || (price == 0.0 && slope >= 0.0)) break;
      if (slope > 0.0) {
        high = price;
      } else {
        low = price;
      }
      double next = bend > 0.0 ? price - slope / bend : -1.0;
      if (high < 0.0) {
        const double most = 2.0 * price + 1e-3;
        next = next > price && next < most ? next : most;
      } else if (next < low || next >= high) {
        next = low == 0.0 && next < 0.0 && step < 2 ? 0.0 : 0.5 * (low + high);
      }
      if (std::abs(next - price) <= 1e-13 * price) break;
      price = next;
    }
    now_.prices[r] = price;
    for (std::size_t k = 0; k < cost.size(); ++k) excess_[k] -= (price - before) * cost[k];
  }

  [[nodiscard]] double value() {
    double sum = 0.0;
    for (const double e : excess_) sum += std::max(0.0, e);
    for (std::size_t r = 0; r < rooms_.size(); ++r) sum += now_.prices[r] * rooms_[r];
    for (std::size_t n = 0; n < needs_.size(); ++n) {
      const Need& need = needs_[n];
      if (!need.shared) {
        sum += (1.0 - now_.rates[n]) * need.room;
        continue;
      }
      if (!need.tuned) continue;
      const std::size_t size = lay_out(need);
      double most = 0.0;
      for (std::size_t s = 0; s < size; ++s) most = std::max(most, beyond_[s]);
      sum += most;
      work_ += size / 4;
    }
    return sum;
  }
  void keep() {
    const double bound = value();
    if (bound >= lowest_) return;
    lowest_ = bound;
    best_ = now_;
  }

  const ClosureFlow& flow_;
  std::vector<std::uint32_t> nodes_;
  std::vector<double> excess_;
  std::vector<std::vector<double>> costs_;
  std::vector<double> rooms_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> arcs_;
  std::vector<double> paid_;
  std::vector<Need> needs_;
  std::vector<Item> items_;
  Point now_, best_;
  double lowest_ = 0.0, temperature_ = 1.0;
  std::uint64_t work_ = 0;
  std::vector<double> met_, beyond_, weight_;  // by choice of the items of a need
};

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail
