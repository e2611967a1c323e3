// Weights of a sample, and how they were made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/listening/categorical.hpp>
#include <outweigh/listening/design.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

/// Kish's effective sample size (sum w)^2 / sum w^2: the size of an equally weighted sample of the same precision, for
/// an outcome unrelated to the weights. 0 when all weights are 0. Kish 1965, Survey Sampling, ch. 11.
/// Throws InvalidInput for a weight that is not finite.
[[nodiscard]] double effective_sample_size(std::span<const double> weights);
/// Kish's design effect of weighting, n sum w^2 / (sum w)^2 over the rows of weight other than 0; 1 without any.
[[nodiscard]] double design_effect(std::span<const double> weights);

/// What was asked of the weights, and how far it is met.
struct Convergence {
  std::size_t iterations = 0;
  double residual = 0.0;       ///< largest |weighted total - known total| / known total over all levels
  std::string worst_margin{};  ///< where it is
  std::string worst_level{};   ///< empty for a numeric column
};

namespace detail {
struct Adjustment;
}

/// Weights of the rows of a sample, the design behind them and the totals they were made to meet. Immutable.
class Weights {
 public:
  Weights() = default;
  /// Base weights; the sample has `rows` rows. Throws InvalidInput when a design of another length is given.
  explicit Weights(std::size_t rows, Design design = {});
  /// Used by the weighting methods.
  Weights(std::shared_ptr<const Design> design, std::vector<double> values,
          std::vector<std::shared_ptr<const detail::Adjustment>> adjustments, Convergence convergence);
  /// As before, with `values` in memory that `owner` keeps.
  Weights(std::shared_ptr<const Design> design, std::shared_ptr<const void> owner, std::span<const double> values,
          std::vector<std::shared_ptr<const detail::Adjustment>> adjustments, Convergence convergence);

  [[nodiscard]] std::size_t size() const noexcept { return values_.size(); }
  [[nodiscard]] std::span<const double> values() const noexcept { return values_; }
  [[nodiscard]] const Design& design() const noexcept { return *design_; }
  [[nodiscard]] const std::shared_ptr<const Design>& shared_design() const noexcept { return design_; }
  [[nodiscard]] const Convergence& convergence() const noexcept { return convergence_; }
  /// Post-stratifications, rakings and calibrations in the order in which they were made.
  [[nodiscard]] const std::vector<std::shared_ptr<const detail::Adjustment>>& adjustments() const noexcept {
    return adjustments_;
  }

  [[nodiscard]] double total() const;
  [[nodiscard]] double effective_sample_size() const { return listening::effective_sample_size(values_); }
  [[nodiscard]] double design_effect() const { return listening::design_effect(values_); }

 private:
  std::shared_ptr<const Design> design_ = std::make_shared<const Design>();
  std::shared_ptr<const void> owner_;
  std::span<const double> values_;
  std::vector<std::shared_ptr<const detail::Adjustment>> adjustments_;
  Convergence convergence_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::listening

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/listening/weights-inl.hpp>
#endif
