#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include <outweigh/core/detail/number.hpp>
#include <outweigh/core/errors.hpp>
#include <outweigh/graph/detail/positions.hpp>
#include <outweigh/graph/stakeholders.hpp>
#include <outweigh/listening/breadth.hpp>
#include <outweigh/listening/detail/asked_answers.hpp>
#include <outweigh/listening/detail/breadth_posterior.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

namespace detail {

/// What one body of evidence says of one account.
struct BreadthHistory {
  std::int64_t contacts = 0;
  std::int64_t mentions = 0;
  bool yes = false;  // confirmed, or answered yes
  bool no = false;   // found untrue, or answered no

  [[nodiscard]] BreadthEvidence evidence() const noexcept {
    if (yes) return BreadthEvidence::confirmed;
    if (mentions > 0) return BreadthEvidence::heard;
    if (no) return BreadthEvidence::denied;
    return contacts > 0 ? BreadthEvidence::silent : BreadthEvidence::untouched;
  }
};

/// The accounts of the base that the source serves at `at`, or was in contact with where coverage names none, by id.
[[nodiscard]] inline std::vector<std::uint32_t> accounts_of_source(const graph::CustomerGraph& graph,
                                                                   graph::SourceIndex source, core::Instant at,
                                                                   bool& from_coverage) {
  std::vector<std::uint8_t> serves(graph.size(graph::NodeKind::account), 0);
  from_coverage = false;
  const graph::Coverage& coverage = graph.coverage();
  for (std::size_t row = 0; row < coverage.rows; ++row) {
    if (coverage.source[row] != source) continue;
    from_coverage = true;
    if (coverage.since.has(row) && coverage.since[row] > at) continue;
    if (coverage.until.has(row) && coverage.until[row] < at) continue;
    serves[coverage.account[row].value()] = 1;
  }
  if (!from_coverage) {
    const graph::Interactions& interactions = graph.interactions();
    for (std::size_t row = 0; row < interactions.rows; ++row) {
      if (interactions.source[row] == source && interactions.at[row] <= graph.as_of())
        serves[interactions.account[row].value()] = 1;
    }
    const graph::Requests& requests = graph.requests();
    for (std::size_t row = 0; row < requests.rows; ++row) {
      if (requests.source[row] == source && requests.at[row] <= graph.as_of())
        serves[requests.account[row].value()] = 1;
    }
  }
  std::vector<std::uint32_t> accounts;
  for (const std::uint32_t account : graph::detail::ascending(graph.ids(graph::NodeKind::account))) {
    if (serves[account] != 0 && graph.in_base(graph::AccountIndex(account))) accounts.push_back(account);
  }
  return accounts;
}

/// Histories of the accounts for one need; `apart` is the source whose word does not count, if any.
[[nodiscard]] inline std::vector<BreadthHistory> breadth_histories(const graph::CustomerGraph& graph,
                                                                   graph::NeedIndex need,
                                                                   const std::vector<std::uint32_t>& accounts,
                                                                   std::optional<graph::SourceIndex> apart) {
  const std::vector<std::uint32_t> place = graph::detail::positions_of(accounts, graph.size(graph::NodeKind::account));
  std::vector<BreadthHistory> histories(accounts.size());
  const auto& opened = graph.needs().opened;
  const auto counts = [&](core::Instant at) {
    return at <= graph.as_of() && !(opened.has(need.value()) && at < opened[need.value()]);
  };
  const graph::Interactions& interactions = graph.interactions();
  const graph::Requests& requests = graph.requests();
  std::vector<std::uint8_t> mentioned(interactions.rows, 0);
  std::set<std::tuple<std::uint32_t, std::uint32_t, std::int64_t>>
      contacts;  // without an interaction: account, source, day
  std::set<std::tuple<std::uint32_t, std::uint32_t, std::int64_t>> mentions;
  for (std::size_t row = 0; row < requests.rows; ++row) {
    const std::uint32_t account = place[requests.account[row].value()];
    if (account == graph::detail::no_position || !counts(requests.at[row]) ||
        graph::speaks_as_stakeholder(graph, requests.customer, row)) {
      continue;
    }
    const bool names = requests.need.has(row) && requests.need[row] == need;
    const bool other = !apart || requests.source[row] != *apart;
    if (names && requests.confirmed.has(row))
      (requests.confirmed[row] != 0 ? histories[account].yes : histories[account].no) = true;
    const bool passed_on =
        requests.repeats.has(row) || (requests.basis.has(row) && requests.basis[row] != graph::RequestBasis::said);
    const bool untrue = requests.confirmed.has(row) && requests.confirmed[row] == 0;
    if (!other || passed_on) continue;
    if (requests.interaction.has(row)) {
      if (names && !untrue) mentioned[requests.interaction[row].value()] = 1;
      continue;
    }
    const std::tuple contact(account, requests.source[row].value(),
                             requests.at[row].microseconds() / core::Instant::microseconds_per_day);
    contacts.insert(contact);
    if (names && !untrue) mentions.insert(contact);
  }
  for (const auto& contact : contacts) ++histories[std::get<0>(contact)].contacts;
  for (const auto& contact : mentions) ++histories[std::get<0>(contact)].mentions;
  std::set<std::uint32_t> answered;
  for (const AskedAnswer& answer : asked_answers(graph)) {
    if (answer.need != need.value() || (apart && answer.source == apart->value())) continue;
    const std::uint32_t account = place[answer.account];
    if (account == graph::detail::no_position || !counts(answer.at)) continue;
    (answer.yes ? histories[account].yes : histories[account].no) = true;
    answered.insert(answer.interaction);
  }
  for (std::size_t row = 0; row < interactions.rows; ++row) {
    const std::uint32_t account = place[interactions.account[row].value()];
    const bool other = !apart || interactions.source[row] != *apart;
    if (account == graph::detail::no_position || !other || !counts(interactions.at[row]) ||
        answered.contains(static_cast<std::uint32_t>(row)) ||
        graph::speaks_as_stakeholder(graph, interactions.customer, row)) {
      continue;
    }
    if (interactions.triggered_by.has(row) && mentioned[row] == 0) continue;
    ++histories[account].contacts;
    histories[account].mentions += mentioned[row];
  }
  return histories;
}

[[nodiscard]] inline BreadthCounts breadth_counts(const std::vector<BreadthHistory>& histories) {
  BreadthCounts counts;
  for (const BreadthHistory& history : histories) {
    switch (history.evidence()) {
      case BreadthEvidence::confirmed:
      case BreadthEvidence::heard:
        ++counts.has[{history.contacts, history.mentions}];
        break;
      case BreadthEvidence::denied:
        ++counts.no;
        break;
      default:
        ++counts.silent[history.contacts];
    }
  }
  return counts;
}

[[nodiscard]] inline BreadthAnswer answer_breadth(const std::vector<BreadthHistory>& histories, std::int64_t k,
                                                  const BreadthOptions& options) {
  BreadthAnswer answer;
  std::int64_t most = 0;
  for (const BreadthHistory& history : histories) {
    answer.contacts += history.contacts;
    most = std::max(most, history.contacts);
    switch (history.evidence()) {
      case BreadthEvidence::confirmed:
      case BreadthEvidence::heard:
        ++answer.corroborated;
        break;
      case BreadthEvidence::denied:
        ++answer.denied;
        break;
      case BreadthEvidence::silent:
        ++answer.silent;
        break;
      case BreadthEvidence::untouched:
        ++answer.untouched;
        break;
    }
  }
  const auto size = static_cast<std::int64_t>(histories.size());
  answer.lowest = answer.corroborated;
  answer.highest = size - answer.denied;
  if (size == 0) {
    answer.status = core::Status::undefined;
    answer.reason = "the source has no accounts of the base";
    return answer;
  }
  const BreadthCounts counts = breadth_counts(histories);
  const bool possible = k <= answer.highest;
  const bool known = answer.contacts > 0 || answer.corroborated > 0 || answer.denied > 0;
  if (possible) {
    // More yeses never make the claim less likely, so the least number is found by halving.
    std::int64_t low = 0;
    std::int64_t high = counts.open();
    while (low < high) {
      const std::int64_t middle = low + (high - low) / 2;
      if (BreadthPosterior(counts.with_yes(middle)).at_least(k) >= options.believe) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    answer.to_believe = low;
  }
  if (!known) {
    answer.status = core::Status::not_identified;
    answer.reason = "nobody was in contact with these accounts: whether they have the need is unknown";
    answer.count.status = answer.status;
    return answer;
  }
  const BreadthPosterior posterior(counts);
  const auto [mean, variance] = posterior.count();
  const double tail = (1.0 - options.level) / 2.0;
  if (!possible) {
    answer.status = k > size ? core::Status::doubtful : core::Status::estimated;
    answer.reason = k > size ? "more accounts are claimed than the source serves"
                             : "too many accounts said no for the claim to be true";
  } else if (most < 2 && counts.open() > 0) {
    answer.status = core::Status::doubtful;
    answer.reason =
        "no account was in contact twice: whether the silent ones lack the need or did not speak of it can hardly be "
        "told";
  }
  answer.count = {.value = mean,
                  .standard_error = std::sqrt(variance),
                  .interval = {static_cast<double>(posterior.quantile(tail)),
                               static_cast<double>(posterior.quantile(1.0 - tail)), options.level},
                  .status = answer.status};
  answer.probability = possible ? posterior.at_least(k) : 0.0;
  return answer;
}

}  // namespace detail

OUTWEIGH_INLINE std::string_view to_string(BreadthEvidence evidence) noexcept {
  switch (evidence) {
    case BreadthEvidence::confirmed:
      return "confirmed";
    case BreadthEvidence::heard:
      return "heard";
    case BreadthEvidence::denied:
      return "denied";
    case BreadthEvidence::silent:
      return "silent";
    case BreadthEvidence::untouched:
      return "untouched";
  }
  return "untouched";
}

OUTWEIGH_INLINE Breadth breadth(const graph::CustomerGraph& graph, std::string_view request_id,
                                const BreadthOptions& options) {
  for (const auto& [name, value] : {std::pair("level", options.level), std::pair("believe", options.believe)}) {
    if (!(value > 0.0 && value < 1.0)) {
      throw core::InvalidInput("a probability between 0 and 1 is asked for",
                               {.column = name, .value = core::detail::number_text(value)});
    }
  }
  if (options.at_least && !(*options.at_least >= 0.0 && *options.at_least <= 1e9)) {
    throw core::InvalidInput("a number of accounts is asked for",
                             {.column = "at_least", .value = core::detail::number_text(*options.at_least)});
  }
  const std::optional<std::uint32_t> found = graph.ids(graph::NodeKind::request).find(request_id);
  if (!found) {
    throw core::InvalidInput("there is no such request",
                             {.table = "requests", .column = "request_id", .value = std::string(request_id)});
  }
  const graph::Requests& requests = graph.requests();
  const std::size_t row = *found;
  if (!requests.need.has(row)) {
    throw core::MissingInput("the request names no need: label it with a need_id",
                             {.table = "requests", .column = "need_id", .row = row, .value = std::string(request_id)});
  }
  Breadth result;
  result.request = graph::RequestIndex(row);
  const graph::SourceIndex source = requests.source[row];
  const std::vector<std::uint32_t> accounts =
      detail::accounts_of_source(graph, source, requests.at[row], result.from_coverage);
  result.accounts = static_cast<std::int64_t>(accounts.size());
  result.claimed = requests.claimed_breadth.get(row);
  const double k = options.at_least.value_or(result.claimed.value_or(static_cast<double>(accounts.size())));
  result.at_least = static_cast<std::int64_t>(std::ceil(std::min(k, 1e9)));

  const auto all = detail::breadth_histories(graph, requests.need[row], accounts, std::nullopt);
  const auto others = detail::breadth_histories(graph, requests.need[row], accounts, source);
  result.all = detail::answer_breadth(all, result.at_least, options);
  result.independent = detail::answer_breadth(others, result.at_least, options);
  std::optional<detail::BreadthPosterior> posterior;
  if (result.all.status != core::Status::not_identified && !accounts.empty())
    posterior.emplace(detail::breadth_counts(all));
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    BreadthAccount account{.account = graph::AccountIndex(accounts[i]),
                           .evidence = all[i].evidence(),
                           .independent = others[i].evidence() == all[i].evidence(),
                           .contacts = all[i].contacts,
                           .mentions = all[i].mentions};
    switch (account.evidence) {
      case BreadthEvidence::confirmed:
      case BreadthEvidence::heard:
        account.probability = 1.0;
        break;
      case BreadthEvidence::denied:
        account.probability = 0.0;
        break;
      default:
        if (posterior) account.probability = posterior->probability(account.contacts);
    }
    result.rows.push_back(account);
  }
  return result;
}

OUTWEIGH_INLINE core::Table Breadth::to_table() const {
  const BreadthAnswer* const answers[] = {&all, &independent};
  const auto whole = [&](auto get) {
    std::vector<std::int64_t> values;
    std::vector<std::uint8_t> valid;
    for (const BreadthAnswer* answer : answers) {
      const std::optional<std::int64_t> value = get(*answer);
      values.push_back(value.value_or(0));
      valid.push_back(value ? 1 : 0);
    }
    return core::Column::int64s(values, valid);
  };
  const auto number = [&](auto get) {
    std::vector<double> values;
    std::vector<std::uint8_t> valid;
    for (const BreadthAnswer* answer : answers) {
      const std::optional<double> value = get(*answer);
      values.push_back(value.value_or(0.0));
      valid.push_back(value ? 1 : 0);
    }
    return core::Column::float64s(values, valid);
  };
  const auto told = [](const BreadthAnswer& answer, double value) {
    const bool known = answer.status != core::Status::undefined && answer.status != core::Status::not_identified;
    return known ? std::optional<double>(value) : std::nullopt;
  };
  using Answer = BreadthAnswer;
  core::Table table;
  table.add("evidence", core::Column::strings({"all", "independent"}));
  table.add("accounts", core::Column::int64s({accounts, accounts}));
  table.add("corroborated", whole([](const Answer& a) { return a.corroborated; }));
  table.add("denied", whole([](const Answer& a) { return a.denied; }));
  table.add("silent", whole([](const Answer& a) { return a.silent; }));
  table.add("untouched", whole([](const Answer& a) { return a.untouched; }));
  table.add("contacts", whole([](const Answer& a) { return a.contacts; }));
  table.add("lowest", whole([](const Answer& a) { return a.lowest; }));
  table.add("highest", whole([](const Answer& a) { return a.highest; }));
  table.add("count", number([&](const Answer& a) { return told(a, a.count.value); }));
  table.add("lower", number([&](const Answer& a) { return told(a, a.count.interval.lower); }));
  table.add("upper", number([&](const Answer& a) { return told(a, a.count.interval.upper); }));
  table.add("at_least", core::Column::int64s({at_least, at_least}));
  table.add("probability", number([](const Answer& a) { return a.probability; }));
  table.add("to_believe", whole([](const Answer& a) { return a.to_believe; }));
  table.add("status", core::Column::strings({core::to_string(all.status), core::to_string(independent.status)}));
  table.add("reason", core::Column::strings({all.reason, independent.reason}));
  return table;
}

OUTWEIGH_INLINE core::Table Breadth::accounts_table(const graph::CustomerGraph& graph) const {
  std::vector<std::uint32_t> positions;
  std::vector<std::string_view> evidence;
  std::vector<std::uint8_t> apart;
  std::vector<std::int64_t> contacts;
  std::vector<std::int64_t> mentions;
  std::vector<double> probability;
  std::vector<std::uint8_t> known;
  for (const BreadthAccount& row : rows) {
    positions.push_back(row.account.value());
    evidence.push_back(to_string(row.evidence));
    apart.push_back(row.independent ? 1 : 0);
    contacts.push_back(row.contacts);
    mentions.push_back(row.mentions);
    probability.push_back(row.probability.value_or(0.0));
    known.push_back(row.probability ? 1 : 0);
  }
  core::Table table;
  table.add("account_id", graph.ids(graph::NodeKind::account).column(positions));
  table.add("evidence", core::Column::strings(std::span<const std::string_view>(evidence)));
  table.add("independent", core::Column::booleans(apart));
  table.add("contacts", core::Column::int64s(contacts));
  table.add("mentions", core::Column::int64s(mentions));
  table.add("probability", core::Column::float64s(probability, known));
  return table;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
