// Upper bounds of the budgeted closure problem by Lagrangian relaxation, solved as a warm-started maximum flow.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <outweigh/roadmap/detail/closure_problem.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail {

/// The budget is priced at price() / unit() a unit of cost, and each need is shared out: of need n, which a set S meets
/// as far as met(S), node u is given share(k), and what is granted besides is max over S of met(S) - shares of S. So
/// node u weighs
///   unit * value + sum of shares - price * cost.
/// Shares are rate(n) times the contribution, which leaves (1 - rate) of the need to be granted, and where few nodes
/// meet a need that is not the sum of two planes, any numbers: what is granted is then looked for choice by choice, and
/// the best shares make the bound that of the concave envelope of the need.
/// Any flow >= 0 along the arcs, by which nodes pay for what they require, leaves each node an excess; the sum of the
/// positive ones plus price * budget and what is granted is an upper bound of unit * optimum, whatever the flow, the
/// price and the shares.
/// `augment` makes the flow maximum (Picard 1976, doi:10.1287/mnsc.22.11.1268): then the bound is the Lagrangian one.
/// Nodes can be forced in or out and freed again in reverse order; the flow survives all of that.
class ClosureFlow {
 public:
  enum State : std::uint8_t { open, in, out };
  static constexpr std::int32_t unreached = std::numeric_limits<std::int32_t>::max();

  ClosureFlow() = default;
  ClosureFlow(const ClosureProblem& problem, std::int64_t budget, int spare_bits = 0) {
    start(problem, budget, spare_bits);
  }

  /// Begins anew with a problem, without asking for memory where there is enough. `spare_bits` leaves room for charges:
  /// their sum may be that power of two times the value of all.
  void start(const ClosureProblem& problem, std::int64_t budget, int spare_bits = 0) {
    problem_ = &problem;
    budget_ = budget;
    fixed_value_ = price_ = credit_ = 0;
    work_ = 0;
    exclude_checked_ = 0;
    trail_.clear();
    gained_.clear();
    charges_.clear();
    flow_.assign(problem.requires_.entry.size(), 0);
    state_.assign(problem.size(), open);
    level_.assign(problem.size(), unreached);
    next_.assign(problem.size(), 0);
    room_ = problem.need_value;
    twin_.clear();
    shared_.assign(room_.size(), 0);
    shares_any_ = false;
    for (std::uint32_t n = 0; n < room_.size(); ++n) {
      shared_[n] = is_shared(n) ? 1 : 0;
      shares_any_ = shares_any_ || shared_[n] != 0;
    }
    granted_.assign(shares_any_ ? room_.size() : 0, 0);
    stale_.assign(granted_.size(), 1);
    std::int64_t total = 1;
    for (const std::int64_t v : problem.value) total += v < 0 ? -v : v;
    for (const auto& c : problem.contributions.entry) total += c.amount;
    value_limit_ = total;
    unit_ = 1;
    while (unit_ < (std::int64_t{1} << 40) && unit_ * 2 <= (std::int64_t{1} << (60 - spare_bits)) / total) unit_ *= 2;
    rate_.assign(problem.need_value.size(), unit_);
    if (shares_any_) {
      share_.resize(problem.contributors.entry.size());
      for (std::size_t k = 0; k < share_.size(); ++k) share_[k] = unit_ * problem.contributors.entry[k].amount;
      twin_.resize(problem.contributions.entry.size());
      std::vector<std::uint32_t> next(problem.contributors.begin.begin(), problem.contributors.begin.end() - 1);
      // rows of needs are by node, as nodes are gone through here
      for (std::uint32_t u = 0; u < problem.size(); ++u) {
        for (std::uint32_t k = problem.contributions.first(u); k < problem.contributions.last(u); ++k) {
          const std::uint32_t need = problem.contributions.entry[k].other;
          std::uint32_t at = next[need];
          while (problem.contributors.entry[at].other != u) ++at;
          twin_[k] = at;
          if (at == next[need]) ++next[need];
        }
      }
    }
    excess_.resize(problem.size());
    for (std::uint32_t u = 0; u < problem.size(); ++u) excess_[u] = weight(u);
  }

  /// Takes over price and flow of the problem that this one is a part of: node k is nodes[k] there, arc a is arcs[a].
  void adopt(const ClosureFlow& whole, const std::vector<std::uint32_t>& nodes,
             const std::vector<std::uint32_t>& arcs) {
    const std::int64_t up = std::max<std::int64_t>(unit_ / whole.unit_, 1);
    const std::int64_t down = std::max<std::int64_t>(whole.unit_ / unit_, 1);
    price_ = std::clamp<std::int64_t>(whole.price_ / down, 0, price_limit() / up) * up;
    for (std::uint32_t u = 0; u < nodes.size(); ++u) excess_[u] = weight(u);
    for (std::uint32_t u = 0; u < nodes.size(); ++u) {
      for (std::uint32_t a = problem_->requires_.first(u); a < problem_->requires_.last(u); ++a) {
        flow_[a] = whole.flow_[arcs[a]] / down * up;
        excess_[u] -= flow_[a];
        excess_[problem_->requires_.entry[a]] += flow_[a];
      }
    }
  }

  /// Takes `flow[arcs[a]] * factor`, rounded down, as the flow of arc a, before anything is forced: any flow will do to
  /// start from, and one of a problem that is much alike leaves little to do.
  void start_from(const std::vector<double>& flow, const std::vector<std::uint32_t>& arcs, double factor) {
    for (std::uint32_t u = 0; u < problem_->size(); ++u) {
      for (std::uint32_t a = problem_->requires_.first(u); a < problem_->requires_.last(u); ++a) {
        const double amount = std::floor(flow[arcs[a]] * factor);
        if (!(amount > 0.0)) continue;
        const auto whole = static_cast<std::int64_t>(std::min(amount, 0x1p58));
        flow_[a] += whole;
        excess_[u] -= whole;
        excess_[problem_->requires_.entry[a]] += whole;
      }
    }
  }
  [[nodiscard]] std::int64_t flow(std::size_t arc) const noexcept { return flow_[arc]; }

  [[nodiscard]] const ClosureProblem& problem() const noexcept { return *problem_; }
  [[nodiscard]] std::int64_t unit() const noexcept { return unit_; }
  [[nodiscard]] std::int64_t price() const noexcept { return price_; }
  [[nodiscard]] std::int64_t rate(std::size_t need) const noexcept { return rate_[need]; }
  [[nodiscard]] std::int64_t room(std::size_t need) const noexcept { return room_[need]; }
  /// Is the need shared out in any numbers, not by a rate?
  [[nodiscard]] bool shared(std::size_t need) const noexcept { return shared_[need] != 0; }
  [[nodiscard]] bool shares_any() const noexcept { return shares_any_; }
  /// What the k-th of all contributors, which is one of this need, is given for what it adds, in 1 / unit().
  [[nodiscard]] std::int64_t share(std::uint32_t need, std::uint32_t k) const noexcept {
    return share_at(k, room_[need]);
  }
  void set_share(std::uint32_t need, std::uint32_t k, std::int64_t share) {
    const Contribution& c = problem_->contributors.entry[k];
    share = std::clamp<std::int64_t>(share, 0, unit_ * c.amount);
    const std::int64_t before = this->share(need, k);
    share_[k] = share;
    if (state_[c.other] == open) excess_[c.other] += this->share(need, k) - before;
    stale_[need] = 1;
  }
  /// All rates and shares, to be set again.
  [[nodiscard]] std::vector<std::int64_t> shares() const {
    std::vector<std::int64_t> all = rate_;
    all.insert(all.end(), share_.begin(), share_.end());
    return all;
  }
  void set_shares(const std::vector<std::int64_t>& all) {
    for (std::uint32_t n = 0; n < room_.size(); ++n) {
      if (shared_[n] == 0) set_rate(n, all[n]);
      for (std::uint32_t k = problem_->contributors.first(n); shared_[n] != 0 && k < problem_->contributors.last(n);
           ++k) {
        set_share(n, k, all[rate_.size() + k]);
      }
    }
  }
  /// What is granted of a need besides the shares, in 1 / unit().
  [[nodiscard]] std::int64_t granted(std::uint32_t need) const {
    if (shared_[need] == 0) return (unit_ - rate_[need]) * room_[need];
    if (stale_[need] != 0) {
      granted_[need] = most_beyond_shares(need);
      stale_[need] = 0;
    }
    return granted_[need];
  }
  /// unit * value and the shares of a node.
  [[nodiscard]] std::int64_t worth(std::uint32_t u) const noexcept {
    std::int64_t sum = unit_ * problem_->value[u];
    for (std::uint32_t k = problem_->contributions.first(u); k < problem_->contributions.last(u); ++k) {
      const Contribution& c = problem_->contributions.entry[k];
      sum += shared_[c.other] != 0 ? share(c.other, twin_[k]) : rate_[c.other] * std::min(c.amount, room_[c.other]);
    }
    return sum;
  }
  /// What is left of the budget after the nodes forced in; negative when they do not fit.
  [[nodiscard]] std::int64_t budget() const noexcept { return budget_; }
  /// Only while nothing is forced in.
  void set_budget(std::int64_t budget) {
    budget_ = budget;
    set_price(price_);
  }
  [[nodiscard]] std::int64_t fixed_value() const noexcept { return fixed_value_; }
  [[nodiscard]] State state(std::size_t u) const noexcept { return state_[u]; }
  [[nodiscard]] std::int64_t excess(std::size_t u) const noexcept { return excess_[u]; }
  [[nodiscard]] std::uint64_t work() const noexcept { return work_; }
  /// After `augment`: whether the node is in the largest best closure at this price.
  [[nodiscard]] bool wanted(std::size_t u) const noexcept { return state_[u] == open && level_[u] == unreached; }

  /// Above all magnitudes of values together.
  [[nodiscard]] std::int64_t value_limit() const noexcept { return value_limit_; }
  /// The largest useful price: above it the bound only grows.
  [[nodiscard]] std::int64_t price_limit() const noexcept {
    return unit_ * value_limit_ / std::max<std::int64_t>(budget_, 1) + 1;
  }

  void set_price(std::int64_t price) {
    price = std::clamp<std::int64_t>(price, 0, price_limit());
    if (price == price_) return;
    const std::int64_t old = price_;
    price_ = price;
    for (std::uint32_t u = 0; u < problem_->size(); ++u) {
      if (state_[u] == open && problem_->cost[u] != 0) {
        excess_[u] += charge(problem_->cost[u], old) - charge(problem_->cost[u], price);
      }
    }
  }

  /// For several budgets, the problem's costs being 0: what each node is charged for what it takes, in 1 / unit(), and
  /// what is left of the budgets is worth at the same prices. The latter has to be kept up when nodes are forced in.
  void set_charges(const std::vector<std::int64_t>& charges) {
    charges_.resize(charges.size(), 0);
    for (std::uint32_t u = 0; u < charges.size(); ++u) {
      if (state_[u] == open) excess_[u] += charges_[u] - charges[u];
      charges_[u] = charges[u];
    }
  }
  void set_credit(std::int64_t credit) noexcept { credit_ = credit; }

  /// Of a need that is shared out otherwise: all get this part of what they add.
  void set_rate(std::uint32_t need, std::int64_t rate) {
    if (shared_[need] != 0) {
      rate = std::clamp<std::int64_t>(rate, 0, unit_);
      for (std::uint32_t k = problem_->contributors.first(need); k < problem_->contributors.last(need); ++k) {
        set_share(need, k, rate * std::min(problem_->contributors.entry[k].amount, room_[need]));
      }
      return;
    }
    const std::int64_t change = std::clamp<std::int64_t>(rate, 0, unit_) - rate_[need];
    if (change == 0) return;
    rate_[need] += change;
    for (std::uint32_t k = problem_->contributors.first(need); k < problem_->contributors.last(need); ++k) {
      const Contribution& c = problem_->contributors.entry[k];
      if (state_[c.other] == open) excess_[c.other] += change * std::min(c.amount, room_[need]);
    }
  }

  /// In units of 1 / unit(): no closed set that agrees with what is forced is worth more.
  [[nodiscard]] std::int64_t bound() const {
    std::int64_t sum = unit_ * fixed_value_ + price_ * budget_ + credit_;
    for (std::size_t u = 0; u < excess_.size(); ++u) {
      if (state_[u] == open && excess_[u] > 0) sum += excess_[u];
    }
    for (std::uint32_t n = 0; n < room_.size(); ++n) sum += granted(n);
    return sum;
  }

  /// Forces u and all it requires in. False, with some of it done, when that contradicts what is forced already.
  bool force_in(std::uint32_t u) {
    if (state_[u] != open) return state_[u] == in;
    stack_.assign(1, u);
    while (!stack_.empty()) {
      const std::uint32_t at = stack_.back();
      bool ready = true;
      for (std::uint32_t a = problem_->requires_.first(at); a < problem_->requires_.last(at); ++a) {
        const std::uint32_t w = problem_->requires_.entry[a];
        if (state_[w] == out) return false;
        if (state_[w] == open) {
          stack_.push_back(w);
          ready = false;
        }
      }
      if (!ready) continue;
      stack_.pop_back();
      if (state_[at] == open) take(at);
    }
    if (problem_->excludes.entry.empty()) return true;
    for (std::size_t k = exclude_checked_; k < trail_.size(); ++k) {
      const std::uint32_t at = trail_[k];
      if (state_[at] != in) continue;
      for (std::uint32_t a = problem_->excludes.first(at); a < problem_->excludes.last(at); ++a) {
        const std::uint32_t w = problem_->excludes.entry[a];
        if (state_[w] == in) return false;
        if (state_[w] == open) force_out(w);
      }
    }
    exclude_checked_ = trail_.size();
    return true;
  }

  /// Forces u and all that depends on it out. False when that contradicts what is forced already.
  bool force_out(std::uint32_t u) {
    if (state_[u] != open) return state_[u] == out;
    drop_stack_.assign(1, u);
    while (!drop_stack_.empty()) {
      const std::uint32_t at = drop_stack_.back();
      bool ready = true;
      for (std::uint32_t k = problem_->dependents.first(at); k < problem_->dependents.last(at); ++k) {
        const std::uint32_t d = problem_->dependents.entry[k].node;
        if (state_[d] == open) {
          drop_stack_.push_back(d);
          ready = false;
        }
      }
      if (!ready) continue;
      drop_stack_.pop_back();
      if (state_[at] == open) drop(at);
    }
    return true;
  }

  [[nodiscard]] std::size_t mark() const noexcept { return trail_.size(); }
  [[nodiscard]] const std::vector<std::uint32_t>& trail() const noexcept { return trail_; }

  void undo_to(std::size_t mark) {
    while (trail_.size() > mark) {
      const std::uint32_t u = trail_.back();
      trail_.pop_back();
      if (state_[u] == in) {
        budget_ += problem_->cost[u];
        fixed_value_ -= problem_->value[u];
        for (std::uint32_t k = problem_->contributions.last(u); k-- > problem_->contributions.first(u);) {
          const std::uint32_t need = problem_->contributions.entry[k].other;
          const std::int64_t gained = gained_.back();
          gained_.pop_back();
          fixed_value_ -= gained;
          change_room(need, room_[need] + gained);
        }
      }
      forget_granted(u);
      state_[u] = open;
      excess_[u] = weight(u);
    }
    exclude_checked_ = std::min(exclude_checked_, mark);
    // a price for what little was left is too much for all, and times that more than a number can hold
    set_price(price_);
  }

  /// Makes the flow maximum and labels the nodes, by layered augmentation.
  void augment() {
    (void)augment([] { return false; });
  }

  /// The same, until `late`, asked now and then, says true: then false, and the flow and its bound hold though they are
  /// not the best.
  template <class Late>
  bool augment(const Late& late) {
    std::uint64_t next_question = work_ + question_interval;
    while (label()) {
      if (late()) return false;
      for (std::uint32_t u = 0; u < problem_->size(); ++u) {
        next_[u] = problem_->requires_.first(u);
      }
      for (std::uint32_t u = 0; u < problem_->size(); ++u) {
        if (state_[u] == open && excess_[u] > 0 && level_[u] != unreached) discharge(u);
        if (work_ < next_question) continue;
        if (late()) return false;
        next_question = work_ + question_interval;
      }
    }
    return true;
  }

  /// After `augment`: marks with 1 the smallest best closure at this price (free nodes only).
  void smallest_closure(std::vector<std::uint8_t>& chosen) {
    chosen.assign(problem_->size(), 0);
    queue_.clear();
    for (std::uint32_t u = 0; u < problem_->size(); ++u) {
      if (state_[u] == open && excess_[u] > 0) {
        chosen[u] = 1;
        queue_.push_back(u);
      }
    }
    for (std::size_t k = 0; k < queue_.size(); ++k) {
      const std::uint32_t u = queue_[k];
      for (std::uint32_t a = problem_->requires_.first(u); a < problem_->requires_.last(u); ++a) {
        reach(problem_->requires_.entry[a], chosen);
      }
      for (std::uint32_t i = problem_->dependents.first(u); i < problem_->dependents.last(u); ++i) {
        if (flow_[problem_->dependents.entry[i].arc] > 0) reach(problem_->dependents.entry[i].node, chosen);
      }
    }
  }

 private:
  static constexpr std::int32_t decided = -2;  // level of a node that is forced
  static constexpr std::int64_t weight_limit = std::int64_t{1} << 60;
  static constexpr std::uint64_t question_interval = 1'000'000;
  static constexpr std::size_t most_shared = 12;

  static std::int64_t charge(std::int64_t cost, std::int64_t price) noexcept {
    return cost != 0 && price > weight_limit / cost ? weight_limit : price * cost;
  }

  [[nodiscard]] std::int64_t weight(std::uint32_t u) const noexcept {
    const std::int64_t sum = worth(u) - charge(problem_->cost[u], price_);
    return charges_.empty() ? sum : sum - charges_[u];
  }

  // Few contributors, and something between the sum of what they add and the whole need.
  [[nodiscard]] bool is_shared(std::uint32_t need) const {
    const auto row = std::span(problem_->contributors.entry)
                         .subspan(problem_->contributors.first(need),
                                  problem_->contributors.last(need) - problem_->contributors.first(need));
    if (row.size() < 2 || row.size() > most_shared) return false;
    const std::int64_t amount = row.front().amount;
    const bool equal = std::all_of(row.begin(), row.end(), [&](const Contribution& c) { return c.amount == amount; });
    return !equal || problem_->need_value[need] % amount != 0;
  }
  [[nodiscard]] std::int64_t share_at(std::uint32_t k, std::int64_t room) const noexcept {
    return std::min(share_[k], unit_ * std::min(problem_->contributors.entry[k].amount, room));
  }
  void forget_granted(std::uint32_t u) {
    if (!shares_any_) return;
    for (std::uint32_t k = problem_->contributions.first(u); k < problem_->contributions.last(u); ++k) {
      const std::uint32_t need = problem_->contributions.entry[k].other;
      if (shared_[need] != 0) stale_[need] = 1;
    }
  }
  // The most that a choice of the open contributors is worth more than its shares.
  [[nodiscard]] std::int64_t most_beyond_shares(std::uint32_t need) const {
    const std::int64_t room = room_[need];
    if (room == 0) return 0;
    std::int64_t amounts[most_shared], shares[most_shared];
    std::uint32_t count = 0;
    for (std::uint32_t k = problem_->contributors.first(need); k < problem_->contributors.last(need); ++k) {
      const Contribution& c = problem_->contributors.entry[k];
      if (state_[c.other] != open) continue;
      amounts[count] = std::min(c.amount, room);
      shares[count++] = share(need, k);
    }
    std::int64_t most = 0;
    std::int64_t met[std::size_t{1} << most_shared], given[std::size_t{1} << most_shared];
    met[0] = given[0] = 0;
    for (std::uint32_t choice = 1; choice < (1U << count); ++choice) {
      const auto last = static_cast<std::uint32_t>(std::countr_zero(choice));
      met[choice] = met[choice & (choice - 1)] + amounts[last];
      given[choice] = given[choice & (choice - 1)] + shares[last];
      most = std::max(most, unit_ * std::min(room, met[choice]) - given[choice]);
    }
    work_ += (std::uint64_t{1} << count) / 4;
    return most;
  }

  void reach(std::uint32_t u, std::vector<std::uint8_t>& chosen) {
    if (state_[u] == open && chosen[u] == 0) {
      chosen[u] = 1;
      queue_.push_back(u);
    }
  }

  // A contribution is worth no more than the room that its need has left.
  void change_room(std::uint32_t need, std::int64_t room) {
    if (shared_[need] != 0) {
      for (std::uint32_t k = problem_->contributors.first(need); k < problem_->contributors.last(need); ++k) {
        const std::uint32_t u = problem_->contributors.entry[k].other;
        if (state_[u] == open) excess_[u] += share_at(k, room) - share_at(k, room_[need]);
      }
      room_[need] = room;
      stale_[need] = 1;
      return;
    }
    for (std::uint32_t k = problem_->contributors.first(need); k < problem_->contributors.last(need); ++k) {
      const Contribution& c = problem_->contributors.entry[k];
      if (state_[c.other] == open) {
        excess_[c.other] += rate_[need] * (std::min(c.amount, room) - std::min(c.amount, room_[need]));
      }
    }
    room_[need] = room;
  }

  void take(std::uint32_t u) {
    for (std::uint32_t k = problem_->dependents.first(u); k < problem_->dependents.last(u); ++k) {
      const Dependent& d = problem_->dependents.entry[k];
      if (flow_[d.arc] > 0) {
        excess_[d.node] += flow_[d.arc];
        flow_[d.arc] = 0;
      }
    }
    state_[u] = in;
    trail_.push_back(u);
    forget_granted(u);
    budget_ -= problem_->cost[u];
    fixed_value_ += problem_->value[u];
    for (std::uint32_t k = problem_->contributions.first(u); k < problem_->contributions.last(u); ++k) {
      const Contribution& c = problem_->contributions.entry[k];
      const std::int64_t gained = std::min(c.amount, room_[c.other]);
      gained_.push_back(gained);
      fixed_value_ += gained;
      change_room(c.other, room_[c.other] - gained);
    }
  }

  void drop(std::uint32_t u) {
    for (std::uint32_t a = problem_->requires_.first(u); a < problem_->requires_.last(u); ++a) {
      if (flow_[a] > 0) {
        excess_[problem_->requires_.entry[a]] -= flow_[a];
        flow_[a] = 0;
      }
    }
    state_[u] = out;
    trail_.push_back(u);
    forget_granted(u);
  }

  // Distances to the nearest deficit along residual arcs. True when some excess can still move. Plain pointers, since
  // the compiler cannot know that what is written is not what is read.
  bool label() {
    const auto size = static_cast<std::uint32_t>(problem_->size());
    queue_.resize(size + 1);  // one beyond the last is written to
    std::int32_t* const level = level_.data();
    std::uint32_t* const queue = queue_.data();
    const State* const state = state_.data();
    const std::int64_t* const excess = excess_.data();
    const std::int64_t* const flow = flow_.data();
    const std::uint32_t* const first_back = problem_->dependents.begin.data();
    const Dependent* const back = problem_->dependents.entry.data();
    const std::uint32_t* const first_arc = problem_->requires_.begin.data();
    const std::uint32_t* const arc = problem_->requires_.entry.data();
    std::uint32_t last = 0;
    for (std::uint32_t u = 0; u < size; ++u) {
      level[u] = state[u] == open ? unreached : decided;
      if (state[u] == open && excess[u] < 0) {
        level[u] = 0;
        queue[last++] = u;
      }
    }
    std::uint64_t steps = size / 4;
    for (std::uint32_t k = 0; k < last; ++k) {
      const std::uint32_t u = queue[k];
      const std::int32_t next = level[u] + 1;
      // without branches, which nobody could foretell
      const auto visit = [&](std::uint32_t w, bool open_arc) {
        const std::uint32_t fresh =
            static_cast<std::uint32_t>(open_arc) & static_cast<std::uint32_t>(level[w] == unreached);
        level[w] ^= (level[w] ^ next) & -static_cast<std::int32_t>(fresh);
        queue[last] = w;
        last += fresh;
      };
      for (std::uint32_t i = first_back[u]; i < first_back[u + 1]; ++i) visit(back[i].node, true);
      for (std::uint32_t a = first_arc[u]; a < first_arc[u + 1]; ++a) visit(arc[a], flow[a] != 0);
      steps += first_back[u + 1] - first_back[u] + first_arc[u + 1] - first_arc[u] + 1;
    }
    bool movable = false;
    for (std::uint32_t k = 0; k < last && !movable; ++k) movable = excess[queue[k]] > 0;
    work_ += steps;
    return movable;
  }

  // The arcs of u in one numbering: first those to what it requires, then those from its dependents.
  void discharge(std::uint32_t source) {
    path_.clear();
    std::uint32_t at = source;
    while (true) {
      if (excess_[at] < 0) {
        std::int64_t amount = std::min(excess_[source], -excess_[at]);
        for (const Step& step : path_) {
          if (step.backward) amount = std::min(amount, flow_[step.arc]);
        }
        for (const Step& step : path_) flow_[step.arc] += step.backward ? -amount : amount;
        excess_[source] -= amount;
        excess_[at] += amount;
        work_ += path_.size();
        if (excess_[source] == 0) return;
        std::size_t keep = path_.size();
        for (std::size_t k = 0; k < path_.size(); ++k) {
          if (path_[k].backward && flow_[path_[k].arc] == 0) {
            keep = k;
            break;
          }
        }
        if (keep == path_.size()) {
          // only the deficit was used up: look for another way from the node before it
          --keep;
        }
        at = path_[keep].from;
        path_.resize(keep);
        continue;
      }
      const std::uint32_t first = problem_->requires_.first(at);
      const std::uint32_t forward = problem_->requires_.last(at) - first;
      const std::uint32_t first_back = problem_->dependents.first(at);
      const std::uint32_t all = forward + problem_->dependents.last(at) - first_back;
      const std::uint32_t* const to = problem_->requires_.entry.data() + first;
      const Dependent* const from = problem_->dependents.entry.data() + first_back;
      const std::int64_t* const flow = flow_.data();
      const std::int64_t* const excess = excess_.data();
      const std::int32_t* const levels = level_.data();
      const std::int32_t below = levels[at] - 1;
      const auto leads_on = [&](std::uint32_t target) {
        return levels[target] == below && (below != 0 || excess[target] < 0);
      };
      std::uint32_t k = next_[at] - first;
      const std::uint32_t start = k;
      while (k < forward && !leads_on(to[k])) ++k;
      if (k >= forward) {
        while (k < all && (flow[from[k - forward].arc] == 0 || !leads_on(from[k - forward].node))) ++k;
      }
      work_ += k - start + (k < all ? 1 : 0);
      const bool advanced = k < all;
      if (advanced) {
        const bool backward = k >= forward;
        path_.push_back({at, backward ? from[k - forward].arc : first + k, backward});
        next_[at] = first + k;
        at = backward ? from[k - forward].node : to[k];
      }
      if (advanced) continue;
      next_[at] = first + all;
      level_[at] = unreached;
      if (path_.empty()) return;
      at = path_.back().from;
      path_.pop_back();
    }
  }

  struct Step {
    std::uint32_t from;
    std::uint32_t arc;
    bool backward;
  };

  const ClosureProblem* problem_ = nullptr;
  std::int64_t budget_ = 0;
  std::int64_t fixed_value_ = 0;
  std::int64_t unit_ = 1;
  std::int64_t price_ = 0;
  std::int64_t credit_ = 0;
  std::int64_t value_limit_ = 1;
  mutable std::uint64_t work_ = 0;
  std::size_t exclude_checked_ = 0;
  std::vector<std::int64_t> excess_, flow_, charges_;
  std::vector<State> state_;
  std::vector<std::int32_t> level_;
  std::vector<std::uint32_t> next_, queue_, stack_, drop_stack_, trail_;
  std::vector<std::int64_t> room_, rate_, gained_;
  bool shares_any_ = false;
  std::vector<std::uint8_t> shared_;
  std::vector<std::uint32_t> twin_;  // by contribution of a node: the same among the contributors of needs
  std::vector<std::int64_t> share_;  // by contributor
  mutable std::vector<std::int64_t> granted_;
  mutable std::vector<std::uint8_t> stale_;
  std::vector<Step> path_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail
