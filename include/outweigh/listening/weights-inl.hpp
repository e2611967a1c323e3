#pragma once

#include <cmath>
#include <string>
#include <utility>

#include <outweigh/core/detail/number.hpp>
#include <outweigh/listening/weights.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

namespace detail {

struct WeightSums {
  double sum = 0.0;
  double squares = 0.0;
  double rows = 0.0;
};

inline WeightSums sum_weights(std::span<const double> weights) {
  WeightSums sums;
  for (std::size_t row = 0; row < weights.size(); ++row) {
    const double w = weights[row];
    if (!(std::abs(w) <= 1e150)) {
      throw core::InvalidInput("a weight must be finite",
                               {.column = "weights", .row = row, .value = core::detail::number_text(w)});
    }
    sums.sum += w;
    sums.squares += w * w;
    sums.rows += w != 0.0 ? 1.0 : 0.0;
  }
  return sums;
}

}  // namespace detail

OUTWEIGH_INLINE double effective_sample_size(std::span<const double> weights) {
  const detail::WeightSums sums = detail::sum_weights(weights);
  return sums.squares > 0.0 ? sums.sum * sums.sum / sums.squares : 0.0;
}

OUTWEIGH_INLINE double design_effect(std::span<const double> weights) {
  const detail::WeightSums sums = detail::sum_weights(weights);
  return sums.sum != 0.0 ? sums.rows * sums.squares / (sums.sum * sums.sum) : 1.0;
}

OUTWEIGH_INLINE Weights::Weights(std::size_t rows, Design design) {
  if (design.rows() != 0 && design.rows() != rows) {
    throw core::InvalidInput("the design and the sample differ in length",
                             {.table = "design", .value = std::to_string(design.rows())});
  }
  design_ = std::make_shared<const Design>(std::move(design));
  if (design_->weights().empty()) {
    auto ones = std::make_shared<const std::vector<double>>(rows, 1.0);
    values_ = *ones;
    owner_ = std::move(ones);
  } else {
    values_ = design_->weights();
    owner_ = design_;
  }
}

OUTWEIGH_INLINE Weights::Weights(std::shared_ptr<const Design> design, std::vector<double> values,
                                 std::vector<std::shared_ptr<const detail::Adjustment>> adjustments,
                                 Convergence convergence)
    : design_(std::move(design)), adjustments_(std::move(adjustments)), convergence_(std::move(convergence)) {
  auto owner = std::make_shared<const std::vector<double>>(std::move(values));
  values_ = *owner;
  owner_ = std::move(owner);
}

OUTWEIGH_INLINE Weights::Weights(std::shared_ptr<const Design> design, std::shared_ptr<const void> owner,
                                 std::span<const double> values,
                                 std::vector<std::shared_ptr<const detail::Adjustment>> adjustments,
                                 Convergence convergence)
    : design_(std::move(design)),
      owner_(std::move(owner)),
      values_(values),
      adjustments_(std::move(adjustments)),
      convergence_(std::move(convergence)) {}

OUTWEIGH_INLINE double Weights::total() const {
  double sum = 0.0;
  for (const double w : values_) sum += w;
  return sum;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
