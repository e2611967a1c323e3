// Who makes the profit: the whale curve, shares of the best and the worst, inequality and concentration.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <outweigh/core/errors.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

/// Customers from the most to the least profitable (Kaplan and Narayanan 2001).
struct ProfitCurve {
  std::vector<std::uint32_t> order;  ///< rows of the customers; equal profits in the order they came
  std::vector<double> profit;        ///< in that order
  std::vector<double> cumulative;
  double total = 0.0;
  double peak = 0.0;               ///< greatest cumulative profit; 0 when all make losses
  std::size_t peak_customers = 0;  ///< the fewest customers that reach it
  std::size_t losing = 0;          ///< customers with a loss
  double losses = 0.0;             ///< their sum, not positive

  /// Profit of the best (worst) `share` of the customers, rounded up to whole ones, over the total; nothing when the
  /// total is not positive. Throws InvalidInput unless 0 <= share <= 1.
  [[nodiscard]] std::optional<double> top(double share) const;
  [[nodiscard]] std::optional<double> bottom(double share) const;
  /// Peak over total; nothing when the total is not positive.
  [[nodiscard]] std::optional<double> peak_share() const;

  bool operator==(const ProfitCurve&) const = default;
};

/// Throws InvalidInput, naming the row, for profits that are not finite, and without a customer. O(n log n).
[[nodiscard]] ProfitCurve profit_curve(std::span<const double> profit);

/// What to do with negative values, for which Gini's coefficient is not defined.
enum class Losses : std::uint8_t {
  refuse,    ///< InvalidInput, naming the row
  normalise  ///< Raffinetti, Siletti and Vernizzi 2015, doi:10.1007/s10260-014-0293-4: mean difference over its
             ///< greatest value given the sums of gains and of losses, 0..1
};

/// Gini's coefficient, sum_i (2 i - n - 1) x_(i) / (n sum x), 0 when all are equal; nothing for values that are all 0.
[[nodiscard]] std::optional<double> gini(std::span<const double> values, Losses losses = Losses::refuse);

/// Lorenz curve: share of the total held by the lowest 0, 1, ..., n. Throws InvalidInput for negative values; empty
/// when all are 0.
[[nodiscard]] std::vector<double> lorenz(std::span<const double> values);

/// Herfindahl and Hirschman's index, the sum of squared shares; 1 over it is the number of equal customers with the
/// same concentration. Throws InvalidInput for negative values; nothing when all are 0.
[[nodiscard]] std::optional<double> concentration(std::span<const double> values);

}  // namespace outweigh::inline OUTWEIGH_ABI::economics

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/economics/profit_curve-inl.hpp>
#endif
