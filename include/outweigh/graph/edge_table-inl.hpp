#pragma once

#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include <outweigh/core/errors.hpp>
#include <outweigh/core/parallel.hpp>
#include <outweigh/core/read_column.hpp>
#include <outweigh/graph/detail/positions.hpp>
#include <outweigh/graph/edge_table.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

namespace detail {

[[nodiscard]] inline core::Ids::Encoded encode_ends(const core::Table& table, const std::string& name,
                                                    const core::RunControl& control) {
  core::Ids::Encoded encoded = core::Ids::encode(table[name], {.table = "edges", .column = name}, control);
  const auto missing = std::find(encoded.codes.begin(), encoded.codes.end(), core::Ids::null_row);
  if (missing != encoded.codes.end()) {
    throw core::InvalidInput("an end of an edge is unknown",
                             {.table = "edges",
                              .column = name,
                              .row = static_cast<std::size_t>(missing - encoded.codes.begin()),
                              .value = "null"});
  }
  return encoded;
}

inline void renumber_ends(core::Ids::Encoded& encoded) {
  const std::vector<std::uint32_t> order = ascending(encoded.ids);
  std::vector<std::uint32_t> place(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = static_cast<std::uint32_t>(i);
  for (std::uint32_t& code : encoded.codes) code = place[code];
  encoded.ids = encoded.ids.select(order);
}

/// Both sets of ids, ascending, as one; codes are changed to it.
template <class Id, class Get>
[[nodiscard]] core::Ids merge_ids(core::Ids::Encoded& a, core::Ids::Encoded& b, Get get) {
  std::vector<Id> all;
  for (const core::Ids::Encoded* encoded : {&a, &b}) {
    for (std::size_t i = 0; i < encoded->ids.size(); ++i) all.emplace_back(get(encoded->ids, i));
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  for (core::Ids::Encoded* encoded : {&a, &b}) {
    std::vector<std::uint32_t> place(encoded->ids.size());
    for (std::size_t i = 0; i < place.size(); ++i) {
      place[i] =
          static_cast<std::uint32_t>(std::lower_bound(all.begin(), all.end(), get(encoded->ids, i)) - all.begin());
    }
    for (std::uint32_t& code : encoded->codes) code = place[code];
  }
  return core::Ids(std::span<const Id>(all));
}

/// Whole numbers that lie close together are numbered through an array over their range instead of a hash table. False:
/// they do not, or are not all plain known integers, and nothing was done.
[[nodiscard]] inline bool encode_dense(const core::Table& table, const EdgeColumns& columns, bool one_kind,
                                       const core::RunControl& control, core::Ids::Encoded& from,
                                       core::Ids::Encoded& to) {
  const std::string* const names[] = {&columns.source, &columns.target};
  for (const std::string* name : names) {
    const core::Column& column = table[*name];
    if (column.type() != core::ColumnType::int64 || column.is_dictionary() || column.null_count() > 0 ||
        column.size() == 0)
      return false;
  }
  core::Field<std::int64_t> values[2];
  struct Range {
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    std::int64_t most = std::numeric_limits<std::int64_t>::min();
    [[nodiscard]] bool fits(std::size_t rows) const {
      return static_cast<std::uint64_t>(most) - static_cast<std::uint64_t>(least) < 8 * std::uint64_t{rows} + 1024;
    }
  } ranges[2];
  core::parallel_for(control, 2, [&](std::size_t side) {
    values[side] = core::read_int64s(table[*names[side]], {.table = "edges", .column = *names[side]});
    const auto [least, most] = std::minmax_element(values[side].values().begin(), values[side].values().end());
    ranges[side] = {*least, *most};
  });
  if (one_kind) {
    ranges[0] = {std::min(ranges[0].least, ranges[1].least), std::max(ranges[0].most, ranges[1].most)};
    ranges[1] = ranges[0];
  }
  const std::size_t rows = values[0].size();
  if (!ranges[0].fits(rows) || !ranges[1].fits(rows) || values[1].size() != rows) return false;
  const auto number = [](const Range& range, std::span<const core::Field<std::int64_t>> fields,
                         std::span<core::Ids::Encoded* const> ends) {
    std::vector<std::uint32_t> place(static_cast<std::size_t>(range.most - range.least) + 1, 0);
    for (const auto& field : fields) {
      for (const std::int64_t value : field.values()) place[static_cast<std::size_t>(value - range.least)] = 1;
    }
    std::vector<std::int64_t> ids;
    for (std::size_t i = 0; i < place.size(); ++i) {
      if (place[i] == 0) continue;
      place[i] = static_cast<std::uint32_t>(ids.size());
      ids.push_back(range.least + static_cast<std::int64_t>(i));
    }
    for (std::size_t f = 0; f < fields.size(); ++f) {
      ends[f]->codes.resize(fields[f].size());
      for (std::size_t i = 0; i < fields[f].size(); ++i) {
        ends[f]->codes[i] = place[static_cast<std::size_t>(fields[f][i] - range.least)];
      }
    }
    ends[0]->ids = core::Ids(std::span<const std::int64_t>(ids));
    for (std::size_t f = 1; f < fields.size(); ++f) ends[f]->ids = ends[0]->ids;
  };
  core::Ids::Encoded* const ends[] = {&from, &to};
  const std::span<const core::Field<std::int64_t>> both(values);
  if (one_kind) {
    number(ranges[0], both, ends);
  } else {
    core::parallel_for(control, 2, [&](std::size_t side) {
      number(ranges[side], both.subspan(side, 1), std::span<core::Ids::Encoded* const>(ends).subspan(side, 1));
    });
  }
  return true;
}

}  // namespace detail

OUTWEIGH_INLINE EdgeTable read_edges(const core::Table& table, const EdgeColumns& columns, bool one_kind,
                                     const core::RunControl& control) {
  EdgeTable result;
  core::Ids::Encoded from;
  core::Ids::Encoded to;
  const bool dense = detail::encode_dense(table, columns, one_kind, control, from, to);
  if (!dense) {
    core::RunControl inside = control;
    inside.threads = 1;
    core::parallel_for(control, 2, [&](std::size_t side) {
      (side == 0 ? from : to) = detail::encode_ends(table, side == 0 ? columns.source : columns.target, inside);
      if (!one_kind) detail::renumber_ends(side == 0 ? from : to);
    });
  }
  if (dense) {
    result.sources = std::move(from.ids);
    result.targets = std::move(to.ids);
  } else if (one_kind) {
    if (!from.codes.empty() && from.ids.is_integer() != to.ids.is_integer()) {
      throw core::TypeMismatch("both ends of edges must have ids of one type, integers or text",
                               {.table = "edges", .column = columns.target});
    }
    result.sources = from.ids.is_integer()
                         ? detail::merge_ids<std::int64_t>(
                               from, to, [](const core::Ids& ids, std::size_t i) { return ids.integer(i); })
                         : detail::merge_ids<std::string>(
                               from, to, [](const core::Ids& ids, std::size_t i) { return ids.string(i); });
    result.targets = result.sources;
  } else {
    result.sources = std::move(from.ids);
    result.targets = std::move(to.ids);
  }
  result.from = std::move(from.codes);
  result.to = std::move(to.codes);
  if (!columns.weight.empty()) {
    const core::Place place{.table = "edges", .column = columns.weight};
    const core::Field<double> weights = core::read_float64s(table[columns.weight], place);
    for (std::size_t row = 0; row < result.from.size(); ++row) {
      const bool usable = weights.has(row) && weights[row] >= 0.0 && weights[row] <= std::numeric_limits<double>::max();
      if (!usable) {
        throw core::InvalidInput(
            "the weight of an edge must be known, finite and not negative",
            {.table = "edges", .column = columns.weight, .row = row, .value = table[columns.weight].text(row)});
      }
    }
    result.weights.assign(weights.values().begin(), weights.values().end());
  }
  return result;
}

OUTWEIGH_INLINE core::Table RelatedNodes::table(const CustomerGraph& graph) const {
  std::vector<std::string_view> kinds;
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < kind.size(); ++i) {
    kinds.push_back(to_string(kind[i]));
    ids.push_back(graph.ids(kind[i]).text(position[i]));
  }
  core::Table result;
  result.add("kind", core::Column::strings(std::span<const std::string_view>(kinds)));
  result.add("id", core::Column::strings(std::span<const std::string>(ids)));
  return result;
}

OUTWEIGH_INLINE std::size_t RelatedNodes::find(const CustomerGraph& graph, NodeKind wanted, std::string_view id) const {
  const std::optional<std::uint32_t> found = graph.ids(wanted).find(id);
  for (std::size_t i = 0; found && i < kind.size(); ++i) {
    if (kind[i] == wanted && position[i] == *found) return i;
  }
  throw core::InvalidInput("there is no such " + std::string(to_string(wanted)) + " in the network",
                           {.column = std::string(to_string(wanted)), .value = std::string(id)});
}

OUTWEIGH_INLINE RelatedNodes relate(const CustomerGraph& graph, std::span<const RelationKind> relations,
                                    const core::RunControl& control) {
  if (relations.empty()) throw core::MissingInput("a network needs at least one relation", {.column = "relations"});
  std::vector<std::uint8_t> wanted(node_kinds.size(), 0);
  for (const RelationKind relation : relations) {
    wanted[static_cast<std::size_t>(ends(relation).from)] = 1;
    wanted[static_cast<std::size_t>(ends(relation).to)] = 1;
  }
  RelatedNodes result;
  std::vector<std::vector<std::uint32_t>> node_of(node_kinds.size());
  for (const NodeKind kind : node_kinds) {
    const auto k = static_cast<std::size_t>(kind);
    if (wanted[k] == 0) continue;
    node_of[k].resize(graph.size(kind));
    for (const std::uint32_t position : detail::ascending(graph.ids(kind))) {
      node_of[k][position] = static_cast<std::uint32_t>(result.kind.size());
      result.kind.push_back(kind);
      result.position.push_back(position);
    }
  }
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  for (const RelationKind kind : relations) {
    const Relation& relation = graph.relation(kind);
    const auto& from = node_of[static_cast<std::size_t>(ends(kind).from)];
    const auto& to = node_of[static_cast<std::size_t>(ends(kind).to)];
    for (std::size_t node = 0; node < relation.from_size(); ++node) {
      for (const std::uint32_t target : relation.out(node)) {
        pairs.push_back(std::minmax({from[node], to[target]}));
      }
    }
  }
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  std::vector<std::uint32_t> sources;
  std::vector<std::uint32_t> targets;
  for (const auto& [source, target] : pairs) {
    sources.push_back(source);
    targets.push_back(target);
  }
  result.network = make_network({sources, targets, {}}, result.kind.size(), false, control);
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph
