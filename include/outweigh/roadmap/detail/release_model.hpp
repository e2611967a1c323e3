// A plan over several releases as a linear model: x[s, t] is 1 when s is in release t, d[s, t] when it is there by t.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include <outweigh/roadmap/detail/release_rules.hpp>
#include <outweigh/roadmap/linear_model.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail {

/// Worth counts from the release in which it is there. Releases count from 0 here. Capacities are limits of x, from
/// which a solver finds covers; what depends on what is a relation of d, with two terms a row.
class ReleaseModel {
 public:
  explicit ReleaseModel(const ReleaseRules& rules)
      : rules_(rules), problem_(rules.problem), horizon_(rules.horizon), once_(model.rule("once")) {
    find_possible();
    add_solutions();
    add_dependencies();
    add_customers();
    add_needs();
    add_promises();
    promised = tags.size();
    add_deadlines();
    add_shares();
    add_segments();
    const bool partly = problem_.overlap() == Overlap::sum_of_shares && problem_.need_count() > 0;
    is_whole = !partly;
    for (const double worth : model.worth) {
      most += std::max(0.0, worth);
      if (worth != 0.0) least = least == 0.0 ? std::abs(worth) : std::min(least, std::abs(worth));
      is_whole = is_whole && worth == std::floor(worth);
    }
  }

  LinearModel model{};
  std::vector<std::uint32_t> tags{};                ///< rules that a conflict may name
  std::size_t promised = 0;                         ///< the first of them: promises, and what they hang on
  std::vector<std::vector<LinearTerm>> worth_to{};  ///< by segment
  double most = 0.0;                                ///< no plan is worth more
  double least = 0.0;                               ///< least worth of any one thing that is worth something
  bool is_whole = true;                             ///< are all worths whole numbers?

  [[nodiscard]] std::uint32_t column(std::uint32_t solution, std::size_t t) const {
    return static_cast<std::uint32_t>(solution * horizon_ + t);
  }
  [[nodiscard]] std::vector<std::uint32_t> releases_in(std::span<const double> values) const {
    std::vector<std::uint32_t> releases(problem_.solution_count(), 0);
    for (std::uint32_t s = 0; s < releases.size(); ++s) {
      for (std::size_t t = 0; t < horizon_; ++t) {
        if (values[column(s, t)] > 0.5) releases[s] = static_cast<std::uint32_t>(t + 1);
      }
    }
    return releases;
  }

  /// All columns as a plan has them, but for those that were added later.
  [[nodiscard]] std::vector<double> values_of(std::span<const std::uint32_t> releases) const {
    std::vector<double> values(model.column_count(), 0.0);
    const auto is_there = [&](std::uint32_t s, std::size_t t) { return releases[s] != 0 && releases[s] <= t + 1; };
    for (std::uint32_t s = 0; s < releases.size(); ++s) {
      if (releases[s] != 0) values[column(s, releases[s] - 1)] = 1.0;
      for (std::size_t t = 1; t < horizon_; ++t) values[done(s, t)] = is_there(s, t) ? 1.0 : 0.0;
    }
    std::size_t at = problem_.solution_count() * (2 * horizon_ - 1);
    for (std::size_t c = 0; c < problem_.customer_count(); ++c) {
      const auto wanted = problem_.requests(c);
      for (std::size_t t = 0; t < horizon_; ++t) {
        const bool pays = std::all_of(wanted.begin(), wanted.end(), [&](auto s) { return is_there(s, t); });
        values[at++] = pays ? 1.0 : 0.0;
      }
    }
    for (std::size_t n = 0; n < problem_.need_count(); ++n) {
      for (std::size_t t = 0; t < horizon_; ++t) {
        double met = 0.0;
        const auto covers = problem_.covers(n);
        std::size_t best = covers.size();
        for (std::size_t i = 0; i < covers.size(); ++i) {
          if (!is_there(covers[i].solution, t)) continue;
          met = std::min(1.0, met + covers[i].share);
          if (best == covers.size() || covers[i].share > covers[best].share) best = i;
        }
        if (problem_.overlap() == Overlap::sum_of_shares) {
          values[at++] = met;
          continue;
        }
        if (best < covers.size()) values[at + best] = 1.0;
        at += covers.size();
      }
    }
    return values;
  }

  /// Keeps the solver from a plan that breaks a rule.
  void forbid(const ReleasePlan& plan) {
    bool is_full = false;
    for (std::size_t r = 0; r < rules_.capacities.size(); ++r) {
      for (std::size_t t = 0; t < horizon_; ++t) {
        if (plan.loads[r * horizon_ + t] <= at_most(rules_.capacities[r][t])) continue;
        is_full = true;
        terms_.clear();
        for (std::uint32_t s = 0; s < plan.releases.size(); ++s) {
          if (plan.releases[s] == t + 1 && rules_.efforts[r][s] > 0.0) terms_.push_back({column(s, t), 1.0});
        }
        model.add_row(model.rule(capacity_rule(r, t)), terms_, none, static_cast<double>(terms_.size()) - 1.0);
      }
    }
    if (is_full) return;
    terms_.clear();
    double planned = 0.0;
    for (std::uint32_t s = 0; s < plan.releases.size(); ++s) {
      if (plan.releases[s] != 0) planned += 1.0;
      for (std::size_t t = 0; t < horizon_; ++t) {
        terms_.push_back({column(s, t), plan.releases[s] == t + 1 ? 1.0 : -1.0});
      }
    }
    model.add_row(model.rule(broken_part(plan)), terms_, none, planned - 1.0);
  }

 private:
  static constexpr double none = -std::numeric_limits<double>::infinity();

  std::uint32_t tag(const std::string& name) {
    const std::uint32_t rule = model.rule(name);
    if (rule >= is_tag_.size()) is_tag_.resize(rule + 1, 0);
    if (is_tag_[rule] == 0) tags.push_back(rule);
    is_tag_[rule] = 1;
    return rule;
  }
  [[nodiscard]] std::string capacity_rule(std::size_t resource, std::size_t t) const {
    return "capacity of " + rules_.options.resources[resource].name + " in release " + std::to_string(t + 1);
  }
  static std::string share_rule(const char* side, double share, const ReleaseGroup& group) {
    return side + printed("%.0f%%", 100.0 * share) + " for " + group.name;
  }
  static std::string floor_rule(const ReleaseSegment& segment) {
    return "segment " + segment.name + " gets at least " + printed("%g", *segment.floor);
  }
  // The share or floor that a plan misses: a plan is forbidden only as long as that rule stands.
  [[nodiscard]] std::string broken_part(const ReleasePlan& plan) const {
    const double everything = std::accumulate(plan.loads.begin(), plan.loads.end(), 0.0);
    const std::vector<double> total = rules_.total_efforts();
    for (const ReleaseGroup& group : rules_.options.groups) {
      std::vector<std::uint8_t> counted(total.size(), 0);
      double part = 0.0;
      for (const std::uint32_t s : group.solutions) {
        if (plan.releases[s] != 0 && counted[s] == 0) part += total[s];
        counted[s] = 1;
      }
      if (part < (group.least_share - 1e-9) * everything) return share_rule("at least ", group.least_share, group);
      if (part > (group.most_share + 1e-9) * everything) return share_rule("at most ", group.most_share, group);
    }
    for (std::size_t k = 0; k < rules_.options.segments.size(); ++k) {
      const ReleaseSegment& segment = rules_.options.segments[k];
      if (segment.floor && plan.segment_values[k] < *segment.floor * (1.0 - 1e-9)) return floor_rule(segment);
    }
    return "once";
  }
  // The column of "s is there by release t"; by the first it is x.
  [[nodiscard]] std::uint32_t done(std::uint32_t s, std::size_t t) const {
    if (t == 0) return column(s, 0);
    return static_cast<std::uint32_t>(problem_.solution_count() * horizon_ + s * (horizon_ - 1) + t - 1);
  }
  void add_done(std::uint32_t s, std::size_t t, double factor) { terms_.push_back({done(s, t), factor}); }
  [[nodiscard]] bool can_be_there(std::uint32_t s, std::size_t t) const {
    const auto* first = possible_.data() + s * horizon_;
    return std::find(first, first + t + 1, 1) != first + t + 1;
  }

  // Can a solution be in a release? The worth of what cannot would hide all that is worth a millionth of it.
  void find_possible() {
    const std::size_t n = problem_.solution_count();
    possible_.assign(n * horizon_, 1);
    for (std::uint32_t s = 0; s < n; ++s) {
      for (std::size_t t = 0; t < horizon_; ++t) {
        for (std::size_t r = 0; r < rules_.efforts.size(); ++r) {
          if (rules_.efforts[r][s] > at_most(rules_.capacities[r][t])) possible_[column(s, t)] = 0;
        }
      }
    }
    for (const auto& [s, release] : rules_.options.deadlines) {
      for (std::size_t t = release; t < horizon_; ++t) possible_[column(s, t)] = 0;
    }
    for (const auto& [s, release] : rules_.options.fixed) {
      for (std::size_t t = 0; t < horizon_; ++t) {
        if (t + 1 != release) possible_[column(s, t)] = 0;
      }
    }
    for (bool changed = true; changed;) {
      changed = false;
      const auto rule_out = [&](std::uint32_t s, std::size_t t) {
        changed = changed || possible_[column(s, t)] != 0;
        possible_[column(s, t)] = 0;
      };
      for (std::uint32_t s = 0; s < n; ++s) {
        for (std::size_t t = 0; t < horizon_; ++t) {
          for (const std::uint32_t on : problem_.required_by(s)) {
            if (!can_be_there(on, t)) rule_out(s, t);
          }
          const std::uint32_t with = problem_.together()[s];
          if (possible_[column(s, t)] != possible_[column(with, t)]) {
            rule_out(s, t);
            rule_out(with, t);
          }
        }
      }
    }
  }

  void add_solutions() {
    const std::size_t n = problem_.solution_count();
    for (std::uint32_t s = 0; s < n; ++s) {
      terms_.clear();
      for (std::size_t t = 0; t < horizon_; ++t) {
        const double worth = possible_[column(s, t)] != 0 ? problem_.values()[s] * rules_.weights[t] : 0.0;
        terms_.push_back({model.add_column("x" + std::to_string(s) + "_" + std::to_string(t), worth), 1.0});
      }
      model.add_row(once_, terms_, none, 1.0);
    }
    for (std::uint32_t s = 0; s < n; ++s) {
      for (std::size_t t = 1; t < horizon_; ++t) {
        const auto there = model.add_column("d" + std::to_string(s) + "_" + std::to_string(t));
        const LinearTerm link[] = {{there, 1.0}, {done(s, t - 1), -1.0}, {column(s, t), -1.0}};
        model.add_row(once_, link, 0.0, 0.0);
      }
    }
    for (std::size_t r = 0; r < rules_.capacities.size(); ++r) {
      for (std::size_t t = 0; t < horizon_; ++t) {
        const double capacity = rules_.capacities[r][t];
        const std::uint32_t rule = tag(capacity_rule(r, t));
        terms_.clear();
        double total = 0.0;
        for (std::uint32_t s = 0; s < n; ++s) {
          const double effort = rules_.efforts[r][s];
          if (effort > at_most(capacity)) {
            // Said apart, so that the rest can be of like size: a solver allows 1e-6.
            const LinearTerm alone{column(s, t), 1.0};
            model.add_row(rule, {&alone, 1}, none, 0.0);
            continue;
          }
          terms_.push_back({column(s, t), effort});
          total += effort;
        }
        if (total > at_most(capacity)) add_scaled_row(rule, none, capacity);
      }
    }
  }

  // The terms and bounds, all multiplied so that the largest of the terms and of `beside` is about 1.
  void add_scaled_row(std::uint32_t rule, double lower, double upper, double beside = 0.0) {
    std::vector<double> sizes{beside};
    for (const LinearTerm& term : terms_) sizes.push_back(term.coefficient);
    const double scale = power_of_two_scale(sizes);
    for (LinearTerm& term : terms_) term.coefficient *= scale;
    model.add_row(rule, terms_, lower * scale, upper * scale);
  }

  void add_dependencies() {
    const auto ids = problem_.solution_ids();
    for (std::uint32_t s = 0; s < ids.size(); ++s) {
      for (const std::uint32_t on : problem_.required_by(s)) {
        const std::uint32_t rule = tag(ids[s] + " requires " + ids[on]);
        for (std::size_t t = 0; t < horizon_; ++t) {
          terms_.clear();
          add_done(s, t, 1.0);
          add_done(on, t, -1.0);
          model.add_row(rule, terms_, none, 0.0);
        }
      }
    }
    for (std::uint32_t s = 0; s < ids.size(); ++s) {
      const std::uint32_t with = problem_.together()[s];
      if (with == s) continue;
      const std::uint32_t rule = tag(ids[with] + " together with " + ids[s]);
      for (std::size_t t = 0; t < horizon_; ++t) {
        const LinearTerm pair[] = {{column(s, t), 1.0}, {column(with, t), -1.0}};
        model.add_row(rule, pair, 0.0, 0.0);
      }
    }
    for (const auto& [one, other] : problem_.excluded()) {
      terms_.clear();
      add_done(one, horizon_ - 1, 1.0);
      add_done(other, horizon_ - 1, 1.0);
      model.add_row(tag(ids[one] + " excludes " + ids[other]), terms_, none, 1.0);
    }
    for (const auto& [extra, one, other] : rules_.options.extras) {
      const std::uint32_t rule = tag(ids[one] + " and " + ids[other] + " take " + ids[extra]);
      for (std::size_t t = 0; t < horizon_; ++t) {
        terms_.clear();
        add_done(one, t, 1.0);
        add_done(other, t, 1.0);
        add_done(extra, t, -1.0);
        model.add_row(rule, terms_, none, 1.0);
      }
    }
  }

  void add_customers() {
    const std::uint32_t rule = model.rule("request");
    for (std::size_t c = 0; c < problem_.customer_count(); ++c) {
      const auto wanted = problem_.requests(c);
      for (std::size_t t = 0; t < horizon_; ++t) {
        const bool can = std::all_of(wanted.begin(), wanted.end(), [&](auto s) { return can_be_there(s, t); });
        const double worth = can ? problem_.customer_values()[c] * rules_.step(t) : 0.0;
        const auto paying = model.add_column("y" + std::to_string(c) + "_" + std::to_string(t), worth, false);
        for (const std::uint32_t s : wanted) {
          terms_.assign(1, {paying, 1.0});
          add_done(s, t, -1.0);
          model.add_row(rule, terms_, none, 0.0);
        }
        if (t + 1 == horizon_) paying_.push_back(paying);
      }
    }
  }

  void add_needs() {
    const std::uint32_t rule = model.rule("need");
    for (std::size_t n = 0; n < problem_.need_count(); ++n) {
      for (std::size_t t = 0; t < horizon_; ++t) {
        const auto covers = problem_.covers(n);
        const double worth = problem_.need_values()[n] * rules_.step(t);
        const std::string name = "n" + std::to_string(n) + "_" + std::to_string(t);
        if (problem_.overlap() == Overlap::sum_of_shares) {
          const bool can = std::any_of(covers.begin(), covers.end(),
                                       [&](const Cover& cover) { return can_be_there(cover.solution, t); });
          terms_.assign(1, {model.add_column(name, can ? worth : 0.0, false), 1.0});
          for (const Cover& cover : covers) add_done(cover.solution, t, -cover.share);
          model.add_row(rule, terms_, none, 0.0);
          continue;
        }
        std::vector<LinearTerm> parts;
        for (std::size_t i = 0; i < covers.size(); ++i) {
          const bool can = can_be_there(covers[i].solution, t);
          const auto part =
              model.add_column(name + "_" + std::to_string(i), can ? worth * covers[i].share : 0.0, false);
          parts.push_back({part, 1.0});
          terms_.assign(1, {part, 1.0});
          add_done(covers[i].solution, t, -1.0);
          model.add_row(rule, terms_, none, 0.0);
        }
        model.add_row(rule, parts, none, 1.0);
      }
    }
  }

  void add_promises() {
    for (const auto& [s, release] : rules_.options.fixed) {
      const LinearTerm term{column(s, release - 1), 1.0};
      model.add_row(tag(rules_.id(s) + " is in progress in release " + std::to_string(release)), {&term, 1}, 1.0);
    }
    for (const auto& [s, release] : rules_.options.commitments) {
      terms_.clear();
      add_done(s, release - 1, 1.0);
      model.add_row(tag(rules_.id(s) + " is promised by release " + std::to_string(release)), terms_, 1.0);
    }
  }

  void add_deadlines() {
    for (const auto& [s, release] : rules_.options.deadlines) {
      terms_.clear();
      for (std::size_t t = release; t < horizon_; ++t) terms_.push_back({column(s, t), 1.0});
      model.add_row(tag("deadline of " + rules_.id(s) + " in release " + std::to_string(release)), terms_, none, 0.0);
    }
  }

  void add_shares() {
    const std::vector<double> total = rules_.total_efforts();
    const double scale = power_of_two_scale(total);
    for (const ReleaseGroup& group : rules_.options.groups) {
      std::vector<double> is_member(total.size(), 0.0);
      for (const std::uint32_t s : group.solutions) is_member[s] = 1.0;
      const auto add = [&](const char* side, double share, double sign) {
        terms_.clear();
        for (std::uint32_t s = 0; s < total.size(); ++s) {
          const double coefficient = sign * total[s] * scale * (is_member[s] - share);
          for (std::size_t t = 0; t < horizon_; ++t) terms_.push_back({column(s, t), coefficient});
        }
        model.add_row(tag(share_rule(side, share, group)), terms_, none, 0.0);
      };
      if (group.least_share > 0.0) add("at least ", group.least_share, -1.0);
      if (group.most_share < 1.0) add("at most ", group.most_share, 1.0);
    }
  }

  void add_segments() {
    const std::size_t last = horizon_ - 1;
    for (const ReleaseSegment& segment : rules_.options.segments) {
      terms_.clear();
      for (const SegmentWorth& worth : segment.solutions) add_done(worth.position, last, worth.value);
      for (const SegmentWorth& worth : segment.customers) terms_.push_back({paying_[worth.position], worth.value});
      worth_to.push_back(terms_);
      for (const SegmentWorth& worth : segment.customers) {
        if (worth.value >= 0.0) continue;
        // What is above 0 only lets a customer pay, and the solver would rather it did not.
        const auto wanted = problem_.requests(worth.position);
        terms_.assign(1, {paying_[worth.position], -1.0});
        for (const std::uint32_t s : wanted) add_done(s, last, 1.0);
        model.add_row(model.rule("request"), terms_, none, static_cast<double>(wanted.size()) - 1.0);
      }
    }
    for (std::size_t k = 0; k < worth_to.size(); ++k) {
      const ReleaseSegment& segment = rules_.options.segments[k];
      if (!segment.floor) continue;
      terms_ = worth_to[k];
      add_scaled_row(tag(floor_rule(segment)), *segment.floor, std::numeric_limits<double>::infinity(), *segment.floor);
    }
  }

  const ReleaseRules& rules_;
  const RoadmapProblem& problem_;
  std::size_t horizon_;
  std::uint32_t once_;
  std::vector<std::uint8_t> possible_;  // by column
  std::vector<std::uint32_t> paying_;   // by customer: the column of the last release
  std::vector<std::uint8_t> is_tag_;    // by rule
  std::vector<LinearTerm> terms_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail
