// Goes through a proof step by step on the problem as given. Shares nothing with the search.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/core/run_control.hpp>
#include <outweigh/roadmap/certificate.hpp>
#include <outweigh/roadmap/detail/certificate_model.hpp>
#include <outweigh/roadmap/detail/largest_closure.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail {

class CertificateChecker : private CertificateModel {
 public:
  using CertificateModel::CertificateModel;

  /// What is wrong with the proof; empty when nothing is.
  std::string run(const core::RunControl& control) {
    if (std::string fault = read(); !fault.empty()) return fault;
    if (!read_exclusive()) return "a set is not of solutions that exclude each other";
    price_.assign(limits_.size(), 0.0);
    state_.assign(nodes_.size(), open);
    fresh_.resize(nodes_.size());
    for (std::uint32_t u = 0; u < nodes_.size(); ++u) fresh_[u] = u;
    for (std::uint32_t u = 0; u < nodes_.size(); ++u) {
      if (nodes_[u].impossible) impossible_ = !put_out(u) || impossible_;
    }
    for (const std::uint32_t s : certificate_.include) impossible_ = !put_in(node_of_[s]) || impossible_;
    for (const std::uint32_t s : certificate_.exclude) impossible_ = !put_out(node_of_[s]) || impossible_;
    return walk(control);
  }

 private:
  enum State : std::uint8_t { open, in, out };
  struct Fined {  // nodes of which one at most may be in
    std::vector<std::uint32_t> nodes{};
    double fine = 0.0;
  };
  struct Branch {
    std::size_t mark;
    std::uint32_t node;
    bool then_in, second, impossible;
    std::vector<std::uint32_t> fresh;
  };
  struct Bound {
    bool known = false;
    double value = 0.0, scale = 1.0;
    std::vector<double> room{};  // of each limit
    std::vector<std::uint32_t> nodes{};
    std::vector<std::int64_t> left{};
  };

  bool put_in(std::uint32_t u) {
    bool fine = true;
    std::vector<std::uint32_t> stack{u};
    while (!stack.empty()) {
      const std::uint32_t at = stack.back();
      stack.pop_back();
      if (state_[at] == out) fine = false;
      if (state_[at] != open) continue;
      state_[at] = in;
      trail_.push_back(at);
      for (const std::uint32_t w : nodes_[at].needs) stack.push_back(w);
      for (const std::uint32_t w : nodes_[at].excludes) fine = (w != at && put_out(w)) && fine;
    }
    return fine;
  }

  bool put_out(std::uint32_t u) {
    bool fine = true;
    std::vector<std::uint32_t> stack{u};
    while (!stack.empty()) {
      const std::uint32_t at = stack.back();
      stack.pop_back();
      if (state_[at] == in) fine = false;
      if (state_[at] != open) continue;
      state_[at] = out;
      trail_.push_back(at);
      for (const std::uint32_t w : nodes_[at].needed_by) stack.push_back(w);
    }
    return fine;
  }

  void undo_to(std::size_t mark) {
    while (trail_.size() > mark) {
      state_[trail_.back()] = open;
      trail_.pop_back();
    }
  }

  // The bound at this price and these rates for plans that agree with what is decided.
  Bound bound() {
    Bound result{.known = true};
    CarefulSum sum = constant_;
    std::vector<double> weight(nodes_.size(), 0.0);
    const auto decided = [&](std::uint32_t u) { return state_[u] == in; };
    for (const std::uint32_t u : trail_) {
      if (!decided(u)) continue;
      sum.add(nodes_[u].value);
    }
    for (const Limit& limit : limits_) result.room.push_back(limit.capacity - decided_effort(limit));
    for (const Part& part : parts_) {
      double met = 0.0;
      for (const auto& [node, amount] : part.adds) met += decided(node) ? amount : 0.0;
      met = std::min(met, part.worth);
      const double room = part.worth - met;
      if (!part.shares.empty()) {
        sum.add(met + beyond_shares(part, room, weight));
        continue;
      }
      sum.add(met + (1.0 - part.rate) * room);
      for (const auto& [node, amount] : part.adds) weight[node] += part.rate * std::min(amount, room);
    }
    for (const Fined& set : fined_) {
      if (set.fine == 0.0) continue;
      double granted = set.fine;
      for (const std::uint32_t u : set.nodes) {
        weight[u] -= set.fine;
        if (decided(u)) granted -= set.fine;
      }
      sum.add(granted);
    }
    double total = 1e-300;
    for (const std::uint32_t u : fresh_) {
      if (state_[u] != open) continue;
      weight[u] += nodes_[u].value;
      for (std::size_t l = 0; l < limits_.size(); ++l) weight[u] -= price_[l] * limits_[l].efforts[u];
      total += std::abs(weight[u]);
      result.nodes.push_back(u);
    }
    result.scale = std::exp2(std::floor(59.0 - std::log2(total)));
    std::vector<std::int64_t> weights;
    weights.reserve(result.nodes.size());
    position_.resize(nodes_.size(), none);
    for (std::uint32_t k = 0; k < result.nodes.size(); ++k) {
      weights.push_back(static_cast<std::int64_t>(std::ceil(weight[result.nodes[k]] * result.scale)));
      position_[result.nodes[k]] = k;
    }
    LargestClosure closure(std::move(weights));
    for (std::uint32_t k = 0; k < result.nodes.size(); ++k) {
      for (const std::uint32_t w : nodes_[result.nodes[k]].needs) {
        if (state_[w] == open) closure.need(k, position_[w]);
      }
    }
    sum.add(static_cast<double>(closure.solve()) / result.scale);
    for (std::size_t l = 0; l < limits_.size(); ++l) sum.add(price_[l] * std::max(0.0, result.room[l]));
    result.value = sum.value();
    result.left = closure.left();
    return result;
  }

  // The most that a choice of open nodes adds to what is left of a need beyond their shares, which they weigh.
  double beyond_shares(const Part& part, double room, std::vector<double>& weight) {
    std::vector<double>&sums = choice_sums_, &given = choice_shares_;
    sums.assign(1, 0.0);
    given.assign(1, 0.0);
    double most = 0.0;
    for (std::size_t i = 0; i < part.adds.size(); ++i) {
      const auto& [node, amount] = part.adds[i];
      if (state_[node] != open || room <= 0.0) continue;
      const double share = std::min(part.shares[i], std::min(amount, room));
      weight[node] += share;
      for (std::size_t choice = 0, all = sums.size(); choice < all; ++choice) {
        sums.push_back(sums[choice] + amount);
        given.push_back(given[choice] + share);
        most = std::max(most, std::min(room, sums.back()) - given.back());
      }
    }
    return most;
  }

  [[nodiscard]] bool enough(double bound) const {
    return bound <= certificate_.bound + tolerance_ ||
           (certificate_.value_step > 0.0 && bound < last_multiple_ + certificate_.value_step - tolerance_);
  }

  [[nodiscard]] double decided_effort(const Limit& limit) const {
    CarefulSum effort;
    for (const std::uint32_t u : trail_) {
      if (state_[u] == in) effort.add(limit.efforts[u]);
    }
    return effort.value();
  }

  bool closed() {
    if (impossible_) return true;
    for (const Limit& limit : limits_) {
      if (decided_effort(limit) > limit.capacity + limit.slack) return true;
    }
    return enough(bound().value);
  }

  // Is nothing better possible with the node in (or out)? First by what the flow at this price leaves.
  bool refuted(std::uint32_t u, bool in_it) {
    if (state_[u] != (in_it ? out : in)) {
      if (!base_.known) base_ = bound();
      const bool room = std::all_of(base_.room.begin(), base_.room.end(), [](double left) { return left >= 0.0; });
      if (room && state_[u] == open && quickly(u, in_it)) return true;
    }
    const std::size_t mark = trail_.size();
    const bool possible = in_it ? put_in(u) : put_out(u);
    const bool refused = !possible || closed();
    undo_to(mark);
    return refused;
  }

  bool quickly(std::uint32_t u, bool in_it) {
    for (std::uint32_t k = 0; k < base_.nodes.size(); ++k) position_[base_.nodes[k]] = k;
    seen_.resize(nodes_.size(), 0);
    std::vector<std::uint32_t> reached{u};
    seen_[u] = 1;
    double loss = 0.0;
    std::vector<double> effort(limits_.size(), 0.0);
    for (std::size_t k = 0; k < reached.size(); ++k) {
      const std::uint32_t at = reached[k];
      const auto left = static_cast<double>(base_.left[position_[at]]) / base_.scale;
      loss += in_it ? std::max(0.0, -left) : std::max(0.0, left);
      for (std::size_t l = 0; l < limits_.size(); ++l) effort[l] += limits_[l].efforts[at];
      for (const std::uint32_t w : in_it ? nodes_[at].needs : nodes_[at].needed_by) {
        if (state_[w] != open || seen_[w] != 0) continue;
        seen_[w] = 1;
        reached.push_back(w);
      }
    }
    for (const std::uint32_t at : reached) seen_[at] = 0;
    bool beyond = false;
    for (std::size_t l = 0; l < limits_.size(); ++l) beyond = beyond || effort[l] > base_.room[l] + limits_[l].slack;
    return enough(base_.value - loss) || (in_it && beyond);
  }

  [[nodiscard]] std::uint32_t node(const CertificateStep& step) const {
    if (step.of_customer) return step.position < customer_node_.size() ? customer_node_[step.position] : none;
    return step.position < node_of_.size() ? node_of_[step.position] : none;
  }

  bool set_prices(std::uint32_t step, double price) {
    price_.assign(limits_.size(), certificate_.capacities.empty() ? price : 0.0);
    if (!certificate_.capacities.empty() && price != 0.0) return false;
    for (; row_ < certificate_.prices.size() && certificate_.prices[row_].step == step; ++row_) {
      const CertificatePrice& given = certificate_.prices[row_];
      if (certificate_.capacities.empty() || given.resource >= price_.size()) return false;
      price_[given.resource] = given.price;
    }
    for (std::size_t l = 0; l < price_.size(); ++l) {
      if (!(price_[l] >= 0.0) || !std::isfinite(price_[l] * limits_[l].capacity)) return false;
    }
    return true;
  }

  bool set_rates(std::uint32_t step) {
    for (Part& part : parts_) {
      part.rate = 1.0;
      part.shares.clear();
    }
    for (; rate_ < certificate_.rates.size() && certificate_.rates[rate_].step == step; ++rate_) {
      const CertificateRate& given = certificate_.rates[rate_];
      if (!(given.rate >= 0.0 && given.rate <= 1.0)) return false;
      const auto less = [](const Part& part, std::uint32_t need) { return part.need < need; };
      auto at = std::lower_bound(parts_.begin(), parts_.end(), given.need, less);
      for (; at != parts_.end() && at->need == given.need; ++at) {
        if (at->share == 0.0 || (at->share > given.above && at->share <= given.share)) at->rate = given.rate;
      }
    }
    return true;
  }

  // Of needs that few enough meet to look at each choice.
  bool set_shares(std::uint32_t step) {
    constexpr std::size_t most_nodes = 20;
    for (; share_ < certificate_.shares.size() && certificate_.shares[share_].step == step; ++share_) {
      const CertificateShare& given = certificate_.shares[share_];
      if (!(given.amount >= 0.0) || !std::isfinite(given.amount) || given.solution >= node_of_.size()) return false;
      const auto less = [](const Part& part, std::uint32_t need) { return part.need < need; };
      const auto part = std::lower_bound(parts_.begin(), parts_.end(), given.need, less);
      if (part == parts_.end() || part->need != given.need || part->share != 0.0 || part->adds.size() > most_nodes) {
        return false;
      }
      part->shares.resize(part->adds.size(), 0.0);
      const auto at = std::find_if(part->adds.begin(), part->adds.end(),
                                   [&](const auto& added) { return added.first == node_of_[given.solution]; });
      if (at == part->adds.end()) return false;
      part->shares[static_cast<std::size_t>(at - part->adds.begin())] = given.amount;
    }
    return true;
  }

  // Each pair of nodes of a set must exclude each other.
  bool read_exclusive() {
    for (const auto& set : certificate_.exclusive) {
      Fined fined;
      for (const std::uint32_t s : set) {
        if (s >= node_of_.size()) return false;
        const std::uint32_t u = node_of_[s];
        const auto& others = nodes_[u].excludes;
        for (const std::uint32_t w : fined.nodes) {
          if (w == u || std::find(others.begin(), others.end(), w) == others.end()) return false;
        }
        fined.nodes.push_back(u);
      }
      fined_.push_back(std::move(fined));
    }
    return true;
  }

  bool set_fines(std::uint32_t step) {
    for (Fined& set : fined_) set.fine = 0.0;
    for (; fine_ < certificate_.fines.size() && certificate_.fines[fine_].step == step; ++fine_) {
      const CertificateFine& given = certificate_.fines[fine_];
      if (given.set >= fined_.size() || !(given.fine >= 0.0) || !std::isfinite(given.fine)) return false;
      fined_[given.set].fine = given.fine;
    }
    return true;
  }

  std::string walk(const core::RunControl& control) {
    std::vector<Branch> branches;
    bool done = false;
    for (std::uint32_t k = 0; k < certificate_.steps.size(); ++k) {
      if (k % 16 == 0) control.check();
      const CertificateStep& step = certificate_.steps[k];
      const auto fault = [&](const std::string& text) { return "step " + std::to_string(k) + ": " + text; };
      if (done) return fault("the proof is over before");
      const bool names = step.kind != ProofStepKind::price && step.kind != ProofStepKind::closed;
      const std::uint32_t u = names ? node(step) : none;
      if (names && u == none) return fault("it names a position that is none");
      switch (step.kind) {
        case ProofStepKind::price:
          if (!set_prices(k, step.price)) return fault("a price is no number of at least 0, or of no resource");
          base_ = {};
          if (!set_rates(k)) return fault("a rate is not between 0 and 1");
          if (!set_shares(k)) return fault("a share is no number of at least 0, or of no solution that meets the need");
          if (!set_fines(k)) return fault("a fine is no number of at least 0, or of no set");
          break;
        case ProofStepKind::put_in:
        case ProofStepKind::put_out: {
          const bool is_in = step.kind == ProofStepKind::put_in;
          if (!impossible_ && !refuted(u, !is_in)) return fault("the opposite is not refuted");
          impossible_ = !(is_in ? put_in(u) : put_out(u)) || impossible_;
          break;
        }
        case ProofStepKind::in_first:
        case ProofStepKind::out_first: {
          const bool is_in = step.kind == ProofStepKind::in_first;
          std::erase_if(fresh_, [&](std::uint32_t at) { return state_[at] != open; });
          branches.push_back({trail_.size(), u, !is_in, false, impossible_, fresh_});
          impossible_ = !(is_in ? put_in(u) : put_out(u)) || impossible_;
          base_ = {};
          break;
        }
        case ProofStepKind::closed: {
          if (!closed()) return fault("what is left may be worth more than the bound");
          base_ = {};
          while (!branches.empty() && branches.back().second) branches.pop_back();
          if (branches.empty()) {
            done = true;
            break;
          }
          Branch& branch = branches.back();
          undo_to(branch.mark);
          branch.second = true;
          fresh_ = branch.fresh;
          impossible_ = !(branch.then_in ? put_in(branch.node) : put_out(branch.node)) || branch.impossible;
          break;
        }
      }
    }
    return done ? std::string() : "the proof ends before all cases are closed";
  }

  std::vector<double> price_;  // of each limit
  std::vector<std::uint32_t> fresh_, trail_, position_;
  std::vector<std::uint8_t> seen_;
  std::vector<State> state_;
  std::vector<Fined> fined_;
  std::size_t rate_ = 0, share_ = 0, row_ = 0, fine_ = 0;
  std::vector<double> choice_sums_, choice_shares_;  // by choice of the nodes of a need
  bool impossible_ = false;
  Bound base_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail
