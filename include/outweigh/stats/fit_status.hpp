// What a maximum of a likelihood is worth.
#pragma once

#include <cstdint>
#include <string_view>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

enum class FitStatus : std::uint8_t {
  estimated,      ///< a proper maximum: parameters, standard errors and predictions hold
  boundary,       ///< the likelihood grows towards a limit of the model; predictions are those of the limit
  separated,      ///< a combination of covariates orders the events perfectly: its coefficient grows without limit
  not_identified  ///< many parameters explain the data equally well; there is nothing to predict from
};

[[nodiscard]] constexpr std::string_view to_string(FitStatus status) noexcept {
  switch (status) {
    case FitStatus::estimated:
      return "estimated";
    case FitStatus::boundary:
      return "boundary";
    case FitStatus::separated:
      return "separated";
    case FitStatus::not_identified:
      return "not_identified";
  }
  return "not_identified";
}

}  // namespace outweigh::inline OUTWEIGH_ABI::stats
