#pragma once

#include <algorithm>
#include <limits>
#include <numeric>
#include <unordered_map>
#include <utility>

#include <outweigh/core/detail/counted.hpp>
#include <outweigh/core/parallel.hpp>
#include <outweigh/core/table_bytes.hpp>
#include <outweigh/journey/detail/gap_bytes.hpp>
#include <outweigh/journey/detail/path_counts.hpp>
#include <outweigh/journey/detail/quantile.hpp>
#include <outweigh/journey/detail/table_maker.hpp>
#include <outweigh/journey/paths.hpp>
#include <outweigh/journey/touchpoints.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey {

OUTWEIGH_INLINE Journey::Journey(EventLog log, const GapOptions& gaps, const core::RunControl& control) {
  detail::check_gap_options(gaps);
  auto data = std::make_shared<Data>();
  data->log = std::move(log);
  data->gaps = gaps;
  const EventLog& events = data->log;
  const std::size_t cases = events.case_count();
  control.report("reading journeys", 0.3);

  // Times between neighbours, gathered by transition.
  detail::PairNumbers numbers(events.activities.size());
  std::vector<std::uint32_t> pair_of(events.events(), EventLog::none);
  std::vector<std::size_t> begin{0};
  for (std::size_t c = 0; c < cases; ++c) {
    for (std::size_t i = events.case_begin[c] + 1; i < events.case_begin[c + 1]; ++i) {
      const std::uint32_t pair = numbers.number(events.activity[i - 1], events.activity[i]);
      pair_of[i] = pair;
      if (begin.size() < std::size_t{pair} + 2) begin.push_back(0);
      ++begin[pair + 1];
    }
  }
  std::partial_sum(begin.begin(), begin.end(), begin.begin());
  std::vector<std::int64_t> times(begin.back());
  {
    std::vector<std::size_t> next(begin.begin(), begin.end() - 1);
    for (std::size_t i = 1; i < events.events(); ++i) {
      if (pair_of[i] != EventLog::none) times[next[pair_of[i]]++] = events.at[i] - events.at[i - 1];
    }
  }
  control.report("timing transitions", 0.6);
  data->transitions.resize(numbers.pairs().size());
  std::vector<std::uint32_t> numbered;
  core::parallel_for(control, data->transitions.size() + 1, [&](std::size_t task) {
    // Variants take longest, so they begin first.
    if (task == 0) {
      numbered = detail::number_variants(events, data->variants);
      return;
    }
    const std::size_t pair = task - 1;
    const auto values = std::span(times).subspan(begin[pair], begin[pair + 1] - begin[pair]);
    Transition& transition = data->transitions[pair];
    transition.from = numbers.pairs()[pair].first;
    transition.to = numbers.pairs()[pair].second;
    transition.count = static_cast<std::int64_t>(values.size());
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    std::int64_t most = 0;
    detail::DaySum sum;
    for (const std::int64_t value : values) {
      sum.add(value);
      least = std::min(least, value);
      most = std::max(most, value);
    }
    transition.total_days = sum.days();
    transition.mean_days = transition.total_days / static_cast<double>(values.size());
    transition.median_days = detail::days(detail::quantile(values, 0.5));
    transition.p90_days = detail::days(detail::quantile(values, 0.9));
    transition.minimum_days = detail::days(least);
    transition.maximum_days = detail::days(most);
  });
  const auto names = [&](const Transition& t) {
    return std::pair(std::string_view(events.activities[t.from]), std::string_view(events.activities[t.to]));
  };
  std::sort(data->transitions.begin(), data->transitions.end(), [&](const Transition& a, const Transition& b) {
    return a.count != b.count ? a.count > b.count : names(a) < names(b);
  });

  control.report("gathering variants", 0.8);
  std::vector<std::int64_t> durations(cases);
  std::vector<detail::DaySum> variant_days(data->variants.size());
  detail::DaySum sum;
  for (std::size_t c = 0; c < cases; ++c) {
    durations[c] = events.at[events.case_begin[c + 1] - 1] - events.at[events.case_begin[c]];
    sum.add(durations[c]);
    variant_days[numbered[c]].add(durations[c]);
  }
  for (std::size_t v = 0; v < data->variants.size(); ++v) {
    data->variants[v].mean_days = variant_days[v].days() / static_cast<double>(data->variants[v].cases);
  }
  std::vector<std::uint32_t> order(data->variants.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto texts = [&](std::uint32_t v) { return detail::path_of(events, data->variants[v].example); };
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    if (data->variants[a].cases != data->variants[b].cases) return data->variants[a].cases > data->variants[b].cases;
    const auto left = texts(a);
    const auto right = texts(b);
    return std::lexicographical_compare(
        left.begin(), left.end(), right.begin(), right.end(),
        [&](std::uint32_t x, std::uint32_t y) { return events.activities[x] < events.activities[y]; });
  });
  std::vector<Variant> sorted;
  std::vector<std::uint32_t> rank(order.size());
  for (std::size_t place = 0; place < order.size(); ++place) {
    sorted.push_back(data->variants[order[place]]);
    rank[order[place]] = static_cast<std::uint32_t>(place);
  }
  data->variants = std::move(sorted);
  data->case_variant.resize(cases);
  for (std::size_t c = 0; c < cases; ++c) data->case_variant[c] = rank[numbered[c]];

  CaseDurations& summary = data->durations;
  summary.cases = static_cast<std::int64_t>(cases);
  if (cases != 0) {
    summary.mean_days = sum.days() / static_cast<double>(cases);
    summary.median_days = detail::days(detail::quantile(std::span(durations), 0.5));
    summary.p90_days = detail::days(detail::quantile(std::span(durations), 0.9));
    summary.p95_days = detail::days(detail::quantile(std::span(durations), 0.95));
    summary.maximum_days = detail::days(*std::max_element(durations.begin(), durations.end()));
  }
  control.report("reading journeys", 1.0);
  data_ = std::move(data);
}

OUTWEIGH_INLINE std::string Journey::summary() const {
  const EventLog& events = log();
  using core::detail::counted;
  std::string text = counted(events.events(), "event") + " of " + counted(events.case_count(), "case") + ", " +
                     counted(events.activities.size(), "kind") + " of activity, " +
                     counted(variants().size(), "variant");
  if (events.later_rows != 0) {
    text += "; " + counted(events.later_rows, "event") + " after as_of " + (events.later_rows == 1 ? "was" : "were") +
            " left out";
  }
  return text + ".";
}

OUTWEIGH_INLINE core::Table Journey::to_table() const {
  using Type = detail::TableMaker::Type;
  detail::TableMaker maker{{"from", Type::text},          {"to", Type::text},
                           {"count", Type::count},        {"share", Type::number},
                           {"mean_days", Type::number},   {"median_days", Type::number},
                           {"p90_days", Type::number},    {"minimum_days", Type::number},
                           {"maximum_days", Type::number}};
  double all = 0.0;
  for (const Transition& t : transitions()) all += static_cast<double>(t.count);
  for (const Transition& t : transitions()) {
    maker.row({log().activities[t.from], log().activities[t.to], t.count, static_cast<double>(t.count) / all,
               t.mean_days, t.median_days, t.p90_days, t.minimum_days, t.maximum_days});
  }
  return maker.table();
}

OUTWEIGH_INLINE core::Table Journey::bottlenecks_table() const {
  using Type = detail::TableMaker::Type;
  std::vector<Transition> ordered(transitions().begin(), transitions().end());
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const Transition& a, const Transition& b) { return a.total_days > b.total_days; });
  double all = 0.0;
  for (const Transition& t : ordered) all += t.total_days;
  detail::TableMaker maker{{"from", Type::text},          {"to", Type::text},           {"count", Type::count},
                           {"total_days", Type::number},  {"time_share", Type::number}, {"mean_days", Type::number},
                           {"median_days", Type::number}, {"p90_days", Type::number}};
  for (const Transition& t : ordered) {
    maker.row({log().activities[t.from], log().activities[t.to], t.count, t.total_days,
               all > 0.0 ? detail::Cell(t.total_days / all) : detail::Cell(), t.mean_days, t.median_days, t.p90_days});
  }
  return maker.table();
}

OUTWEIGH_INLINE core::Table Journey::variants_table(std::size_t limit) const {
  using Type = detail::TableMaker::Type;
  detail::TableMaker maker{{"variant", Type::count},   {"path", Type::text},    {"length", Type::count},
                           {"cases", Type::count},     {"share", Type::number}, {"cumulative_share", Type::number},
                           {"mean_days", Type::number}};
  const auto cases = static_cast<double>(log().case_count());
  std::int64_t so_far = 0;
  for (std::size_t v = 0; v < variants().size() && (limit == 0 || v < limit); ++v) {
    const Variant& variant = variants()[v];
    std::string text;
    const auto path = detail::path_of(log(), variant.example);
    for (const std::uint32_t code : path) text += (text.empty() ? "" : " > ") + log().activities[code];
    so_far += variant.cases;
    maker.row({v, std::move(text), path.size(), variant.cases, static_cast<double>(variant.cases) / cases,
               static_cast<double>(so_far) / cases, variant.mean_days});
  }
  return maker.table();
}

OUTWEIGH_INLINE core::Table Journey::activities_table() const {
  using Type = detail::TableMaker::Type;
  const EventLog& events = log();
  struct Counts {
    std::int64_t events = 0, cases = 0, first = 0, last = 0, self_loops = 0, repeats = 0, cases_with_repeats = 0;
    std::uint32_t seen = EventLog::none;
    std::uint32_t repeated = EventLog::none;
    std::uint8_t stage = EventLog::no_stage;
    bool mixed = false;
  };
  std::vector<Counts> counts(events.activities.size());
  for (std::uint32_t c = 0; c < events.case_count(); ++c) {
    for (std::size_t i = events.case_begin[c]; i < events.case_begin[c + 1]; ++i) {
      Counts& count = counts[events.activity[i]];
      ++count.events;
      if (!events.stage.empty()) {
        if (count.events > 1 && count.stage != events.stage[i]) count.mixed = true;
        count.stage = events.stage[i];
      }
      if (count.seen != c) {
        count.seen = c;
        ++count.cases;
      } else {
        ++count.repeats;
        if (count.repeated != c) ++count.cases_with_repeats;
        count.repeated = c;
      }
      if (i > events.case_begin[c] && events.activity[i - 1] == events.activity[i]) ++count.self_loops;
    }
    ++counts[events.activity[events.case_begin[c]]].first;
    ++counts[events.activity[events.case_begin[c + 1] - 1]].last;
  }
  std::vector<std::uint32_t> order;
  for (std::uint32_t a = 0; a < counts.size(); ++a) {
    if (counts[a].events != 0) order.push_back(a);
  }
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return counts[a].events != counts[b].events ? counts[a].events > counts[b].events
                                                : events.activities[a] < events.activities[b];
  });
  detail::TableMaker maker{{"activity", Type::text},
                           {"stage", Type::text},
                           {"events", Type::count},
                           {"cases", Type::count},
                           {"share_of_cases", Type::number},
                           {"first", Type::count},
                           {"last", Type::count},
                           {"drop_off", Type::number},
                           {"self_loops", Type::count},
                           {"repeats", Type::count},
                           {"cases_with_repeats", Type::count}};
  for (const std::uint32_t a : order) {
    const Counts& c = counts[a];
    const auto cases = static_cast<double>(c.cases);
    const bool staged = c.stage != EventLog::no_stage || c.mixed;
    maker.row({events.activities[a],
               staged ? detail::Cell(c.mixed ? std::string("several") : detail::stage_word(c.stage)) : detail::Cell(),
               c.events, c.cases, cases / static_cast<double>(events.case_count()), c.first, c.last,
               static_cast<double>(c.last) / cases, c.self_loops, c.repeats, c.cases_with_repeats});
  }
  return maker.table();
}

OUTWEIGH_INLINE core::Table Journey::loops_table() const {
  using Type = detail::TableMaker::Type;
  const EventLog& events = log();
  std::unordered_map<std::uint64_t, std::pair<std::int64_t, std::int64_t>> counts;  // times, cases
  std::unordered_map<std::uint64_t, std::uint32_t> seen;
  std::vector<std::pair<std::uint32_t, std::size_t>> last(events.activities.size(), {EventLog::none, 0});
  for (std::uint32_t c = 0; c < events.case_count(); ++c) {
    for (std::size_t i = events.case_begin[c]; i < events.case_begin[c + 1]; ++i) {
      const std::uint32_t activity = events.activity[i];
      auto& [in_case, at] = last[activity];
      if (in_case == c && i > at + 1) {
        const std::uint32_t between = i == at + 2 ? events.activity[i - 1] : EventLog::none;
        const std::uint64_t key = (std::uint64_t{activity} << 32U) | between;
        auto& [times, cases] = counts[key];
        ++times;
        const auto [where, is_new] = seen.try_emplace(key, c);
        if (is_new || where->second != c) ++cases;
        where->second = c;
      }
      in_case = c;
      at = i;
    }
  }
  using Row = std::pair<std::uint64_t, std::pair<std::int64_t, std::int64_t>>;
  std::vector<Row> rows(counts.begin(), counts.end());
  const auto text = [&](std::uint64_t key) {
    const auto between = static_cast<std::uint32_t>(key & 0xFFFF'FFFFU);
    return std::pair(std::string_view(events.activities[key >> 32U]),
                     between == EventLog::none ? std::string_view() : std::string_view(events.activities[between]));
  };
  std::sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) {
    return a.second.first != b.second.first ? a.second.first > b.second.first : text(a.first) < text(b.first);
  });
  detail::TableMaker maker{
      {"activity", Type::text}, {"between", Type::text}, {"times", Type::count}, {"cases", Type::count}};
  for (const auto& [key, count] : rows) {
    const bool several = (key & 0xFFFF'FFFFU) == EventLog::none;
    maker.row({text(key).first, several ? detail::Cell() : detail::Cell(text(key).second), count.first, count.second});
  }
  return maker.table();
}

OUTWEIGH_INLINE core::Table Journey::cases_table() const {
  const EventLog& events = log();
  const std::size_t cases = events.case_count();
  std::vector<core::Instant> first(cases);
  std::vector<core::Instant> last(cases);
  std::vector<double> days(cases);
  std::vector<std::int64_t> count(cases);
  std::vector<std::uint32_t> opening(cases);
  std::vector<std::uint32_t> closing(cases);
  std::vector<std::int64_t> variant(data_->case_variant.begin(), data_->case_variant.end());
  std::vector<std::uint32_t> furthest(cases, 0);
  std::vector<std::uint8_t> staged(cases, 0);
  for (std::size_t c = 0; c < cases; ++c) {
    const std::size_t begin = events.case_begin[c];
    const std::size_t end = events.case_begin[c + 1];
    first[c] = core::Instant::from_microseconds(events.at[begin]);
    last[c] = core::Instant::from_microseconds(events.at[end - 1]);
    days[c] = detail::days(events.at[end - 1] - events.at[begin]);
    count[c] = static_cast<std::int64_t>(end - begin);
    opening[c] = events.activity[begin];
    closing[c] = events.activity[end - 1];
    for (std::size_t i = begin; i < end && !events.stage.empty(); ++i) {
      if (events.stage[i] == EventLog::no_stage) continue;
      furthest[c] = std::max<std::uint32_t>(furthest[c], events.stage[i]);
      staged[c] = 1;
    }
  }
  const std::vector<std::string_view> activities(events.activities.begin(), events.activities.end());
  core::Table table;
  table.add("case_id", events.cases.column());
  if (!events.case_account.empty()) table.add("account_id", events.accounts.column(events.case_account));
  table.add("first", core::Column::instants(first));
  table.add("last", core::Column::instants(last));
  table.add("days", core::Column::float64s(std::move(days)));
  table.add("events", core::Column::int64s(std::move(count)));
  table.add("first_activity", core::Column::categories(std::move(opening), activities));
  table.add("last_activity", core::Column::categories(std::move(closing), activities));
  table.add("variant", core::Column::int64s(std::move(variant)));
  const auto& all = graph::Vocabulary<graph::Stage>::words;
  table.add("stage", core::Column::categories(std::move(furthest),
                                              std::span<const std::string_view>(all.data(), all.size()), staged));
  return table;
}

OUTWEIGH_INLINE core::Table Journey::functions_table() const {
  using Type = detail::TableMaker::Type;
  const EventLog& events = log();
  if (events.function.empty())
    throw core::MissingInput("functions need this column", {.table = "events", .column = "function"});
  struct Counts {
    std::int64_t events = 0, cases = 0, only = 0, handovers = 0;
    std::uint32_t seen = EventLog::none;
  };
  std::vector<Counts> counts(events.functions.size());
  for (std::uint32_t c = 0; c < events.case_count(); ++c) {
    std::uint32_t previous = EventLog::none;
    std::uint32_t one = EventLog::none;
    bool several = false;
    for (std::size_t i = events.case_begin[c]; i < events.case_begin[c + 1]; ++i) {
      const std::uint32_t function = events.function[i];
      if (function == EventLog::none) continue;
      Counts& count = counts[function];
      ++count.events;
      if (count.seen != c) ++count.cases;
      count.seen = c;
      if (previous != EventLog::none && previous != function) ++count.handovers;
      several = several || (one != EventLog::none && one != function);
      one = previous = function;
    }
    if (one != EventLog::none && !several) ++counts[one].only;
  }
  std::vector<std::uint32_t> order;
  for (std::uint32_t f = 0; f < counts.size(); ++f) {
    if (counts[f].events != 0) order.push_back(f);
  }
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return counts[a].events != counts[b].events ? counts[a].events > counts[b].events
                                                : events.functions[a] < events.functions[b];
  });
  detail::TableMaker maker{{"function", Type::text},         {"events", Type::count}, {"cases", Type::count},
                           {"share_of_cases", Type::number}, {"only", Type::count},   {"only_share", Type::number},
                           {"handovers", Type::count}};
  const auto cases = static_cast<double>(events.case_count());
  for (const std::uint32_t f : order) {
    const Counts& c = counts[f];
    maker.row({events.functions[f], c.events, c.cases, static_cast<double>(c.cases) / cases, c.only,
               static_cast<double>(c.only) / cases, c.handovers});
  }
  return maker.table();
}

OUTWEIGH_INLINE StageMatrix Journey::stages() const { return stage_matrix(log(), gap_options()); }

OUTWEIGH_INLINE core::Bytes Journey::to_bytes() const {
  core::ByteWriter writer("journey", 2);
  detail::write_gaps(writer, gap_options());
  writer.write(log().as_of.microseconds());
  writer.write(static_cast<std::uint64_t>(log().later_rows));
  const core::Bytes table = core::to_bytes(log().to_table());
  writer.write(std::string_view(reinterpret_cast<const char*>(table.data()), table.size()));
  return std::move(writer).finish();
}

OUTWEIGH_INLINE Journey Journey::from_bytes(std::span<const std::byte> bytes) {
  core::ByteReader reader(bytes, "journey", 2);
  const GapOptions gaps = detail::read_gaps(reader);
  EventLogOptions options;
  options.as_of = core::Instant::from_microseconds(reader.read_int64());
  const std::uint64_t later = reader.read_uint64();
  const std::string_view table = reader.read_text();
  reader.finish();
  try {
    EventLog log = read_event_log(
        core::table_from_bytes({reinterpret_cast<const std::byte*>(table.data()), table.size()}), options);
    log.later_rows = static_cast<std::size_t>(later);
    return Journey(std::move(log), gaps);
  } catch (const core::CorruptState&) {
    throw;
  } catch (const core::Error& error) {
    core::ByteReader::fail(error.what());
  }
}

OUTWEIGH_INLINE Journey journey(const core::Table& events, const JourneyOptions& options) {
  return Journey(read_event_log(events, options.log), options.gaps, options.log.control);
}

OUTWEIGH_INLINE Journey journey(const graph::CustomerGraph& graph, const JourneyOptions& options) {
  EventLogOptions log = options.log;
  if (!log.as_of) log.as_of = graph.as_of();
  GapOptions gaps = options.gaps;
  if (options.touchpoints) gaps.ends.emplace_back("ended");
  return Journey(read_event_log(touchpoints(graph, options.touchpoints), log), std::move(gaps), log.control);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::journey
