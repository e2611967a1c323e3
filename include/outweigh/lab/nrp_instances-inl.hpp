#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/lab/nrp_instances.hpp>
#include <outweigh/stats/random.hpp>

namespace outweigh::inline OUTWEIGH_ABI::lab {

namespace detail {

inline constexpr std::array<std::pair<NrpKind, std::string_view>, 7> nrp_kinds{
    {{NrpKind::classic_small, "classic_small"},
     {NrpKind::classic_medium, "classic_medium"},
     {NrpKind::classic_large, "classic_large"},
     {NrpKind::classic_flat, "classic_flat"},
     {NrpKind::eclipse, "eclipse"},
     {NrpKind::mozilla, "mozilla"},
     {NrpKind::gnome, "gnome"}}};

struct NrpLevel {
  double requirements;
  std::uint64_t least_cost, most_cost, most_dependents;
};

struct NrpShape {
  std::vector<NrpLevel> levels;
  double customers;
  std::uint64_t least_requests, most_requests;
  double popular;  // share of the requests that go to a few requirements many ask for
};

OUTWEIGH_INLINE NrpShape nrp_shape(NrpKind kind) {
  switch (kind) {
    case NrpKind::classic_small:
      return {{{20, 1, 5, 8}, {40, 2, 8, 2}, {80, 5, 10, 0}}, 100, 1, 5, 0.0};
    case NrpKind::classic_medium:
      return {{{20, 1, 5, 8}, {40, 2, 7, 6}, {80, 3, 9, 4}, {160, 4, 10, 2}, {320, 5, 15, 0}}, 500, 1, 5, 0.0};
    case NrpKind::classic_large:
      return {{{250, 1, 5, 8}, {500, 2, 7, 6}, {750, 3, 9, 4}, {1000, 4, 10, 2}, {750, 5, 15, 0}}, 750, 1, 5, 0.0};
    case NrpKind::classic_flat:
      return {{{500, 1, 3, 4}, {500, 2, 2, 4}, {500, 3, 5, 0}}, 1000, 1, 1, 0.0};
    case NrpKind::eclipse:
      return {{{3500, 1, 7, 0}}, 500, 4, 20, 0.15};
    case NrpKind::mozilla:
      return {{{4000, 1, 7, 0}}, 700, 4, 20, 0.25};
    case NrpKind::gnome:
      return {{{2500, 1, 7, 0}}, 400, 4, 20, 0.2};
  }
  return {};
}

}  // namespace detail

OUTWEIGH_INLINE NrpKind nrp_kind(std::string_view word) {
  std::string known;
  for (const auto& [kind, name] : detail::nrp_kinds) {
    if (name == word) return kind;
    known += (known.empty() ? "" : ", ") + std::string(name);
  }
  throw core::InvalidInput("the kind of an instance must be one of " + known,
                           {.column = "kind", .value = std::string(word)});
}

OUTWEIGH_INLINE std::string_view to_string(NrpKind kind) noexcept {
  for (const auto& [known, name] : detail::nrp_kinds) {
    if (known == kind) return name;
  }
  return "";
}

OUTWEIGH_INLINE roadmap::RoadmapProblem simulate_nrp(const NrpOptions& options) {
  if (!(options.size > 0.0 && options.size <= 1000.0)) {
    throw core::InvalidInput("the size must be above 0 and at most 1000",
                             {.column = "size", .value = std::to_string(options.size)});
  }
  const detail::NrpShape shape = detail::nrp_shape(options.kind);
  const auto times = [&](double count) {
    return static_cast<std::size_t>(std::max(1.0, std::round(count * options.size)));
  };
  const bool mined = shape.levels.size() == 1;
  stats::Random random = stats::Random(options.seed).stream(to_string(options.kind));
  const auto between = [&](std::uint64_t least, std::uint64_t most) { return least + random.below(most - least + 1); };
  roadmap::RoadmapBuilder builder;

  std::vector<std::size_t> start{0};  // of the levels
  for (const detail::NrpLevel& level : shape.levels) start.push_back(start.back() + times(level.requirements));
  const std::size_t count = start.back();
  for (std::size_t l = 0; l < shape.levels.size(); ++l) {
    for (std::size_t s = start[l]; s < start[l + 1]; ++s) {
      // severities of a tracker: most of the bugs have the one that it proposes
      const std::uint64_t cost =
          mined && random.bernoulli(0.55) ? 4 : between(shape.levels[l].least_cost, shape.levels[l].most_cost);
      builder.add_solution(std::to_string(s + 1), static_cast<double>(cost));
    }
  }
  for (std::size_t l = 0; l + 1 < shape.levels.size(); ++l) {
    const std::uint64_t most = shape.levels[l].most_dependents;
    if (most == 0) continue;
    for (std::size_t s = start[l]; s < start[l + 1]; ++s) {
      for (std::uint64_t k = between(0, most); k > 0; --k) {
        const std::size_t dependent = start[l + 1] + random.below(start[l + 2] - start[l + 1]);
        builder.add_requires(std::to_string(dependent + 1), std::to_string(s + 1));
      }
    }
  }

  const std::size_t customers = times(shape.customers);
  const std::size_t famous = std::max<std::size_t>(1, count / 50);
  std::vector<std::size_t> unasked(count);
  for (std::size_t s = 0; s < count; ++s) unasked[s] = s;
  random.shuffle(unasked);
  for (std::size_t c = 0; c < customers; ++c) {
    std::vector<std::string> wanted;
    for (std::uint64_t k = between(shape.least_requests, shape.most_requests); k > 0; --k) {
      std::size_t s = 0;
      if (!mined) {
        s = random.below(count);
      } else if (random.bernoulli(shape.popular)) {
        s = random.below(famous);
      } else if (!unasked.empty()) {
        s = unasked.back();
        unasked.pop_back();
      } else {
        s = random.below(count);
      }
      wanted.push_back(std::to_string(s + 1));
    }
    // Profits are round a mean of about 29, between 12 and 47.
    const std::uint64_t value = between(12, 29) / 2 + between(12, 29) / 2 + between(0, 18);
    builder.add_customer(std::to_string(c + 1), static_cast<double>(value), std::move(wanted));
  }
  return builder.build();
}

}  // namespace outweigh::inline OUTWEIGH_ABI::lab
