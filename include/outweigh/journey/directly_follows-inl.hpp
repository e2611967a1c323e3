#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include <outweigh/journey/detail/path_numbers.hpp>
#include <outweigh/journey/detail/quantile.hpp>
#include <outweigh/journey/detail/table_maker.hpp>
#include <outweigh/journey/directly_follows.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey {

namespace detail {

inline void add_checked(std::int64_t& sum, std::int64_t more) {
  if (more < 0 || sum > std::numeric_limits<std::int64_t>::max() - more) {
    throw core::InvalidInput("a count or duration is negative or out of range", {.value = std::to_string(more)});
  }
  sum += more;
}

// 0..63 exactly, then 32 bins an octave.
inline std::uint32_t duration_bin(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  if (bits < 64) return static_cast<std::uint32_t>(bits);
  const auto octave = static_cast<std::uint32_t>(std::bit_width(bits)) - 6U;
  return 32U * octave + static_cast<std::uint32_t>(bits >> octave);
}
inline double middle_of_bin(std::uint32_t bin) {
  if (bin < 64) return static_cast<double>(bin);
  const std::uint32_t octave = bin / 32U - 1U;
  const std::uint32_t mantissa = bin - 32U * octave;
  return std::ldexp(static_cast<double>(mantissa) + 0.5, static_cast<int>(octave));
}
inline constexpr std::uint32_t last_duration_bin = 32U * 57U + 63U;

inline void write_names(core::ByteWriter& writer, const std::map<std::string, std::int64_t>& counts) {
  writer.write(static_cast<std::uint64_t>(counts.size()));
  for (const auto& [name, count] : counts) {
    writer.write(std::string_view(name));
    writer.write(count);
  }
}
inline std::int64_t read_positive(core::ByteReader& reader) {
  const std::int64_t count = reader.read_int64();
  if (count <= 0) core::ByteReader::fail("the state has a count that is not positive");
  return count;
}
inline std::map<std::string, std::int64_t> read_names(core::ByteReader& reader) {
  std::map<std::string, std::int64_t> counts;
  const std::size_t size = reader.read_count(16);
  for (std::size_t i = 0; i < size; ++i) {
    std::string name(reader.read_text());
    if (!counts.empty() && !(counts.rbegin()->first < name))
      core::ByteReader::fail("the names of the state are not in order");
    const std::int64_t count = read_positive(reader);
    counts.emplace_hint(counts.end(), std::move(name), count);
  }
  return counts;
}

}  // namespace detail

OUTWEIGH_INLINE void DurationTally::add(std::int64_t microseconds) {
  if (microseconds < 0) {
    throw core::InvalidInput("a duration cannot be negative", {.value = std::to_string(microseconds)});
  }
  detail::add_checked(total_, microseconds);
  least_ = count_ == 0 ? microseconds : std::min(least_, microseconds);
  most_ = count_ == 0 ? microseconds : std::max(most_, microseconds);
  ++count_;
  ++bins_[detail::duration_bin(microseconds)];
}

OUTWEIGH_INLINE void DurationTally::merge(const DurationTally& other) {
  if (other.count_ == 0) return;
  if (&other == this) {
    const DurationTally copy = other;
    merge(copy);
    return;
  }
  detail::add_checked(total_, other.total_);
  least_ = count_ == 0 ? other.least_ : std::min(least_, other.least_);
  most_ = count_ == 0 ? other.most_ : std::max(most_, other.most_);
  detail::add_checked(count_, other.count_);
  for (const auto& [bin, count] : other.bins_) detail::add_checked(bins_[bin], count);
}

OUTWEIGH_INLINE double DurationTally::quantile(double share) const {
  if (count_ == 0) return 0.0;
  const double wanted = share * static_cast<double>(count_ - 1);
  std::int64_t before = 0;
  for (const auto& [bin, count] : bins_) {
    before += count;
    if (static_cast<double>(before) > wanted) {
      return std::clamp(detail::middle_of_bin(bin), static_cast<double>(least_), static_cast<double>(most_));
    }
  }
  return static_cast<double>(most_);
}

OUTWEIGH_INLINE void DurationTally::write(core::ByteWriter& writer) const {
  writer.write(count_);
  writer.write(total_);
  writer.write(least_);
  writer.write(most_);
  writer.write(static_cast<std::uint64_t>(bins_.size()));
  for (const auto& [bin, count] : bins_) {
    writer.write(bin);
    writer.write(count);
  }
}

OUTWEIGH_INLINE DurationTally DurationTally::read(core::ByteReader& reader) {
  DurationTally tally;
  tally.count_ = reader.read_int64();
  tally.total_ = reader.read_int64();
  tally.least_ = reader.read_int64();
  tally.most_ = reader.read_int64();
  const std::size_t size = reader.read_count(12);
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const std::uint32_t bin = reader.read_uint32();
    if (bin > detail::last_duration_bin) core::ByteReader::fail("the state has an impossible duration");
    if (!tally.bins_.empty() && tally.bins_.rbegin()->first >= bin)
      core::ByteReader::fail("the durations of the state are not in order");
    const std::int64_t count = detail::read_positive(reader);
    if (count > std::numeric_limits<std::int64_t>::max() - sum)
      core::ByteReader::fail("the counts of the state are out of range");
    sum += count;
    tally.bins_.emplace_hint(tally.bins_.end(), bin, count);
  }
  if (sum != tally.count_ || tally.count_ <= 0 || tally.least_ < 0 || tally.most_ < tally.least_ ||
      tally.total_ < tally.most_ || detail::duration_bin(tally.least_) != tally.bins_.begin()->first ||
      detail::duration_bin(tally.most_) != tally.bins_.rbegin()->first) {
    core::ByteReader::fail("the durations of the state contradict each other");
  }
  return tally;
}

OUTWEIGH_INLINE void DirectlyFollows::add(std::span<const std::string> activities,
                                          std::span<const std::int64_t> microseconds) {
  if (activities.empty()) throw core::InvalidInput("a case has at least one event");
  if (activities.size() != microseconds.size()) throw core::InvalidInput("a case has as many times as activities");
  for (std::size_t i = 1; i < microseconds.size(); ++i) {
    if (microseconds[i] < microseconds[i - 1]) {
      throw core::InvalidInput("the times of a case go backward", {.row = i, .value = std::to_string(microseconds[i])});
    }
  }
  ++cases_;
  events_ += static_cast<std::int64_t>(activities.size());
  ++first_[activities.front()];
  ++last_[activities.back()];
  ++paths_[{activities.begin(), activities.end()}];
  for (std::size_t i = 1; i < activities.size(); ++i) {
    transitions_[{activities[i - 1], activities[i]}].add(microseconds[i] - microseconds[i - 1]);
  }
}

OUTWEIGH_INLINE void DirectlyFollows::merge(const DirectlyFollows& other) {
  if (&other == this) {
    const DirectlyFollows copy = other;
    merge(copy);
    return;
  }
  detail::add_checked(cases_, other.cases_);
  detail::add_checked(events_, other.events_);
  for (const auto& [key, tally] : other.transitions_) transitions_[key].merge(tally);
  for (const auto& [name, count] : other.first_) detail::add_checked(first_[name], count);
  for (const auto& [name, count] : other.last_) detail::add_checked(last_[name], count);
  for (const auto& [path, count] : other.paths_) detail::add_checked(paths_[path], count);
}

OUTWEIGH_INLINE core::Table DirectlyFollows::to_table() const {
  using Type = detail::TableMaker::Type;
  std::vector<std::pair<const Transition*, const DurationTally*>> ordered;
  for (const auto& [key, tally] : transitions_) ordered.emplace_back(&key, &tally);
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const auto& a, const auto& b) { return a.second->count() > b.second->count(); });
  detail::TableMaker maker{{"from", Type::text},          {"to", Type::text},
                           {"count", Type::count},        {"mean_days", Type::number},
                           {"median_days", Type::number}, {"minimum_days", Type::number},
                           {"maximum_days", Type::number}};
  for (const auto& [key, tally] : ordered) {
    maker.row({key->from, key->to, tally->count(),
               detail::days(static_cast<double>(tally->total()) / static_cast<double>(tally->count())),
               detail::days(tally->quantile(0.5)), detail::days(tally->least()), detail::days(tally->most())});
  }
  return maker.table();
}

OUTWEIGH_INLINE core::Bytes DirectlyFollows::to_bytes() const {
  core::ByteWriter writer("directly_follows", 1);
  writer.write(cases_);
  writer.write(events_);
  writer.write(static_cast<std::uint64_t>(transitions_.size()));
  for (const auto& [key, tally] : transitions_) {
    writer.write(std::string_view(key.from));
    writer.write(std::string_view(key.to));
    tally.write(writer);
  }
  detail::write_names(writer, first_);
  detail::write_names(writer, last_);
  writer.write(static_cast<std::uint64_t>(paths_.size()));
  for (const auto& [path, count] : paths_) {
    writer.write(static_cast<std::uint64_t>(path.size()));
    for (const std::string& name : path) writer.write(std::string_view(name));
    writer.write(count);
  }
  return std::move(writer).finish();
}

OUTWEIGH_INLINE DirectlyFollows DirectlyFollows::from_bytes(std::span<const std::byte> bytes) {
  core::ByteReader reader(bytes, "directly_follows", 1);
  DirectlyFollows state;
  state.cases_ = reader.read_int64();
  state.events_ = reader.read_int64();
  if (state.cases_ < 0 || state.events_ < state.cases_) core::ByteReader::fail("the state has impossible counts");
  const std::size_t transitions = reader.read_count(8 + 8 + 5 * 8);
  for (std::size_t i = 0; i < transitions; ++i) {
    Transition key;
    key.from = reader.read_text();
    key.to = reader.read_text();
    if (!state.transitions_.empty() && !(state.transitions_.rbegin()->first < key)) {
      core::ByteReader::fail("the transitions of the state are not in order");
    }
    auto tally = DurationTally::read(reader);
    state.transitions_.emplace_hint(state.transitions_.end(), std::move(key), std::move(tally));
  }
  state.first_ = detail::read_names(reader);
  state.last_ = detail::read_names(reader);
  const std::size_t paths = reader.read_count(16);
  for (std::size_t i = 0; i < paths; ++i) {
    std::vector<std::string> path(reader.read_count(8));
    for (std::string& name : path) name = reader.read_text();
    if (path.empty()) core::ByteReader::fail("the state has an empty path");
    if (!state.paths_.empty() && !(state.paths_.rbegin()->first < path))
      core::ByteReader::fail("the paths of the state are not in order");
    const std::int64_t count = detail::read_positive(reader);
    state.paths_.emplace_hint(state.paths_.end(), std::move(path), count);
  }
  reader.finish();
  return state;
}

OUTWEIGH_INLINE void DurationTally::add(std::span<const std::int64_t> microseconds) {
  std::vector<std::int64_t> counts(microseconds.empty() ? 0 : detail::last_duration_bin + 1, 0);
  DurationTally more;
  for (const std::int64_t value : microseconds) {
    if (value < 0) throw core::InvalidInput("a duration cannot be negative", {.value = std::to_string(value)});
    detail::add_checked(more.total_, value);
    more.least_ = more.count_ == 0 ? value : std::min(more.least_, value);
    more.most_ = std::max(more.most_, value);
    ++more.count_;
    ++counts[detail::duration_bin(value)];
  }
  for (std::uint32_t bin = 0; bin < counts.size(); ++bin) {
    if (counts[bin] > 0) more.bins_.emplace_hint(more.bins_.end(), bin, counts[bin]);
  }
  merge(more);
}

OUTWEIGH_INLINE DirectlyFollows collect_directly_follows(const EventLog& log) {
  DirectlyFollows state;
  const std::size_t cases = log.case_count();
  // By number of activity, and by name only what occurs.
  detail::PairNumbers pairs(log.activities.size());
  std::vector<std::uint32_t> pair_of(log.events(), EventLog::none);
  std::vector<std::size_t> begin{0};
  std::vector<std::int64_t> first(log.activities.size(), 0);
  std::vector<std::int64_t> last(log.activities.size(), 0);
  for (std::size_t c = 0; c < cases; ++c) {
    const auto path = detail::path_of(log, c);
    if (path.empty()) throw core::InvalidInput("a case has at least one event");
    ++first[path.front()];
    ++last[path.back()];
    for (std::size_t i = log.case_begin[c] + 1; i < log.case_begin[c + 1]; ++i) {
      if (log.at[i] < log.at[i - 1]) {
        throw core::InvalidInput("the times of a case go backward", {.row = i, .value = std::to_string(log.at[i])});
      }
      pair_of[i] = pairs.number(log.activity[i - 1], log.activity[i]);
      if (begin.size() < std::size_t{pair_of[i]} + 2) begin.push_back(0);
      ++begin[pair_of[i] + 1];
    }
  }
  std::partial_sum(begin.begin(), begin.end(), begin.begin());
  std::vector<std::int64_t> times(begin.back());
  std::vector<std::size_t> next(begin.begin(), begin.end() - 1);
  for (std::size_t i = 1; i < pair_of.size(); ++i) {
    if (pair_of[i] != EventLog::none) times[next[pair_of[i]]++] = log.at[i] - log.at[i - 1];
  }
  state.cases_ = static_cast<std::int64_t>(cases);
  state.events_ = static_cast<std::int64_t>(log.events());
  for (std::size_t pair = 0; pair < pairs.pairs().size(); ++pair) {
    const auto [from, to] = pairs.pairs()[pair];
    state.transitions_[{log.activities[from], log.activities[to]}].add(
        std::span<const std::int64_t>(times).subspan(begin[pair], begin[pair + 1] - begin[pair]));
  }
  for (std::size_t a = 0; a < log.activities.size(); ++a) {
    if (first[a] > 0) state.first_[log.activities[a]] += first[a];
    if (last[a] > 0) state.last_[log.activities[a]] += last[a];
  }

  const detail::PathNumbers paths = detail::number_paths(log);
  std::vector<std::uint32_t> by_name(log.activities.size());
  std::iota(by_name.begin(), by_name.end(), 0U);
  std::sort(by_name.begin(), by_name.end(),
            [&](std::uint32_t a, std::uint32_t b) { return log.activities[a] < log.activities[b]; });
  std::vector<std::uint32_t> rank(by_name.size());
  for (std::uint32_t place = 0; place < by_name.size(); ++place) rank[by_name[place]] = place;
  const auto rank_of = [&](std::uint32_t code) { return rank[code]; };
  std::vector<std::uint32_t> order(paths.example.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return std::ranges::lexicographical_compare(detail::path_of(log, paths.example[a]),
                                                detail::path_of(log, paths.example[b]), {}, rank_of, rank_of);
  });
  for (const std::uint32_t p : order) {
    const auto codes = detail::path_of(log, paths.example[p]);
    std::vector<std::string> names;
    names.reserve(codes.size());
    for (const std::uint32_t code : codes) names.push_back(log.activities[code]);
    state.paths_.emplace_hint(state.paths_.end(), std::move(names), 0)->second += paths.cases[p];
  }
  return state;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::journey
