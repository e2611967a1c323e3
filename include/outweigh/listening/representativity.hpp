// How far the accounts heard are from a random draw of the base: representativity indicators.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/core/estimate.hpp>
#include <outweigh/listening/detail/rows.hpp>
#include <outweigh/listening/dimension.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

/// Contribution of one variable, or of one of its categories, to the lack of representativity.
struct PartialIndicator {
  std::string variable{};
  std::optional<std::string> category{};  ///< absent: the variable as a whole
  std::int64_t accounts = 0;
  std::int64_t heard = 0;
  double propensity = 0.0;  ///< mean chance of being heard, as fitted
  /// Variable: square root of the sum of squares of its categories. Category k: sqrt(N_k / N) (mean propensity of k -
  /// mean propensity); below 0 for those heard too little.
  double unconditional = 0.0;
  /// Variation of the propensities within cells of all other variables, sqrt(sum of (propensity - mean of its cell)^2 /
  /// (N - 1)), over all accounts or those of the category; never negative.
  double conditional = 0.0;

  static constexpr auto members() {
    using R = PartialIndicator;
    using detail::Member;
    return std::make_tuple(Member{"variable", &R::variable}, Member{"category", &R::category},
                           Member{"accounts", &R::accounts}, Member{"heard", &R::heard},
                           Member{"propensity", &R::propensity}, Member{"unconditional", &R::unconditional},
                           Member{"conditional", &R::conditional});
  }
  friend bool operator==(const PartialIndicator&, const PartialIndicator&) = default;
};

/// The indicator R = 1 - 2 S(propensity): 1 where all accounts have the same chance of being heard, 0 at worst.
struct Representativity {
  std::int64_t accounts = 0;
  std::int64_t heard = 0;
  double propensity = 0.0;             ///< heard / accounts
  std::optional<double> unadjusted{};  ///< 1 - 2 S with the fitted propensities
  /// 1 - 2 S~, S~^2 = S^2 - bias, at least 0: fitted propensities vary even where the true ones do not, by bias = (1/N)
  /// sum of z' V z with z = p (1 - p) x and V the variance of the coefficients.
  std::optional<double> adjusted{};
  std::optional<double> lower{};  ///< interval of the adjusted indicator
  std::optional<double> upper{};
  std::optional<double> bias{};      ///< of S^2
  std::optional<double> variance{};  ///< S^2, divided by N - 1
  /// S~ / mean propensity: greatest bias that a mean of the heard can have, in standard deviations of what is measured.
  /// Unlike R it can be compared between sources that hear few and sources that hear many.
  std::optional<double> coefficient_of_variation{};
  std::vector<PartialIndicator> partial{};  ///< each variable, then its categories
  core::Status status = core::Status::undefined;
  std::string reason{};

  friend bool operator==(const Representativity&, const Representativity&) = default;
};

/// The variables of a base, collapsed to the cells that occur; fits one logistic model of the chance of being heard,
/// with main effects of all variables, to each set of heard accounts given. Copies share the cells.
class RepresentativityModel {
 public:
  /// Throws InvalidInput for a dimension that overlaps, leaves accounts out or is empty, naming it, and for more than
  /// 500 coefficients. O(accounts * variables * log accounts).
  RepresentativityModel(std::size_t accounts, std::span<const Dimension> variables);

  /// `heard[account]` is not 0 for those heard. Schouten, Cobben and Bethlehem 2009 (Survey Methodology 35, 101-113);
  /// bias adjustment and interval: Shlomo, Skinner and Schouten 2012, doi:10.1016/j.jspi.2011.07.008; partial
  /// indicators: Schouten, Shlomo and Skinner 2011 (Journal of Official Statistics 27, 231-253). All heard: 1, status
  /// `exact`. None heard, or no account: nothing, `undefined`. Under 5 heard or under 5 not heard, or fewer than 5
  /// accounts a coefficient: `doubtful`. Levels heard by all or by none have propensities at their limits 1 and 0.
  /// Throws InvalidInput for another length. O(accounts + iterations * (cells * variables^2 + coefficients^3)).
  [[nodiscard]] Representativity fit(std::span<const std::uint8_t> heard, double level = 0.9) const;

 private:
  struct Cells;
  std::shared_ptr<const Cells> cells_;
};

/// One fit.
[[nodiscard]] Representativity representativity(std::span<const std::uint8_t> heard,
                                                std::span<const Dimension> variables, double level = 0.9);

}  // namespace outweigh::inline OUTWEIGH_ABI::listening

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/listening/representativity-inl.hpp>
#endif
