#pragma once

#include <cstddef>

#include <outweigh/demand/raw.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand {

OUTWEIGH_INLINE Fit fit_raw(const Evidence& evidence, const DemandOptions&) {
  Fit fit;
  fit.probabilities.resize(evidence.voices.size());
  for (std::size_t p = 0; p < evidence.voices.size(); ++p) {
    const Voice voice = evidence.voices[p];
    fit.probabilities[p] = voice == Voice::requested || voice == Voice::confirmed ? 1.0 : 0.0;
  }
  fit.status = core::Status::bounds_only;
  fit.reason = "counts the accounts that asked: a lower bound if reports are true; the interval assumes nothing";
  fit.assumptions = {"An account that asked has the need.", "Silence is counted as absence, which it is not."};
  return fit;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::demand
