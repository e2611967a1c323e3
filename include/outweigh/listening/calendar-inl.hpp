#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <tuple>
#include <utility>

#include <outweigh/core/detail/calendar_dates.hpp>
#include <outweigh/core/detail/counted.hpp>
#include <outweigh/graph/detail/nearest_name.hpp>
#include <outweigh/listening/calendar.hpp>
#include <outweigh/listening/detail/base_conversations.hpp>
#include <outweigh/listening/detail/extreme_members.hpp>
#include <outweigh/listening/detail/shares.hpp>
#include <outweigh/stats/distributions.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

namespace detail {

/// Members at one end of a number that some accounts of the base have, and how they were met.
struct Extremes {
  std::vector<std::uint8_t> known;    ///< by account of the base
  std::vector<std::uint8_t> members;  ///< empty where nothing is known
  std::int64_t size = 0;              ///< accounts where it is known
  std::int64_t extreme = 0;           ///< of them, members

  Extremes(std::span<const std::optional<double>> values, double share, bool top)
      : members(extreme_members(values, share, top)) {
    for (std::size_t slot = 0; slot < values.size(); ++slot) {
      known.push_back(values[slot] ? 1 : 0);
      size += values[slot] ? 1 : 0;
      extreme += !members.empty() && members[slot] != 0 ? 1 : 0;
    }
  }
  [[nodiscard]] bool any() const noexcept { return !members.empty(); }
  [[nodiscard]] std::optional<bool> of(std::uint32_t slot) const {
    return known[slot] != 0 ? std::optional(members[slot] != 0) : std::nullopt;
  }
  [[nodiscard]] std::optional<double> base_share() const {
    return any() ? std::optional(static_cast<double>(extreme) / static_cast<double>(members.size())) : std::nullopt;
  }
  /// `met` are distinct accounts.
  [[nodiscard]] std::optional<double> chance(std::span<const std::uint32_t> met) const {
    std::int64_t draws = 0;
    std::int64_t hits = 0;
    for (const std::uint32_t slot : met) {
      const std::optional<bool> is = of(slot);
      draws += is ? 1 : 0;
      hits += is.value_or(false) ? 1 : 0;
    }
    if (draws == 0) return std::nullopt;
    return std::clamp(stats::hypergeometric(hits - 1, size, extreme, draws).upper, 0.0, 1.0);
  }
};

}  // namespace detail

OUTWEIGH_INLINE Calendar calendar(const graph::CustomerGraph& graph, const CalendarOptions& options) {
  detail::require_share(options.whale_share, "whale_share");
  detail::require_share(options.unhappy_share, "unhappy_share");
  if (!graph.has_table("interactions")) {
    throw core::MissingInput("a calendar is of conversations, the rows of this table", {.table = "interactions"});
  }
  Calendar result;
  result.person = options.person;
  std::int64_t month = core::detail::month_of(graph.as_of()) - 1;
  if (options.month) {
    const auto given = core::detail::month_from(*options.month);
    if (!given) throw core::InvalidInput("a month is written as 2026-03", {.column = "month", .value = *options.month});
    month = *given;
  }
  result.month = core::detail::month_text(month);

  const auto& interactions = graph.interactions();
  const auto& accounts = graph.accounts();
  const auto& kinds = graph.sources().kind;
  const auto base = graph.base();
  if (!options.person) {
    bool found = false;
    for (std::size_t source = 0; source < graph.sources().rows; ++source) {
      found = found || (kinds.has(source) && kinds[source] == graph::SourceKind::executive);
    }
    if (!found) {
      throw core::MissingInput("no source is of kind executive: say whose calendar with `person`",
                               {.table = "sources", .column = "kind"});
    }
  }
  std::vector<std::optional<double>> arr(base.size());
  std::vector<std::optional<double>> sentiment(base.size());
  for (std::size_t slot = 0; slot < base.size(); ++slot) {
    const std::size_t account = base[slot].value();
    if (accounts.arr.has(account)) arr[slot] = accounts.arr[account].units();
    if (accounts.sentiment.has(account)) sentiment[slot] = accounts.sentiment[account];
  }
  const detail::Extremes whales(arr, options.whale_share, true);
  const detail::Extremes unhappy(sentiment, options.unhappy_share, false);
  result.whale_base_share = whales.base_share();
  result.unhappy_base_share = unhappy.base_share();
  const auto need = [&](bool present, const char* figure, const char* table, const char* column) {
    if (!present) result.missing.push_back({figure, table, column});
  };
  need(whales.any(), "calls with whales", "accounts", "arr");
  need(unhappy.any(), "calls with unhappy outliers", "accounts", "sentiment");
  need(interactions.purpose.any(), "calls made to learn and those that began as escalations", "interactions",
       "purpose");
  need(graph.has_table("customers"), "calls with stakeholders, internal people and partners apart", "customers",
       "party");

  const std::vector<std::uint8_t> escalated = detail::begun_as_escalation(graph);
  const core::Ids& account_ids = graph.ids(graph::NodeKind::account);
  const core::Ids& source_ids = graph.ids(graph::NodeKind::source);
  const core::Ids& interaction_ids = graph.ids(graph::NodeKind::interaction);
  detail::Colleagues colleagues(graph);
  std::vector<std::uint32_t> met;
  std::optional<std::int64_t> latest;
  bool person_found = false;
  detail::each_conversation(graph, detail::slots_of_base(graph), [&](const detail::Conversation& conversation) {
    const std::size_t i = conversation.row;
    const std::string& person = colleagues.name(colleagues.of_interaction(i));
    const std::size_t source = interactions.source[i].value();
    const bool is_theirs =
        options.person ? person == *options.person : kinds.has(source) && kinds[source] == graph::SourceKind::executive;
    if (!is_theirs) return;
    person_found = true;
    const std::int64_t at = core::detail::month_of(interactions.at[i]);
    latest = latest ? std::max(*latest, at) : at;
    if (at != month) return;
    const std::size_t account = interactions.account[i].value();
    CalendarCall call;
    call.at = interactions.at[i];
    call.interaction_id = interaction_ids.text(i);
    call.source_id = source_ids.text(source);
    call.person = person;
    call.account_id = account_ids.text(account);
    if (const auto name = accounts.name.get(account)) call.name = std::string(*name);
    if (accounts.arr.has(account)) call.revenue = accounts.arr[account];
    if (accounts.sentiment.has(account)) call.sentiment = accounts.sentiment[account];
    if (interactions.purpose.has(i)) call.purpose = std::string(graph::to_string(interactions.purpose[i]));
    if (interactions.initiated_by.has(i))
      call.initiated_by = std::string(graph::to_string(interactions.initiated_by[i]));
    call.began_as_escalation = escalated[i] != 0;
    call.minutes = interactions.minutes.get(i);
    call.customer_talk_share = interactions.customer_talk_share.get(i);
    if (!conversation.apart.empty()) {
      ++result.apart;
      call.group = std::string(conversation.apart);
    } else {
      ++result.calls_with_base;
      met.push_back(conversation.slot);
      const std::optional<bool> is_whale = whales.any() ? whales.of(conversation.slot) : std::nullopt;
      const std::optional<bool> is_unhappy = unhappy.any() ? unhappy.of(conversation.slot) : std::nullopt;
      const bool large = is_whale.value_or(false);
      const bool angry = is_unhappy.value_or(false);
      result.whales += large ? 1 : 0;
      result.unhappy += angry ? 1 : 0;
      result.both += large && angry ? 1 : 0;
      if (large || angry) {
        call.group = large && angry ? "whale and unhappy" : (large ? "whale" : "unhappy");
      } else if (is_whale && is_unhappy) {
        call.group = "neither";
        ++result.neither;
      } else {
        call.group = "unknown";
        ++result.unknown;
      }
      result.learn += interactions.purpose.has(i) && interactions.purpose[i] == graph::Purpose::learn ? 1 : 0;
      result.began_as_escalation += call.began_as_escalation ? 1 : 0;
    }
    result.calls.push_back(std::move(call));
  });
  if (options.person && !person_found) {
    throw core::InvalidInput(
        "nobody of this name was in a conversation" + graph::detail::suggestion(*options.person, colleagues.names()),
        {.table = "interactions", .column = "person", .value = *options.person});
  }
  std::sort(result.calls.begin(), result.calls.end(), [](const CalendarCall& a, const CalendarCall& b) {
    return std::tie(a.at, a.interaction_id) < std::tie(b.at, b.interaction_id);
  });
  std::sort(met.begin(), met.end());
  met.erase(std::unique(met.begin(), met.end()), met.end());
  result.accounts = static_cast<std::int64_t>(met.size());
  if (whales.any()) result.whale_chance = whales.chance(met);
  if (unhappy.any()) result.unhappy_chance = unhappy.chance(met);
  if (result.calls.empty() && latest) result.latest_month = core::detail::month_text(*latest);
  return result;
}

OUTWEIGH_INLINE std::string Calendar::summary() const {
  const std::string who = person ? *person : std::string("Executives");
  if (calls.empty()) {
    return who + " had no calls in " + month + (latest_month ? "; the last month with calls is " + *latest_month : "") +
           ".";
  }
  std::string text = who + " had " + core::detail::counted(calls_with_base, "call") + " in " + month + " with " +
                     core::detail::counted(accounts, "customer") + " of the base";
  if (apart > 0) text += " (and " + core::detail::counted(apart, "other") + ", kept apart)";
  std::string parts;
  const auto say = [&](std::int64_t number, const std::string& what) {
    parts += (parts.empty() ? ": " : ", ") + core::detail::grouped(number) + " " + what;
  };
  if (whale_base_share) say(whales, "with whales (" + detail::percent(*whale_base_share) + " of the base)");
  if (unhappy_base_share) say(unhappy, "with unhappy outliers (" + detail::percent(*unhappy_base_share) + ")");
  if (both > 0) say(both, "of them with both at once");
  if (whale_base_share && unhappy_base_share) say(neither, "with neither");
  if (unknown > 0) say(unknown, "cannot be told");
  text += parts + ".";
  const bool no_purpose =
      std::any_of(missing.begin(), missing.end(), [](const MissingFigure& row) { return row.column == "purpose"; });
  if (!no_purpose) {
    const auto number = [](std::int64_t of, const char* none) { return of == 0 ? none : core::detail::grouped(of); };
    text += " " + number(began_as_escalation, "None") +
            (began_as_escalation < 2 ? " began as an escalation, " : " began as escalations, ") +
            number(learn, "none") + (learn < 2 ? " was made to learn." : " were made to learn.");
  }
  const auto chance = [&](const std::optional<double>& value, const char* whom) {
    if (!value || *value >= 0.05) return;
    char figure[32];
    std::snprintf(figure, sizeof figure, *value < 0.0001 ? "below 0.01 %%" : "%.2g %%", 100.0 * *value);
    text += std::string(" Accounts chosen at random would hold so many ") + whom + " with a chance of " + figure + ".";
  };
  chance(whale_chance, "whales");
  chance(unhappy_chance, "unhappy outliers");
  return text;
}

OUTWEIGH_INLINE core::Bytes Calendar::to_bytes() const {
  core::ByteWriter writer("calendar", 1);
  detail::put_rows(writer, calls);
  detail::put(writer, person);
  detail::put(writer, month);
  for (const std::int64_t number :
       {calls_with_base, accounts, whales, unhappy, both, neither, unknown, learn, began_as_escalation, apart}) {
    detail::put(writer, number);
  }
  for (const auto& share : {whale_base_share, unhappy_base_share, whale_chance, unhappy_chance})
    detail::put(writer, share);
  detail::put(writer, latest_month);
  detail::put_rows(writer, missing);
  return std::move(writer).finish();
}

OUTWEIGH_INLINE Calendar Calendar::from_bytes(std::span<const std::byte> bytes) {
  core::ByteReader reader(bytes, "calendar", 1);
  Calendar result;
  detail::get_rows(reader, result.calls);
  detail::get(reader, result.person);
  detail::get(reader, result.month);
  for (std::int64_t* number :
       {&result.calls_with_base, &result.accounts, &result.whales, &result.unhappy, &result.both, &result.neither,
        &result.unknown, &result.learn, &result.began_as_escalation, &result.apart}) {
    detail::get(reader, *number);
  }
  for (auto* share :
       {&result.whale_base_share, &result.unhappy_base_share, &result.whale_chance, &result.unhappy_chance}) {
    detail::get(reader, *share);
  }
  detail::get(reader, result.latest_month);
  detail::get_rows(reader, result.missing);
  reader.finish();
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
