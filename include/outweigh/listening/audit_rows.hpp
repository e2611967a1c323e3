// Rows of the tables of an audit.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include <outweigh/core/estimate.hpp>
#include <outweigh/core/money.hpp>
#include <outweigh/listening/detail/rows.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

/// One level of one dimension as one voice hears it: a source, a kind of source, or all sources pooled.
///
/// The base is a census: `base_share` has no error. `heard_share` is the share of contacts, and its interval and test
/// rest on a contact model that is stated here: each contact reaches an account of the base at random, and contacts of
/// one account are one decision, so that the sample has (sum c)^2 / sum c^2 independent contacts for c contacts of each
/// account heard. The interval is the one of the options, the two-sided p-value binomial, both with that size.
/// For `role` the shares are those of people, and the contacts those in which the person is known.
struct AuditRow {
  std::string group{};  ///< "source", "kind", "team", "person" or "all"
  std::optional<std::string> source_id{};
  std::optional<std::string> kind{};  ///< kind of source; absent for teams, persons and "all"
  std::string voice{};                ///< source_id, kind, team or person; "all"
  std::string dimension{};
  std::string level{};
  std::int64_t accounts = 0;  ///< of the base
  double base_share = 0.0;
  std::int64_t contacts = 0;
  std::int64_t heard_accounts = 0;      ///< distinct
  std::optional<double> heard_share{};  ///< of the contacts; absent without contacts
  std::optional<double> lower{};
  std::optional<double> upper{};
  std::optional<double> ratio{};          ///< heard_share / base_share
  std::optional<double> design_effect{};  ///< contacts of the voice / independent ones
  double reach = 0.0;                     ///< heard_accounts / accounts
  std::int64_t never_heard = 0;           ///< accounts - heard_accounts
  std::optional<core::Money> revenue{};   ///< of the level; absent without `arr`
  std::optional<core::Money> never_heard_revenue{};
  /// Chance that none of the level's accounts is heard if the accounts heard were drawn at random; only where none is.
  std::optional<double> chance_of_silence{};
  std::optional<double> p_value{};
  std::optional<double> q_value{};  ///< Benjamini and Yekutieli 2001, doi:10.1214/aos/1013699998, over all rows
  core::Status status = core::Status::undefined;

  static constexpr auto members() {
    using R = AuditRow;
    using detail::Member;
    return std::make_tuple(
        Member{"group", &R::group}, Member{"source_id", &R::source_id}, Member{"kind", &R::kind},
        Member{"voice", &R::voice}, Member{"dimension", &R::dimension}, Member{"level", &R::level},
        Member{"accounts", &R::accounts}, Member{"base_share", &R::base_share}, Member{"contacts", &R::contacts},
        Member{"heard_accounts", &R::heard_accounts}, Member{"heard_share", &R::heard_share},
        Member{"lower", &R::lower}, Member{"upper", &R::upper}, Member{"ratio", &R::ratio},
        Member{"design_effect", &R::design_effect}, Member{"reach", &R::reach}, Member{"never_heard", &R::never_heard},
        Member{"revenue", &R::revenue}, Member{"never_heard_revenue", &R::never_heard_revenue},
        Member{"chance_of_silence", &R::chance_of_silence}, Member{"p_value", &R::p_value},
        Member{"q_value", &R::q_value}, Member{"status", &R::status});
  }
  friend bool operator==(const AuditRow&, const AuditRow&) = default;
};

/// What one source, kind of source, team, person or all of them heard. Shares are absent where nothing is known.
struct SourceAudit {
  std::string group{};
  std::optional<std::string> source_id{};
  std::optional<std::string> kind{};
  std::string voice{};
  std::optional<std::string> name{};
  std::int64_t contacts = 0;  ///< with accounts of the base
  std::int64_t requests = 0;
  std::int64_t heard_accounts = 0;
  double reach = 0.0;                     ///< share of the base
  std::optional<double> revenue_reach{};  ///< share of the base's revenue
  std::optional<double> whale_share{};    ///< of contacts
  std::optional<double> whale_lower{};
  std::optional<double> whale_upper{};
  std::optional<double> whale_base_share{};
  std::optional<double> unhappy_share{};  ///< of contacts, with the unhappy outliers
  std::optional<double> unhappy_lower{};
  std::optional<double> unhappy_upper{};
  std::optional<double> unhappy_base_share{};
  std::int64_t learn = 0;
  std::int64_t escalations = 0;
  std::int64_t sell = 0;
  std::int64_t support = 0;
  std::int64_t begun_by_us = 0;
  std::int64_t begun_by_them = 0;
  std::optional<double> learn_share{};  ///< of interactions of known purpose
  std::optional<double> escalation_share{};
  std::optional<double> long_enough_share{};
  std::optional<double> customer_talked_share{};
  double effective_accounts = 0.0;        ///< 1 / sum of squared shares of the contacts: how many equally loud accounts
  std::optional<double> herfindahl{};     ///< sum of squared shares
  std::optional<double> gini{};           ///< of contacts over all accounts of the base, 0 when all are equally loud
  std::optional<double> loudest_tenth{};  ///< share of contacts of the loudest tenth of the base
  double effective_sample_size = 0.0;     ///< Kish's, with contacts as weights: the same number as effective_accounts
  std::optional<double> design_effect{};  ///< contacts / effective sample size
  std::optional<double> representativity{};  ///< R with its bias adjustment, over the dimensions of the audit
  std::optional<double> representativity_lower{};
  std::optional<double> representativity_upper{};
  std::optional<double> representativity_unadjusted{};
  std::optional<double> coefficient_of_variation{};  ///< of the propensities; compares sources that hear few and many
  std::int64_t outside = 0;                          ///< contacts with accounts that are not in the base
  std::int64_t apart = 0;                            ///< contacts with stakeholders, internal people and partners
  core::Status status = core::Status::undefined;

  static constexpr auto members() {
    using R = SourceAudit;
    using detail::Member;
    return std::make_tuple(
        Member{"group", &R::group}, Member{"source_id", &R::source_id}, Member{"kind", &R::kind},
        Member{"voice", &R::voice}, Member{"name", &R::name}, Member{"contacts", &R::contacts},
        Member{"requests", &R::requests}, Member{"heard_accounts", &R::heard_accounts}, Member{"reach", &R::reach},
        Member{"revenue_reach", &R::revenue_reach}, Member{"whale_share", &R::whale_share},
        Member{"whale_lower", &R::whale_lower}, Member{"whale_upper", &R::whale_upper},
        Member{"whale_base_share", &R::whale_base_share}, Member{"unhappy_share", &R::unhappy_share},
        Member{"unhappy_lower", &R::unhappy_lower}, Member{"unhappy_upper", &R::unhappy_upper},
        Member{"unhappy_base_share", &R::unhappy_base_share}, Member{"learn", &R::learn},
        Member{"escalations", &R::escalations}, Member{"sell", &R::sell}, Member{"support", &R::support},
        Member{"begun_by_us", &R::begun_by_us}, Member{"begun_by_them", &R::begun_by_them},
        Member{"learn_share", &R::learn_share}, Member{"escalation_share", &R::escalation_share},
        Member{"long_enough_share", &R::long_enough_share}, Member{"customer_talked_share", &R::customer_talked_share},
        Member{"effective_accounts", &R::effective_accounts}, Member{"herfindahl", &R::herfindahl},
        Member{"gini", &R::gini}, Member{"loudest_tenth", &R::loudest_tenth},
        Member{"effective_sample_size", &R::effective_sample_size}, Member{"design_effect", &R::design_effect},
        Member{"representativity", &R::representativity}, Member{"representativity_lower", &R::representativity_lower},
        Member{"representativity_upper", &R::representativity_upper},
        Member{"representativity_unadjusted", &R::representativity_unadjusted},
        Member{"coefficient_of_variation", &R::coefficient_of_variation}, Member{"outside", &R::outside},
        Member{"apart", &R::apart}, Member{"status", &R::status});
  }
  friend bool operator==(const SourceAudit&, const SourceAudit&) = default;
};

/// Contacts that never enter a customer share.
struct ApartRow {
  std::string who{};  ///< "stakeholder", "internal", "partner"; "outside" for accounts that are not in the base
  std::int64_t contacts = 0;
  std::int64_t requests = 0;
  std::int64_t accounts = 0;

  static constexpr auto members() {
    using R = ApartRow;
    using detail::Member;
    return std::make_tuple(Member{"who", &R::who}, Member{"contacts", &R::contacts}, Member{"requests", &R::requests},
                           Member{"accounts", &R::accounts});
  }
  friend bool operator==(const ApartRow&, const ApartRow&) = default;
};

/// Conversations that never enter a customer share.
struct ConversationsApart {
  std::string who{};  ///< "stakeholder", "internal", "partner"; "outside" for accounts that are not in the base
  std::int64_t conversations = 0;
  std::int64_t accounts = 0;

  static constexpr auto members() {
    using R = ConversationsApart;
    using detail::Member;
    return std::make_tuple(Member{"who", &R::who}, Member{"conversations", &R::conversations},
                           Member{"accounts", &R::accounts});
  }
  friend bool operator==(const ConversationsApart&, const ConversationsApart&) = default;
};

/// A figure that the tables do not allow, and what it needs.
struct MissingFigure {
  std::string figure{};
  std::string table{};
  std::string column{};

  static constexpr auto members() {
    using R = MissingFigure;
    using detail::Member;
    return std::make_tuple(Member{"figure", &R::figure}, Member{"table", &R::table}, Member{"column", &R::column});
  }
  friend bool operator==(const MissingFigure&, const MissingFigure&) = default;
};

/// One dimension as a whole as one voice hears it; see ShareComparison.
struct DimensionTest {
  std::string group{};
  std::optional<std::string> source_id{};
  std::optional<std::string> kind{};
  std::string voice{};
  std::string dimension{};
  double independent_contacts = 0.0;
  std::optional<double> design_effect{};
  std::optional<double> dissimilarity{};
  std::optional<double> chi_squared{};
  std::int64_t degrees_of_freedom = 0;
  std::optional<double> p_value{};
  std::optional<double> q_value{};
  core::Status status = core::Status::undefined;

  static constexpr auto members() {
    using R = DimensionTest;
    using detail::Member;
    return std::make_tuple(Member{"group", &R::group}, Member{"source_id", &R::source_id}, Member{"kind", &R::kind},
                           Member{"voice", &R::voice}, Member{"dimension", &R::dimension},
                           Member{"independent_contacts", &R::independent_contacts},
                           Member{"design_effect", &R::design_effect}, Member{"dissimilarity", &R::dissimilarity},
                           Member{"chi_squared", &R::chi_squared}, Member{"degrees_of_freedom", &R::degrees_of_freedom},
                           Member{"p_value", &R::p_value}, Member{"q_value", &R::q_value},
                           Member{"status", &R::status});
  }
  friend bool operator==(const DimensionTest&, const DimensionTest&) = default;
};

/// One number of accounts as one voice hears it; see NumberComparison.
struct NumberRow {
  std::string group{};
  std::optional<std::string> source_id{};
  std::optional<std::string> kind{};
  std::string voice{};
  std::string number{};
  std::int64_t accounts = 0;  ///< of the base, where it is known
  std::int64_t heard_accounts = 0;
  double independent_contacts = 0.0;
  std::optional<double> base_mean{};
  std::optional<double> base_deviation{};
  std::optional<double> heard_mean{};
  std::optional<double> standardised_difference{};
  std::optional<double> lower{};
  std::optional<double> upper{};
  std::optional<double> kolmogorov_smirnov{};
  std::optional<double> wasserstein{};
  std::optional<double> p_value{};
  std::optional<double> q_value{};
  core::Status status = core::Status::undefined;

  static constexpr auto members() {
    using R = NumberRow;
    using detail::Member;
    return std::make_tuple(Member{"group", &R::group}, Member{"source_id", &R::source_id}, Member{"kind", &R::kind},
                           Member{"voice", &R::voice}, Member{"number", &R::number}, Member{"accounts", &R::accounts},
                           Member{"heard_accounts", &R::heard_accounts},
                           Member{"independent_contacts", &R::independent_contacts}, Member{"base_mean", &R::base_mean},
                           Member{"base_deviation", &R::base_deviation}, Member{"heard_mean", &R::heard_mean},
                           Member{"standardised_difference", &R::standardised_difference}, Member{"lower", &R::lower},
                           Member{"upper", &R::upper}, Member{"kolmogorov_smirnov", &R::kolmogorov_smirnov},
                           Member{"wasserstein", &R::wasserstein}, Member{"p_value", &R::p_value},
                           Member{"q_value", &R::q_value}, Member{"status", &R::status});
  }
  friend bool operator==(const NumberRow&, const NumberRow&) = default;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
