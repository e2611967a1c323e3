// Who was heard against who is there: shares of categories, and distributions of numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include <outweigh/core/errors.hpp>
#include <outweigh/core/estimate.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

// The contact model of every test here, fair contact: contacts reach accounts of the base at random, and contacts of
// one account are one decision. For contacts c of each account there are then n = (sum c)^2 / sum c^2 independent ones.
// The base is a census, so its shares have no error. The model draws accounts with replacement, so that the tests are
// conservative where much of the base was heard.

/// Shares heard against shares of the base, over the levels of one dimension.
struct ShareComparison {
  double independent_contacts = 0.0;      ///< n
  std::optional<double> design_effect{};  ///< contacts / n
  std::optional<double> dissimilarity{};  ///< half the sum of |share heard - share of the base|, 0..1
  /// n * sum of (share heard - share of the base)^2 / share of the base: Pearson's statistic over the design effect
  /// (Rao and Scott 1981, doi:10.1080/01621459.1981.10477633).
  std::optional<double> chi_squared{};
  std::int64_t degrees_of_freedom = 0;  ///< levels - 1
  std::optional<double> p_value{};
  core::Status status =
      core::Status::undefined;  ///< doubtful where n times some share of the base is under 1, or n < 5

  friend bool operator==(const ShareComparison&, const ShareComparison&) = default;
};

/// `level_of[account]` is 0 .. levels - 1. Levels without an account are left out. Without contacts everything is
/// absent; with one level there is no test. Throws InvalidInput for differing lengths, a level out of range, or
/// contacts that are negative or not finite. O(accounts + levels).
[[nodiscard]] ShareComparison compare_shares(std::span<const std::uint32_t> level_of, std::size_t levels,
                                             std::span<const double> contacts);

/// A number as heard against the base, contact by contact.
struct NumberComparison {
  std::int64_t accounts = 0;
  std::int64_t heard_accounts = 0;
  double independent_contacts = 0.0;
  std::optional<double> base_mean{};
  std::optional<double> base_deviation{};  ///< standard deviation over the accounts (divided by their number)
  std::optional<double> heard_mean{};      ///< of the contacts
  /// (heard_mean - base_mean) / base_deviation, with its interval: linearised variance of a ratio, clusters are
  /// accounts, quantile of Student's t with n - 1 degrees of freedom. Absent where all accounts are equal.
  std::optional<double> standardised_difference{};
  std::optional<double> lower{};
  std::optional<double> upper{};
  /// Largest distance of the distribution functions, 0..1, and its p-value under fair contact: the limit distribution
  /// at n contacts with the correction of Stephens 1970, doi:10.1111/j.2517-6161.1970.tb00821.x. It rests on no
  /// distribution of the number, which for revenue is a heavy tail.
  std::optional<double> kolmogorov_smirnov{};
  std::optional<double> p_value{};
  /// Area between the distribution functions (Wasserstein-1, earth mover's distance), in units of the number.
  std::optional<double> wasserstein{};
  core::Status status = core::Status::undefined;  ///< doubtful for n < 5

  friend bool operator==(const NumberComparison&, const NumberComparison&) = default;
};

/// One value and one number of contacts an account. Throws InvalidInput for differing lengths, values that are not
/// finite, or contacts that are negative or not finite. O(accounts log accounts).
[[nodiscard]] NumberComparison compare_numbers(std::span<const double> values, std::span<const double> contacts,
                                               double level = 0.9);

}  // namespace outweigh::inline OUTWEIGH_ABI::listening

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/listening/comparison-inl.hpp>
#endif
