#pragma once

#include <algorithm>
#include <map>
#include <utility>

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
  if (column == nullptr) {
    throw core::MissingInput("there is no such way to divide the base: name segment, revenue_band, sentiment, tenure or "
                             "a column of the accounts table",
                             {.table = "accounts", .column = std::string(name)});
  }
  std::map<std::string, std::uint32_t> levels;
  for (const auto account : base) {
    if (!column->is_null(account.value())) levels.emplace(column->text(account.value()), 0);
  }
  const bool numeric = column->type() == core::ColumnType::float64 || column->type() == core::ColumnType::decimal;
  if (numeric && levels.size() > 100) {
    throw core::InvalidInput("a numeric column of many values does not divide the base into groups; give a column of bands",
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
