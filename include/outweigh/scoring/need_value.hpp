// What a need is worth: the accounts that have it, the revenue behind it, and its outcome.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include <outweigh/core/estimate.hpp>
#include <outweigh/demand/prevalence.hpp>

namespace outweigh::inline OUTWEIGH_ABI::scoring {

/// What an account that has a need counts.
enum class ValueBasis : std::uint8_t {
  accounts,       ///< 1: the needs of the many
  revenue,        ///< its yearly revenue (`arr`), in units of the currency; unknown revenue counts 0 and is reported
  mix,            ///< (1 - revenue_share) + revenue_share * revenue / mean known revenue of the base
  votes,          ///< naive: requests counted as they came, one account as often as it asked
  voiced_revenue  ///< naive: the revenue of the accounts that asked, silence taken for absence
};

[[nodiscard]] constexpr std::string_view to_string(ValueBasis basis) noexcept {
  constexpr std::array<std::string_view, 5> words{"accounts", "revenue", "mix", "votes", "voiced_revenue"};
  return words[static_cast<std::size_t>(basis)];
}

struct ValueOptions {
  ValueBasis basis = ValueBasis::accounts;
  double revenue_share = 0.5;  ///< of `mix`, 0..1
  /// Weight of each outcome in the order of graph::Outcome (revenue, retention, support_cost, delight, efficiency,
  /// risk); needs without an outcome weigh 1.
  std::array<double, 6> outcome_weights{1.0, 1.0, 1.0, 1.0, 1.0, 1.0};

  friend bool operator==(const ValueOptions&, const ValueOptions&) = default;
};

/// Value of one need: sum over accounts of the base of probability * worth.
struct NeedValue {
  graph::NeedIndex need{};
  double value = 0.0;  ///< >= 0
  core::Interval interval{};
  double accounts = 0.0;  ///< expected number of accounts that have it
  double revenue = 0.0;   ///< their expected revenue, in units of the currency
  core::Status status = core::Status::undefined;

  friend bool operator==(const NeedValue&, const NeedValue&) = default;
};

/// Worth of each account of the base to a need, in the order of the base, if it has the need. Under `votes` it is the
/// account's number of requests for the need, under `voiced_revenue` its revenue where it asked. Throws MissingInput
/// when revenue is asked for and no account of the base has a known `arr`.
[[nodiscard]] std::vector<double> worth(const demand::Demand& demand, graph::NeedIndex need,
                                        const ValueOptions& options = {});

/// What each account of the base is expected to contribute to the value of the need: probability * worth, and worth
/// alone under the naive `votes` and `voiced_revenue`. The value is their sum.
[[nodiscard]] std::vector<double> contributions(const demand::Demand& demand, graph::NeedIndex need,
                                                const ValueOptions& options = {});

/// Value of the need by joint draw of the demand, in the order of Demand::account_draws.
[[nodiscard]] std::vector<double> value_draws(const demand::Demand& demand, graph::NeedIndex need,
                                              const ValueOptions& options = {});

/// One row a need, in the order of the needs. Throws InvalidInput for a weight that is negative or not finite.
[[nodiscard]] std::vector<NeedValue> need_values(const demand::Demand& demand, const ValueOptions& options = {},
                                                 double level = 0.9);

}  // namespace outweigh::inline OUTWEIGH_ABI::scoring

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/scoring/need_value-inl.hpp>
#endif
