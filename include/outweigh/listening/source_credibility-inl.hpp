#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <iterator>
#include <numeric>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include <outweigh/core/detail/number.hpp>
#include <outweigh/core/errors.hpp>
#include <outweigh/graph/detail/positions.hpp>
#include <outweigh/graph/stakeholders.hpp>
#include <outweigh/listening/detail/asked_answers.hpp>
#include <outweigh/listening/heard.hpp>
#include <outweigh/listening/source_credibility.hpp>
#include <outweigh/stats/credibility.hpp>
#include <outweigh/stats/proportion.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

namespace detail {

inline constexpr std::uint32_t nothing = 0xFFFF'FFFFU;

/// One voice of a source. `found` is 1 for true, 0 for untrue, nothing where nobody looked.
struct SourceVoice {
  std::uint32_t source;
  std::uint32_t account;
  std::uint32_t need;
  std::uint32_t contact;
  core::Instant at;
  bool passed_on;
  bool urgent;
  std::uint8_t third;  // of the revenues
  std::optional<bool> found{};

  /// Kind of voice, for the chance of investigation.
  [[nodiscard]] std::size_t cell() const noexcept { return (passed_on ? 8U : 0U) + (urgent ? 4U : 0U) + third; }
  /// Another request of the same contact: one voice, whichever row comes first.
  void join(const SourceVoice& other) noexcept {
    at = std::min(at, other.at);
    passed_on = passed_on && other.passed_on;
    urgent = urgent || other.urgent;
    if (other.found && !found.value_or(false)) found = other.found;  // a true one suffices
  }
  [[nodiscard]] auto pair() const noexcept { return std::tie(account, need, source); }
};

/// Joins neighbours that are `same`.
template <class Same>
void join_neighbours(std::vector<SourceVoice>& voices, const Same& same) {
  std::size_t kept = 0;
  for (const SourceVoice& voice : voices) {
    if (kept > 0 && same(voices[kept - 1], voice)) {
      voices[kept - 1].join(voice);
    } else {
      voices[kept++] = voice;
    }
  }
  voices.resize(kept);
}

/// 0, 1 or 2 by third of the known revenues of the base, 3 where unknown.
[[nodiscard]] inline std::vector<std::uint8_t> revenue_thirds(const graph::CustomerGraph& graph) {
  std::vector<std::uint8_t> third(graph.size(graph::NodeKind::account), 3);
  const auto& arr = graph.accounts().arr;
  std::vector<double> known;
  for (const graph::AccountIndex account : graph.base()) {
    if (arr.has(account.value())) known.push_back(arr[account.value()].units());
  }
  std::sort(known.begin(), known.end());
  for (const graph::AccountIndex account : graph.base()) {
    if (!arr.has(account.value())) continue;
    const auto below = std::lower_bound(known.begin(), known.end(), arr[account.value()].units()) - known.begin();
    third[account.value()] =
        static_cast<std::uint8_t>(std::min<std::ptrdiff_t>(2, below * 3 / static_cast<std::ptrdiff_t>(known.size())));
  }
  return third;
}

inline constexpr std::size_t voice_cells = 2 * 2 * 4;

/// Requests without an interaction belong to a voice of the same pair within `joined_within_days`: to the nearest of a
/// logged contact, else to the first one. `voices` stand by pair and contact, those without one last.
inline void join_own_contacts(std::vector<SourceVoice>& voices) {
  constexpr std::int64_t window = joined_within_days * core::Instant::microseconds_per_day;
  const auto apart = [](const SourceVoice& one, const SourceVoice& other) {
    return std::abs(one.at.microseconds() - other.at.microseconds());
  };
  std::size_t kept = 0;
  for (std::size_t begin = 0, end = 0; begin < voices.size(); begin = end) {
    while (end < voices.size() && voices[end].pair() == voices[begin].pair()) ++end;
    std::size_t own = begin;
    while (own < end && voices[own].contact != nothing) ++own;
    std::sort(voices.begin() + static_cast<std::ptrdiff_t>(own), voices.begin() + static_cast<std::ptrdiff_t>(end),
              [](const SourceVoice& one, const SourceVoice& other) { return one.at < other.at; });
    std::vector<SourceVoice> joined(voices.begin() + static_cast<std::ptrdiff_t>(begin),
                                    voices.begin() + static_cast<std::ptrdiff_t>(own));
    const std::size_t logged = joined.size();
    for (std::size_t v = own; v < end; ++v) {
      std::size_t nearest = joined.size();
      for (std::size_t l = 0; l < logged; ++l) {
        const std::int64_t distance = apart(voices[begin + l], voices[v]);
        if (distance <= window && (nearest == joined.size() || distance < apart(voices[begin + nearest], voices[v])))
          nearest = l;
      }
      if (nearest == joined.size() && logged < joined.size() && apart(joined.back(), voices[v]) <= window)
        nearest = joined.size() - 1;
      nearest < joined.size() ? joined[nearest].join(voices[v]) : joined.push_back(voices[v]);
    }
    std::copy(joined.begin(), joined.end(), voices.begin() + static_cast<std::ptrdiff_t>(kept));
    kept += joined.size();
  }
  voices.erase(voices.begin() + static_cast<std::ptrdiff_t>(kept), voices.end());
}

/// By account, need, source and contact.
[[nodiscard]] inline std::vector<SourceVoice> source_voices(const graph::CustomerGraph& graph,
                                                            const std::vector<AskedAnswer>& answers) {
  const graph::Requests& requests = graph.requests();
  const std::vector<std::uint8_t> third = revenue_thirds(graph);
  std::vector<SourceVoice> voices;
  for (std::size_t row = 0; row < requests.rows; ++row) {
    const graph::AccountIndex account = requests.account[row];
    if (!graph.in_base(account) || requests.at[row] > graph.as_of() || requests.repeats.has(row) ||
        graph::speaks_as_stakeholder(graph, requests.customer, row)) {
      continue;
    }
    const bool passed_on = requests.basis.has(row) && requests.basis[row] != graph::RequestBasis::said;
    const bool urgent = requests.urgency.has(row) && requests.urgency[row] >= 4.0;
    SourceVoice voice{.source = requests.source[row].value(),
                      .account = account.value(),
                      .need = requests.need.has(row) ? requests.need[row].value() : nothing,
                      .contact = requests.interaction.has(row) ? requests.interaction[row].value() : nothing,
                      .at = requests.at[row],
                      .passed_on = passed_on,
                      .urgent = urgent,
                      .third = third[account.value()]};
    if (requests.confirmed.has(row)) {
      voice.found = requests.confirmed[row] != 0;
    } else if (voice.need != nothing) {
      // The last answer to somebody who asked afterwards.
      const AskedAnswer first{voice.account, voice.need, voice.at, 0, 0, false};
      for (auto i = std::lower_bound(answers.begin(), answers.end(), first);
           i != answers.end() && i->account == voice.account && i->need == voice.need; ++i) {
        if (i->interaction != voice.contact) voice.found = i->yes;
      }
    }
    voices.push_back(voice);
  }
  const auto key = [](const SourceVoice& voice) { return std::tuple_cat(voice.pair(), std::tie(voice.contact)); };
  std::sort(voices.begin(), voices.end(),
            [&](const SourceVoice& one, const SourceVoice& other) { return key(one) < key(other); });
  join_neighbours(voices, [&](const SourceVoice& one, const SourceVoice& other) {
    return one.contact != nothing && key(one) == key(other);
  });
  join_own_contacts(voices);
  return voices;
}

/// 1 / chance that a voice of each kind is investigated; 0 where none ever was. Kinds borrow from the whole.
[[nodiscard]] inline std::array<double, voice_cells> investigation_weights(const std::vector<SourceVoice>& voices) {
  std::array<double, voice_cells> all{};
  std::array<double, voice_cells> looked{};
  for (const SourceVoice& voice : voices) {
    all[voice.cell()] += 1.0;
    looked[voice.cell()] += voice.found ? 1.0 : 0.0;
  }
  const double total = std::accumulate(all.begin(), all.end(), 0.0);
  const double chance = total > 0.0 ? std::accumulate(looked.begin(), looked.end(), 0.0) / total : 0.0;
  constexpr double borrowed = 4.0;
  std::array<double, voice_cells> weights{};
  for (std::size_t cell = 0; cell < voice_cells; ++cell) {
    if (looked[cell] > 0.0) weights[cell] = (all[cell] + borrowed) / (looked[cell] + borrowed * chance);
  }
  return weights;
}

/// What other sources know of each pair that a source brought: found true by anyone, else found untrue, else heard by
/// another one from the account itself.
inline void count_corroboration(const graph::CustomerGraph& graph, const std::vector<SourceVoice>& voices,
                                std::vector<SourceCredibilityRow>& rows, const std::vector<std::uint32_t>& row_of) {
  std::vector<SourceVoice> pairs;
  std::copy_if(voices.begin(), voices.end(), std::back_inserter(pairs),
               [](const SourceVoice& voice) { return voice.need != nothing; });
  join_neighbours(pairs, [](const SourceVoice& one, const SourceVoice& other) { return one.pair() == other.pair(); });

  std::vector<std::tuple<std::uint32_t, std::uint32_t, core::Instant>> contacts;  // account, source, last of them
  const graph::Interactions& interactions = graph.interactions();
  for (std::size_t row = 0; row < interactions.rows; ++row) {
    if (interactions.at[row] > graph.as_of() || graph::speaks_as_stakeholder(graph, interactions.customer, row))
      continue;
    contacts.emplace_back(interactions.account[row].value(), interactions.source[row].value(), interactions.at[row]);
  }
  for (const SourceVoice& voice : voices) contacts.emplace_back(voice.account, voice.source, voice.at);
  std::sort(contacts.begin(), contacts.end(), std::greater<>());  // the last one of a source comes first
  contacts.erase(std::unique(contacts.begin(), contacts.end(),
                             [](const auto& one, const auto& other) {
                               return std::get<0>(one) == std::get<0>(other) && std::get<1>(one) == std::get<1>(other);
                             }),
                 contacts.end());
  std::reverse(contacts.begin(), contacts.end());

  std::size_t first_contact = 0;
  for (std::size_t begin = 0, end = 0; begin < pairs.size(); begin = end) {
    const auto [account, need] = std::pair(pairs[begin].account, pairs[begin].need);
    std::optional<bool> found;
    std::size_t direct = 0;  // sources that heard it from the account itself
    for (end = begin; end < pairs.size() && pairs[end].account == account && pairs[end].need == need; ++end) {
      if (pairs[end].found) found = found.value_or(false) || *pairs[end].found;
      direct += pairs[end].passed_on ? 0U : 1U;
    }
    while (first_contact < contacts.size() && std::get<0>(contacts[first_contact]) < account) ++first_contact;
    for (std::size_t p = begin; p < end; ++p) {
      const SourceVoice& pair = pairs[p];
      SourceCredibilityRow& row = rows[row_of[pair.source]];
      if (found) {
        ++(*found ? row.corroborated : row.contradicted);
        continue;
      }
      if (direct > (pair.passed_on ? 0U : 1U)) {
        ++row.corroborated;
        continue;
      }
      bool asked = false;
      for (std::size_t c = first_contact; c < contacts.size() && std::get<0>(contacts[c]) == account; ++c) {
        asked = asked || (std::get<1>(contacts[c]) != pair.source && std::get<2>(contacts[c]) > pair.at);
      }
      ++(asked ? row.uncorroborated : row.unknown);
    }
  }
}

}  // namespace detail

OUTWEIGH_INLINE SourceCredibility source_credibility(const graph::CustomerGraph& graph, double level) {
  if (!(level > 0.0 && level < 1.0)) {
    throw core::InvalidInput("the level must lie between 0 and 1",
                             {.column = "level", .value = core::detail::number_text(level)});
  }
  for (const char* table : {"sources", "requests"}) {
    if (!graph.has_table(table)) {
      throw core::MissingInput("the credibility of sources is learnt from their requests, and a table was not given",
                               {.table = table});
    }
  }
  SourceCredibility result;
  const std::vector<std::uint32_t> sources = graph::detail::ascending(graph.ids(graph::NodeKind::source));
  const std::vector<std::uint32_t> row_of = graph::detail::positions_of(sources, sources.size());
  result.rows.resize(sources.size());
  for (std::size_t s = 0; s < sources.size(); ++s) result.rows[s].source = graph::SourceIndex(sources[s]);

  const std::vector<detail::SourceVoice> voices = detail::source_voices(graph, detail::asked_answers(graph));
  const std::array<double, detail::voice_cells> weights = detail::investigation_weights(voices);
  struct Spread {
    std::uint32_t last = detail::nothing;  // account
    double count = 0.0, squares = 0.0;     // of its voices
    std::int64_t accounts = 0;
  };
  std::vector<Spread> by_account(sources.size());
  // Investigated voices by cell, and those of them that were right: sums do not depend on the order of rows.
  std::vector<std::array<std::array<double, 2>, detail::voice_cells>> investigated(sources.size());
  std::vector<double> reached(sources.size(), 0.0);
  for (const detail::SourceVoice& voice : voices) {
    const std::uint32_t s = row_of[voice.source];
    SourceCredibilityRow& row = result.rows[s];
    ++row.voices;
    // Voices stand by account: 1 + 3 + 5 + ... are the squares.
    Spread& spread = by_account[s];
    if (spread.last != voice.account) {
      spread.last = voice.account;
      spread.count = 0.0;
      ++spread.accounts;
    }
    spread.squares += 2.0 * spread.count + 1.0;
    spread.count += 1.0;
    const double own = weights[voice.cell()];
    reached[s] += own > 0.0 ? 1.0 : 0.0;
    if (!voice.found) continue;
    ++row.investigated;
    row.untrue += *voice.found ? 0 : 1;
    investigated[s][voice.cell()][0] += 1.0;
    investigated[s][voice.cell()][1] += *voice.found ? 1.0 : 0.0;
  }
  std::vector<double> weight(sources.size(), 0.0);
  std::vector<double> squares(sources.size(), 0.0);
  std::vector<double> right(sources.size(), 0.0);
  for (std::size_t s = 0; s < sources.size(); ++s) {
    for (std::size_t c = 0; c < detail::voice_cells; ++c) {
      weight[s] += investigated[s][c][0] * weights[c];
      squares[s] += investigated[s][c][0] * weights[c] * weights[c];
      right[s] += investigated[s][c][1] * weights[c];
    }
  }
  detail::count_corroboration(graph, voices, result.rows, row_of);

  const graph::Relation& coverage = graph.relation(graph::RelationKind::source_account);
  std::vector<double> successes;
  std::vector<double> trials;
  for (std::size_t s = 0; s < sources.size(); ++s) {
    SourceCredibilityRow& row = result.rows[s];
    if (graph.has_table("coverage") && sources[s] < coverage.from_size()) {
      std::vector<std::uint32_t> served;
      for (const std::uint32_t account : coverage.out(sources[s])) {
        if (graph.in_base(graph::AccountIndex(account))) served.push_back(account);
      }
      std::sort(served.begin(), served.end());
      served.erase(std::unique(served.begin(), served.end()), served.end());
      if (!coverage.out(sources[s]).empty()) row.covered = static_cast<std::int64_t>(served.size());
    }
    row.accounts = by_account[s].accounts;
    if (row.voices > 0) {
      row.effective_accounts =
          static_cast<double>(row.voices) * static_cast<double>(row.voices) / by_account[s].squares;
      row.structure = 1.0 - 1.0 / row.effective_accounts;
      row.reach = reached[s] / static_cast<double>(row.voices);
    }
    if (row.investigated > 0) {
      row.effective_investigated = weight[s] * weight[s] / squares[s];
      row.own_record = std::clamp(right[s] / weight[s], 0.0, 1.0);
    }
    trials.push_back(row.effective_investigated);
    successes.push_back(
        std::min(row.effective_investigated, row.own_record.value_or(0.0) * row.effective_investigated));
  }
  const double all = std::accumulate(weight.begin(), weight.end(), 0.0);
  if (all > 0.0) result.collective = std::accumulate(right.begin(), right.end(), 0.0) / all;
  if (voices.empty()) {
    result.status = core::Status::undefined;
    result.reason = "no customer of the base requested anything";
  } else if (all == 0.0) {
    result.status = core::Status::not_identified;
    result.reason = "no request was investigated: whether sources are right is unknown";
  }
  if (all == 0.0) {
    for (SourceCredibilityRow& row : result.rows) row.record.status = core::Status::not_identified;
    return result;
  }
  const stats::BetaBinomial pooled = stats::beta_binomial(successes, trials, level);
  const bool told = pooled.status == core::Status::estimated;
  if (!told) result.reason = "how sources differ is hardly known: each record stands alone";
  if (told) result.collective = pooled.collective;
  for (std::size_t s = 0; s < sources.size(); ++s) {
    SourceCredibilityRow& row = result.rows[s];
    if (row.investigated == 0) {
      row.record = {.status = core::Status::not_identified};
    } else if (told) {
      row.credibility = pooled.groups[s].credibility;
      row.record = pooled.groups[s].estimate;
    } else {
      const double n = trials[s] + 1.0;  // Jeffreys' prior of half a success and half a failure
      const double share = (successes[s] + 0.5) / n;
      row.credibility = trials[s] / n;
      row.record = {.value = share,
                    .standard_error = std::sqrt(share * (1.0 - share) / (n + 1.0)),
                    .interval = stats::jeffreys_interval(successes[s], trials[s], level),
                    .status = trials[s] < 5.0 ? core::Status::doubtful : core::Status::estimated};
      row.record.interval.lower = std::min(row.record.interval.lower, share);
      row.record.interval.upper = std::max(row.record.interval.upper, share);
    }
  }
  return result;
}

OUTWEIGH_INLINE core::Table SourceCredibility::to_table(const graph::CustomerGraph& graph) const {
  std::vector<std::uint32_t> positions;
  std::vector<std::string_view> kinds;
  std::vector<std::string_view> statuses;
  for (const SourceCredibilityRow& row : rows) {
    positions.push_back(row.source.value());
    kinds.push_back(graph::to_string(graph.sources().kind[row.source.value()]));
    statuses.push_back(core::to_string(row.record.status));
  }
  core::Table table;
  table.add("source_id", graph.ids(graph::NodeKind::source).column(positions));
  table.add("kind", core::Column::strings(std::span<const std::string_view>(kinds)));
  const auto whole = [&](const char* name, auto get) {
    std::vector<std::int64_t> values;
    std::vector<std::uint8_t> valid;
    for (const SourceCredibilityRow& row : rows) {
      const std::optional<std::int64_t> value = get(row);
      values.push_back(value.value_or(0));
      valid.push_back(value ? 1 : 0);
    }
    table.add(name, core::Column::int64s(values, valid));
  };
  const auto number = [&](const char* name, auto get) {
    std::vector<double> values;
    std::vector<std::uint8_t> valid;
    for (const SourceCredibilityRow& row : rows) {
      const std::optional<double> value = get(row);
      values.push_back(value.value_or(0.0));
      valid.push_back(value ? 1 : 0);
    }
    table.add(name, core::Column::float64s(values, valid));
  };
  using Row = SourceCredibilityRow;
  const auto when_told = [](const Row& row, double value) {
    return row.investigated > 0 ? std::optional<double>(value) : std::nullopt;
  };
  whole("voices", [](const Row& row) { return row.voices; });
  whole("accounts", [](const Row& row) { return row.accounts; });
  whole("covered", [](const Row& row) { return row.covered; });
  number("effective_accounts", [](const Row& row) { return row.effective_accounts; });
  number("structure", [](const Row& row) { return row.structure; });
  whole("corroborated", [](const Row& row) { return row.corroborated; });
  whole("contradicted", [](const Row& row) { return row.contradicted; });
  whole("uncorroborated", [](const Row& row) { return row.uncorroborated; });
  whole("unknown", [](const Row& row) { return row.unknown; });
  whole("investigated", [](const Row& row) { return row.investigated; });
  whole("untrue", [](const Row& row) { return row.untrue; });
  number("reach", [](const Row& row) { return row.reach; });
  number("own_record", [](const Row& row) { return row.own_record; });
  number("credibility", [&](const Row& row) { return when_told(row, row.credibility); });
  number("record", [&](const Row& row) { return when_told(row, row.record.value); });
  number("lower", [&](const Row& row) { return when_told(row, row.record.interval.lower); });
  number("upper", [&](const Row& row) { return when_told(row, row.record.interval.upper); });
  table.add("status", core::Column::strings(std::span<const std::string_view>(statuses)));
  return table;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
