// How far each source can be believed: by whom it hears, and by its record.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <outweigh/core/estimate.hpp>
#include <outweigh/core/table.hpp>
#include <outweigh/graph/customer_graph.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

struct SourceCredibilityRow {
  graph::SourceIndex source{};
  std::int64_t voices = 0;                ///< distinct account, need and interaction; no repeats, no stakeholders
  std::int64_t accounts = 0;              ///< of the base that it brought a voice of
  std::optional<std::int64_t> covered{};  ///< accounts of the base that it serves; without coverage unknown
  double effective_accounts = 0.0;    ///< 1 / sum of squared shares of voices: as many equal accounts would be as even
  std::optional<double> structure{};  ///< 1 - 1 / effective_accounts: chance that two voices are of different accounts

  std::int64_t corroborated =
      0;  ///< pairs of an account and a need that were confirmed, or that another source heard from the account, too
  std::int64_t contradicted = 0;  ///< found untrue, through whichever source, or the account said no when asked
  std::int64_t uncorroborated =
      0;                     ///< another source was in contact with the account afterwards and did not hear of it
  std::int64_t unknown = 0;  ///< nobody else was in contact: nothing is known

  std::int64_t investigated = 0;  ///< voices of which it is known whether they are true
  std::int64_t untrue = 0;
  double effective_investigated = 0.0;  ///< after weighting by the chance of investigation
  std::optional<double> reach{};        ///< share of its voices of a kind that is investigated at all
  std::optional<double> own_record{};   ///< weighted share of true ones
  double credibility = 0.0;             ///< 0..1: the share of `record` that its own record has
  core::Estimate record{};              ///< chance that what it brings is true; null without an investigation

  friend bool operator==(const SourceCredibilityRow&, const SourceCredibilityRow&) = default;
};

struct SourceCredibility {
  std::vector<SourceCredibilityRow> rows{};  ///< by id of the source
  std::optional<double> collective{};        ///< record of all sources: what is believed of one without a record
  core::Status status = core::Status::estimated;
  std::string reason{};

  [[nodiscard]] core::Table to_table(const graph::CustomerGraph& graph) const;
  friend bool operator==(const SourceCredibility&, const SourceCredibility&) = default;
};

/// Structure and record side by side; they are never multiplied, since a source may hear one account only and always be
/// right. Only requests of customers of the base, up to `as_of`.
/// Requests of one contact for one need are one voice; without an interaction, those of one account and source within
/// `joined_within_days`. A voice is investigated when `confirmed` is known, or when the account was asked outright for
/// the need later on, in another interaction. That a solution shipped is no evidence. Investigated voices are weighted
/// by 1 / chance of investigation, estimated over all sources by basis (said or passed on), urgency (from 4) and third
/// of revenue; so given these, those investigated are taken to be like the others. Records are shares that resemble
/// each other (beta_binomial, with effective numbers), which takes 10 sources with a record; with fewer each stands
/// alone, with a Jeffreys interval, and is `doubtful` below an effective 5. Status `not_identified` when nothing was
/// investigated, `undefined` without requests. Throws MissingInput without a table of requests or sources, InvalidInput
/// for a level outside (0, 1). O(rows log rows).
[[nodiscard]] SourceCredibility source_credibility(const graph::CustomerGraph& graph, double level = 0.9);

}  // namespace outweigh::inline OUTWEIGH_ABI::listening

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/listening/source_credibility-inl.hpp>
#endif
