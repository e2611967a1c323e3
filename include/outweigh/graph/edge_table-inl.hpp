#pragma once

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include <outweigh/core/errors.hpp>
#include <outweigh/core/parallel.hpp>
#include <outweigh/core/read_column.hpp>
#include <outweigh/graph/detail/dense_ids.hpp>
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

/// Weights of rows begin .. end - 1 into `weights`.
inline void read_weights(const core::Column& column, const std::string& name, std::size_t begin, std::size_t end,
                         std::span<double> weights) {
  const core::Field<double> read =
      core::read_float64s(column.slice(begin, end - begin), {.table = "edges", .column = name});
  for (std::size_t row = begin; row < end; ++row) {
    const bool usable =
        read.has(row - begin) && read[row - begin] >= 0.0 && read[row - begin] <= std::numeric_limits<double>::max();
    if (!usable) {
      throw core::InvalidInput("the weight of an edge must be known, finite and not negative",
                               {.table = "edges", .column = name, .row = row, .value = column.text(row)});
    }
    weights[row] = read[row - begin];
  }
}

}  // namespace detail

OUTWEIGH_INLINE EdgeTable read_edges(const core::Table& table, const EdgeColumns& columns, bool one_kind,
                                     const core::RunControl& control) {
  EdgeTable result;
  const core::Column* const weight = columns.weight.empty() ? nullptr : &table[columns.weight];
  const std::array<const core::Column*, 2> columns_of_ends{&table[columns.source], &table[columns.target]};
  const std::size_t rows = columns_of_ends[0]->size();
  if (weight != nullptr) result.weights.resize(rows);
  const std::size_t blocks = core::block_count(rows, detail::DenseIds::block);
  const auto weights_of_block = [&](std::size_t b) {
    const std::size_t begin = b * detail::DenseIds::block;
    detail::read_weights(*weight, columns.weight, begin, std::min(rows, begin + detail::DenseIds::block),
                         result.weights);
  };
  const std::size_t weight_blocks = weight != nullptr ? blocks : 0;

  if (std::all_of(columns_of_ends.begin(), columns_of_ends.end(),
                  [](const core::Column* column) { return detail::is_plain_integers(*column); })) {
    detail::DenseIds dense(columns_of_ends, one_kind, control);
    if (dense.fit()) {
      dense.mark(control);
      result.from.resize(rows);
      result.to.resize(rows);
      core::parallel_for(control, 2 + 2 * blocks + weight_blocks, [&](std::size_t task) {
        if (task < 2) {
          if (task == 0 || !one_kind) (task == 0 ? result.sources : result.targets) = dense.ids(task);
        } else if (task < 2 + 2 * blocks) {
          const std::size_t side = task % 2;
          dense.encode(side, (task - 2) / 2, side == 0 ? result.from : result.to);
        } else {
          weights_of_block(task - 2 - 2 * blocks);
        }
      });
      if (one_kind) result.targets = result.sources;
      return result;
    }
  }

  core::Ids::Encoded from;
  core::Ids::Encoded to;
  core::RunControl inside = control;
  inside.threads = 1;
  core::parallel_for(control, 2 + weight_blocks, [&](std::size_t task) {
    if (task >= 2) return weights_of_block(task - 2);
    core::Ids::Encoded& end = task == 0 ? from : to;
    end = detail::encode_ends(table, task == 0 ? columns.source : columns.target, inside);
    if (!one_kind) detail::renumber_ends(end);
  });
  if (one_kind) {
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
  result.from.assign(from.codes.begin(), from.codes.end());
  result.to.assign(to.codes.begin(), to.codes.end());
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
