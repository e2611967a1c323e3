// The problem as a certificate sees it: groups, customers and parts of needs, after checking that this loses nothing.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/roadmap/certificate.hpp>
#include <outweigh/roadmap/problem.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail {

/// A sum with its rounding error (Neumaier 1974, doi:10.1002/zamm.19740540106).
class CarefulSum {
 public:
  void add(double x) {
    const double next = sum_ + x;
    lost_ += std::abs(sum_) >= std::abs(x) ? (sum_ - next) + x : (x - next) + sum_;
    sum_ = next;
  }
  [[nodiscard]] double value() const { return sum_ + lost_; }

 private:
  double sum_ = 0.0, lost_ = 0.0;
};

class CertificateModel {
 public:
  CertificateModel(const RoadmapProblem& problem, const Certificate& certificate)
      : problem_(problem), certificate_(certificate) {}

 protected:
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
  static constexpr double epsilon = std::numeric_limits<double>::epsilon();

  struct Node {
    double value = 0.0;
    bool impossible = false;  // what it needs is above the budget, or worthless and left out
    std::vector<std::uint32_t> needs{}, needed_by{}, excludes{};
  };
  struct Limit {  // the budget, or the capacity of a resource
    std::span<const double> solution_efforts;
    double capacity = 0.0, step = 0.0, slack = 0.0;
    std::vector<double> efforts{};  // by node
  };
  struct Part {  // of a need
    double worth = 0.0, rate = 1.0;
    std::uint32_t need = 0;
    double share = 0.0;
    std::vector<std::pair<std::uint32_t, double>> adds{};  // node, amount
    std::vector<double> shares{};                          // of these, where it is shared out
  };

  // What is wrong with the problem as the certificate has it; empty when nothing is.
  std::string read() {
    if (std::string fault = read_numbers(); !fault.empty()) return fault;
    if (std::string fault = make_nodes(); !fault.empty()) return fault;
    if (std::string fault = check_groups(); !fault.empty()) return fault;
    for (Limit& limit : limits_) {
      // no plan takes more than all that is possible does
      CarefulSum total;
      for (std::uint32_t u = 0; u < nodes_.size(); ++u) {
        if (!nodes_[u].impossible) total.add(limit.efforts[u]);
      }
      if (std::isfinite(total.value())) limit.capacity = std::min(limit.capacity, total.value());
    }
    read_needs();
    return multiples() ? std::string() : "not every value is a multiple of the value step";
  }

  const RoadmapProblem& problem_;
  const Certificate& certificate_;
  std::vector<Limit> limits_;
  double magnitude_ = 0.0, tolerance_ = 0.0, last_multiple_ = 0.0;
  CarefulSum constant_;
  std::vector<Node> nodes_;
  std::vector<Part> parts_;
  std::vector<std::uint32_t> node_of_, customer_node_;
  std::vector<std::vector<std::uint32_t>> needs_;  // by class and customer
  std::vector<std::uint8_t> fits_;

 private:
  std::string read_numbers() {
    const Certificate& c = certificate_;
    const auto step_like = [](double x) { return x >= 0.0 && std::isfinite(x); };
    const std::size_t several = c.capacities.size();
    if (several != 0 && (several != problem_.resources().size() || several != c.effort_steps.size())) {
      return "capacities and effort steps are not one for each resource";
    }
    if (several == 0) limits_.push_back({problem_.efforts(), c.budget, c.effort_step});
    for (std::size_t r = 0; r < several; ++r) {
      limits_.push_back({problem_.resource_efforts(r), c.capacities[r], c.effort_steps[r]});
    }
    bool fine = std::isfinite(c.bound) && step_like(c.value_step);
    for (const Limit& limit : limits_) fine = fine && limit.capacity >= 0.0 && step_like(limit.step);
    if (!fine) return "bound, budget or a step are not numbers of their range";
    for (Limit& limit : limits_) {
      CarefulSum total;
      for (const double e : limit.solution_efforts) total.add(e);
      if (std::isfinite(total.value())) limit.capacity = std::min(limit.capacity, total.value());
      limit.slack = 64.0 * epsilon * std::max(limit.capacity, 1e-300);
    }
    if (c.groups.size() != problem_.solution_count()) return "groups do not give one number a solution";
    for (const auto* rules : {&c.include, &c.exclude}) {
      for (const std::uint32_t s : *rules) {
        if (s >= problem_.solution_count()) return "a rule names a position that is no solution";
      }
    }
    find_what_fits();
    for (std::uint32_t s = 0; s < problem_.solution_count(); ++s) {
      if (fits(s)) magnitude_ += std::abs(problem_.values()[s]);
    }
    for (std::uint32_t u = 0; u < problem_.customer_count(); ++u) {
      if (customer_fits(u)) magnitude_ += problem_.customer_values()[u];
    }
    // what nothing meets would hide faults of the rest
    for (std::size_t n = 0; n < problem_.need_count(); ++n) {
      const auto covers = problem_.covers(n);
      const bool reached = std::any_of(covers.begin(), covers.end(),
                                       [&](const Cover& cover) { return cover.share > 0.0 && fits(cover.solution); });
      if (reached) magnitude_ += problem_.need_values()[n];
    }
    magnitude_ += std::abs(c.bound);
    tolerance_ = 1e-12 * magnitude_;
    if (c.value_step > 0.0) {
      tolerance_ = std::min(tolerance_, 0.25 * c.value_step);
      last_multiple_ =
          std::floor(c.bound / c.value_step + 8.0 * epsilon * std::abs(c.bound / c.value_step)) * c.value_step;
    }
    for (Limit& limit : limits_) {
      if (limit.step == 0.0) continue;
      if (limit.capacity / limit.step > 0x1p50) return "the effort step is too small";
      for (std::uint32_t s = 0; s < problem_.solution_count(); ++s) {
        if (fits(s) && !multiple(limit.solution_efforts[s], limit.step)) {
          return "not every effort is a multiple of the effort step";
        }
      }
      limit.capacity = std::floor(limit.capacity / limit.step * (1.0 + 8.0 * epsilon)) * limit.step;
    }
    return {};
  }

  // What each class and customer needs, and whether the budget can hold it.
  void find_what_fits() {
    const std::size_t count = problem_.solution_count();
    needs_.assign(count + problem_.customer_count(), {});
    for (std::uint32_t s = 0; s < count; ++s) {
      const std::uint32_t root = problem_.together()[s];
      for (const std::uint32_t on : problem_.required_by(s)) {
        if (problem_.together()[on] != root) needs_[root].push_back(problem_.together()[on]);
      }
    }
    for (std::uint32_t c = 0; c < problem_.customer_count(); ++c) {
      for (const std::uint32_t s : problem_.requests(c)) needs_[count + c].push_back(problem_.together()[s]);
    }
    fits_.assign(needs_.size(), 1);
    for (const Limit& limit : limits_) find_what_fits(limit);
  }

  void find_what_fits(const Limit& limit) {
    std::vector<double> effort(needs_.size(), 0.0);
    for (std::uint32_t s = 0; s < problem_.solution_count(); ++s)
      effort[problem_.together()[s]] += limit.solution_efforts[s];
    std::vector<std::uint32_t> seen(needs_.size(), none), stack;
    for (std::uint32_t u = 0; u < needs_.size(); ++u) {
      double sum = 0.0;
      stack.assign(1, u);
      seen[u] = u;
      while (!stack.empty() && sum <= limit.capacity + limit.slack) {
        const std::uint32_t at = stack.back();
        stack.pop_back();
        sum += effort[at];
        for (const std::uint32_t w : needs_[at]) {
          if (seen[w] == u) continue;
          seen[w] = u;
          stack.push_back(w);
        }
      }
      if (!(sum <= limit.capacity + limit.slack)) fits_[u] = 0;
    }
  }
  [[nodiscard]] bool fits(std::uint32_t solution) const { return fits_[problem_.together()[solution]] != 0; }
  [[nodiscard]] bool customer_fits(std::uint32_t customer) const {
    return fits_[problem_.solution_count() + customer] != 0;
  }

  // Solutions that stay together are a class; classes of one group are a node, customers are nodes.
  std::string make_nodes() {
    const std::size_t count = problem_.solution_count();
    node_of_.assign(count, none);
    std::vector<std::uint32_t> by_group(count, none), dropped(count, none);
    for (std::uint32_t s = 0; s < count; ++s) {
      const std::uint32_t group = certificate_.groups[s];
      const std::uint32_t root = problem_.together()[s];
      if (certificate_.groups[root] != group) return "a group parts solutions that stay together";
      if (group != Certificate::no_group && group >= count) return "a group has a number that is none";
      std::uint32_t& node = group == Certificate::no_group ? dropped[root] : by_group[group];
      if (node == none) {
        node = static_cast<std::uint32_t>(nodes_.size());
        nodes_.emplace_back();
        nodes_.back().impossible = group == Certificate::no_group;
      }
      node_of_[s] = node;
      nodes_[node].impossible = nodes_[node].impossible || !fits(s);
      nodes_[node].value += problem_.values()[s];
    }
    customer_node_.assign(problem_.customer_count(), none);
    for (Limit& limit : limits_) {
      limit.efforts.assign(nodes_.size() + problem_.customer_count(), 0.0);
      for (std::uint32_t s = 0; s < count; ++s) limit.efforts[node_of_[s]] += limit.solution_efforts[s];
    }
    for (std::uint32_t c = 0; c < problem_.customer_count(); ++c) {
      if (problem_.requests(c).empty()) {
        constant_.add(problem_.customer_values()[c]);
        continue;
      }
      customer_node_[c] = static_cast<std::uint32_t>(nodes_.size());
      nodes_.emplace_back();
      nodes_.back().impossible = !customer_fits(c);
      nodes_.back().value = problem_.customer_values()[c];
      for (const std::uint32_t s : problem_.requests(c)) nodes_.back().needs.push_back(node_of_[s]);
    }
    for (std::uint32_t s = 0; s < count; ++s) {
      for (const std::uint32_t on : problem_.required_by(s)) {
        if (node_of_[on] != node_of_[s]) nodes_[node_of_[s]].needs.push_back(node_of_[on]);
      }
    }
    for (std::uint32_t u = 0; u < nodes_.size(); ++u) {
      auto& needs = nodes_[u].needs;
      std::sort(needs.begin(), needs.end());
      needs.erase(std::unique(needs.begin(), needs.end()), needs.end());
      for (const std::uint32_t w : needs) nodes_[w].needed_by.push_back(u);
    }
    for (const ExcludedPair& pair : problem_.excluded()) {
      nodes_[node_of_[pair.first]].excludes.push_back(node_of_[pair.second]);
      nodes_[node_of_[pair.second]].excludes.push_back(node_of_[pair.first]);
    }
    return {};
  }

  // Members of a group must be needed by the same things of worth, and what is left out by none, or not fit.
  std::string check_groups() {
    const std::size_t count = problem_.solution_count();
    const std::size_t all = count + problem_.customer_count();
    std::vector<double> worth(all, 0.0);
    for (std::uint32_t s = 0; s < count; ++s) worth[problem_.together()[s]] += problem_.values()[s];
    for (std::size_t n = 0; n < problem_.need_count(); ++n) {
      std::map<std::uint32_t, double> met;
      for (const Cover& cover : problem_.covers(n)) {
        double& share = met[problem_.together()[cover.solution]];
        share = problem_.overlap() == Overlap::sum_of_shares ? std::min(1.0, share + cover.share)
                                                             : std::max(share, cover.share);
      }
      for (const auto& [root, share] : met) worth[root] += problem_.need_values()[n] * share;
    }
    for (const std::uint32_t s : certificate_.include) worth[problem_.together()[s]] = 1.0;
    for (std::uint32_t c = 0; c < problem_.customer_count(); ++c) worth[count + c] = problem_.customer_values()[c];
    std::vector<std::uint32_t> waiting(all, 0), order;
    for (const auto& row : needs_) {
      for (const std::uint32_t w : row) ++waiting[w];
    }
    for (std::uint32_t u = 0; u < all; ++u) {
      if (waiting[u] == 0) order.push_back(u);
    }
    for (std::size_t k = 0; k < order.size(); ++k) {
      for (const std::uint32_t w : needs_[order[k]]) {
        if (--waiting[w] == 0) order.push_back(w);
      }
    }
    std::vector<std::uint32_t> worthy;
    for (std::uint32_t u = 0; u < all; ++u) {
      if (fits_[u] != 0 && worth[u] > 0.0) worthy.push_back(u);
    }
    std::vector<std::uint32_t> first(nodes_.size(), none);
    bool grouped = false;
    for (std::uint32_t s = 0; s < count; ++s) {
      if (problem_.together()[s] != s) continue;
      grouped = grouped || first[node_of_[s]] != none || certificate_.groups[s] == Certificate::no_group;
      if (first[node_of_[s]] == none) first[node_of_[s]] = s;
    }
    std::vector<std::uint64_t> served(all);
    for (std::size_t start = 0; grouped && start < worthy.size(); start += 64) {
      std::fill(served.begin(), served.end(), 0U);
      for (std::size_t k = start; k < std::min(start + 64, worthy.size()); ++k) {
        served[worthy[k]] |= std::uint64_t{1} << (k - start);
      }
      for (const std::uint32_t u : order) {
        for (const std::uint32_t w : needs_[u]) served[w] |= served[u];
      }
      for (std::uint32_t s = 0; s < count; ++s) {
        if (problem_.together()[s] != s) continue;
        const bool fine =
            certificate_.groups[s] == Certificate::no_group ? served[s] == 0 : served[s] == served[first[node_of_[s]]];
        if (!fine) return "solution '" + problem_.solution_ids()[s] + "' is not of its group";
      }
    }
    return {};
  }

  void read_needs() {
    for (std::uint32_t n = 0; n < problem_.need_count(); ++n) {
      const double worth = problem_.need_values()[n];
      const auto covers = problem_.covers(n);
      if (problem_.overlap() == Overlap::sum_of_shares) {
        Part part{.worth = worth, .need = n};
        for (const Cover& cover : covers) add(part, node_of_[cover.solution], worth * cover.share);
        parts_.push_back(std::move(part));
        continue;
      }
      std::vector<double> shares;
      for (const Cover& cover : covers) {
        if (cover.share > 0.0) shares.push_back(cover.share);
      }
      std::sort(shares.begin(), shares.end());
      shares.erase(std::unique(shares.begin(), shares.end()), shares.end());
      double below = 0.0;
      for (const double share : shares) {
        Part part{.worth = worth * share - worth * below, .need = n, .share = share};
        for (const Cover& cover : covers) {
          if (cover.share >= share) add(part, node_of_[cover.solution], part.worth);
        }
        parts_.push_back(std::move(part));
        below = share;
      }
    }
  }

  static void add(Part& part, std::uint32_t node, double amount) {
    for (auto& [other, known] : part.adds) {
      if (other != node) continue;
      known = part.share > 0.0 ? amount : known + amount;
      return;
    }
    part.adds.emplace_back(node, amount);
  }

  static bool multiple(double x, double step) {
    return std::abs(x - std::round(x / step) * step) <= 8.0 * epsilon * std::max(std::abs(x), step);
  }

  [[nodiscard]] bool multiples() const {
    const double step = certificate_.value_step;
    if (step == 0.0) return true;
    if (magnitude_ / step > 0x1p50) return false;
    bool fine = true;
    for (std::uint32_t s = 0; s < problem_.solution_count(); ++s) {
      fine = fine && (!fits(s) || multiple(problem_.values()[s], step));
    }
    for (std::uint32_t c = 0; c < problem_.customer_count(); ++c) {
      fine = fine && (!customer_fits(c) || multiple(problem_.customer_values()[c], step));
    }
    for (std::size_t n = 0; n < problem_.need_count(); ++n) {
      bool reached = false;
      for (const Cover& cover : problem_.covers(n)) {
        if (!fits(cover.solution) || cover.share == 0.0) continue;
        reached = true;
        fine = fine && multiple(problem_.need_values()[n] * cover.share, step);
      }
      fine = fine && (!reached || multiple(problem_.need_values()[n], step));
    }
    return fine;
  }
};

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail
