// Visits: conversations made to learn, by account, person and week.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/core/detail/calendar_dates.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/listening/detail/base_conversations.hpp>
#include <outweigh/listening/discovery_rows.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

class VisitBook {
 public:
  VisitBook(const graph::CustomerGraph& graph, const std::vector<std::uint32_t>& slot_of, double long_enough)
      : colleagues_(graph),
        first_visit_(graph.base().size()),
        last_contact_(graph.base().size()),
        as_of_(graph.as_of()) {
    const auto& interactions = graph.interactions();
    const auto& kinds = graph.sources().kind;
    DistinctPairs met;
    each_conversation(graph, slot_of, [&](const Conversation& conversation) {
      const std::size_t row = conversation.row;
      if (!conversation.apart.empty()) {
        apart_.add(conversation.apart, interactions.account[row]);
        return;
      }
      const core::Instant at = interactions.at[row];
      std::optional<core::Instant>& last = last_contact_[conversation.slot];
      if (!last || *last < at) last = at;
      const std::size_t source = interactions.source[row].value();
      const bool to_learn = interactions.purpose.has(row)
                                ? interactions.purpose[row] == graph::Purpose::learn
                                : kinds.has(source) && kinds[source] == graph::SourceKind::discovery;
      const bool has_minutes = interactions.minutes.has(row);
      if (!to_learn || (has_minutes && interactions.minutes[row] < long_enough)) return;
      ++visits_;
      std::optional<core::Instant>& first = first_visit_[conversation.slot];
      if (!first || at < *first) first = at;
      const std::uint32_t person = colleagues_.of_interaction(row);
      Person& of = people_[person];
      ++of.visits;
      met.add(person, conversation.slot);
      const std::int64_t monday = core::detail::monday_of(core::detail::day_of(at));
      of.first_week = of.visits == 1 ? monday : std::min(of.first_week, monday);
      Week& week = weeks_[{person, monday}];
      ++week.visits;
      if (has_minutes) {
        ++week.timed;
        week.seconds += std::llround(std::min(interactions.minutes[row], 1e9) * 60.0);
      }
    });
    met.each([&](std::uint32_t person, std::uint32_t) { ++people_[person].accounts; });
  }

  [[nodiscard]] std::int64_t visits() const noexcept { return visits_; }
  [[nodiscard]] bool visited(std::uint32_t slot) const { return first_visit_[slot].has_value(); }
  [[nodiscard]] std::optional<core::Instant> last_contact(std::uint32_t slot) const { return last_contact_[slot]; }
  [[nodiscard]] bool are_named() const { return colleagues_.are_named(); }
  [[nodiscard]] std::vector<ConversationsApart> apart() const { return apart_.rows(); }

  /// The first week that begins after `accounts` different ones were visited; absent while they were not.
  [[nodiscard]] std::optional<std::int64_t> cadence_from(std::int64_t accounts) const {
    std::vector<core::Instant> firsts;
    for (const auto& at : first_visit_) {
      if (at) firsts.push_back(*at);
    }
    if (static_cast<std::int64_t>(firsts.size()) < accounts || firsts.empty()) return std::nullopt;
    std::sort(firsts.begin(), firsts.end());
    const std::size_t place = accounts > 0 ? static_cast<std::size_t>(accounts - 1) : 0;
    return core::detail::monday_of(core::detail::day_of(firsts[place])) + 7;
  }

  /// The last `count` weeks of everyone who made visits, from the week of their first one.
  void list(std::int64_t count, double hours, std::int64_t first, std::vector<DiscoveryWeek>& weeks,
            std::vector<DiscoveryPerson>& people) const {
    const std::int64_t current = core::detail::monday_of(core::detail::day_of(as_of_));
    const std::optional<std::int64_t> cadence = cadence_from(first);
    std::vector<std::pair<std::string, std::uint32_t>> order;
    for (const auto& [person, of] : people_) order.emplace_back(colleagues_.name(person), person);
    std::sort(order.begin(), order.end());
    for (const auto& [name, person] : order) {
      const Person& of = people_.find(person)->second;
      DiscoveryPerson total{name, of.visits, of.accounts, 0, 0};
      for (std::int64_t monday = std::max(of.first_week, current - 7 * (count - 1)); monday <= current; monday += 7) {
        DiscoveryWeek row;
        row.person = name;
        row.week = core::detail::day_text(monday);
        const auto found = weeks_.find({person, monday});
        const Week week = found == weeks_.end() ? Week() : found->second;
        row.visits = week.visits;
        if (week.timed > 0 || week.visits == 0) row.hours = static_cast<double>(week.seconds) / 3600.0;
        const bool is_over = monday < current;
        const bool enough = row.hours && *row.hours >= hours;
        // Visits of unknown length may make up what is lacking.
        const bool is_known = week.timed == week.visits;
        if (cadence && monday >= *cadence && row.hours && (enough || (is_over && is_known))) {
          row.enough = enough;
          row.gap = std::max(0.0, hours - *row.hours);
          ++total.weeks;
          total.weeks_enough += enough ? 1 : 0;
        }
        weeks.push_back(std::move(row));
      }
      people.push_back(std::move(total));
    }
  }

 private:
  struct Person {
    std::int64_t visits = 0;
    std::int64_t accounts = 0;
    std::int64_t first_week = 0;
  };
  struct Week {
    std::int64_t visits = 0;
    std::int64_t timed = 0;
    std::int64_t seconds = 0;
  };

  Colleagues colleagues_;
  std::vector<std::optional<core::Instant>> first_visit_;
  std::vector<std::optional<core::Instant>> last_contact_;
  core::Instant as_of_;
  ApartBook apart_;
  std::int64_t visits_ = 0;
  std::map<std::uint32_t, Person> people_;
  std::map<std::pair<std::uint32_t, std::int64_t>, Week> weeks_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
