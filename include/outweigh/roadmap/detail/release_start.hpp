// A first plan over several releases, and a bound, without a general solver: release by release, each planned by solve.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include <outweigh/roadmap/detail/release_rules.hpp>
#include <outweigh/roadmap/detail/time_limit.hpp>
#include <outweigh/roadmap/solve.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail {

/// The problem with the efforts of the rules.
inline RoadmapProblem with_efforts_of(const ReleaseRules& rules) {
  const RoadmapProblem& problem = rules.problem;
  const auto ids = problem.solution_ids();
  RoadmapBuilder builder;
  builder.set_overlap(problem.overlap());
  for (std::size_t s = 0; s < ids.size(); ++s) {
    builder.add_solution(ids[s], problem.efforts()[s], problem.values()[s]);
    for (std::size_t r = 0; r < rules.efforts.size(); ++r) {
      builder.add_effort(ids[s], rules.options.resources[r].name, rules.efforts[r][s]);
    }
    for (const std::uint32_t on : problem.required_by(s)) builder.add_requires(ids[s], ids[on]);
    if (problem.together()[s] != s) builder.add_together(ids[s], ids[problem.together()[s]]);
  }
  for (const auto& [one, other] : problem.excluded()) builder.add_excludes(ids[one], ids[other]);
  for (std::size_t c = 0; c < problem.customer_count(); ++c) {
    std::vector<std::string> wanted;
    for (const std::uint32_t s : problem.requests(c)) wanted.push_back(ids[s]);
    builder.add_customer(problem.customer_ids()[c], problem.customer_values()[c], std::move(wanted));
  }
  for (std::size_t n = 0; n < problem.need_count(); ++n) {
    builder.add_need(problem.need_ids()[n], problem.need_values()[n]);
    for (const Cover& cover : problem.covers(n)) {
      builder.add_cover(ids[cover.solution], problem.need_ids()[n], cover.share);
    }
  }
  return builder.build();
}

struct ReleaseStart {
  /// Release of each solution; nothing where what has to be there does not fit so. Shares and floors may be broken.
  std::optional<std::vector<std::uint32_t>> releases{};
  double bound = std::numeric_limits<double>::infinity();
};

/// Fills one release after the other.
inline ReleaseStart release_by_release(const ReleaseRules& rules, const TimeLimit& limit) {
  // Some tenths of a second, and the same result on every machine.
  constexpr std::uint64_t work = 5'000'000;
  const std::size_t n = rules.problem.solution_count();
  ReleaseStart start;
  if (n == 0) return start;
  const RoadmapProblem problem = with_efforts_of(rules);
  SolveOptions solving{.work_limit = work, .control = rules.options.control};
  solving.control.progress = {};
  const auto best = [&](SolveOptions options) {
    options.control.check();
    options.time_limit = limit.left() / (4.0 * static_cast<double>(rules.horizon + 1));
    return solve(problem, options);
  };
  const auto values = rules.problem.values();
  if (rules.options.delay == 1.0 || *std::min_element(values.begin(), values.end()) >= 0.0) {
    // All in the first release, if it had the capacity of all.
    SolveOptions all = solving;
    for (const auto& row : rules.capacities) {
      all.capacities.push_back(std::accumulate(row.begin(), row.end(), 0.0));
    }
    start.bound = best(all).bound;
  }
  std::vector<std::uint32_t> promised(n, 0), fixed(n, 0), deadline(n, static_cast<std::uint32_t>(rules.horizon));
  for (const auto& [s, release] : rules.options.commitments) {
    promised[s] = promised[s] == 0 ? release : std::min(promised[s], release);
  }
  for (const auto& [s, release] : rules.options.fixed) promised[s] = fixed[s] = release;
  for (const auto& [s, release] : rules.options.deadlines) deadline[s] = std::min(deadline[s], release);
  std::vector<std::uint32_t> waiting;
  for (std::uint32_t s = 0; s < n; ++s) {
    if (promised[s] != 0) waiting.push_back(s);
  }
  std::stable_sort(waiting.begin(), waiting.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return promised[a] < promised[b]; });
  std::vector<std::uint32_t> releases(n, 0);
  for (std::uint32_t t = 1; t <= rules.horizon; ++t) {
    SolveOptions options = solving;
    for (std::size_t r = 0; r < rules.efforts.size(); ++r) {
      double used = 0.0;
      for (std::size_t s = 0; s < n; ++s) used += releases[s] != 0 ? rules.efforts[r][s] : 0.0;
      options.capacities.push_back(used + rules.capacities[r][t - 1]);
    }
    for (std::uint32_t s = 0; s < n; ++s) {
      if (releases[s] != 0) options.include.push_back(s);
      if (fixed[s] > t || (deadline[s] < t && releases[s] == 0)) options.exclude.push_back(s);
    }
    options.start = options.include;
    // Promises as soon as they fit.
    for (const std::uint32_t s : waiting) {
      if (releases[s] != 0 || fixed[s] > t || deadline[s] < t) continue;
      options.include.push_back(s);
      try {
        SolveOptions quick = options;
        quick.start.clear();
        quick.work_limit = 1;
        (void)best(std::move(quick));
      } catch (const core::Infeasible&) {
        options.include.pop_back();
        if (promised[s] <= t) return start;
      }
    }
    try {
      for (const std::uint32_t s : best(options).solutions) {
        if (releases[s] == 0) releases[s] = t;
      }
    } catch (const core::Infeasible&) {
      return start;
    }
  }
  start.releases = std::move(releases);
  return start;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail
