#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/demand/detail/contacts.hpp>
#include <outweigh/demand/detail/mention_of.hpp>
#include <outweigh/demand/evidence.hpp>
#include <outweigh/graph/stakeholders.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand {

namespace detail {

/// Positions 0 .. size - 1, or those given, sorted by the ids there.
[[nodiscard]] inline std::vector<std::uint32_t> by_id(const core::Ids& ids, std::vector<std::uint32_t> positions) {
  if (ids.is_integer()) {
    std::sort(positions.begin(), positions.end(),
              [&](std::uint32_t a, std::uint32_t b) { return ids.integer(a) < ids.integer(b); });
  } else {
    std::sort(positions.begin(), positions.end(),
              [&](std::uint32_t a, std::uint32_t b) { return ids.string(a) < ids.string(b); });
  }
  return positions;
}
[[nodiscard]] inline std::vector<std::uint32_t> by_id(const core::Ids& ids) {
  std::vector<std::uint32_t> positions(ids.size());
  std::iota(positions.begin(), positions.end(), 0U);
  return by_id(ids, std::move(positions));
}

/// FNV-1a over ids in their order.
[[nodiscard]] inline std::uint64_t fingerprint(const graph::CustomerGraph& graph) {
  std::uint64_t hash = 14'695'981'039'346'656'037ULL;
  const auto mix = [&hash](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211ULL;
    hash = (hash ^ 0xFFU) * 1'099'511'628'211ULL;
  };
  for (const graph::NodeKind kind : {graph::NodeKind::account, graph::NodeKind::need, graph::NodeKind::interaction}) {
    const core::Ids& ids = graph.ids(kind);
    mix(graph::to_string(kind));
    for (std::size_t i = 0; i < ids.size(); ++i) mix(ids.text(i));
  }
  return hash;
}

inline void read_base(const graph::CustomerGraph& graph, Evidence& evidence) {
  const auto base = graph.base();
  std::vector<std::uint32_t> positions;
  std::vector<std::uint32_t> slot(graph.size(graph::NodeKind::account), Mention::none);
  for (std::size_t b = 0; b < base.size(); ++b) {
    positions.push_back(base[b].value());
    slot[base[b].value()] = static_cast<std::uint32_t>(b);
  }
  evidence.accounts = by_id(graph.ids(graph::NodeKind::account), std::move(positions));
  for (const std::uint32_t account : evidence.accounts) evidence.slots.push_back(slot[account]);
  evidence.needs = by_id(graph.ids(graph::NodeKind::need));
  evidence.segments = by_id(graph.ids(graph::NodeKind::segment));

  const std::size_t accounts = evidence.accounts.size();
  const auto& arr = graph.accounts().arr;
  evidence.revenue.assign(accounts, 0.0);
  evidence.log_revenue.assign(accounts, 0.0);
  double least = std::numeric_limits<double>::max();
  for (std::size_t a = 0; a < accounts; ++a) {
    if (!arr.has(evidence.accounts[a])) continue;
    ++evidence.revenue_known;
    evidence.revenue[a] = std::max(0.0, arr[evidence.accounts[a]].units());
    if (evidence.revenue[a] > 0.0) least = std::min(least, evidence.revenue[a]);
  }
  double sum = 0.0;
  double squares = 0.0;
  std::size_t known = 0;
  for (std::size_t a = 0; a < accounts; ++a) {
    if (!arr.has(evidence.accounts[a]) || least == std::numeric_limits<double>::max()) continue;
    evidence.log_revenue[a] = std::log(std::max(evidence.revenue[a], least));
    sum += evidence.log_revenue[a];
    ++known;
  }
  const double mean = known == 0 ? 0.0 : sum / static_cast<double>(known);
  for (std::size_t a = 0; a < accounts; ++a) {
    if (!arr.has(evidence.accounts[a]) || known == 0) continue;
    evidence.log_revenue[a] -= mean;
    squares += evidence.log_revenue[a] * evidence.log_revenue[a];
  }
  const double deviation = known == 0 ? 0.0 : std::sqrt(squares / static_cast<double>(known));
  for (double& value : evidence.log_revenue) value = deviation > 1e-9 ? std::clamp(value / deviation, -4.0, 4.0) : 0.0;
}

inline void read_segments(const graph::CustomerGraph& graph, Evidence& evidence) {
  const std::size_t accounts = evidence.accounts.size();
  std::vector<std::uint32_t> canonical(graph.size(graph::NodeKind::segment));
  for (std::size_t s = 0; s < evidence.segments.size(); ++s) {
    canonical[evidence.segments[s]] = static_cast<std::uint32_t>(s);
  }
  const graph::Relation& parents = graph.relation(graph::RelationKind::segment_parent);
  const graph::Relation& of_account = graph.relation(graph::RelationKind::account_segment);
  evidence.members.assign(evidence.segments.size(), {});
  std::map<std::vector<std::uint32_t>, std::uint32_t> strata;
  std::vector<std::vector<std::uint32_t>> signatures(accounts);
  for (std::size_t a = 0; a < accounts; ++a) {
    std::vector<std::uint32_t>& signature = signatures[a];
    std::vector<std::uint32_t> open;
    if (evidence.accounts[a] < of_account.from_size()) {
      for (const std::uint32_t s : of_account.out(evidence.accounts[a])) open.push_back(s);
    }
    while (!open.empty()) {
      const std::uint32_t s = open.back();
      open.pop_back();
      if (std::find(signature.begin(), signature.end(), canonical[s]) != signature.end()) continue;
      signature.push_back(canonical[s]);
      if (s < parents.from_size()) {
        for (const std::uint32_t parent : parents.out(s)) open.push_back(parent);
      }
    }
    std::sort(signature.begin(), signature.end());
    for (const std::uint32_t s : signature) evidence.members[s].push_back(static_cast<std::uint32_t>(a));
    strata.try_emplace(signature, 0U);
  }
  evidence.strata_of_segment.assign(evidence.segments.size(), {});
  for (auto& [signature, stratum] : strata) {
    stratum = static_cast<std::uint32_t>(evidence.strata++);
    for (const std::uint32_t s : signature) evidence.strata_of_segment[s].push_back(stratum);
  }
  evidence.stratum.resize(accounts);
  for (std::size_t a = 0; a < accounts; ++a) evidence.stratum[a] = strata[signatures[a]];
}

}  // namespace detail

OUTWEIGH_INLINE Voices collect_voices(const graph::CustomerGraph& graph) {
  Voices voices(detail::fingerprint(graph));
  const graph::Requests& requests = graph.requests();
  for (std::size_t row = 0; row < requests.rows; ++row) {
    if (const std::optional<Mention> mention = detail::mention_of(graph, row)) voices.add(*mention);
  }
  return voices;
}

OUTWEIGH_INLINE Evidence collect_evidence(const graph::CustomerGraph& graph, const DemandOptions& options) {
  if (!graph.has_table("needs") || graph.needs().rows == 0) {
    throw core::MissingInput("demand is estimated for needs, and there is no row in the table of needs",
                             {.table = "needs"});
  }
  if (!graph.has_table("requests")) {
    throw core::MissingInput("demand is estimated from requests, and the table was not given", {.table = "requests"});
  }
  const graph::Requests& requests = graph.requests();
  if (requests.rows > 0 && !requests.need.any()) {
    throw core::MissingInput(
        "no request names a need: label the requests with a need_id; suggest_needs(requests) "
        "groups them by their texts for review",
        {.table = "requests", .column = "need_id"});
  }
  Evidence evidence;
  detail::read_base(graph, evidence);
  detail::read_segments(graph, evidence);
  const std::size_t needs = evidence.needs.size();
  const std::size_t accounts = evidence.accounts.size();

  std::vector<std::uint32_t> need_position(graph.size(graph::NodeKind::need));
  for (std::size_t i = 0; i < needs; ++i) need_position[evidence.needs[i]] = static_cast<std::uint32_t>(i);
  evidence.stakeholder_requests.assign(needs, 0);
  evidence.stakeholder_accounts.assign(needs, 0);
  std::set<std::pair<std::uint32_t, std::uint32_t>> stakeholder_pairs;
  std::vector<LabelRow> labels(graph.size(graph::NodeKind::source));
  for (std::size_t row = 0; row < requests.rows; ++row) {
    const graph::AccountIndex account = requests.account[row];
    if (requests.at[row] > graph.as_of()) {
      ++evidence.later;
    } else if (graph::speaks_as_stakeholder(graph, requests.customer, row) || graph::is_stakeholder(graph, account)) {
      if (!requests.need.has(row)) continue;
      const std::uint32_t i = need_position[requests.need[row].value()];
      ++evidence.stakeholder_requests[i];
      if (stakeholder_pairs.emplace(i, account.value()).second) ++evidence.stakeholder_accounts[i];
    } else if (!graph.in_base(account)) {
      ++evidence.outside;
    } else if (graph::is_guess(requests, row)) {
      ++evidence.guesses;
    } else {
      ++evidence.requests;
      evidence.labelled += requests.need.has(row) ? 1U : 0U;
      LabelRow& label = labels[requests.source[row].value()];
      ++label.requests;
      label.labelled += requests.need.has(row) ? 1U : 0U;
    }
  }

  for (std::size_t source = 0; source < labels.size(); ++source) {
    labels[source].source = graph::SourceIndex(source);
    if (labels[source].requests > 0) evidence.labels.push_back(labels[source]);
  }

  const std::vector<Mention> mentions = collect_voices(graph).mentions();
  detail::Contacts contacts = detail::make_contacts(graph, evidence, mentions, options);
  detail::find_first_needs(graph, mentions, contacts, need_position);
  detail::fill_histories(graph, evidence, contacts, need_position);

  evidence.since = graph.as_of();
  for (const detail::Contact& contact : contacts.list) {
    evidence.since = std::min(evidence.since, core::Instant::from_microseconds(contact.at));
  }
  evidence.histories.needs = needs;
  evidence.histories.accounts = accounts;
  evidence.histories.stratum = evidence.stratum;
  evidence.histories.strata = evidence.strata;
  evidence.histories.covariate = evidence.log_revenue;
  evidence.histories.worth = evidence.revenue;
  evidence.histories.contacted.assign(accounts, 0);
  for (const detail::Contact& contact : contacts.list) {
    if (contact.is_heard) evidence.histories.contacted[contact.account] = 1;
  }
  return evidence;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::demand
