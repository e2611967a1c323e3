// What is known about accounts at a time, from what had happened by then.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/journey/detail/missing.hpp>
#include <outweigh/journey/detail/quantile.hpp>
#include <outweigh/journey/detail/same_question.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey::detail {

struct ChurnFeature {
  std::string_view name;
  std::string_view high;  ///< in words, where it is above average: of others, whatever its sign
  std::string_view low;
};

inline constexpr std::array<ChurnFeature, 12> churn_features{{
    {"recent_tickets", "more tickets than others lately", "fewer tickets than others lately"},
    {"open_tickets", "more open tickets than others", "fewer open tickets than others"},
    {"severity", "severer tickets than others lately", "milder tickets than others lately"},
    {"showstoppers", "more showstoppers than others lately", "fewer showstoppers than others lately"},
    {"recent_use", "more use than others", "less use than others"},
    {"change_of_use", "use has grown more, or fallen less, than at others",
     "use has grown less, or fallen more, than at others"},
    {"people_active", "more people active than at others", "fewer people active than at others"},
    {"days_without_use", "not used for longer than others", "used more recently than by others"},
    {"sentiment", "a better mood in conversations than others", "a worse mood in conversations than others"},
    {"escalations", "more escalations than others lately", "fewer escalations than others lately"},
    {"nps", "a higher last NPS score than others", "a lower last NPS score than others"},
    {"tenure", "a customer for longer than others", "a customer for less time than others"},
}};
inline constexpr std::size_t churn_feature_count = churn_features.size();
using ChurnRow = std::array<double, churn_feature_count>;  ///< NaN where unknown; it never leaves the module

/// Which features the tables allow.
inline std::array<bool, churn_feature_count> known_features(const graph::CustomerGraph& graph,
                                                            const std::string& nps_question, Missing& missing) {
  const auto& tickets = graph.tickets();
  const bool has_tickets = graph.has_table("tickets");
  const bool has_use = graph.has_table("events") && graph.events().stage.any();
  bool has_nps = false;
  for (std::size_t row = 0; row < graph.surveys().rows; ++row)
    has_nps = has_nps || same_question(graph.surveys().question[row], nps_question);
  const std::array<bool, churn_feature_count> known{has_tickets,
                                                    has_tickets && tickets.resolved.any(),
                                                    tickets.severity.any(),
                                                    tickets.showstopper.any(),
                                                    has_use,
                                                    has_use,
                                                    has_use && graph.events().customer.any(),
                                                    has_use,
                                                    graph.interactions().sentiment.any(),
                                                    graph.interactions().purpose.any(),
                                                    has_nps,
                                                    true};
  constexpr std::array<std::array<std::string_view, 2>, churn_feature_count> places{{{"tickets", ""},
                                                                                     {"tickets", "resolved"},
                                                                                     {"tickets", "severity"},
                                                                                     {"tickets", "showstopper"},
                                                                                     {"events", "stage"},
                                                                                     {"events", "stage"},
                                                                                     {"events", "customer_id"},
                                                                                     {"events", "stage"},
                                                                                     {"interactions", "sentiment"},
                                                                                     {"interactions", "purpose"},
                                                                                     {"surveys", "question"},
                                                                                     {"accounts", "started"}}};
  for (std::size_t f = 0; f < churn_feature_count; ++f) {
    if (!known[f]) missing.add(churn_features[f].name, places[f][0], places[f][1]);
  }
  return known;
}

/// Features that are unknown until their table goes back for long enough.
inline constexpr std::array<std::pair<std::size_t, std::string_view>, 8> dated_features{{{0, "tickets"},
                                                                                         {1, "tickets"},
                                                                                         {3, "tickets"},
                                                                                         {4, "events"},
                                                                                         {5, "events"},
                                                                                         {6, "events"},
                                                                                         {7, "events"},
                                                                                         {9, "interactions"}}};

/// When what features are made of was first recorded. Before, none is not known to be none.
struct FirstRecorded {
  std::optional<core::Instant> ticket{}, use{}, interaction{}, survey{};

  explicit FirstRecorded(const graph::CustomerGraph& graph) {
    const auto see = [](std::optional<core::Instant>& first, core::Instant at) {
      if (!first || at < *first) first = at;
    };
    for (std::size_t row = 0; row < graph.tickets().rows; ++row) see(ticket, graph.tickets().opened[row]);
    const auto& events = graph.events();
    for (std::size_t row = 0; row < events.rows; ++row) {
      if (events.stage.has(row) && events.stage[row] == graph::Stage::use) see(use, events.at[row]);
    }
    for (std::size_t row = 0; row < graph.interactions().rows; ++row) see(interaction, graph.interactions().at[row]);
    for (std::size_t row = 0; row < graph.surveys().rows; ++row) see(survey, graph.surveys().at[row]);
  }

  /// Do any records go back for so many days before `now`? Answers to surveys count at once.
  [[nodiscard]] bool any(core::Instant now, double window_days) const {
    const auto old = [&](const std::optional<core::Instant>& from) {
      return from ? days(now.microseconds() - from->microseconds()) : -1.0;
    };
    return std::max({old(ticket), old(use), old(interaction)}) >= window_days || old(survey) >= 0.0;
  }
};

/// Features of all accounts at `now`.
inline std::vector<ChurnRow> features_at(const graph::CustomerGraph& graph, const FirstRecorded& first,
                                         core::Instant now, double window_days, const std::string& nps_question) {
  constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  const std::size_t size = graph.size(graph::NodeKind::account);
  std::vector<ChurnRow> rows(size);
  struct Sums {
    double tickets = 0, open = 0, severity = 0, rated = 0, showstoppers = 0, use = 0, before = 0, sentiment = 0,
           felt = 0, escalations = 0;
    std::optional<core::Instant> last_use{}, last_survey{};
    double score = 0;
    std::set<std::uint32_t> people{};
  };
  std::vector<Sums> sums(size);
  const auto age = [&](core::Instant at) { return days(now.microseconds() - at.microseconds()); };
  const auto& tickets = graph.tickets();
  for (std::size_t row = 0; row < tickets.rows; ++row) {
    const double old = age(tickets.opened[row]);
    if (old < 0.0) continue;
    Sums& s = sums[tickets.account[row].value()];
    s.open += tickets.resolved.has(row) && tickets.resolved[row] <= now ? 0.0 : 1.0;
    if (old >= window_days) continue;
    s.tickets += 1.0;
    s.showstoppers += tickets.showstopper.value_or(row, 0) != 0 ? 1.0 : 0.0;
    if (tickets.severity.has(row)) {
      s.severity += tickets.severity[row];
      s.rated += 1.0;
    }
  }
  const auto& events = graph.events();
  for (std::size_t row = 0; row < events.rows; ++row) {
    const double old = age(events.at[row]);
    if (old < 0.0 || !events.stage.has(row) || events.stage[row] != graph::Stage::use) continue;
    Sums& s = sums[events.account[row].value()];
    if (!s.last_use || events.at[row] > *s.last_use) s.last_use = events.at[row];
    if (old < window_days) {
      s.use += 1.0;
      if (events.customer.has(row)) s.people.insert(events.customer[row].value());
    } else if (old < 2.0 * window_days) {
      s.before += 1.0;
    }
  }
  const auto& interactions = graph.interactions();
  for (std::size_t row = 0; row < interactions.rows; ++row) {
    const double old = age(interactions.at[row]);
    if (old < 0.0 || old >= window_days) continue;
    Sums& s = sums[interactions.account[row].value()];
    if (interactions.sentiment.has(row)) {
      s.sentiment += interactions.sentiment[row];
      s.felt += 1.0;
    }
    s.escalations +=
        interactions.purpose.has(row) && interactions.purpose[row] == graph::Purpose::escalation ? 1.0 : 0.0;
  }
  const auto& surveys = graph.surveys();
  for (std::size_t row = 0; row < surveys.rows; ++row) {
    if (surveys.at[row] > now || !same_question(surveys.question[row], nps_question)) continue;
    Sums& s = sums[surveys.account[row].value()];
    const bool is_later = !s.last_survey || surveys.at[row] > *s.last_survey;
    if (is_later || (surveys.at[row] == *s.last_survey && surveys.score[row] < s.score)) {
      s.last_survey = surveys.at[row];
      s.score = surveys.score[row];
    }
  }
  const auto recorded_for = [&](const std::optional<core::Instant>& from, double length) {
    return from && age(*from) >= length;
  };
  const bool tickets_known = recorded_for(first.ticket, window_days);
  const bool use_known = recorded_for(first.use, window_days);
  const bool change_known = recorded_for(first.use, 2.0 * window_days);
  const bool contacts_known = recorded_for(first.interaction, window_days);
  const auto if_known = [](bool is_known, double value) { return is_known ? value : unknown; };
  for (std::size_t a = 0; a < size; ++a) {
    const Sums& s = sums[a];
    const auto& started = graph.accounts().started;
    const double unused = s.last_use ? age(*s.last_use)
                          : use_known
                              ? std::min(age(*first.use), started.has(a) ? std::max(0.0, age(started[a])) : window_days)
                              : unknown;
    rows[a] = {if_known(tickets_known, std::log1p(s.tickets)),
               if_known(tickets_known, std::log1p(s.open)),
               s.rated > 0.0 ? s.severity / s.rated : unknown,
               if_known(tickets_known, std::log1p(s.showstoppers)),
               if_known(use_known, std::log1p(s.use)),
               if_known(change_known, std::log1p(s.use) - std::log1p(s.before)),
               if_known(use_known, std::log1p(static_cast<double>(s.people.size()))),
               if_known(use_known, std::log1p(unused)),
               s.felt > 0.0 ? s.sentiment / s.felt : unknown,
               if_known(contacts_known, std::log1p(s.escalations)),
               s.last_survey ? s.score : unknown,
               started.has(a) ? std::log1p(std::max(0.0, age(started[a])) / 365.25) : unknown};
  }
  return rows;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::journey::detail
