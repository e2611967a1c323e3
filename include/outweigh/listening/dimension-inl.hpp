#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <optional>
#include <utility>

#include <outweigh/core/read_column.hpp>
#include <outweigh/graph/vocabulary.hpp>
#include <outweigh/listening/detail/revenue_bands.hpp>
#include <outweigh/listening/dimension.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

namespace detail {

inline Dimension segments_of_base(const graph::CustomerGraph& graph) {
  Dimension dimension{"segment", {}, {}, false};
  const auto& ids = graph.ids(graph::NodeKind::segment);
  const auto& parent = graph.relation(graph::RelationKind::segment_parent);
  const auto& of_account = graph.relation(graph::RelationKind::account_segment);
  const std::size_t segments = ids.size();
  std::vector<std::vector<std::uint32_t>> members(segments);
  const auto base = graph.base();
  std::vector<std::uint32_t> last(segments, 0xFFFFFFFFU);
  for (std::size_t slot = 0; slot < base.size(); ++slot) {
    for (const std::uint32_t direct : of_account.out(base[slot].value())) {
      std::uint32_t segment = direct;
      // Once marked, all above it are marked too.
      while (last[segment] != slot) {
        last[segment] = static_cast<std::uint32_t>(slot);
        members[segment].push_back(static_cast<std::uint32_t>(slot));
        if (segment >= parent.from_size() || parent.out(segment).empty()) break;
        segment = parent.out(segment)[0];
      }
    }
  }
  // Stands in the order of ids, whatever the order of rows.
  std::vector<std::pair<std::string, std::uint32_t>> order;
  for (std::size_t s = 0; s < segments; ++s) order.emplace_back(ids.text(s), static_cast<std::uint32_t>(s));
  std::sort(order.begin(), order.end());
  std::vector<std::uint8_t> seen(base.size(), 0);
  for (auto& [id, segment] : order) {
    for (const std::uint32_t slot : members[segment]) {
      dimension.overlapping = dimension.overlapping || seen[slot] != 0;
      seen[slot] = 1;
    }
    dimension.levels.push_back(id);
    dimension.members.push_back(std::move(members[segment]));
  }
  std::vector<std::uint32_t> none;
  for (std::size_t slot = 0; slot < base.size(); ++slot) {
    if (seen[slot] == 0) none.push_back(static_cast<std::uint32_t>(slot));
  }
  if (!none.empty()) {
    dimension.levels.emplace_back("(no segment)");
    dimension.members.push_back(std::move(none));
  }
  return dimension;
}

/// Drops levels that are empty, and gives accounts of no level one named "unknown".
inline Dimension from_codes(std::string name, std::vector<std::string> levels, std::span<const std::uint32_t> code) {
  Dimension dimension{std::move(name), std::move(levels), {}, false};
  dimension.members.resize(dimension.levels.size());
  std::vector<std::uint32_t> unknown;
  for (std::size_t slot = 0; slot < code.size(); ++slot) {
    auto& members = code[slot] < dimension.levels.size() ? dimension.members[code[slot]] : unknown;
    members.push_back(static_cast<std::uint32_t>(slot));
  }
  for (std::size_t level = dimension.levels.size(); level-- > 0;) {
    if (!dimension.members[level].empty()) continue;
    dimension.levels.erase(dimension.levels.begin() + static_cast<std::ptrdiff_t>(level));
    dimension.members.erase(dimension.members.begin() + static_cast<std::ptrdiff_t>(level));
  }
  if (!unknown.empty()) {
    dimension.levels.emplace_back("unknown");
    dimension.members.push_back(std::move(unknown));
  }
  return dimension;
}

/// Last stage of each account of the base by its events; of events at one time, the one further on the journey.
inline Dimension stages_of_base(const graph::CustomerGraph& graph) {
  const auto& events = graph.events();
  const auto base = graph.base();
  std::vector<std::uint32_t> slot_of(graph.size(graph::NodeKind::account), no_level);
  for (std::size_t slot = 0; slot < base.size(); ++slot) slot_of[base[slot].value()] = static_cast<std::uint32_t>(slot);
  std::vector<std::pair<core::Instant, std::uint32_t>> last(base.size(), {core::Instant(), no_level});
  for (std::size_t row = 0; row < events.rows; ++row) {
    if (!events.account.has(row) || !events.at.has(row) || !events.stage.has(row) || events.at[row] > graph.as_of())
      continue;
    const std::uint32_t slot = slot_of[events.account[row].value()];
    if (slot == no_level) continue;
    const std::pair<core::Instant, std::uint32_t> now{events.at[row], static_cast<std::uint32_t>(events.stage[row])};
    if (last[slot].second == no_level || last[slot] < now) last[slot] = now;
  }
  std::vector<std::uint32_t> code;
  for (const auto& [at, stage] : last) code.push_back(stage);
  std::vector<std::string> words;
  for (const std::string_view word : graph::Vocabulary<graph::Stage>::words) words.emplace_back(word);
  return from_codes("stage", std::move(words), code);
}

inline std::string short_number(double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.6g", value);
  return buffer;
}

/// Bands with the same number of accounts each, named with their range; nothing for at most 12 different values.
inline std::optional<Dimension> bands_of_numbers(const graph::CustomerGraph& graph, const core::Column& column,
                                                 std::string_view name, std::size_t bands) {
  if (bands < 1 || bands > 100) {
    throw core::InvalidInput("the number of revenue bands must lie between 1 and 100",
                             {.column = "revenue_bands", .value = std::to_string(bands)});
  }
  const core::Place place{.table = "accounts", .column = std::string(name)};
  const core::Field<double> numbers = core::read_float64s(column, place);
  const auto base = graph.base();
  std::vector<std::pair<double, std::uint32_t>> known;
  for (std::size_t slot = 0; slot < base.size(); ++slot) {
    const std::size_t account = base[slot].value();
    if (!numbers.has(account)) continue;
    if (!std::isfinite(numbers[account])) {
      throw core::InvalidInput(
          "a number that divides the base must be finite; leave the cell empty where it is unknown",
          {.table = "accounts",
           .column = std::string(name),
           .row = account,
           .value = std::to_string(numbers[account])});
    }
    known.emplace_back(numbers[account], static_cast<std::uint32_t>(slot));
  }
  std::sort(known.begin(), known.end());
  std::size_t different = 0;
  for (std::size_t i = 0; i < known.size(); ++i) different += i == 0 || known[i].first != known[i - 1].first ? 1 : 0;
  if (different <= 12) return std::nullopt;
  std::vector<std::uint32_t> code(base.size(), no_level);
  std::vector<std::string> levels = band_names(bands);
  std::vector<std::pair<double, double>> range(bands, {0.0, 0.0});
  std::vector<char> used(bands, 0);
  for (std::size_t begin = 0; begin < known.size();) {
    std::size_t end = begin;
    while (end < known.size() && known[end].first == known[begin].first) ++end;
    const std::size_t band = std::min(bands - 1, (begin + end - 1) / 2 * bands / known.size());
    if (used[band] == 0) range[band].first = known[begin].first;
    used[band] = 1;
    range[band].second = known[begin].first;
    for (; begin < end; ++begin) code[known[begin].second] = static_cast<std::uint32_t>(band);
  }
  for (std::size_t band = 0; band < bands; ++band) {
    if (used[band] != 0)
      levels[band] += " (" + short_number(range[band].first) + " to " + short_number(range[band].second) + ")";
  }
  return from_codes(std::string(name), std::move(levels), code);
}

inline void require_column(bool present, const char* column, std::string_view dimension) {
  if (!present) {
    throw core::MissingInput("the base cannot be divided by " + std::string(dimension) + " without this column",
                             {.table = "accounts", .column = column});
  }
}

}  // namespace detail

OUTWEIGH_INLINE Dimension divide_base(const graph::CustomerGraph& graph, std::string_view name,
                                      const DimensionOptions& options) {
  const auto base = graph.base();
  const auto& accounts = graph.accounts();
  if (name == "segment") return detail::segments_of_base(graph);
  if (name == "revenue_band") {
    detail::require_column(accounts.arr.any(), "arr", name);
    return detail::from_codes("revenue_band", detail::band_names(options.revenue_bands),
                              detail::revenue_bands_of_base(graph, options.revenue_bands));
  }
  if (name == "revenue_decile") {
    detail::require_column(accounts.arr.any(), "arr", name);
    return detail::from_codes("revenue_decile", detail::band_names(10), detail::revenue_bands_of_base(graph, 10));
  }
  std::vector<std::uint32_t> code(base.size(), detail::no_level);
  if (name == "sentiment") {
    detail::require_column(accounts.sentiment.any(), "sentiment", name);
    for (std::size_t slot = 0; slot < base.size(); ++slot) {
      const std::size_t account = base[slot].value();
      if (!accounts.sentiment.has(account)) continue;
      const double sentiment = accounts.sentiment[account];
      code[slot] = sentiment < -0.33 ? 0 : (sentiment <= 0.33 ? 1 : 2);
    }
    return detail::from_codes("sentiment", {"unhappy", "neutral", "happy"}, code);
  }
  if (name == "tenure") {
    detail::require_column(accounts.started.any(), "started", name);
    for (std::size_t slot = 0; slot < base.size(); ++slot) {
      const std::size_t account = base[slot].value();
      if (!accounts.started.has(account)) continue;
      const double years = (graph.as_of().days() - accounts.started[account].days()) / 365.25;
      code[slot] = years < 1.0 ? 0 : (years < 3.0 ? 1 : 2);
    }
    return detail::from_codes("tenure", {"under 1 year", "1 to 3 years", "3 years or more"}, code);
  }
  const core::Column* column = graph.attributes("accounts").find(name);
  if (column == nullptr && name == "stage" && graph.events().stage.any()) return detail::stages_of_base(graph);
  if (column == nullptr) {
    throw core::MissingInput(
        "there is no such way to divide the base: name segment, revenue_band, revenue_decile, "
        "sentiment, tenure, stage or a column of the accounts table",
        {.table = "accounts", .column = std::string(name)});
  }
  const bool numeric = column->type() == core::ColumnType::float64 || column->type() == core::ColumnType::decimal ||
                       column->type() == core::ColumnType::int64;
  if (numeric) {
    if (auto banded = detail::bands_of_numbers(graph, *column, name, options.revenue_bands)) return std::move(*banded);
  }
  std::map<std::string, std::uint32_t> levels;
  for (const auto account : base) {
    if (!column->is_null(account.value())) levels.emplace(column->text(account.value()), 0);
  }
  if (levels.size() > 1000) {
    throw core::InvalidInput(
        "a column of so many values does not divide the base into groups; give a column of bands",
        {.table = "accounts", .column = std::string(name), .value = std::to_string(levels.size())});
  }
  std::vector<std::string> names;
  for (auto& [text, number] : levels) {
    number = static_cast<std::uint32_t>(names.size());
    names.push_back(text);
  }
  for (std::size_t slot = 0; slot < base.size(); ++slot) {
    const std::size_t account = base[slot].value();
    if (!column->is_null(account)) code[slot] = levels.find(column->text(account))->second;
  }
  return detail::from_codes(std::string(name), std::move(names), code);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
