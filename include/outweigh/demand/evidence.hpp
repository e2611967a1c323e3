// What the tables say about who has which need: voices, contacts and chances to hear.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <outweigh/demand/occupancy.hpp>
#include <outweigh/demand/options.hpp>
#include <outweigh/demand/voices.hpp>
#include <outweigh/graph/customer_graph.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand {

/// How contacts of one kind enter the model.
enum class ContactRole : std::uint8_t {
  none,       ///< there are none
  occasions,  ///< each is an occasion to mention a need
  caused,     ///< each is begun because of its first need, and an occasion for the others
  events      ///< they are logged only because of a need: each mention is an event
};

/// How many requests of the base, through one source, name a need.
struct LabelRow {
  graph::SourceIndex source{};
  std::size_t requests = 0;
  std::size_t labelled = 0;

  [[nodiscard]] double share() const noexcept {
    return requests == 0 ? 0.0 : static_cast<double>(labelled) / static_cast<double>(requests);
  }
  friend bool operator==(const LabelRow&, const LabelRow&) = default;
};

/// The evidence of one graph. Accounts of the base, needs and segments stand in the order of their ids, whatever the
/// order of the tables' rows, so that results do not depend on it.
struct Evidence {
  std::vector<std::uint32_t> accounts{};  ///< graph index of each account of the base
  std::vector<std::uint32_t> slots{};     ///< its position in graph.base()
  std::vector<std::uint32_t> needs{};     ///< graph index of each need
  std::vector<std::uint32_t> segments{};  ///< graph index of each segment
  /// Members of each segment and of the segments below it: ascending positions in `accounts`.
  std::vector<std::vector<std::uint32_t>> members{};
  std::vector<std::uint32_t> stratum{};  ///< by account: accounts in the same segments
  std::vector<std::vector<std::uint32_t>> strata_of_segment{};
  std::size_t strata = 0;

  std::vector<double> revenue{};      ///< by account, units of the currency; 0 where unknown
  std::size_t revenue_known = 0;      ///< accounts with a known `arr`
  std::vector<double> log_revenue{};  ///< standardised over the base; 0 where unknown

  std::vector<Voice> voices{};  ///< needs x accounts
  Histories histories{};        ///< for occupancy(); same order
  /// By exposure: had the account a contact while needs of this exposure were open?
  std::vector<std::vector<std::uint8_t>> contacted{};

  std::vector<core::Instant> closed{};  ///< by need: when a solution that meets it shipped; `as_of` where none did

  std::vector<std::size_t> stakeholder_requests{};  ///< by need
  std::vector<std::size_t> stakeholder_accounts{};
  std::size_t requests = 0;        ///< of accounts of the base, not of stakeholders
  std::size_t labelled = 0;        ///< of these, requests that name a need
  std::vector<LabelRow> labels{};  ///< by source with requests
  core::Instant since{};           ///< first contact; `as_of` where there is none
  std::size_t outside = 0;         ///< requests of accounts outside the base
  std::size_t later = 0;           ///< requests after `as_of`
  std::size_t logged = 0;          ///< independent contacts that were logged
  std::size_t inferred = 0;        ///< contacts inferred from requests without an interaction
  std::size_t hearsay = 0;         ///< pairs of account and need of which others alone spoke, unconfirmed
  std::size_t guesses = 0;         ///< requests that nobody made: inferred, and neither confirmed nor found untrue
  bool sides_unknown = false;      ///< of all logged contacts: nobody says who began them
  std::size_t follow_ups = 0;      ///< contacts that follow up another and count as one with it
  ContactRole by_us = ContactRole::none;
  ContactRole by_them = ContactRole::none;
  double silent_by_us = 0.0;  ///< share of contacts without a mention
  double silent_by_them = 0.0;
  /// By need: bit 1 + graph::SourceKind is set where sources of that kind never hear of the need, though they hear
  /// others. Their contacts are no occasions for it.
  std::vector<std::uint16_t> deaf{};
  /// By 1 + graph::SourceKind, 0 where unknown: how much likelier than usual its reports are untrue, as a ratio of
  /// odds, where those that were looked into tell; 1 otherwise.
  std::array<double, 10> untrue_odds{1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0};
  bool has_weights = false;  ///< do kinds of contacts differ in how often a need is mentioned?

  [[nodiscard]] double labelled_share() const noexcept {
    return requests == 0 ? 0.0 : static_cast<double>(labelled) / static_cast<double>(requests);
  }
  [[nodiscard]] bool was_contacted(std::size_t need, std::size_t account) const noexcept {
    return contacted[histories.exposure_of_need[need]][account] != 0;
  }
  [[nodiscard]] Voice voice(std::size_t need, std::size_t account) const noexcept {
    return voices[need * accounts.size() + account];
  }
};

/// The voices of a graph: all requests up to `as_of` by customers of accounts of the base.
[[nodiscard]] Voices collect_voices(const graph::CustomerGraph& graph);

/// Reads the evidence. Throws MissingInput without needs, requests, or requests that name a need.
[[nodiscard]] Evidence collect_evidence(const graph::CustomerGraph& graph, const DemandOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::demand

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/demand/evidence-inl.hpp>
#endif
