// What a scorer is: two mandatory members, optional ones that unlock features.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/scoring/need_value.hpp>

namespace outweigh::inline OUTWEIGH_ABI::scoring {

/// Columns about the solutions that are to be scored, one value a solution. All values are finite.
/// Only solutions that can be built are in it: not shipped, not dropped and, where any effort is known, with an effort.
struct ScoringInput {
  std::size_t size = 0;
  std::span<const std::uint32_t> solutions{};  ///< positions in the graph's solutions
  std::span<const double> value{};             ///< sum of share * value of the needs it covers, >= 0
  std::span<const double> value_lower{};       ///< ends of its interval
  std::span<const double> value_upper{};
  std::span<const double> accounts{};    ///< reach: expected number of accounts with a need it meets
  std::span<const double> revenue{};     ///< their expected yearly revenue; 0 where unknown
  std::span<const double> confidence{};  ///< value / (value + width of its interval): 1 when certain; 0 without value
  std::span<const double> urgency{};     ///< 1..5: mean urgency of requests for its needs, weighted by value; 0 unknown
  std::span<const double> risk_value{};  ///< the part of the value that comes from needs with outcome `risk`
  std::span<const double> risk{};        ///< 0..1, of the solution itself; 0 where unknown
  std::span<const double> needs{};       ///< number of needs it covers
  std::span<const double> effort{};      ///< empty when no solution has a known effort

  static constexpr std::array<std::string_view, 11> names{"value",   "value_lower", "value_upper", "accounts",
                                                          "revenue", "confidence",  "urgency",     "risk_value",
                                                          "risk",    "needs",       "effort"};
  /// The column of that name; empty for any other name, and for an effort that is not known.
  [[nodiscard]] std::span<const double> column(std::string_view name) const noexcept {
    const std::array<std::span<const double>, 11> all{value,   value_lower, value_upper, accounts, revenue, confidence,
                                                      urgency, risk_value,  risk,        needs,    effort};
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] == name) return all[i];
    }
    return {};
  }
};

/// Named parts of scores that add up to them.
struct ScoreParts {
  std::vector<std::string> names{};
  std::vector<double> values{};  ///< solutions x names
};

/// A model is any copyable type with
///
///     name() -> a string       not empty; stands in results and errors
///     score(const ScoringInput&) -> std::vector<double>   one finite score a solution, greater is better
///
/// and, if it likes,
///
///     parts(const ScoringInput&) -> ScoreParts   named parts that add up to the scores: explanations then show them
///     value_basis() -> ValueBasis                what a need's value counts unless the caller says otherwise
template <class T>
concept Scorer = std::copy_constructible<T> && requires(const T& scorer, const ScoringInput& input) {
  { std::string(scorer.name()) };
  { scorer.score(input) } -> std::same_as<std::vector<double>>;
};

/// Scorers that take their scores apart.
template <class T>
concept AdditiveScorer = Scorer<T> && requires(const T& scorer, const ScoringInput& input) {
  { scorer.parts(input) } -> std::same_as<ScoreParts>;
};

/// Scorers that are made for a particular value of needs.
template <class T>
concept ValueBasedScorer = Scorer<T> && requires(const T& scorer) {
  { scorer.value_basis() } -> std::same_as<ValueBasis>;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::scoring
