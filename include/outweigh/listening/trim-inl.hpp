#pragma once

#include <memory>
#include <utility>

#include <outweigh/listening/detail/adjustment.hpp>
#include <outweigh/listening/detail/trim_values.hpp>
#include <outweigh/listening/trim.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

OUTWEIGH_INLINE Weights trim(const Weights& weights, const TrimOptions& options) {
  auto adjustments = weights.adjustments();
  detail::Adjustment cut;
  cut.method = "trim";
  cut.recipe.kind = detail::Recipe::Kind::trim;
  cut.recipe.trim = {options.lower, options.upper, options.redistribution == Redistribution::proportional,
                     options.strict};
  std::vector<double> values = detail::trim_values(weights.values(), cut.recipe.trim);
  cut.before.assign(weights.values().begin(), weights.values().end());
  adjustments.push_back(std::make_shared<const detail::Adjustment>(std::move(cut)));
  return Weights(weights.shared_design(), std::move(values), std::move(adjustments), weights.convergence());
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
