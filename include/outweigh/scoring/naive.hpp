// How it is usually done: votes as they came, and revenue of those who asked.
#pragma once

#include <string_view>
#include <vector>

#include <outweigh/scoring/scorer.hpp>

namespace outweigh::inline OUTWEIGH_ABI::scoring {

/// Requests counted as they came; a baseline to compare with, not a recommendation.
struct Votes {
  [[nodiscard]] static constexpr std::string_view name() noexcept { return "votes"; }
  [[nodiscard]] static constexpr ValueBasis value_basis() noexcept { return ValueBasis::votes; }
  [[nodiscard]] std::vector<double> score(const ScoringInput& input) const {
    return {input.value.begin(), input.value.end()};
  }
  [[nodiscard]] ScoreParts parts(const ScoringInput& input) const { return {{"requests"}, score(input)}; }
};

/// Revenue of the accounts that asked; a baseline to compare with, not a recommendation.
struct Revenue {
  [[nodiscard]] static constexpr std::string_view name() noexcept { return "revenue"; }
  [[nodiscard]] static constexpr ValueBasis value_basis() noexcept { return ValueBasis::voiced_revenue; }
  [[nodiscard]] std::vector<double> score(const ScoringInput& input) const {
    return {input.value.begin(), input.value.end()};
  }
  [[nodiscard]] ScoreParts parts(const ScoringInput& input) const {
    return {{"revenue of those who asked"}, score(input)};
  }
};

}  // namespace outweigh::inline OUTWEIGH_ABI::scoring
