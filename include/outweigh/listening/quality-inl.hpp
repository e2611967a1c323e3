#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <utility>

#include <outweigh/core/detail/calendar_dates.hpp>
#include <outweigh/core/detail/counted.hpp>
#include <outweigh/listening/detail/base_conversations.hpp>
#include <outweigh/listening/detail/shares.hpp>
#include <outweigh/listening/quality.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

namespace detail {

/// Sums of conversations, from which a row is made. Seconds are whole, so that the order of rows does not matter.
struct QualitySum {
  QualityRow row{};
  std::int64_t seconds = 0;

  void add(const graph::Interactions& interactions, std::size_t i, const HeardOptions& options) {
    ++row.conversations;
    const bool has_purpose = interactions.purpose.has(i);
    const bool learn = has_purpose && interactions.purpose[i] == graph::Purpose::learn;
    if (has_purpose) {
      ++row.purpose_known;
      switch (interactions.purpose[i]) {
        case graph::Purpose::learn:
          ++row.learn;
          break;
        case graph::Purpose::escalation:
          ++row.escalations;
          break;
        case graph::Purpose::sell:
          ++row.sell;
          break;
        case graph::Purpose::support:
          ++row.support;
          break;
      }
    }
    if (interactions.initiated_by.has(i)) {
      ++(interactions.initiated_by[i] == graph::Side::us ? row.begun_by_us : row.begun_by_them);
    }
    const bool has_minutes = interactions.minutes.has(i);
    const bool is_long = has_minutes && interactions.minutes[i] >= options.long_enough;
    if (has_minutes) {
      ++row.timed;
      seconds += std::llround(std::min(interactions.minutes[i], 1e9) * 60.0);
      row.long_enough += is_long ? 1 : 0;
    }
    const bool has_talk = interactions.customer_talk_share.has(i);
    const bool talked = has_talk && interactions.customer_talk_share[i] >= options.customer_talked;
    if (has_talk) {
      ++row.talk_known;
      row.customer_talked += talked ? 1 : 0;
    }
    if (has_purpose && has_minutes && has_talk) {
      ++row.judged;
      row.good += learn && is_long && talked ? 1 : 0;
    }
  }

  [[nodiscard]] QualityRow finish() {
    const auto share = [](std::int64_t part, std::int64_t whole) {
      return whole > 0 ? std::optional(static_cast<double>(part) / static_cast<double>(whole)) : std::nullopt;
    };
    row.learn_share = share(row.learn, row.purpose_known);
    row.escalation_share = share(row.escalations, row.purpose_known);
    row.begun_by_us_share = share(row.begun_by_us, row.begun_by_us + row.begun_by_them);
    row.long_enough_share = share(row.long_enough, row.timed);
    row.customer_talked_share = share(row.customer_talked, row.talk_known);
    row.good_share = share(row.good, row.judged);
    if (row.timed > 0) row.hours = static_cast<double>(seconds) / 3600.0;
    return std::move(row);
  }
};

}  // namespace detail

OUTWEIGH_INLINE ListeningQuality listening_quality(const graph::CustomerGraph& graph, const HeardOptions& options) {
  detail::require_thresholds(options);
  if (!graph.has_table("interactions")) {
    throw core::MissingInput("listening quality is about conversations, the rows of this table",
                             {.table = "interactions"});
  }
  const auto& interactions = graph.interactions();
  ListeningQuality result;
  result.options = options;
  detail::Colleagues colleagues(graph);
  detail::ApartBook apart;
  struct Cell {
    std::uint32_t person;
    std::int64_t month;
    detail::QualitySum sum;
  };
  std::map<std::pair<std::uint32_t, std::int64_t>, std::uint32_t> cell_of;
  std::vector<Cell> cells;
  std::vector<detail::QualitySum> people;
  detail::QualitySum all;
  detail::DistinctPairs met;
  detail::each_conversation(graph, detail::slots_of_base(graph), [&](const detail::Conversation& conversation) {
    const std::size_t i = conversation.row;
    if (!conversation.apart.empty()) {
      apart.add(conversation.apart, interactions.account[i]);
      return;
    }
    const std::uint32_t person = colleagues.of_interaction(i);
    const std::int64_t month = core::detail::month_of(interactions.at[i]);
    const auto [place, is_new] = cell_of.try_emplace({person, month}, static_cast<std::uint32_t>(cells.size()));
    if (is_new) cells.push_back({person, month, {}});
    if (person >= people.size()) people.resize(person + std::size_t{1});
    cells[place->second].sum.add(interactions, i, options);
    people[person].add(interactions, i, options);
    all.add(interactions, i, options);
    met.add(place->second, conversation.slot);
  });
  detail::DistinctPairs met_by_person;
  detail::DistinctPairs met_by_all;
  met.each([&](std::uint32_t cell, std::uint32_t slot) {
    ++cells[cell].sum.row.accounts;
    met_by_person.add(cells[cell].person, slot);
  });
  met_by_person.each([&](std::uint32_t person, std::uint32_t slot) {
    ++people[person].row.accounts;
    met_by_all.add(0, slot);
  });
  met_by_all.each([&](std::uint32_t, std::uint32_t) { ++all.row.accounts; });
  for (const auto& [key, cell] : cell_of) {
    detail::QualitySum& sum = cells[cell].sum;
    sum.row.person = colleagues.name(key.first);
    sum.row.month = core::detail::month_text(key.second);
    result.rows.push_back(sum.finish());
  }
  for (std::uint32_t person = 0; person < people.size(); ++person) {
    if (people[person].row.conversations == 0) continue;
    people[person].row.person = colleagues.name(person);
    result.people.push_back(people[person].finish());
  }
  // Persons are numbered as they come; rows are in the order of their names, and of months within.
  const auto by_name = [](const QualityRow& a, const QualityRow& b) { return a.person < b.person; };
  std::stable_sort(result.rows.begin(), result.rows.end(), by_name);
  std::stable_sort(result.people.begin(), result.people.end(), by_name);
  result.people.push_back(all.finish());
  result.apart = apart.rows();

  const auto need = [&](bool present, const char* figure, const char* table, const char* column) {
    if (!present) result.missing.push_back({figure, table, column});
  };
  need(interactions.purpose.any(), "conversations made to learn against escalations", "interactions", "purpose");
  need(interactions.initiated_by.any(), "who began the conversations", "interactions", "initiated_by");
  need(interactions.minutes.any(), "conversations that were long enough, hours", "interactions", "minutes");
  need(interactions.customer_talk_share.any(), "conversations in which the customer talked", "interactions",
       "customer_talk_share");
  need(colleagues.are_named(), "who of us was in the conversation (sources stand for persons)", "sources", "owner");
  need(graph.has_table("customers"), "conversations with stakeholders, internal people and partners apart", "customers",
       "party");
  return result;
}

OUTWEIGH_INLINE std::string ListeningQuality::summary() const {
  const QualityRow& all = pooled();
  std::string text = core::detail::counted(all.conversations, "conversation") + " with " +
                     core::detail::counted(all.accounts, "account") + " of the base";
  if (all.learn_share) {
    text += "; " + detail::percent(*all.learn_share) + " were made to learn, " +
            detail::percent(*all.escalation_share) + " were escalations";
  }
  text += ".";
  std::string parts;
  const auto say = [&](const std::optional<double>& share, const std::string& what) {
    if (share) parts += (parts.empty() ? " " : ", ") + detail::percent(*share) + " " + what;
  };
  say(all.begun_by_us_share, "were begun by us");
  std::string minutes = std::to_string(options.long_enough);
  minutes.erase(minutes.find_last_not_of('0') + 1);
  if (minutes.back() == '.') minutes.pop_back();
  say(all.long_enough_share,
      "lasted at least " + core::detail::set_apart(minutes) + (minutes == "1" ? " minute" : " minutes"));
  say(all.customer_talked_share,
      "let the customer talk for at least " + detail::percent(options.customer_talked) + " of the time");
  if (!parts.empty()) text += parts + ".";
  if (all.good_share) {
    text += " Good conversations, with all three: " + core::detail::grouped(all.good) + " of " +
            core::detail::grouped(all.judged) + ".";
  }
  return text;
}

OUTWEIGH_INLINE core::Bytes ListeningQuality::to_bytes() const {
  core::ByteWriter writer("listening quality", 1);
  detail::put_rows(writer, rows);
  detail::put_rows(writer, people);
  detail::put_rows(writer, apart);
  detail::put_rows(writer, missing);
  detail::put(writer, options.long_enough);
  detail::put(writer, options.customer_talked);
  return std::move(writer).finish();
}

OUTWEIGH_INLINE ListeningQuality ListeningQuality::from_bytes(std::span<const std::byte> bytes) {
  core::ByteReader reader(bytes, "listening quality", 1);
  ListeningQuality result;
  detail::get_rows(reader, result.rows);
  detail::get_rows(reader, result.people);
  detail::get_rows(reader, result.apart);
  detail::get_rows(reader, result.missing);
  if (result.people.empty()) core::ByteReader::fail("the state of listening quality has no row for all");
  detail::get(reader, result.options.long_enough);
  detail::get(reader, result.options.customer_talked);
  reader.finish();
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
