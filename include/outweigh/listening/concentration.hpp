// How evenly contacts are spread over accounts.
#pragma once

#include <optional>
#include <span>

#include <outweigh/core/errors.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

/// Concentration of contacts c over the accounts of a base, those with none included.
struct Concentration {
  /// Gini coefficient, 0 (all equally loud) .. 1 - 1 / accounts.
  std::optional<double> gini{};
  /// Herfindahl index, the sum of squared shares, 1 / accounts .. 1.
  std::optional<double> herfindahl{};
  /// Share of the contacts of the loudest tenth of accounts; where a tenth is no whole number, the last one counts in
  /// part.
  std::optional<double> loudest_tenth{};
  /// (sum c)^2 / sum c^2 = 1 / herfindahl: how many equally loud accounts the contacts are worth. With contacts as
  /// weights this is Kish's effective sample size (Kish 1965, Survey Sampling).
  double effective_accounts = 0.0;
  /// Contacts over effective accounts, sum c^2 / sum c: how many contacts are worth one independent one when contacts
  /// of one account are one decision. Absent without contacts.
  std::optional<double> design_effect{};

  friend bool operator==(const Concentration&, const Concentration&) = default;
};

/// Contacts, one number an account. Without contacts everything is absent. Throws InvalidInput for a negative number or
/// one that is not finite. O(accounts log accounts).
[[nodiscard]] Concentration concentration(std::span<const double> contacts);

}  // namespace outweigh::inline OUTWEIGH_ABI::listening

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/listening/concentration-inl.hpp>
#endif
