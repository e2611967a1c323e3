#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include <outweigh/journey/detail/quantile.hpp>
#include <outweigh/journey/detail/table_maker.hpp>
#include <outweigh/journey/stage_matrix.hpp>
#include <outweigh/stats/distributions.hpp>
#include <outweigh/stats/exact_sum.hpp>
#include <outweigh/stats/proportion.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey {

namespace detail {

inline constexpr std::size_t stage_count = 5;
// learn, buy, use and fix side by side, for life.
inline constexpr std::array<int, stage_count> stage_place{0, 1, 2, 2, 3};

struct MatrixCell {
  std::int64_t events = 0;
  std::int64_t cases = 0;
  std::int64_t subjects = 0;
  std::uint32_t seen = EventLog::none;
  std::vector<std::int64_t> before{};   ///< times since the event before, in the case
  std::vector<std::int64_t> between{};  ///< times between contacts of one subject
  std::int64_t sentiments = 0;
  stats::ExactSum sentiment{};
  stats::ExactSum sentiment_squares{};
  std::int64_t felt_subjects = 0;
  stats::ExactSum squares_between{};  ///< squares of the subjects' sums of what they felt beyond the mean
  bool any_value = false;
  stats::ExactSum value{};
  std::int64_t missing = 0, silent = 0, unhappy = 0;
  std::optional<double> usual{};  ///< microseconds
};

struct Contact {
  std::uint32_t subject;
  std::uint32_t cell;
  std::int64_t at;
  std::uint32_t row;  ///< breaks ties
  double sentiment;
  bool has_sentiment;
};

OUTWEIGH_INLINE void check_gap_options(const GapOptions& options) {
  const auto share = [](double value, const char* name) {
    if (!(value >= 0.0 && value <= 1.0)) {
      throw core::InvalidInput("a share lies between 0 and 1", {.column = name, .value = std::to_string(value)});
    }
  };
  share(options.expected_share, "expected_share");
  share(options.silent_quantile, "silent_quantile");
  if (!(options.unhappy_below >= -1.0 && options.unhappy_below <= 1.0)) {
    throw core::InvalidInput("a sentiment lies between -1 and 1",
                             {.column = "unhappy_below", .value = std::to_string(options.unhappy_below)});
  }
  if (!(options.level > 0.0 && options.level < 1.0)) {
    throw core::InvalidInput("the level of intervals lies between 0 and 1",
                             {.column = "level", .value = std::to_string(options.level)});
  }
  if (options.fewest_times < 1 || options.fewest_accounts < 1) {
    throw core::InvalidInput("at least one is needed to judge", {.column = "fewest_times, fewest_accounts"});
  }
}

/// Which activities of the log have one of these names.
inline std::vector<std::uint8_t> activities_among(const EventLog& log, const std::vector<std::string>& names) {
  std::vector<std::uint8_t> among(log.activities.size(), 0);
  for (std::size_t a = 0; a < among.size(); ++a) {
    among[a] = std::find(names.begin(), names.end(), log.activities[a]) != names.end() ? 1 : 0;
  }
  return among;
}

inline core::Table stages_of(const EventLog& log, const GapOptions& options) {
  using Type = TableMaker::Type;
  struct Reach {
    std::int64_t events = 0, cases = 0, dropped = 0, may_return = 0;
    std::vector<std::int64_t> to_reach{};
    std::vector<std::int64_t> onward{};
    std::vector<std::int64_t> idle{};  ///< of dropped cases: from the last event to as_of
  };
  std::array<Reach, stage_count> reach;
  const auto is_end = activities_among(log, options.ends);
  for (std::size_t c = 0; c < log.case_count(); ++c) {
    const std::size_t begin = log.case_begin[c];
    const std::size_t end = log.case_begin[c + 1];
    std::array<std::size_t, stage_count> first;
    first.fill(end);
    bool is_over = false;
    for (std::size_t i = end; i-- > begin;) {
      is_over = is_over || is_end[log.activity[i]] != 0;
      if (log.stage[i] == EventLog::no_stage) continue;
      first[log.stage[i]] = i;
      ++reach[log.stage[i]].events;
    }
    for (std::size_t s = 0; s < stage_count; ++s) {
      if (first[s] == end) continue;
      Reach& r = reach[s];
      ++r.cases;
      r.to_reach.push_back(log.at[first[s]] - log.at[begin]);
      bool goes_on = false;
      for (std::size_t i = begin; i < end; ++i) {
        const std::uint8_t stage = log.stage[i];
        if (stage == EventLog::no_stage || stage_place[stage] <= stage_place[s]) continue;
        goes_on = true;
        if (i > first[s]) {
          r.onward.push_back(log.at[i] - log.at[first[s]]);
          break;
        }
      }
      if (!goes_on) {
        ++r.dropped;
        if (!is_over) r.idle.push_back(log.as_of.microseconds() - log.at[end - 1]);
      }
    }
  }
  TableMaker maker{{"stage", Type::text},
                   {"events", Type::count},
                   {"cases", Type::count},
                   {"share_of_cases", Type::number},
                   {"median_days_to_reach", Type::number},
                   {"dropped", Type::count},
                   {"dropped_share", Type::number},
                   {"lower", Type::number},
                   {"upper", Type::number},
                   {"may_return", Type::count},
                   {"median_days_onward", Type::number}};
  for (std::size_t s = 0; s < stage_count; ++s) {
    Reach& r = reach[s];
    const auto word = graph::to_string(static_cast<graph::Stage>(s));
    const bool last = stage_place[s] == stage_place[stage_count - 1];
    if (r.cases == 0 || last) {
      maker.row({word, r.events, r.cases, static_cast<double>(r.cases) / static_cast<double>(log.case_count()),
                 r.cases == 0 ? Cell() : Cell(days(quantile(std::span(r.to_reach), 0.5))), Cell(), Cell(), Cell(),
                 Cell(), Cell(), Cell()});
      continue;
    }
    const double usual = r.onward.empty() ? 0.0 : quantile(std::span(r.onward), 0.9);
    for (const std::int64_t idle : r.idle) r.may_return += static_cast<double>(idle) <= usual ? 1 : 0;
    const auto interval =
        stats::wilson_interval(static_cast<double>(r.dropped), static_cast<double>(r.cases), options.level);
    maker.row({word, r.events, r.cases, static_cast<double>(r.cases) / static_cast<double>(log.case_count()),
               days(quantile(std::span(r.to_reach), 0.5)), r.dropped,
               static_cast<double>(r.dropped) / static_cast<double>(r.cases), interval.lower, interval.upper,
               r.onward.empty() ? Cell() : Cell(r.may_return),
               r.onward.empty() ? Cell() : Cell(days(quantile(std::span(r.onward), 0.5)))});
  }
  return maker.table();
}

}  // namespace detail

OUTWEIGH_INLINE StageMatrix stage_matrix(const EventLog& log, const GapOptions& options) {
  using Type = detail::TableMaker::Type;
  using detail::Cell;
  detail::check_gap_options(options);
  if (log.stage.empty() ||
      std::all_of(log.stage.begin(), log.stage.end(), [](std::uint8_t s) { return s == EventLog::no_stage; })) {
    throw core::MissingInput("stages need a column 'stage' or a mapping of activities to stages",
                             {.table = "events", .column = "stage"});
  }
  const std::size_t functions = log.functions.size() + 1;  // the last one: unknown
  const bool by_account = !log.case_account.empty();
  const std::size_t subjects = by_account ? log.accounts.size() : log.case_count();
  std::vector<detail::MatrixCell> cells(detail::stage_count * functions);
  std::vector<detail::Contact> contacts;
  std::vector<std::uint8_t> escalated(subjects, 0);
  std::vector<std::uint8_t> gone(subjects, 0);
  const auto is_escalation = detail::activities_among(log, options.escalations);
  const auto is_end = detail::activities_among(log, options.ends);
  double staged = 0.0;
  for (std::uint32_t c = 0; c < log.case_count(); ++c) {
    const std::uint32_t subject = by_account ? log.case_account[c] : c;
    for (std::size_t i = log.case_begin[c]; i < log.case_begin[c + 1]; ++i) {
      if (is_escalation[log.activity[i]] != 0) escalated[subject] = 1;
      if (is_end[log.activity[i]] != 0) gone[subject] = 1;
      if (log.stage[i] == EventLog::no_stage) continue;
      const std::size_t function =
          log.function.empty() || log.function[i] == EventLog::none ? functions - 1 : log.function[i];
      const std::size_t index = log.stage[i] * functions + function;
      detail::MatrixCell& cell = cells[index];
      ++cell.events;
      staged += 1.0;
      if (cell.seen != c) ++cell.cases;
      cell.seen = c;
      if (i > log.case_begin[c]) cell.before.push_back(log.at[i] - log.at[i - 1]);
      const bool felt = !log.sentiment.empty() && log.sentiment_known[i] != 0;
      if (felt) {
        ++cell.sentiments;
        cell.sentiment.add(log.sentiment[i]);
        cell.sentiment_squares.add(log.sentiment[i] * log.sentiment[i]);
      }
      if (!log.value.empty() && log.value_known[i] != 0) {
        cell.any_value = true;
        cell.value.add(log.value[i]);
      }
      contacts.push_back(
          {subject, static_cast<std::uint32_t>(index), log.at[i], log.row[i], felt ? log.sentiment[i] : 0.0, felt});
    }
  }
  std::sort(contacts.begin(), contacts.end(), [](const detail::Contact& a, const detail::Contact& b) {
    return std::tie(a.subject, a.at, a.row) < std::tie(b.subject, b.at, b.row);
  });

  // Who was touched where, when last, how it felt last; and the stage a subject is in.
  struct Touch {
    std::int64_t last = 0;
    std::optional<double> sentiment{};
    std::int64_t felt = 0;
    std::int64_t felt_sum = 0;  ///< in millionths of a millionth, so that the order of rows does not show
  };
  std::vector<std::vector<std::pair<std::uint32_t, Touch>>> touched(subjects);
  std::vector<std::uint8_t> now(subjects, EventLog::no_stage);
  std::vector<std::int64_t> now_since(subjects, 0);
  std::array<std::int64_t, detail::stage_count> reached{};
  for (const detail::Contact& contact : contacts) {
    auto& list = touched[contact.subject];
    auto found = std::find_if(list.begin(), list.end(), [&](const auto& entry) { return entry.first == contact.cell; });
    const auto stage = static_cast<std::uint8_t>(contact.cell / functions);
    if (found == list.end()) {
      if (std::none_of(list.begin(), list.end(), [&](const auto& entry) { return entry.first / functions == stage; }))
        ++reached[stage];
      ++cells[contact.cell].subjects;
      list.push_back({contact.cell, {}});
      found = list.end() - 1;
    } else {
      cells[contact.cell].between.push_back(contact.at - found->second.last);
    }
    found->second.last = contact.at;
    if (contact.has_sentiment) {
      found->second.sentiment = contact.sentiment;
      ++found->second.felt;
      found->second.felt_sum += std::llround(1e12 * contact.sentiment);
    }
    if (now[contact.subject] != stage) now_since[contact.subject] = contact.at;
    now[contact.subject] = stage;
  }
  for (const auto& list : touched) {
    for (const auto& [index, touch] : list) {
      if (touch.felt == 0) continue;
      detail::MatrixCell& cell = cells[index];
      const double mean = cell.sentiment.value() / static_cast<double>(cell.sentiments);
      const double beyond = 1e-12 * static_cast<double>(touch.felt_sum) - mean * static_cast<double>(touch.felt);
      ++cell.felt_subjects;
      cell.squares_between.add(beyond * beyond);
    }
  }
  for (detail::MatrixCell& cell : cells) {
    if (static_cast<std::int64_t>(cell.between.size()) >= options.fewest_times) {
      cell.usual = detail::quantile(std::span(cell.between), options.silent_quantile);
    }
  }

  struct Gap {
    std::uint32_t subject;
    std::uint32_t cell;
    const char* kind;
    std::int64_t since;
    std::optional<double> sentiment;
    std::optional<double> usual;
  };
  std::vector<Gap> gaps;
  for (std::uint32_t subject = 0; subject < subjects; ++subject) {
    if (now[subject] == EventLog::no_stage || gone[subject] != 0) continue;
    for (std::size_t function = 0; function < functions; ++function) {
      const std::size_t index = now[subject] * functions + function;
      detail::MatrixCell& cell = cells[index];
      if (cell.events == 0) continue;
      const auto& list = touched[subject];
      const auto found =
          std::find_if(list.begin(), list.end(), [&](const auto& entry) { return entry.first == index; });
      const auto there = static_cast<double>(reached[now[subject]]);
      if (found == list.end()) {
        const double share = static_cast<double>(cell.subjects) / there;
        if (function + 1 != functions && reached[now[subject]] >= options.fewest_accounts &&
            share >= options.expected_share) {
          ++cell.missing;
          gaps.push_back(
              {subject, static_cast<std::uint32_t>(index), "missing", now_since[subject], std::nullopt, share});
        }
        continue;
      }
      const double silence = static_cast<double>(log.as_of.microseconds() - found->second.last);
      if (cell.usual && silence > *cell.usual) {
        ++cell.silent;
        gaps.push_back({subject, static_cast<std::uint32_t>(index), "silent", found->second.last,
                        found->second.sentiment, detail::days(*cell.usual)});
      }
      if (found->second.sentiment && *found->second.sentiment < options.unhappy_below) {
        ++cell.unhappy;
        gaps.push_back({subject, static_cast<std::uint32_t>(index), "unhappy", found->second.last,
                        found->second.sentiment, options.unhappy_below});
      }
    }
  }
  std::stable_sort(gaps.begin(), gaps.end(), [&](const Gap& a, const Gap& b) {
    return std::tuple(escalated[a.subject], a.since) < std::tuple(escalated[b.subject], b.since);
  });

  const auto name_of = [&](std::size_t function) {
    return function + 1 == functions ? Cell() : Cell(log.functions[function]);
  };
  std::vector<std::uint32_t> order(log.functions.size());
  for (std::uint32_t f = 0; f < order.size(); ++f) order[f] = f;
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return log.functions[a] < log.functions[b]; });
  order.push_back(static_cast<std::uint32_t>(functions - 1));
  StageMatrix result;
  result.stages = detail::stages_of(log, options);
  detail::TableMaker matrix{{"stage", Type::text},
                            {"function", Type::text},
                            {"events", Type::count},
                            {"cases", Type::count},
                            {"accounts", Type::count},
                            {"share_of_events", Type::number},
                            {"median_days_before", Type::number},
                            {"sentiment", Type::number},
                            {"lower", Type::number},
                            {"upper", Type::number},
                            {"sentiment_known", Type::count},
                            {"value", Type::number},
                            {"gap_missing", Type::count},
                            {"gap_silent", Type::count},
                            {"gap_unhappy", Type::count}};
  for (std::size_t s = 0; s < detail::stage_count; ++s) {
    for (const std::uint32_t f : order) {
      detail::MatrixCell& cell = cells[s * functions + f];
      if (cell.events == 0) continue;
      Cell mean;
      Cell lower;
      Cell upper;
      if (cell.sentiments > 0) {
        const auto n = static_cast<double>(cell.sentiments);
        const double average = cell.sentiment.value() / n;
        mean = average;
        if (cell.felt_subjects > 1) {
          // What one account felt goes together.
          const auto m = static_cast<double>(cell.felt_subjects);
          const double apart = (cell.sentiment_squares.value() - n * average * average) / (n - 1.0) / n;
          const double variance = std::max({0.0, apart, m / (m - 1.0) * cell.squares_between.value() / (n * n)});
          const double half = stats::student_t_quantile(0.5 + options.level / 2.0, m - 1.0) * std::sqrt(variance);
          lower = std::max(-1.0, average - half);
          upper = std::min(1.0, average + half);
        } else {
          lower = -1.0;
          upper = 1.0;
        }
      }
      matrix.row({graph::to_string(static_cast<graph::Stage>(s)), name_of(f), cell.events, cell.cases, cell.subjects,
                  static_cast<double>(cell.events) / staged,
                  cell.before.empty() ? Cell() : Cell(detail::days(detail::quantile(std::span(cell.before), 0.5))),
                  mean, lower, upper, cell.sentiments, cell.any_value ? Cell(cell.value.value()) : Cell(), cell.missing,
                  cell.silent, cell.unhappy});
    }
  }
  result.matrix = matrix.table();

  detail::TableMaker list{{"stage", Type::text},   {"function", Type::text}, {"gap", Type::text},
                          {"since", Type::time},   {"days", Type::number},   {"sentiment", Type::number},
                          {"usual", Type::number}, {"escalated", Type::flag}};
  std::vector<std::uint32_t> who;
  for (const Gap& gap : gaps) {
    who.push_back(gap.subject);
    list.row({graph::to_string(static_cast<graph::Stage>(gap.cell / functions)), name_of(gap.cell % functions),
              gap.kind, core::Instant::from_microseconds(gap.since), detail::days(log.as_of.microseconds() - gap.since),
              gap.sentiment, gap.usual, escalated[gap.subject] != 0});
  }
  const core::Table rest = list.table();
  result.gaps.add(by_account ? "account_id" : "case_id", (by_account ? log.accounts : log.cases).column(who));
  for (std::size_t i = 0; i < rest.columns(); ++i) result.gaps.add(rest.names()[i], rest.column(i));
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::journey
