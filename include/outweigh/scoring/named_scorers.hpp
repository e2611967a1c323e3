// The scorers that come with the library, in one place.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include <outweigh/scoring/any_scorer.hpp>

namespace outweigh::inline OUTWEIGH_ABI::scoring {

inline constexpr std::array<std::string_view, 5> scorer_names{"rice", "wsjf", "weighted_sum", "votes", "revenue"};

/// The scorer of that name with its default settings. Throws InvalidInput, naming those there are.
[[nodiscard]] AnyScorer named_scorer(std::string_view name);

}  // namespace outweigh::inline OUTWEIGH_ABI::scoring

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/scoring/named_scorers-inl.hpp>
#endif
