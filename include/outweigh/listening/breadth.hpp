// "All my accounts want this": how many of a source's accounts have a need, against how many are said to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/core/estimate.hpp>
#include <outweigh/core/table.hpp>
#include <outweigh/graph/customer_graph.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

struct BreadthOptions {
  std::optional<double> at_least{};  ///< k: accounts; empty: `claimed_breadth` of the request, without one all accounts
  double level = 0.9;                ///< of the interval
  double believe = 0.9;              ///< probability from which the claim is believed
  /// Requests of one account through one source within so many days are one contact where they name no interaction.
  double window = 7.0;
  /// A contact that we begin within so many days of one that they began follows it up, and is not independent of it.
  double follow_up = 14.0;
};

/// What is known of one account of the source.
enum class BreadthEvidence : std::uint8_t {
  confirmed,  ///< found true, or answered yes when asked
  heard,      ///< a customer said so first-hand
  denied,     ///< found untrue and never confirmed, or answered no and not heard since
  silent,     ///< contacts without a mention
  untouched   ///< no contact at which it could have been mentioned
};
[[nodiscard]] std::string_view to_string(BreadthEvidence evidence) noexcept;

struct BreadthAccount {
  graph::AccountIndex account{};
  BreadthEvidence evidence = BreadthEvidence::untouched;
  bool independent = false;             ///< does it hold without what came through the source of the claim?
  std::int64_t contacts = 0;            ///< at which the need could have been mentioned
  std::int64_t mentions = 0;            ///< at these
  std::int64_t events = 0;              ///< contacts that the account began because of the need
  std::optional<double> probability{};  ///< that it has the need; null where nothing is known of any account
  friend bool operator==(const BreadthAccount&, const BreadthAccount&) = default;
};

/// The answer from one body of evidence.
struct BreadthAnswer {
  std::int64_t corroborated = 0;  ///< accounts that were confirmed or heard
  std::int64_t denied = 0;
  std::int64_t silent = 0;
  std::int64_t untouched = 0;
  std::int64_t contacts = 0;
  std::int64_t lowest = 0;                   ///< what is certain whatever one assumes: corroborated ..
  std::int64_t highest = 0;                  ///< .. accounts - denied
  core::Estimate count{};                    ///< of accounts that have the need
  std::optional<double> probability{};       ///< that at least k have it
  std::optional<std::int64_t> to_believe{};  ///< accounts, drawn from those least heard, that would all have to say yes
  core::Status status = core::Status::estimated;
  std::string reason{};
  friend bool operator==(const BreadthAnswer&, const BreadthAnswer&) = default;
};

struct Breadth {
  graph::RequestIndex request{};
  std::int64_t accounts = 0;        ///< of the base that the source serves
  bool from_coverage = true;        ///< else those it was in contact with, since the table of coverage names none
  std::optional<double> claimed{};  ///< `claimed_breadth`
  std::int64_t at_least = 0;        ///< k
  BreadthAnswer all{};              ///< from all first-hand voices
  BreadthAnswer independent{};      ///< only from other sources, from confirmations, and what was asked through others
  std::vector<BreadthAccount> rows{};  ///< by id

  /// One row `all` and one `independent`.
  [[nodiscard]] core::Table to_table() const;
  /// Columns account_id, evidence, independent, contacts, mentions, events, probability.
  [[nodiscard]] core::Table accounts_table(const graph::CustomerGraph& graph) const;
  friend bool operator==(const Breadth&, const Breadth&) = default;
};

/// Each account of the source has the need with probability theta, mentions it at a contact with probability d if it
/// has it, and gets in touch because of it m times on average: site occupancy (MacKenzie et al. 2002,
/// doi:10.1890/0012-9658(2002)083[2248:ESORWD]2.0.CO;2) with contacts of their own. theta, the mean of d and m / (1 +
/// m) are uniform a priori, d differs over accounts by a beta law and the number of such contacts by a negative
/// binomial one with the priors of the demand model, and all are integrated: silence counts as far as contacts show
/// that those who have the need speak of it, and that they do so alike. Contacts are made of interactions and requests
/// up to `as_of`, and while the need is open, as demand() makes them: follow-ups are part of what they follow, requests
/// without an interaction belong to a contact of the account and source within `window`, and contacts that the account
/// began, or that only requests tell of, are caused by the first need they name; those that name none had another cause
/// and tell nothing. First-hand are requests that are neither passed on nor repeats. The interval of `count` holds the
/// middle where accounts differ in how readily they speak and, unless that is e^5 times less likely, where they do not.
/// Taken for granted: accounts that are contacted more often have the need no more often, contacts are alike, and
/// accounts could get in touch all the time since they started. Status `not_identified` when there is neither a contact
/// nor an answer; `doubtful` when no account was in contact twice (few speakers and few needs then look the same), when
/// no contact is known at which silence would tell, and when the claim exceeds the accounts there are; `undefined` for
/// a source without accounts. Throws InvalidInput for an unknown request and options out of range, MissingInput when
/// the request names no need. O(rows log rows).
[[nodiscard]] Breadth breadth(const graph::CustomerGraph& graph, std::string_view request_id,
                              const BreadthOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::listening

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/listening/breadth-inl.hpp>
#endif
