// Predictions that are a factor of each row times one that many rows share.
#pragma once

#include <array>
#include <cstddef>
#include <type_traits>
#include <vector>

#include <outweigh/core/parallel.hpp>
#include <outweigh/economics/detail/distinct_rows.hpp>
#include <outweigh/economics/detail/fit_logs.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics::detail {

/// `own(theta, row)` times what all rows of a kind share, for each row: `shared(theta)` is that by kind.
template <class Shared, class Own>
[[nodiscard]] Predictions predict_with_shared(const ModelFit& fit, const DistinctRows& kinds, std::size_t count,
                                              bool with_errors, const core::RunControl& control, const Shared& shared,
                                              const Own& own) {
  using Jet = stats::Jet<4, false>;
  fit.require_identified();
  if (fit.size() != 4) throw core::InvalidInput("the fit is one of another model");
  std::vector<double> numbers;
  std::vector<Jet> jets;
  std::array<double, 4> theta{};
  std::array<Jet, 4> slopes{};
  for (std::size_t i = 0; i < 4; ++i) {
    theta[i] = fit.parameters[i];
    slopes[i] = theta[i];
    slopes[i].gradient[i] = theta[i];
  }
  if (with_errors) {
    jets = shared(slopes);
  } else {
    numbers = shared(theta);
  }
  return predict_rows<4>(fit, count, with_errors, control,
                         [&]<class S>(const std::array<S, 4>& at, std::size_t i) -> S {
                           if constexpr (std::is_same_v<S, double>) {
                             return own(at, i) * numbers[kinds.kind[i]];
                           } else {
                             return own(at, i) * jets[kinds.kind[i]];
                           }
                         });
}

/// `own(theta, row) * shared(theta, row)` for each row, where `shared` is the same for all rows of a kind.
template <class Shared, class Own>
[[nodiscard]] Predictions predict_kinds(const ModelFit& fit, const DistinctRows& kinds, std::size_t count,
                                        bool with_errors, const core::RunControl& control, const Shared& shared,
                                        const Own& own) {
  return predict_with_shared(
      fit, kinds, count, with_errors, control,
      [&]<class S>(const std::array<S, 4>& theta) {
        std::vector<S> values(kinds.first.size());
        constexpr std::size_t block = 64;
        core::parallel_for(control, core::block_count(values.size(), block), [&](std::size_t b) {
          const std::size_t end = std::min(values.size(), (b + 1) * block);
          for (std::size_t k = b * block; k < end; ++k) values[k] = shared(theta, kinds.first[k]);
        });
        return values;
      },
      own);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::economics::detail
