// What a plan over several releases has to keep to, and how a plan is judged by it.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/core/detail/number.hpp>
#include <outweigh/core/errors.hpp>
#include <outweigh/roadmap/releases.hpp>
#include <outweigh/stats/exact_sum.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail {

/// A sum of efforts above this is above the capacity: below, it may be so by rounding alone.
[[nodiscard]] inline double at_most(double capacity) noexcept { return capacity * (1.0 + 1e-12); }

[[nodiscard]] inline std::string printed(const char* format, double number) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, format, number);
  return buffer;
}

inline void require_within(double number, const char* name, double least, double most) {
  if (number >= least && number <= most) return;
  const std::string from = printed("%g", least);
  throw core::InvalidInput(
      std::string(name) + (std::isinf(most) ? " must be at least " + from
                                            : " must lie between " + from + " and " + printed("%g", most)),
      {.column = name, .value = core::detail::number_text(number)});
}

/// The options, checked and completed.
struct ReleaseRules {
  const RoadmapProblem& problem;
  const ReleaseOptions& options;
  std::size_t horizon = 0;
  std::vector<std::vector<double>> efforts{};     ///< by resource, then by solution
  std::vector<std::vector<double>> capacities{};  ///< by resource, then by release: what the lane leaves
  std::vector<double> weights{};                  ///< by release: what a value of 1 is worth there

  /// What it is worth to be there by a release, beyond what it is worth to be there by the next.
  [[nodiscard]] double step(std::size_t t) const { return weights[t] - (t + 1 < horizon ? weights[t + 1] : 0.0); }
  [[nodiscard]] const std::string& id(std::uint32_t solution) const { return problem.solution_ids()[solution]; }
  [[nodiscard]] std::vector<double> total_efforts() const {
    std::vector<double> total(problem.solution_count(), 0.0);
    for (const auto& of_resource : efforts) {
      for (std::size_t s = 0; s < total.size(); ++s) total[s] += of_resource[s];
    }
    return total;
  }
};

inline std::vector<double> efforts_of(const RoadmapProblem& problem, const ReleaseOptions& options,
                                      const ReleaseResource& resource) {
  std::span<const double> efforts = resource.efforts;
  if (efforts.empty() && problem.solution_count() > 0) {
    const auto known = problem.resources();
    const auto found = std::find(known.begin(), known.end(), resource.name);
    if (found != known.end()) {
      efforts = problem.resource_efforts(static_cast<std::size_t>(found - known.begin()));
    } else if (options.resources.size() == 1) {
      efforts = problem.efforts();
    } else {
      throw core::InvalidInput("several resources need the efforts of each",
                               {.column = "efforts", .value = resource.name});
    }
  }
  if (efforts.size() != problem.solution_count()) {
    throw core::InvalidInput("efforts must be one for each solution", {.column = "efforts", .value = resource.name});
  }
  for (const double effort : efforts) {
    if (!(effort >= 0.0 && std::isfinite(effort))) {
      throw core::InvalidInput("an effort must be finite and at least 0",
                               {.column = "efforts", .value = core::detail::number_text(effort)});
    }
  }
  return {efforts.begin(), efforts.end()};
}

inline void check_positions(const ReleaseRules& rules) {
  const auto solution = [&](std::uint32_t s, const char* option) {
    if (s < rules.problem.solution_count()) return;
    throw core::InvalidInput("a position is no solution", {.column = option, .value = std::to_string(s)});
  };
  const auto releases = [&](const std::vector<SolutionRelease>& given, const char* option) {
    for (const auto& [s, release] : given) {
      solution(s, option);
      if (release < 1 || release > rules.horizon) {
        throw core::InvalidInput("a release must lie between 1 and " + std::to_string(rules.horizon),
                                 {.column = option, .value = std::to_string(release)});
      }
    }
  };
  const ReleaseOptions& options = rules.options;
  releases(options.deadlines, "deadlines");
  releases(options.fixed, "fixed");
  releases(options.commitments, "commitments");
  for (const ReleaseGroup& group : options.groups) {
    for (const std::uint32_t s : group.solutions) solution(s, "groups");
    require_within(group.least_share, "shares", 0.0, 1.0);
    require_within(group.most_share, "shares", 0.0, 1.0);
    if (group.least_share > group.most_share) {
      throw core::InvalidInput("the least share is above the most", {.column = "shares", .value = group.name});
    }
  }
  const auto finite = [](double number, const char* name) {
    if (std::isfinite(number)) return;
    throw core::InvalidInput(std::string(name) + " must be finite",
                             {.column = name, .value = core::detail::number_text(number)});
  };
  for (const ReleaseSegment& segment : options.segments) {
    for (const SegmentWorth& worth : segment.solutions) {
      solution(worth.position, "segments");
      finite(worth.value, "segments");
    }
    for (const SegmentWorth& worth : segment.customers) {
      if (worth.position >= rules.problem.customer_count()) {
        throw core::InvalidInput("a position is no customer",
                                 {.column = "segments", .value = std::to_string(worth.position)});
      }
      finite(worth.value, "segments");
    }
    if (segment.floor) {
      finite(*segment.floor, "floors");
      require_within(*segment.floor, "floors", 0.0, std::numeric_limits<double>::infinity());
    }
  }
  for (const PairExtra& pair : options.extras) {
    for (const std::uint32_t s : {pair.extra, pair.first, pair.second}) solution(s, "extras");
  }
}

inline ReleaseRules release_rules(const RoadmapProblem& problem, const ReleaseOptions& options) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  ReleaseRules rules{.problem = problem, .options = options};
  if (options.resources.empty() || options.resources.front().capacities.empty()) {
    throw core::InvalidInput("a plan needs at least one release", {.column = "capacities"});
  }
  rules.horizon = options.resources.front().capacities.size();
  double total = 0.0;
  for (const ReleaseResource& resource : options.resources) {
    const auto namesake = std::find_if(options.resources.begin(), options.resources.end(),
                                       [&](const ReleaseResource& other) { return other.name == resource.name; });
    if (&*namesake != &resource) {
      throw core::InvalidInput("a resource is there twice",
                               {.table = "capacities", .column = "resource", .value = resource.name});
    }
    if (resource.capacities.size() != rules.horizon) {
      throw core::InvalidInput("each resource needs a capacity for each release",
                               {.table = "capacities", .column = "resource", .value = resource.name});
    }
    for (const double capacity : resource.capacities) require_within(capacity, "capacities", 0.0, infinity);
    require_within(resource.lane, "lane", 0.0, infinity);
    const double narrowest = *std::min_element(resource.capacities.begin(), resource.capacities.end());
    if (resource.lane > narrowest || std::isinf(resource.lane)) {
      throw core::Infeasible("the lane is wider than a capacity", {.column = "lane", .value = resource.name});
    }
    rules.capacities.push_back(resource.capacities);
    for (double& capacity : rules.capacities.back()) capacity -= resource.lane;
  }
  for (const ReleaseResource& resource : options.resources) {
    rules.efforts.push_back(efforts_of(problem, options, resource));
    total = std::accumulate(rules.efforts.back().begin(), rules.efforts.back().end(), total);
  }
  if (!std::isfinite(total)) {
    throw core::InvalidInput("the sum of the efforts is more than a number can hold",
                             {.table = "efforts", .column = "amount"});
  }
  require_within(options.delay, "delay", 0.0, 1.0);
  require_within(options.time_limit, "time_limit", 0.0, infinity);
  require_within(options.tolerance, "tolerance", 0.0, 1.0);
  double worth = 0.0;
  for (const auto values : {problem.values(), problem.customer_values(), problem.need_values()}) {
    for (const double value : values) worth += std::abs(value);
  }
  if (!std::isfinite(worth)) {
    throw core::InvalidInput("the sum of the values is more than a number can hold",
                             {.table = "solutions", .column = "value"});
  }
  for (std::size_t t = 0; t < rules.horizon; ++t) {
    rules.weights.push_back(std::pow(options.delay, static_cast<double>(t)));
  }
  check_positions(rules);
  if (options.max_min && options.segments.empty()) {
    throw core::MissingInput("the worst-served segment needs segments", {.column = "segments"});
  }
  return rules;
}

/// Value, loads and who is served, by definition; the bound is the value, and nothing is said of a proof.
inline ReleasePlan judged(const ReleaseRules& rules, std::vector<std::uint32_t> releases) {
  const RoadmapProblem& problem = rules.problem;
  ReleasePlan plan;
  plan.releases = std::move(releases);
  const auto weight = [&](std::uint32_t release) { return release == 0 ? 0.0 : rules.weights[release - 1]; };
  stats::ExactSum value;
  for (std::size_t s = 0; s < problem.solution_count(); ++s) value.add(problem.values()[s] * weight(plan.releases[s]));
  for (std::size_t c = 0; c < problem.customer_count(); ++c) {
    std::uint32_t since = 1;
    for (const std::uint32_t s : problem.requests(c)) {
      since = plan.releases[s] == 0 ? 0 : std::max(since, plan.releases[s]);
      if (since == 0) break;
    }
    plan.customers.push_back(since);
    value.add(problem.customer_values()[c] * weight(since));
  }
  for (std::size_t n = 0; n < problem.need_count(); ++n) {
    for (std::size_t t = 0; t < rules.horizon; ++t) {
      double met = 0.0;
      for (const Cover& cover : problem.covers(n)) {
        const std::uint32_t release = plan.releases[cover.solution];
        if (release == 0 || release > t + 1) continue;
        met = problem.overlap() == Overlap::sum_of_shares ? met + cover.share : std::max(met, cover.share);
      }
      value.add(rules.step(t) * problem.need_values()[n] * std::min(1.0, met));
    }
  }
  plan.value = plan.bound = value.value();
  for (const auto& efforts : rules.efforts) {
    std::vector<stats::ExactSum> loads(rules.horizon);
    for (std::size_t s = 0; s < efforts.size(); ++s) {
      if (plan.releases[s] != 0) loads[plan.releases[s] - 1].add(efforts[s]);
    }
    for (const auto& load : loads) plan.loads.push_back(load.value());
  }
  for (const ReleaseSegment& segment : rules.options.segments) {
    stats::ExactSum worth;
    for (const SegmentWorth& w : segment.solutions) worth.add(plan.releases[w.position] != 0 ? w.value : 0.0);
    for (const SegmentWorth& w : segment.customers) worth.add(plan.customers[w.position] != 0 ? w.value : 0.0);
    plan.segment_values.push_back(worth.value());
  }
  return plan;
}

/// Which rules a plan breaks, in words.
inline std::vector<std::string> broken_rules(const ReleaseRules& rules, const ReleasePlan& plan) {
  const RoadmapProblem& problem = rules.problem;
  const ReleaseOptions& options = rules.options;
  std::vector<std::string> faults;
  const auto& at = plan.releases;
  const auto is_there = [&](std::uint32_t s, std::uint32_t by) { return at[s] != 0 && at[s] <= by; };
  for (std::size_t r = 0; r < rules.capacities.size(); ++r) {
    for (std::size_t t = 0; t < rules.horizon; ++t) {
      if (plan.loads[r * rules.horizon + t] <= at_most(rules.capacities[r][t])) continue;
      faults.push_back(options.resources[r].name + " is above its capacity in release " + std::to_string(t + 1));
    }
  }
  for (std::uint32_t s = 0; s < at.size(); ++s) {
    for (const std::uint32_t on : problem.required_by(s)) {
      if (at[s] != 0 && !is_there(on, at[s])) {
        faults.push_back(rules.id(s) + " comes before " + rules.id(on) + ", which it requires");
      }
    }
    if (const std::uint32_t with = problem.together()[s]; at[s] != at[with]) {
      faults.push_back(rules.id(s) + " is parted from " + rules.id(with));
    }
  }
  for (const auto& [one, other] : problem.excluded()) {
    if (at[one] != 0 && at[other] != 0)
      faults.push_back(rules.id(one) + " and " + rules.id(other) + " exclude each other");
  }
  for (const auto& [extra, one, other] : options.extras) {
    if (at[one] != 0 && at[other] != 0 && !is_there(extra, std::max(at[one], at[other]))) {
      faults.push_back(rules.id(one) + " and " + rules.id(other) + " are there before " + rules.id(extra));
    }
  }
  for (const auto& [s, release] : options.fixed) {
    if (at[s] != release) faults.push_back(rules.id(s) + " is not in its release");
  }
  for (const auto& [s, release] : options.commitments) {
    if (!is_there(s, release)) faults.push_back(rules.id(s) + " is later than promised");
  }
  for (const auto& [s, release] : options.deadlines) {
    if (at[s] > release) faults.push_back(rules.id(s) + " misses its deadline");
  }
  const std::vector<double> total = rules.total_efforts();
  const double everything = std::accumulate(plan.loads.begin(), plan.loads.end(), 0.0);
  for (const ReleaseGroup& group : options.groups) {
    std::vector<std::uint8_t> counted(at.size(), 0);
    double part = 0.0;
    for (const std::uint32_t s : group.solutions) {
      if (at[s] != 0 && counted[s] == 0) part += total[s];
      counted[s] = 1;
    }
    if (part < (group.least_share - 1e-9) * everything || part > (group.most_share + 1e-9) * everything) {
      faults.push_back("the share of " + group.name + " is out of its bounds");
    }
  }
  for (std::size_t k = 0; k < options.segments.size(); ++k) {
    const auto& floor = options.segments[k].floor;
    if (floor && plan.segment_values[k] < *floor * (1.0 - 1e-9)) {
      faults.push_back("segment " + options.segments[k].name + " is below its floor");
    }
  }
  return faults;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail
