#pragma once

#include <outweigh/core/errors.hpp>
#include <outweigh/scoring/naive.hpp>
#include <outweigh/scoring/named_scorers.hpp>
#include <outweigh/scoring/rice.hpp>
#include <outweigh/scoring/weighted_sum.hpp>
#include <outweigh/scoring/wsjf.hpp>

namespace outweigh::inline OUTWEIGH_ABI::scoring {

OUTWEIGH_INLINE AnyScorer named_scorer(std::string_view name) {
  if (name == "rice") return Rice{};
  if (name == "wsjf") return Wsjf{};
  if (name == "weighted_sum") return WeightedSum{};
  if (name == "votes") return Votes{};
  if (name == "revenue") return Revenue{};
  std::string names;
  for (const std::string_view known : scorer_names) names += (names.empty() ? "" : ", ") + std::string(known);
  throw core::InvalidInput("there is no such scorer; there are " + names, {.column = "by", .value = std::string(name)});
}

}  // namespace outweigh::inline OUTWEIGH_ABI::scoring
