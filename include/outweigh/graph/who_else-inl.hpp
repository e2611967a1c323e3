#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>
#include <utility>

#include <outweigh/core/detail/counted.hpp>
#include <outweigh/core/errors.hpp>
#include <outweigh/graph/detail/positions.hpp>
#include <outweigh/graph/detail/shared_things.hpp>
#include <outweigh/graph/detail/want_ranker.hpp>
#include <outweigh/graph/who_else.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

namespace detail {

[[nodiscard]] inline core::Column counts_column(const std::vector<std::uint32_t>& counts) {
  return core::Column::int64s(std::vector<std::int64_t>(counts.begin(), counts.end()));
}

[[nodiscard]] inline core::Column account_column(const CustomerGraph& graph,
                                                 const std::vector<AccountIndex>& accounts) {
  std::vector<std::uint32_t> positions;
  for (const AccountIndex account : accounts) positions.push_back(account.value());
  return graph.ids(NodeKind::account).column(positions);
}

/// The title, where there is one.
[[nodiscard]] inline std::string need_name(const CustomerGraph& graph, std::size_t need) {
  const auto title = graph.needs().title.get(need);
  return title ? std::string(*title) : graph.ids(NodeKind::need).text(need);
}

}  // namespace detail

OUTWEIGH_INLINE WhoElse who_else(const CustomerGraph& graph, std::string_view need_id, const WhoElseOptions& options) {
  const Wants wants = collect_wants(graph);
  const std::size_t need = wants.find_need(graph, need_id);
  const detail::WantRanker ranker(graph, wants, options);
  WhoElse result;
  result.need = NeedIndex(wants.needs[need]);
  result.method = options.method;
  result.wanted_by = ranker.accounts_of(need);
  std::vector<std::uint32_t> candidates;
  for (std::uint32_t account = 0; account < wants.accounts.size(); ++account) {
    if (detail::lists(wants.by_account, account, static_cast<std::uint32_t>(need))) continue;
    if (detail::lists(wants.denied, account, static_cast<std::uint32_t>(need))) {
      ++result.denied_by;
    } else {
      candidates.push_back(account);
    }
  }
  result.candidates = candidates.size();
  result.offsets.push_back(0);
  if (result.wanted_by == 0) {
    result.status = core::Status::undefined;
    result.reason = "no account of the base is known to want this need: nothing shows who else would";
    return result;
  }
  std::vector<double> scores;
  ranker.score(need, scores);
  const std::vector<detail::SimilarNeed> similar = ranker.similar_needs(need);
  std::vector<std::uint32_t> rank(wants.needs.size(), detail::no_position);
  for (std::size_t i = 0; i < similar.size(); ++i) rank[similar[i].need] = static_cast<std::uint32_t>(i);
  for (const std::uint32_t account : detail::best_of(std::move(candidates), scores, options.top,
                                                     [&](std::uint32_t a) { return ranker.needs_of(a); })) {
    result.accounts.emplace_back(wants.accounts[account]);
    result.scores.push_back(scores[account]);
    result.wanted_needs.push_back(ranker.needs_of(account));
    result.contacts.push_back(wants.contacts[account]);
    std::vector<std::uint32_t> shared;
    for (std::size_t i = wants.by_account.offsets[account]; i < wants.by_account.offsets[account + 1]; ++i) {
      if (rank[wants.by_account.neighbours[i]] != detail::no_position)
        shared.push_back(rank[wants.by_account.neighbours[i]]);
    }
    std::sort(shared.begin(), shared.end());
    for (const std::uint32_t i : shared) {
      result.evidence.emplace_back(wants.needs[similar[i].need]);
      result.both.push_back(similar[i].both);
    }
    result.offsets.push_back(static_cast<std::uint32_t>(result.evidence.size()));
  }
  if (result.wanted_by < 5) {
    result.status = core::Status::doubtful;
    result.reason = "only " + std::to_string(result.wanted_by) +
                    (result.wanted_by == 1 ? " account is" : " accounts are") + " known to want this need";
  } else if (result.accounts.empty()) {
    result.status = core::Status::not_identified;
    result.reason = "no other account has anything in common with those that want this need";
  } else {
    result.reason = "an order, not chances: a back-test shows what it is worth";
  }
  return result;
}

OUTWEIGH_INLINE core::Table WhoElse::to_table(const CustomerGraph& graph) const {
  std::vector<std::uint32_t> shared;
  std::vector<std::string> words;
  for (std::size_t row = 0; row < accounts.size(); ++row) {
    shared.push_back(offsets[row + 1] - offsets[row]);
    std::string text;
    for (std::size_t i = offsets[row]; i < std::min(offsets[row + 1], offsets[row] + 3); ++i) {
      text += (text.empty() ? "" : "; ") + detail::need_name(graph, evidence[i].value()) + " (" +
              core::detail::counted(both[i], "account") + (both[i] == 1 ? " wants both)" : " want both)");
    }
    words.push_back(std::move(text));
  }
  core::Table table;
  table.add("account_id", detail::account_column(graph, accounts));
  table.add("score", core::Column::float64s(scores));
  table.add("wanted_needs", detail::counts_column(wanted_needs));
  table.add("shared_needs", detail::counts_column(shared));
  table.add("contacts", detail::counts_column(contacts));
  table.add("evidence", core::Column::strings(std::span<const std::string>(words)));
  return table;
}

OUTWEIGH_INLINE LookAlikes look_alikes(const CustomerGraph& graph, std::string_view account_id,
                                       const LookAlikesOptions& options) {
  using Kind = detail::SharedThing::Kind;
  if (options.top == 0)
    throw core::InvalidInput("at least one account must be listed", {.column = "top", .value = "0"});
  const Wants wants = collect_wants(graph);
  const auto account = static_cast<std::uint32_t>(wants.find_account(graph, account_id));
  const std::size_t size = wants.accounts.size();
  const std::vector<detail::SharedThing> things =
      detail::shared_things(graph, wants, {options.needs, options.uses, options.segments});
  std::vector<double> held(size, 0.0);
  std::vector<double> sums(size, 0.0);
  std::vector<std::uint32_t> shared(size, 0);
  std::vector<const detail::SharedThing*> own;
  for (const detail::SharedThing& thing : things) {
    for (const std::uint32_t other : thing.accounts) held[other] += 1.0;
    if (!std::binary_search(thing.accounts.begin(), thing.accounts.end(), account)) continue;
    own.push_back(&thing);
    const double weight = thing.accounts.size() > 1 ? 1.0 / std::log(static_cast<double>(thing.accounts.size())) : 0.0;
    for (const std::uint32_t other : thing.accounts) {
      ++shared[other];
      sums[other] += weight;
    }
  }
  std::vector<double> similarity(size, 0.0);
  std::vector<std::uint32_t> candidates;
  for (std::uint32_t other = 0; other < size; ++other) {
    if (other == account || shared[other] == 0) continue;
    candidates.push_back(other);
    const double both = shared[other];
    switch (options.method) {
      case SimilarityMethod::common_neighbours:
        similarity[other] = both;
        break;
      case SimilarityMethod::jaccard:
        similarity[other] = both / (held[account] + held[other] - both);
        break;
      case SimilarityMethod::cosine:
        similarity[other] = std::min(1.0, both / std::sqrt(held[account] * held[other]));
        break;
      case SimilarityMethod::adamic_adar:
        similarity[other] = sums[other];
        break;
    }
  }
  LookAlikes result;
  result.account = AccountIndex(wants.accounts[account]);
  result.method = options.method;
  std::stable_sort(own.begin(), own.end(),
                   [](const auto* a, const auto* b) { return a->accounts.size() < b->accounts.size(); });
  for (const std::uint32_t other :
       detail::best_of(std::move(candidates), similarity, options.top, [](std::uint32_t) { return 0; })) {
    std::uint32_t counts[3] = {0, 0, 0};
    std::string words;
    for (const detail::SharedThing* thing : own) {
      if (!std::binary_search(thing->accounts.begin(), thing->accounts.end(), other)) continue;
      const std::uint32_t listed = counts[0] + counts[1] + counts[2];
      ++counts[static_cast<std::size_t>(thing->kind)];
      if (listed >= 5) continue;
      const auto need = thing->kind == Kind::need ? graph.ids(NodeKind::need).find(thing->name) : std::nullopt;
      words += (words.empty() ? "" : "; ") +
               std::string(thing->kind == Kind::need  ? "need "
                           : thing->kind == Kind::use ? "use "
                                                      : "segment ") +
               (need ? detail::need_name(graph, *need) : thing->name) + " (" +
               core::detail::counted(thing->accounts.size(), "account") + ")";
    }
    std::uint32_t denied = 0;
    for (std::size_t i = wants.denied.offsets[other]; i < wants.denied.offsets[other + 1]; ++i) {
      denied += detail::lists(wants.by_account, account, wants.denied.neighbours[i]) ? 1U : 0U;
    }
    result.accounts.emplace_back(wants.accounts[other]);
    result.similarities.push_back(similarity[other]);
    result.shared_needs.push_back(counts[0]);
    result.shared_uses.push_back(counts[1]);
    result.shared_segments.push_back(counts[2]);
    result.denied_needs.push_back(denied);
    result.evidence.push_back(std::move(words));
  }
  if (own.empty()) {
    result.status = core::Status::undefined;
    result.reason = "nothing is known of this account that others could share";
  } else if (own.size() == 1) {
    result.status = core::Status::doubtful;
    result.reason = "only one thing is known of this account that others could share";
  }
  return result;
}

OUTWEIGH_INLINE core::Table LookAlikes::to_table(const CustomerGraph& graph) const {
  core::Table table;
  table.add("account_id", detail::account_column(graph, accounts));
  table.add("similarity", core::Column::float64s(similarities));
  table.add("shared_needs", detail::counts_column(shared_needs));
  table.add("shared_uses", detail::counts_column(shared_uses));
  table.add("shared_segments", detail::counts_column(shared_segments));
  table.add("denied_needs", detail::counts_column(denied_needs));
  table.add("evidence", core::Column::strings(std::span<const std::string>(evidence)));
  return table;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph
