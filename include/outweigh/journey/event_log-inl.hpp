#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include <outweigh/core/parallel.hpp>
#include <outweigh/core/read_column.hpp>
#include <outweigh/core/string_dictionary.hpp>
#include <outweigh/core/text_field.hpp>
#include <outweigh/core/time_zone.hpp>
#include <outweigh/journey/event_log.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey {

namespace detail {

inline constexpr std::array<std::string_view, 9> event_columns{"case_id",  "account_id",  "at",    "activity", "stage",
                                                               "function", "customer_id", "value", "sentiment"};

/// Finds our columns under the user's names.
class EventColumns {
 public:
  EventColumns(const core::Table& table, const std::map<std::string, std::string>& names)
      : table_(table), names_(names) {
    for (const auto& [ours, theirs] : names) {
      if (std::find(event_columns.begin(), event_columns.end(), ours) == event_columns.end()) {
        throw core::InvalidInput(
            "the events have no column of this name; there are case_id, account_id, at, activity, "
            "stage, function, customer_id, value and sentiment",
            {.table = "events", .column = ours, .value = theirs});
      }
      if (!table.has(theirs)) {
        throw core::MissingInput("the column that stands for " + ours + " is not in the table",
                                 {.table = "events", .column = theirs});
      }
    }
  }
  [[nodiscard]] const std::string& name(const std::string& ours) const {
    const auto found = names_.find(ours);
    return found == names_.end() ? ours : found->second;
  }
  [[nodiscard]] const core::Column* find(const std::string& ours) const { return table_.find(name(ours)); }
  [[nodiscard]] const core::Column& need(const std::string& ours) const {
    const core::Column* column = find(ours);
    if (column == nullptr) {
      throw core::MissingInput("an event log needs this column", {.table = "events", .column = name(ours)});
    }
    return *column;
  }
  [[nodiscard]] core::Place place(const std::string& ours) const { return {.table = "events", .column = name(ours)}; }
  [[nodiscard]] core::Place place(const std::string& ours, std::size_t row) const {
    auto where = place(ours);
    where.row = row;
    if (const core::Column* column = find(ours)) where.value = column->text(row);
    return where;
  }

 private:
  const core::Table& table_;
  const std::map<std::string, std::string>& names_;
};

inline void require_known(std::span<const std::uint32_t> codes, const EventColumns& columns, const std::string& name) {
  const auto found = std::find(codes.begin(), codes.end(), core::Ids::null_row);
  if (found != codes.end()) {
    throw core::InvalidInput("every event needs a value in this column",
                             columns.place(name, static_cast<std::size_t>(found - codes.begin())));
  }
}

inline std::vector<std::string> texts_of(const core::StringDictionary& dictionary) {
  std::vector<std::string> texts;
  texts.reserve(dictionary.size());
  for (std::size_t code = 0; code < dictionary.size(); ++code) texts.emplace_back(dictionary[code]);
  return texts;
}

inline std::uint8_t stage_code(std::string_view word, core::Place where) {
  const auto stage = graph::parse<graph::Stage>(word);
  if (!stage) {
    where.value = std::string(word);
    throw core::InvalidInput("a stage is one of learn, buy, use, fix, for_life", std::move(where));
  }
  return static_cast<std::uint8_t>(*stage);
}

struct TimedRow {
  std::int64_t at;
  std::uint32_t row;
  friend bool operator<(const TimedRow& a, const TimedRow& b) noexcept {
    return a.at != b.at ? a.at < b.at : a.row < b.row;
  }
};

/// Numeric column with its knowns, in the order of the rows given.
inline void gather_numbers(const EventColumns& columns, const std::string& name, std::span<const std::uint32_t> rows,
                           double lowest, double highest, std::vector<double>& values,
                           std::vector<std::uint8_t>& known) {
  const core::Column* column = columns.find(name);
  if (column == nullptr) return;
  const auto field = core::read_float64s(*column, columns.place(name));
  for (std::size_t row = 0; row < field.size(); ++row) {
    if (field.has(row) && !(field[row] >= lowest && field[row] <= highest)) {
      throw core::InvalidInput(name == "sentiment" ? "a sentiment lies between -1 and 1" : "a value must be finite",
                               columns.place(name, row));
    }
  }
  values.resize(rows.size());
  known.resize(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    known[i] = field.has(rows[i]) ? 1 : 0;
    values[i] = known[i] != 0 ? field[rows[i]] : 0.0;
  }
}

}  // namespace detail

OUTWEIGH_INLINE EventLog read_event_log(const core::Table& events, const EventLogOptions& options) {
  const detail::EventColumns columns(events, options.columns);
  const core::Column& time_column = columns.need("at");
  const core::Column& activity_column = columns.need("activity");
  const bool has_accounts = columns.find("account_id") != nullptr;
  const bool has_cases = columns.find("case_id") != nullptr;
  if (!has_cases && !has_accounts) {
    throw core::MissingInput("an event log needs case_id or account_id",
                             {.table = "events", .column = columns.name("case_id")});
  }
  const std::size_t rows = events.rows();
  if (rows == 0) throw core::InvalidInput("the table has no rows", {.table = "events"});
  if (rows >= EventLog::none)
    throw core::InvalidInput("an event log holds fewer than 2^32 events", {.table = "events"});

  EventLog log;
  const std::string case_name = has_cases ? "case_id" : "account_id";
  const core::Column& case_column = columns.need(case_name);
  core::TimeZone zone;
  const bool has_zone = !options.timezone.empty();
  if (has_zone) zone = core::TimeZone::find(options.timezone);
  std::vector<std::uint32_t> case_codes;
  core::StringDictionary activity_dictionary;
  std::vector<std::uint32_t> activity_codes;
  using Times = decltype(core::read_instants(time_column, nullptr, columns.place("at")));
  std::optional<Times> read_times;
  // The three columns do not need each other; the first error by this order is the one that is told.
  core::parallel_for(options.control, 3, [&](std::size_t task) {
    if (task == 0) {
      auto encoded = core::Ids::encode(case_column, columns.place(case_name), options.control);
      case_codes = std::move(encoded.codes);
      log.cases = std::move(encoded.ids);
      detail::require_known(case_codes, columns, case_name);
    } else if (task == 1) {
      const core::TextField activity_field(activity_column, columns.place("activity"));
      activity_codes = activity_dictionary.encode(activity_field.column(), options.control);
      detail::require_known(activity_codes, columns, "activity");
    } else {
      read_times = core::read_instants(time_column, has_zone ? &zone : nullptr, columns.place("at"));
    }
  });
  log.activities = detail::texts_of(activity_dictionary);
  const Times& at = *read_times;
  core::Instant latest = core::Instant::from_microseconds(std::numeric_limits<std::int64_t>::min());
  for (std::size_t row = 0; row < rows; ++row) {
    if (!at.has(row)) throw core::InvalidInput("an event must have a time", columns.place("at", row));
    latest = std::max(latest, at[row]);
  }
  log.as_of = options.as_of.value_or(latest);
  options.control.check();

  // A counting sort over the cases, then each case by time and row.
  const std::size_t cases = log.cases.size();
  std::vector<std::uint32_t> begin(cases + 1, 0);
  const std::int64_t last = log.as_of.microseconds();
  const core::Instant* times = at.values().data();
  for (std::size_t row = 0; row < rows; ++row) {
    if (times[row].microseconds() <= last)
      ++begin[case_codes[row] + 1];
    else
      ++log.later_rows;
  }
  std::partial_sum(begin.begin(), begin.end(), begin.begin());
  const std::size_t kept = begin.back();
  if (kept == 0)
    throw core::InvalidInput("no event is at or before as_of", {.table = "events", .column = columns.name("at")});
  std::vector<detail::TimedRow> sorted(kept);
  {
    std::vector<std::uint32_t> next(begin.begin(), begin.end() - 1);
    for (std::size_t row = 0; row < rows; ++row) {
      const std::int64_t time = times[row].microseconds();
      if (time <= last) sorted[next[case_codes[row]]++] = {time, static_cast<std::uint32_t>(row)};
    }
  }
  constexpr std::size_t block = 4096;
  core::parallel_for(options.control, core::block_count(cases, block), [&](std::size_t task) {
    for (std::size_t c = task * block; c < std::min(cases, (task + 1) * block); ++c) {
      const auto from = sorted.begin() + static_cast<std::ptrdiff_t>(begin[c]);
      const auto to = sorted.begin() + static_cast<std::ptrdiff_t>(begin[c + 1]);
      if (!std::is_sorted(from, to)) std::sort(from, to);
    }
  });
  log.case_begin = std::move(begin);
  log.at.resize(kept);
  log.row.resize(kept);
  log.activity.resize(kept);
  for (std::size_t i = 0; i < kept; ++i) {
    log.at[i] = sorted[i].at;
    log.row[i] = sorted[i].row;
    log.activity[i] = activity_codes[sorted[i].row];
  }
  if (log.later_rows != 0) {
    // Cases that begin after as_of go.
    std::vector<std::uint32_t> there;
    std::vector<std::uint32_t> bounds{0};
    for (std::size_t c = 0; c < cases; ++c) {
      if (log.case_begin[c + 1] == log.case_begin[c]) continue;
      there.push_back(static_cast<std::uint32_t>(c));
      bounds.push_back(log.case_begin[c + 1]);
    }
    log.cases = log.cases.select(there);
    log.case_begin = std::move(bounds);
  }

  if (has_accounts) {
    auto accounts = core::Ids::encode(columns.need("account_id"), columns.place("account_id"), options.control);
    detail::require_known(accounts.codes, columns, "account_id");
    log.accounts = std::move(accounts.ids);
    log.case_account.resize(log.case_count());
    for (std::size_t c = 0; c < log.case_count(); ++c) {
      const std::uint32_t account = accounts.codes[log.row[log.case_begin[c]]];
      log.case_account[c] = account;
      for (std::size_t i = log.case_begin[c]; i < log.case_begin[c + 1]; ++i) {
        if (accounts.codes[log.row[i]] != account) {
          throw core::InvalidInput("case '" + log.cases.text(c) + "' is of another account in an earlier event",
                                   columns.place("account_id", log.row[i]));
        }
      }
    }
  }

  std::vector<std::uint8_t> of_activity(log.activities.size(), EventLog::no_stage);
  bool any_stage = false;
  for (const auto& [activity, word] : options.stages) {
    const std::uint8_t stage = detail::stage_code(word, {.column = "stages"});
    if (const auto code = activity_dictionary.find(activity)) {
      of_activity[*code] = stage;
      any_stage = true;
    }
  }
  const core::Column* stage_column = columns.find("stage");
  if (any_stage || stage_column != nullptr) {
    std::vector<std::uint32_t> stage_codes;
    std::vector<std::uint8_t> of_word;
    if (stage_column != nullptr) {
      const core::TextField field(*stage_column, columns.place("stage"));
      core::StringDictionary words;
      stage_codes = words.encode(field.column(), options.control);
      for (std::size_t code = 0; code < words.size(); ++code) {
        const auto stage = graph::parse<graph::Stage>(words[code]);
        if (!stage) {
          const auto row = std::find(stage_codes.begin(), stage_codes.end(), static_cast<std::uint32_t>(code));
          detail::stage_code(words[code], columns.place("stage", static_cast<std::size_t>(row - stage_codes.begin())));
        }
        of_word.push_back(static_cast<std::uint8_t>(*stage));
      }
    }
    log.stage.resize(kept);
    for (std::size_t i = 0; i < kept; ++i) {
      std::uint8_t stage = of_activity[log.activity[i]];
      if (stage == EventLog::no_stage && !stage_codes.empty() &&
          stage_codes[log.row[i]] != core::StringDictionary::null_row) {
        stage = of_word[stage_codes[log.row[i]]];
      }
      log.stage[i] = stage;
    }
  }
  if (const core::Column* column = columns.find("function")) {
    const core::TextField field(*column, columns.place("function"));
    core::StringDictionary dictionary;
    const auto codes = dictionary.encode(field.column(), options.control);
    log.functions = detail::texts_of(dictionary);
    log.function.resize(kept);
    for (std::size_t i = 0; i < kept; ++i) log.function[i] = codes[log.row[i]];
  }
  if (const core::Column* column = columns.find("customer_id")) {
    auto customers = core::Ids::encode(*column, columns.place("customer_id"), options.control);
    log.customers = std::move(customers.ids);
    log.customer.resize(kept);
    for (std::size_t i = 0; i < kept; ++i) log.customer[i] = customers.codes[log.row[i]];
  }
  constexpr double largest = std::numeric_limits<double>::max();
  detail::gather_numbers(columns, "value", log.row, -largest, largest, log.value, log.value_known);
  detail::gather_numbers(columns, "sentiment", log.row, -1.0, 1.0, log.sentiment, log.sentiment_known);
  return log;
}

OUTWEIGH_INLINE core::Table EventLog::to_table() const {
  const auto codes_of_cases = [&] {
    std::vector<std::uint32_t> codes(events());
    for (std::size_t c = 0; c < case_count(); ++c) {
      std::fill(codes.begin() + case_begin[c], codes.begin() + case_begin[c + 1], static_cast<std::uint32_t>(c));
    }
    return codes;
  }();
  core::Table table;
  table.add("case_id", cases.column(codes_of_cases));
  if (!case_account.empty()) {
    std::vector<std::uint32_t> codes(events());
    for (std::size_t i = 0; i < events(); ++i) codes[i] = case_account[codes_of_cases[i]];
    table.add("account_id", accounts.column(codes));
  }
  std::vector<core::Instant> times(events());
  for (std::size_t i = 0; i < events(); ++i) times[i] = core::Instant::from_microseconds(at[i]);
  table.add("at", core::Column::instants(times));
  const auto words = [](const std::vector<std::string>& texts) {
    return std::vector<std::string_view>(texts.begin(), texts.end());
  };
  table.add("activity", core::Column::categories(activity, words(activities)));
  if (!stage.empty()) {
    std::vector<std::uint32_t> codes(events());
    std::vector<std::uint8_t> valid(events());
    for (std::size_t i = 0; i < events(); ++i) {
      valid[i] = stage[i] != no_stage ? 1 : 0;
      codes[i] = valid[i] != 0 ? stage[i] : 0;
    }
    const auto& all = graph::Vocabulary<graph::Stage>::words;
    table.add("stage",
              core::Column::categories(codes, std::span<const std::string_view>(all.data(), all.size()), valid));
  }
  if (!function.empty()) {
    std::vector<std::uint32_t> codes(function);
    std::vector<std::uint8_t> valid(events());
    for (std::size_t i = 0; i < events(); ++i) {
      valid[i] = codes[i] != none ? 1 : 0;
      if (valid[i] == 0) codes[i] = 0;
    }
    table.add("function", functions.empty() ? core::Column::nulls(events())
                                            : core::Column::categories(codes, words(functions), valid));
  }
  if (!customer.empty()) table.add("customer_id", customers.column(customer));
  if (!value.empty()) table.add("value", core::Column::float64s(value, value_known));
  if (!sentiment.empty()) table.add("sentiment", core::Column::float64s(sentiment, sentiment_known));
  return table;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::journey
