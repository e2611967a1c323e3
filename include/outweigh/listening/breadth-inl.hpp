#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include <outweigh/core/detail/number.hpp>
#include <outweigh/core/errors.hpp>
#include <outweigh/graph/detail/positions.hpp>
#include <outweigh/graph/stakeholders.hpp>
#include <outweigh/listening/breadth.hpp>
#include <outweigh/listening/detail/breadth_histories.hpp>
#include <outweigh/listening/detail/breadth_posterior.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

namespace detail {

/// As estimates of demand judge it.
[[nodiscard]] inline BreadthEvidence evidence_of(const BreadthHistory& history) noexcept {
  const bool has_voice = history.heard || history.confirmed;
  if (history.asked && *history.asked) return BreadthEvidence::confirmed;
  if (history.asked && !(has_voice && history.last > history.asked_at)) return BreadthEvidence::denied;
  if (history.untrue && !history.confirmed) return BreadthEvidence::denied;
  if (history.confirmed) return BreadthEvidence::confirmed;
  if (history.heard) return BreadthEvidence::heard;
  return history.contacts > 0 ? BreadthEvidence::silent : BreadthEvidence::untouched;
}

[[nodiscard]] inline BreadthCounts breadth_counts(const std::vector<BreadthHistory>& histories) {
  BreadthCounts counts;
  for (const BreadthHistory& history : histories) {
    switch (evidence_of(history)) {
      case BreadthEvidence::confirmed:
      case BreadthEvidence::heard:
        ++counts.has[{history.contacts, history.mentions, history.events, history.exposure}];
        break;
      case BreadthEvidence::denied:
        ++counts.no;
        break;
      default:
        ++counts.silent[{history.contacts, history.exposure}];
    }
  }
  return counts;
}

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
      if (interactions.source[row] == source && interactions.at[row] <= graph.as_of() &&
          !graph::speaks_as_stakeholder(graph, interactions.customer, row))
        serves[interactions.account[row].value()] = 1;
    }
    const graph::Requests& requests = graph.requests();
    for (std::size_t row = 0; row < requests.rows; ++row) {
      if (requests.source[row] == source && requests.at[row] <= graph.as_of() &&
          !graph::speaks_as_stakeholder(graph, requests.customer, row))
        serves[requests.account[row].value()] = 1;
    }
  }
  std::vector<std::uint32_t> accounts;
  for (const std::uint32_t account : graph::detail::ascending(graph.ids(graph::NodeKind::account))) {
    if (serves[account] != 0 && graph.in_base(graph::AccountIndex(account))) accounts.push_back(account);
  }
  return accounts;
}

[[nodiscard]] inline BreadthAnswer answer_breadth(const std::vector<BreadthHistory>& histories, std::int64_t k,
                                                  const BreadthOptions& options) {
  BreadthAnswer answer;
  std::int64_t most = 0;
  std::int64_t events = 0;
  for (const BreadthHistory& history : histories) {
    answer.contacts += history.contacts;
    events += history.events;
    most = std::max({most, history.contacts, history.events});
    switch (evidence_of(history)) {
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
  const bool known = answer.contacts > 0 || events > 0 || answer.corroborated > 0 || answer.denied > 0;
  if (possible) {
    // More yeses never make the claim less likely, so the least number is found by halving.
    std::int64_t low = 0;
    std::int64_t high = std::clamp<std::int64_t>(k - answer.corroborated, 0, counts.open());
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
  if (!possible) {
    answer.status = k > size ? core::Status::doubtful : core::Status::estimated;
    answer.reason = k > size ? "more accounts are claimed than the source serves"
                             : "too many accounts said no for the claim to be true";
  } else if (most < 2 && counts.open() > 0) {
    answer.status = core::Status::doubtful;
    answer.reason =
        "no account was in contact twice: whether the silent ones lack the need or did not speak of it can hardly be "
        "told";
  } else if (answer.contacts == 0 && counts.open() > 0) {
    answer.status = core::Status::doubtful;
    answer.reason =
        "no contact is known at which silence would tell: accounts that did not speak up may lack the need, or keep "
        "quiet";
  }
  answer.count = {.value = mean,
                  .standard_error = std::sqrt(variance),
                  .interval = detail::breadth_interval(counts, posterior, options.level),
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
  for (const auto& [name, value] : {std::pair("window", options.window), std::pair("follow_up", options.follow_up)}) {
    if (!(value >= 0.0 && value <= 36'500.0)) {
      throw core::InvalidInput("days between 0 and 36500 are asked for",
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

  const detail::BreadthEvidenceReader reader(graph, requests.need[row], accounts, options.window, options.follow_up);
  const auto all = reader.histories(std::nullopt);
  const auto others = reader.histories(source);
  result.all = detail::answer_breadth(all, result.at_least, options);
  result.independent = detail::answer_breadth(others, result.at_least, options);
  std::optional<detail::BreadthPosterior> posterior;
  if (result.all.status != core::Status::not_identified && !accounts.empty())
    posterior.emplace(detail::breadth_counts(all));
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    BreadthAccount account{.account = graph::AccountIndex(accounts[i]),
                           .evidence = evidence_of(all[i]),
                           .independent = evidence_of(others[i]) == evidence_of(all[i]),
                           .contacts = all[i].contacts,
                           .mentions = all[i].mentions,
                           .events = all[i].events};
    switch (account.evidence) {
      case BreadthEvidence::confirmed:
      case BreadthEvidence::heard:
        account.probability = 1.0;
        break;
      case BreadthEvidence::denied:
        account.probability = 0.0;
        break;
      default:
        if (posterior) account.probability = posterior->probability({all[i].contacts, all[i].exposure});
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
  std::vector<std::int64_t> events;
  std::vector<double> probability;
  std::vector<std::uint8_t> known;
  for (const BreadthAccount& row : rows) {
    positions.push_back(row.account.value());
    evidence.push_back(to_string(row.evidence));
    apart.push_back(row.independent ? 1 : 0);
    contacts.push_back(row.contacts);
    mentions.push_back(row.mentions);
    events.push_back(row.events);
    probability.push_back(row.probability.value_or(0.0));
    known.push_back(row.probability ? 1 : 0);
  }
  core::Table table;
  table.add("account_id", graph.ids(graph::NodeKind::account).column(positions));
  table.add("evidence", core::Column::strings(std::span<const std::string_view>(evidence)));
  table.add("independent", core::Column::booleans(apart));
  table.add("contacts", core::Column::int64s(contacts));
  table.add("mentions", core::Column::int64s(mentions));
  table.add("events", core::Column::int64s(events));
  table.add("probability", core::Column::float64s(probability, known));
  return table;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
