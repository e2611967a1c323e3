// What does not depend on the number of accounts: needs, solutions, sources.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <outweigh/core/instant.hpp>
#include <outweigh/graph/vocabulary.hpp>
#include <outweigh/lab/detail/story.hpp>
#include <outweigh/lab/simulation_options.hpp>
#include <outweigh/stats/detail/portable_math.hpp>
#include <outweigh/stats/random.hpp>

namespace outweigh::inline OUTWEIGH_ABI::lab::detail {

inline constexpr std::size_t segment_count = segment_stories.size();
inline constexpr std::int64_t microseconds_per_minute = 60'000'000;

[[nodiscard]] inline double sigmoid(double x) noexcept {
  return x >= 0.0 ? 1.0 / (1.0 + stats::detail::portable_exp(-x)) : 1.0 - 1.0 / (1.0 + stats::detail::portable_exp(x));
}

/// Rounded to two decimals, as such numbers are kept in real tables.
[[nodiscard]] inline double to_cents(double x) noexcept { return std::floor(x * 100.0 + 0.5) / 100.0; }

[[nodiscard]] inline core::Instant before(core::Instant instant, double days) noexcept {
  const auto minutes = static_cast<std::int64_t>(std::floor(days * 1440.0 + 0.5));
  return core::Instant::from_microseconds(instant.microseconds() - minutes * microseconds_per_minute);
}

struct SimulatedNeed {
  std::string title;
  std::string solution_title;
  std::string_view pain;
  Outcome outcome = Outcome::delight;
  bool hurts = false;
  int adjacent = -1;  ///< position among the adjacent uses, or -1
  std::array<double, segment_count> log_odds{};
  double slope = 0.0;
  double anger = 0.0;
  double talk = 0.0;
  core::Instant opened{};
  std::int32_t own_solution = -1;
};

struct SimulatedCover {
  std::uint32_t need = 0;
  double share = 0.0;
};

struct SimulatedSolution {
  std::string title;
  std::size_t team = 0;
  std::array<double, teams.size()> effort{};
  double risk = 0.0;
  Outcome outcome = Outcome::delight;
  graph::SolutionStatus status = graph::SolutionStatus::candidate;
  core::Instant shipped{};
  std::vector<SimulatedCover> covers;
  std::vector<std::uint32_t> requirements;

  [[nodiscard]] double total_effort() const noexcept {
    double sum = 0.0;
    for (const double amount : effort) sum += amount;
    return sum;
  }
};

enum class Reach : std::uint8_t { everyone, whales, first_whale, second_whale, third_whale, west, east, small };

struct SimulatedSource {
  std::string_view name;
  graph::SourceKind kind;
  std::string_view owner;
  Reach reach;
  double detection;  ///< log odds that a need that is there is mentioned in half an hour with equal talk
};

inline constexpr std::array<SimulatedSource, 13> simulated_sources{{
    {"Chief executive", graph::SourceKind::executive, "executive office", Reach::whales, -1.0},
    {"Chief revenue officer", graph::SourceKind::executive, "sales", Reach::whales, -1.8},
    {"Team for the largest account", graph::SourceKind::named_account, "sales", Reach::first_whale, -0.6},
    {"Team for the second account", graph::SourceKind::named_account, "sales", Reach::second_whale, -0.6},
    {"Account managers West", graph::SourceKind::multi_account, "sales", Reach::west, -1.3},
    {"Account managers East", graph::SourceKind::multi_account, "sales", Reach::east, -1.3},
    {"Inside sales", graph::SourceKind::multi_account, "sales", Reach::small, -2.2},
    {"Premium support", graph::SourceKind::dedicated_support, "support", Reach::third_whale, -1.2},
    {"Support desk", graph::SourceKind::pooled_support, "support", Reach::everyone, -2.0},
    {"Customer survey", graph::SourceKind::survey, "marketing", Reach::everyone, -2.0},
    {"Idea portal", graph::SourceKind::portal, "product", Reach::everyone, -1.6},
    {"Discovery interviews", graph::SourceKind::discovery, "product", Reach::everyone, 0.0},
    {"Product usage", graph::SourceKind::usage, "product", Reach::everyone, -2.0},
}};

struct World {
  SimulationOptions options;
  core::Instant begin{};
  std::vector<SimulatedNeed> needs;
  std::vector<SimulatedSolution> solutions;
  std::size_t need_words = 1;
};

inline void require_option(bool holds, std::string_view name, double value) {
  if (!holds) {
    throw core::InvalidInput("an option of the simulation is out of its range",
                             {.column = std::string(name), .value = std::to_string(value)});
  }
}

inline void check_options(const SimulationOptions& options) {
  const auto between = [](double value, double lowest, double highest, std::string_view name) {
    require_option(value >= lowest && value <= highest, name, value);
  };
  require_option(options.accounts >= 1 && options.accounts <= 100'000'000, "accounts",
                 static_cast<double>(options.accounts));
  require_option(options.needs >= 1 && options.needs <= 1000, "needs", static_cast<double>(options.needs));
  require_option(options.solutions >= 1 && options.solutions <= 1000, "solutions",
                 static_cast<double>(options.solutions));
  between(options.days, 30.0, 3650.0, "days");
  between(options.hearing_bias, 0.0, 2.0, "hearing_bias");
  between(options.contact_rate, 0.0, 100.0, "contact_rate");
  between(options.revenue_slope, 0.0, 3.0, "revenue_slope");
  between(options.talkativeness, 0.0, 3.0, "talkativeness");
  between(options.frailty, 0.0, 3.0, "frailty");
  between(options.overdispersion, 0.0, 5.0, "overdispersion");
  between(options.false_reports, 0.0, 1.0, "false_reports");
  between(options.unlogged_silent_calls, 0.0, 1.0, "unlogged_silent_calls");
  between(options.follow_ups, 0.0, 1.0, "follow_ups");
  between(options.unlabelled, 0.0, 1.0, "unlabelled");
}

inline std::vector<SimulatedNeed> simulate_needs(const SimulationOptions& options, core::Instant begin) {
  std::vector<SimulatedNeed> needs(options.needs);
  const stats::Random root = stats::Random(options.seed).stream("needs");
  for (std::size_t k = 0; k < needs.size(); ++k) {
    stats::Random random = root.stream(k);
    SimulatedNeed& need = needs[k];
    // Adjacent stories come last in the list and stay last when there are fewer needs than stories.
    const std::size_t count = needs.size();
    const std::size_t adjacent = count >= 8 ? std::min(adjacent_stories, count / 8) : 0;
    const std::size_t targets = need_stories.size() - adjacent_stories;
    std::size_t story = 0;
    if (k + adjacent >= count) {
      need.adjacent = static_cast<int>(k + adjacent - count);
      story = targets + static_cast<std::size_t>(need.adjacent);
    } else {
      story = k % targets;
    }
    const NeedStory& text = need_stories[story];
    const std::size_t round = need.adjacent < 0 ? k / targets : 0;
    const std::string suffix = round == 0 ? std::string() : " (" + std::to_string(round + 1) + ")";
    need.title = std::string(text.need) + suffix;
    need.solution_title = std::string(text.solution) + suffix;
    need.pain = text.pain;
    need.outcome = text.outcome;
    need.hurts = text.hurts;

    const double base = random.normal(-1.7, 0.9);
    for (double& log_odds : need.log_odds) log_odds = base + random.normal(0.0, 0.7);
    // What large accounts need is also talked about more easily.
    const double common = random.normal();
    need.slope = options.revenue_slope * (0.45 * common + 0.893 * random.normal());
    need.talk = options.talkativeness * (0.45 * common + 0.893 * random.normal());
    need.anger = need.outcome == Outcome::retention || need.hurts ? random.uniform(0.2, 0.9) : 0.0;
    const double age = random.uniform(0.0, 1.0);
    need.opened = age < 0.85 ? before(begin, 30.0 + 700.0 * random.uniform())
                             : before(options.as_of, options.days * random.uniform(0.5, 0.95));
  }
  return needs;
}

inline std::vector<SimulatedSolution> simulate_solutions(const SimulationOptions& options,
                                                         std::vector<SimulatedNeed>& needs) {
  const std::size_t count = options.solutions;
  const std::size_t foundations = count >= 12 ? std::min(foundation_titles.size(), count / 12) : 0;
  const std::size_t bundles = count >= 6 ? count / 6 : 0;
  const std::size_t singles = count - foundations - bundles;
  std::vector<SimulatedSolution> solutions(count);
  const stats::Random root = stats::Random(options.seed).stream("solutions");

  std::vector<std::uint32_t> order(needs.size());
  for (std::size_t k = 0; k < order.size(); ++k) order[k] = static_cast<std::uint32_t>(k);
  stats::Random ordering = root.stream("order");
  ordering.shuffle(order);

  const auto spread_effort = [](SimulatedSolution& solution, double total, stats::Random& random) {
    solution.team = static_cast<std::size_t>(random.below(teams.size()));
    const double own = random.uniform(0.6, 1.0);
    const auto helper = static_cast<std::size_t>(random.below(teams.size()));
    const auto rounded = [](double weeks) { return std::max(0.5, std::floor(2.0 * weeks + 0.5) / 2.0); };
    if (own > 0.9 || helper == solution.team) {
      solution.effort[solution.team] = rounded(total);
    } else {
      solution.effort[solution.team] = rounded(total * own);
      solution.effort[helper] = rounded(total * (1.0 - own));
    }
  };

  for (std::size_t j = 0; j < count; ++j) {
    stats::Random random = root.stream(j);
    SimulatedSolution& solution = solutions[j];
    solution.risk = to_cents(random.beta(2.0, 6.0));
    if (j < singles) {
      const std::uint32_t k = order[j % order.size()];
      SimulatedNeed& need = needs[k];
      const bool again = j >= order.size();
      solution.title = need.solution_title + (again ? ", light" : "");
      solution.outcome = need.outcome;
      solution.covers.push_back({k, to_cents(again ? random.uniform(0.3, 0.6) : random.uniform(0.7, 1.0))});
      if (!again) need.own_solution = static_cast<std::int32_t>(j);
      spread_effort(solution, random.lognormal(again ? 1.0 : 1.8, 0.6), random);
      if (foundations > 0 && random.bernoulli(0.25)) {
        solution.requirements.push_back(static_cast<std::uint32_t>(singles + bundles + random.below(foundations)));
      }
    } else if (j < singles + bundles) {
      const std::size_t bundle = j - singles;
      const std::string_view title = bundle_titles[bundle % bundle_titles.size()];
      solution.title = std::string(title);
      if (bundle >= bundle_titles.size()) solution.title += " " + std::to_string(bundle / bundle_titles.size() + 1);
      const std::size_t width = std::min<std::size_t>(needs.size(), 3 + static_cast<std::size_t>(random.below(3)));
      // Needs without a solution of their own come first, so that every need can be met by something.
      std::vector<std::uint32_t> chosen;
      for (std::size_t position = singles + bundle; position < order.size() && chosen.empty(); position += bundles) {
        chosen.push_back(order[position]);
      }
      while (chosen.size() < width) {
        const auto k = static_cast<std::uint32_t>(random.below(needs.size()));
        if (std::find(chosen.begin(), chosen.end(), k) == chosen.end()) chosen.push_back(k);
      }
      std::sort(chosen.begin(), chosen.end());
      solution.outcome = needs[chosen.front()].outcome;
      for (const std::uint32_t k : chosen) solution.covers.push_back({k, to_cents(random.uniform(0.35, 0.8))});
      spread_effort(solution, random.lognormal(2.6, 0.45), random);
      if (foundations > 0 && random.bernoulli(0.6)) {
        solution.requirements.push_back(static_cast<std::uint32_t>(singles + bundles + random.below(foundations)));
      }
    } else {
      const std::size_t foundation = j - singles - bundles;
      solution.title = std::string(foundation_titles[foundation]);
      solution.outcome = Outcome::efficiency;
      spread_effort(solution, random.lognormal(2.0, 0.3), random);
    }
  }

  // Some work is under way, some is done in part, one thing was dropped.
  if (singles >= 12) {
    stats::Random random = root.stream("status");
    const auto positions = random.sample_without_replacement(singles, 6);
    for (std::size_t i = 0; i < positions.size(); ++i) {
      SimulatedSolution& solution = solutions[positions[i]];
      if (i < 3) {
        solution.status = graph::SolutionStatus::shipped;
        solution.shipped = before(options.as_of, random.uniform(20.0, std::max(21.0, options.days * 0.8)));
        solution.title += ", first version";
        for (SimulatedCover& cover : solution.covers) cover.share = to_cents(random.uniform(0.1, 0.3));
      } else {
        solution.status = i < 5 ? graph::SolutionStatus::in_progress : graph::SolutionStatus::dropped;
      }
    }
  }
  return solutions;
}

inline World simulate_world(const SimulationOptions& options) {
  check_options(options);
  World world;
  world.options = options;
  world.begin = before(options.as_of, options.days);
  world.needs = simulate_needs(options, world.begin);
  world.solutions = simulate_solutions(options, world.needs);
  world.need_words = (options.needs + 63) / 64;
  return world;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::lab::detail
