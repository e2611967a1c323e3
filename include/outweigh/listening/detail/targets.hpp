// Known totals matched to the levels of the sample, with every way in which they can be wrong.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <outweigh/core/detail/number.hpp>
#include <outweigh/listening/detail/cells.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

/// Relative difference up to which two margins count as adding up to the same.
inline constexpr double agreement = 5e-11;
/// Largest relative residual of a margin that counts as converged.
inline constexpr double converged = 1e-10;

struct Targets {
  std::vector<std::vector<double>> of_level;  ///< [factor][level]
  double total = 0.0;
};

[[nodiscard]] inline std::vector<Categorical> variables_of(std::span<const Margin> margins) {
  std::vector<Categorical> variables;
  for (const Margin& margin : margins) variables.push_back(margin.variable);
  return variables;
}

/// Matches totals to levels. `mass` is the base weight of each level, `rows` the number of its rows.
[[nodiscard]] inline Targets match_targets(std::span<const Margin> margins,
                                           const std::vector<std::vector<double>>& mass,
                                           const std::vector<std::vector<double>>& rows) {
  Targets targets;
  std::unordered_set<std::string_view> names;
  for (std::size_t v = 0; v < margins.size(); ++v) {
    const Margin& margin = margins[v];
    const std::string& name = margin.variable.name;
    if (!names.insert(name).second) {
      throw core::InvalidInput("the margin '" + name + "' is given twice", {.column = name});
    }
    std::unordered_map<std::string_view, std::size_t> position;
    for (std::size_t l = 0; l < margin.variable.levels.size(); ++l) {
      if (!position.emplace(margin.variable.levels[l], l).second) {
        throw core::InvalidInput("the variable '" + name + "' has a level twice",
                                 {.column = name, .value = margin.variable.levels[l]});
      }
    }
    std::vector<double> found(margin.variable.levels.size(), -1.0);
    std::unordered_set<std::string_view> seen;
    double sum = 0.0;
    for (const LevelTotal& known : margin.totals) {
      if (!seen.insert(known.level).second) {
        throw core::InvalidInput("the margin '" + name + "' has two totals for a level",
                                 {.column = name, .value = known.level});
      }
      if (!(known.total >= 0.0 && known.total <= 1e300)) {
        throw core::InvalidInput(
            "the total of level '" + known.level + "' of '" + name + "' must be finite and not negative",
            {.column = name, .value = known.level + ": " + core::detail::number_text(known.total)});
      }
      sum += known.total;
      const auto at = position.find(known.level);
      if (at == position.end() || rows[v][at->second] == 0.0) {
        if (known.total > 0.0) {
          throw core::InvalidInput("the level '" + known.level + "' of '" + name +
                                       "' has a total but no row of the sample; merge it with another level",
                                   {.column = name, .value = known.level});
        }
        if (at != position.end()) found[at->second] = 0.0;
        continue;
      }
      if (known.total > 0.0 && mass[v][at->second] == 0.0) {
        throw core::InvalidInput(
            "the level '" + known.level + "' of '" + name + "' has a total but all its rows have base weight 0",
            {.column = name, .value = known.level});
      }
      found[at->second] = known.total;
    }
    for (std::size_t l = 0; l < found.size(); ++l) {
      if (found[l] >= 0.0) continue;
      if (rows[v][l] > 0.0) {
        throw core::InvalidInput(
            "the level '" + margin.variable.levels[l] + "' of '" + name + "' is in the sample but has no total",
            {.column = name, .value = margin.variable.levels[l]});
      }
      found[l] = 0.0;
    }
    if (!(sum > 0.0)) {
      throw core::InvalidInput("the totals of '" + name + "' are all 0", {.column = name});
    }
    if (v == 0) {
      targets.total = sum;
    } else if (std::abs(sum - targets.total) > agreement * std::max(sum, targets.total)) {
      throw core::InvalidInput("the margins contradict each other: '" + margins[0].variable.name + "' adds up to " +
                                   core::detail::number_text(targets.total) + " and '" + name + "' to " +
                                   core::detail::number_text(sum),
                               {.column = name, .value = core::detail::number_text(sum)});
    }
    targets.of_level.push_back(std::move(found));
  }
  return targets;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
