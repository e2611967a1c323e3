#pragma once

#include <cmath>
#include <utility>

#include <outweigh/economics/model_fit.hpp>
#include <outweigh/stats/distributions.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

OUTWEIGH_INLINE std::optional<double> ModelFit::standard_error(std::size_t parameter) const {
  if (parameter >= size() || undetermined[parameter] != 0) return std::nullopt;
  return parameters[parameter] * std::sqrt(log_covariance[parameter * size() + parameter]);
}

OUTWEIGH_INLINE std::optional<core::Interval> ModelFit::interval(std::size_t parameter, double level) const {
  if (!(level > 0.0 && level < 1.0)) {
    throw core::InvalidInput("a level lies between 0 and 1", {.column = "level", .value = std::to_string(level)});
  }
  if (parameter >= size() || undetermined[parameter] != 0) return std::nullopt;
  const double reach = stats::normal_two_sided(1.0 - level) * std::sqrt(log_covariance[parameter * size() + parameter]);
  // Beyond this the end says nothing, and it must stay a number.
  const double bounded = std::fmin(reach, 600.0);
  return core::Interval{parameters[parameter] * std::exp(-bounded), parameters[parameter] * std::exp(bounded), level};
}

OUTWEIGH_INLINE void ModelFit::require_identified() const {
  if (status == FitStatus::not_identified) throw core::NotIdentified(cause);
}

OUTWEIGH_INLINE ModelFit ModelFit::known(std::vector<std::string> names, std::vector<double> parameters) {
  if (names.size() != parameters.size()) throw core::InvalidInput("each parameter needs a name and a value");
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!(parameters[i] > 0.0) || !std::isfinite(parameters[i])) {
      throw core::InvalidInput("a parameter must be positive and finite",
                               {.column = names[i], .value = std::to_string(parameters[i])});
    }
  }
  ModelFit fit;
  fit.undetermined.assign(names.size(), 1);
  fit.log_covariance.assign(names.size() * names.size(), 0.0);
  fit.names = std::move(names);
  fit.parameters = std::move(parameters);
  fit.status = FitStatus::estimated;
  return fit;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::economics
