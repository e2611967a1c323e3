// The customer graph: building, checking, tables, relations.
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <outweigh/core/read_column.hpp>
#include <outweigh/core/table.hpp>
#include <outweigh/core/time_zone.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/graph/detail/any_field.hpp>
#include <outweigh/graph/detail/graph_data.hpp>
#include <outweigh/graph/detail/nearest_name.hpp>
#include <outweigh/graph/graph_builder.hpp>
#include <outweigh/graph/graph_parts.hpp>

#include "common.hpp"

namespace outweigh::python {

namespace {

using graph::CustomerGraph;
using Tables = std::map<std::string, core::Table>;
using Renames = std::map<std::string, std::map<std::string, std::string>>;

graph::NodeKind node_kind(const std::string& name) {
  std::vector<std::string_view> known;
  for (const graph::NodeKind kind : graph::node_kinds) {
    if (to_string(kind) == name) return kind;
    known.push_back(to_string(kind));
  }
  throw core::InvalidInput("there is no such kind of node; the kinds are " + graph::detail::listed(known) +
                               graph::detail::suggestion(name, known),
                           {.value = name});
}

graph::RelationKind relation_kind(const std::string& name) {
  std::vector<std::string_view> known;
  for (std::size_t i = 0; i < graph::relation_kind_count; ++i) {
    if (graph::relation_ends[i].name == name) return static_cast<graph::RelationKind>(i);
    known.push_back(graph::relation_ends[i].name);
  }
  throw core::InvalidInput("there is no such relation" + graph::detail::suggestion(name, known), {.value = name});
}

/// Problems as a table: kind, table, column, row, value, message.
core::Table problem_table(std::span<const graph::Problem> problems) {
  std::vector<std::string> kind, table, column, value, message;
  std::vector<std::int64_t> row;
  std::vector<std::uint8_t> has_column, has_row, has_value;
  for (const graph::Problem& problem : problems) {
    kind.emplace_back(to_string(problem.kind));
    table.push_back(problem.place.table);
    column.push_back(problem.place.column);
    has_column.push_back(problem.place.column.empty() ? 0 : 1);
    row.push_back(static_cast<std::int64_t>(problem.place.row.value_or(0)));
    has_row.push_back(problem.place.row ? 1 : 0);
    value.push_back(problem.place.value);
    has_value.push_back(problem.place.value.empty() ? 0 : 1);
    message.push_back(problem.message);
  }
  core::Table out;
  out.add("kind", core::Column::strings(kind));
  out.add("table", core::Column::strings(table));
  out.add("column", core::Column::strings(column, has_column));
  out.add("row", core::Column::int64s(std::move(row), has_row));
  out.add("value", core::Column::strings(value, has_value));
  out.add("message", core::Column::strings(message));
  return out;
}

/// Our columns of money as floating point, which is exact below 9e11 units, for users who compute with them.
core::Table with_plain_money(const core::Table& table, const core::Table& attributes) {
  core::Table out;
  for (const std::string& name : table.names()) {
    const core::Column& column = table[name];
    const bool is_money = column.type() == core::ColumnType::decimal && !attributes.has(name);
    out.add(name, is_money ? core::Column::from(core::read_moneys(column)) : column);
  }
  return out;
}

std::vector<graph::Problem> read_problems(const core::Table& table) {
  constexpr auto last = static_cast<std::size_t>(graph::ProblemKind::hangs_on_rejected);
  std::vector<graph::Problem> problems(table.rows());
  const auto text = [&](const char* name, std::size_t row) {
    const core::Column& column = table[name];
    return column.is_null(row) ? std::string() : column.text(row);
  };
  const auto rows = core::read_int64s(table["row"]);
  for (std::size_t i = 0; i < problems.size(); ++i) {
    const std::string kind = text("kind", i);
    for (std::size_t k = 0; k <= last; ++k) {
      const auto candidate = static_cast<graph::ProblemKind>(k);
      if (to_string(candidate) == kind) problems[i].kind = candidate;
    }
    problems[i].place = {text("table", i), text("column", i), {}, text("value", i)};
    if (rows.has(i)) problems[i].place.row = static_cast<std::size_t>(rows[i]);
    problems[i].message = text("message", i);
  }
  return problems;
}

graph::BuildOptions read_options(const std::optional<core::Table>& as_of, const std::optional<std::string>& segments,
                                 const Renames& columns, const std::string& timezone, const std::string& on_invalid,
                                 const std::string& currency, const std::string& effort_unit) {
  graph::BuildOptions options;
  if (on_invalid == "quarantine") {
    options.on_invalid = graph::OnInvalid::quarantine;
  } else if (on_invalid != "raise") {
    throw core::InvalidInput("on_invalid must be 'raise' or 'quarantine'", {.value = on_invalid});
  }
  if (as_of) {
    std::optional<core::TimeZone> zone;
    if (!timezone.empty()) zone = core::TimeZone::find(timezone);
    const auto time = core::read_instants((*as_of)["as_of"], zone ? &*zone : nullptr, {.column = "as_of"});
    if (time.size() != 1 || !time.has(0)) throw core::InvalidInput("as_of must be one time", {.column = "as_of"});
    options.as_of = time[0];
  }
  if (segments) options.segments = graph::SegmentsByColumn{*segments};
  options.columns = columns;
  options.timezone = timezone;
  options.currency = currency;
  options.effort_unit = effort_unit;
  return options;
}

graph::GraphBuilder make_builder(const Tables& tables, graph::BuildOptions options) {
  graph::GraphBuilder builder(std::move(options));
  for (const auto& [name, table] : tables) builder.add(name, table);
  return builder;
}

/// A read-only array over memory of the graph, which it keeps alive.
py::array_t<std::uint32_t> borrow(std::span<const std::uint32_t> values, const py::object& owner) {
  py::array_t<std::uint32_t> array(static_cast<py::ssize_t>(values.size()), values.data(), owner);
  array.attr("setflags")(py::arg("write") = false);
  return array;
}

py::dict arrays_of(const graph::Relation& relation, const py::object& owner) {
  py::dict out;
  out["offsets"] = borrow(relation.out_offsets(), owner);
  out["targets"] = borrow(relation.targets(), owner);
  out["in_offsets"] = borrow(relation.in_offsets(), owner);
  out["sources"] = borrow(relation.sources(), owner);
  out["in_edges"] = borrow(relation.in_edges(), owner);
  if (relation.rows().empty()) {
    py::array_t<std::uint32_t> rows(static_cast<py::ssize_t>(relation.edges()));
    for (std::size_t i = 0; i < relation.edges(); ++i) rows.mutable_data()[i] = static_cast<std::uint32_t>(i);
    out["rows"] = rows;
  } else {
    out["rows"] = borrow(relation.rows(), owner);
  }
  return out;
}

py::dict relation_arrays(const py::object& self, const std::string& name) {
  const auto& owner = self.cast<const CustomerGraph&>();
  const graph::RelationKind kind = relation_kind(name);
  py::dict out = arrays_of(owner.relation(kind), self);
  out["from_kind"] = std::string(to_string(graph::ends(kind).from));
  out["to_kind"] = std::string(to_string(graph::ends(kind).to));
  return out;
}

using Codes = py::array_t<std::uint32_t, py::array::c_style>;

py::dict relate(const Codes& sources, const Codes& targets, std::size_t from_size, std::size_t to_size,
                const py::object& threads) {
  if (sources.ndim() != 1 || targets.ndim() != 1) throw core::InvalidInput("sources and targets must be flat arrays");
  const std::span<const std::uint32_t> from(sources.data(), static_cast<std::size_t>(sources.size()));
  const std::span<const std::uint32_t> to(targets.data(), static_cast<std::size_t>(targets.size()));
  auto relation = Run(threads, 0, py::none())([&](const core::RunControl& control) {
    return std::make_unique<graph::Relation>(graph::make_relation(from, to, from_size, to_size, control));
  });
  const py::capsule owner(relation.get(), [](void* held) { delete static_cast<graph::Relation*>(held); });
  return arrays_of(*relation.release(), owner);
}

/// Each edge by the user's ids.
core::Table relation_table(const CustomerGraph& owner, const std::string& name) {
  const graph::RelationKind kind = relation_kind(name);
  const graph::Relation& relation = owner.relation(kind);
  std::vector<std::uint32_t> sources(relation.edges());
  for (std::size_t node = 0; node < relation.from_size(); ++node) {
    for (std::size_t i = 0; i < relation.out(node).size(); ++i) {
      sources[relation.out_begin(node) + i] = static_cast<std::uint32_t>(node);
    }
  }
  core::Table out;
  out.add("from", owner.ids(graph::ends(kind).from).column(sources));
  out.add("to", owner.ids(graph::ends(kind).to).column(relation.targets()));
  return out;
}

core::Table schema() {
  std::vector<std::string> table, column, type, words;
  std::vector<std::uint8_t> is_required, has_lowest, has_highest;
  std::vector<double> lowest, highest;
  const auto add = [&](std::string_view t, std::string_view c, std::string what, std::string of,
                       graph::ColumnRule rule) {
    constexpr graph::ColumnRule any{};
    table.emplace_back(t);
    column.emplace_back(c);
    type.push_back(std::move(what));
    words.push_back(std::move(of));
    is_required.push_back(rule.is_required ? 1 : 0);
    lowest.push_back(rule.lowest);
    has_lowest.push_back(rule.lowest == any.lowest ? 0 : 1);
    highest.push_back(rule.highest);
    has_highest.push_back(rule.highest == any.highest ? 0 : 1);
  };
  graph::detail::AllTables all;
  for (const graph::detail::AnyTable& rows : graph::detail::any_tables(all)) {
    if (rows.has_key()) add(rows.name, rows.key, "id", "", graph::required);
    for (const graph::detail::NamedField& named : rows.fields) {
      const auto kind = named.field->refers_to();
      std::string of;
      for (const std::string_view word : named.field->words()) of += (of.empty() ? "" : ", ") + std::string(word);
      add(rows.name, named.name,
          kind ? "id of " + std::string(to_string(*kind)) + "s" : std::string(named.field->type_name()), std::move(of),
          named.rule);
    }
  }
  std::vector<std::uint8_t> has_words;
  for (const std::string& of : words) has_words.push_back(of.empty() ? 0 : 1);
  core::Table out;
  out.add("table", core::Column::strings(table));
  out.add("column", core::Column::strings(column));
  out.add("type", core::Column::strings(type));
  out.add("words", core::Column::strings(words, has_words));
  out.add("required", core::Column::booleans(is_required));
  out.add("lowest", core::Column::float64s(std::move(lowest), has_lowest));
  out.add("highest", core::Column::float64s(std::move(highest), has_highest));
  return out;
}

py::tuple to_state(const CustomerGraph& self) {
  const graph::GraphParts parts = graph::to_parts(self);
  core::Table segment_ids;
  segment_ids.add("segment_id", parts.segment_ids);
  return py::make_tuple(parts.tables, parts.attributes, parts.rejected, problem_table(parts.problems),
                        parts.memberships, segment_ids, parts.as_of.microseconds(), parts.currency, parts.effort_unit);
}

CustomerGraph from_state(const py::tuple& state) {
  if (state.size() != 9) throw core::CorruptState("the pickled state is not one of a CustomerGraph");
  graph::GraphParts parts;
  try {
    parts.tables = state[0].cast<Tables>();
    parts.attributes = state[1].cast<Tables>();
    parts.rejected = state[2].cast<Tables>();
    parts.problems = read_problems(state[3].cast<core::Table>());
    parts.memberships = state[4].cast<core::Table>();
    parts.segment_ids = state[5].cast<core::Table>()["segment_id"];
    parts.as_of = core::Instant::from_microseconds(state[6].cast<std::int64_t>());
    parts.currency = state[7].cast<std::string>();
    parts.effort_unit = state[8].cast<std::string>();
  } catch (const py::cast_error&) {
    throw core::CorruptState("the pickled state is not one of a CustomerGraph");
  }
  return without_lock([&] { return graph::from_parts(parts); });
}

}  // namespace

void register_graph(py::module_& module) {
  py::class_<CustomerGraph> bound(module, "CustomerGraph", "See outweigh.CustomerGraph.");
  bound
      .def_static(
          "build",
          [](const Tables& tables, const std::optional<core::Table>& as_of, const std::optional<std::string>& segments,
             const Renames& columns, const std::string& timezone, const std::string& on_invalid,
             const std::string& currency, const std::string& effort_unit,
             const std::optional<core::Table>& found_before, const py::object& threads, const py::object& progress) {
            graph::BuildOptions options =
                read_options(as_of, segments, columns, timezone, on_invalid, currency, effort_unit);
            if (found_before) options.found_before = read_problems(*found_before);
            return Run(threads, 0, progress)([&](const core::RunControl& control) {
              options.control = control;
              return make_builder(tables, options).build();
            });
          },
          py::arg("tables"), py::kw_only(), py::arg("as_of"), py::arg("segments"), py::arg("columns"),
          py::arg("timezone"), py::arg("on_invalid"), py::arg("currency"), py::arg("effort_unit"),
          py::arg("found_before"), py::arg("threads"), py::arg("progress"))
      .def_static(
          "validate",
          [](const Tables& tables, const std::optional<std::string>& segments, const Renames& columns,
             const std::string& timezone, const py::object& threads, const py::object& progress) {
            graph::BuildOptions options = read_options({}, segments, columns, timezone, "raise", "", "");
            return Run(threads, 0, progress)([&](const core::RunControl& control) {
              options.control = control;
              return problem_table(make_builder(tables, options).validate());
            });
          },
          py::arg("tables"), py::kw_only(), py::arg("segments"), py::arg("columns"), py::arg("timezone"),
          py::arg("threads"), py::arg("progress"))
      .def(
          "size", [](const CustomerGraph& self, const std::string& kind) { return self.size(node_kind(kind)); },
          py::arg("kind"))
      .def(
          "ids",
          [](const CustomerGraph& self, const std::string& kind) {
            core::Table table;
            table.add("id", self.ids(node_kind(kind)).column());
            return table;
          },
          py::arg("kind"))
      .def_property_readonly("base",
                             [](const CustomerGraph& self) {
                               std::vector<std::uint32_t> positions;
                               for (const graph::AccountIndex account : self.base())
                                 positions.push_back(account.value());
                               core::Table table;
                               table.add("account_id", self.ids(graph::NodeKind::account).column(positions));
                               return table;
                             })
      .def_property_readonly("in_base",
                             [](const CustomerGraph& self) {
                               const auto& flags = self.data().in_base;
                               py::array_t<bool> mask(static_cast<py::ssize_t>(flags.size()));
                               for (std::size_t i = 0; i < flags.size(); ++i) mask.mutable_data()[i] = flags[i] != 0;
                               return mask;
                             })
      .def_property_readonly("as_of", [](const CustomerGraph& self) { return self.as_of().microseconds(); })
      .def_property_readonly("warnings",
                             [](const CustomerGraph& self) { return without_lock([&] { return self.warnings(); }); })
      .def_property_readonly("currency", [](const CustomerGraph& self) { return self.currency(); })
      .def_property_readonly("effort_unit", [](const CustomerGraph& self) { return self.effort_unit(); })
      .def_property_readonly("segments_overlap", [](const CustomerGraph& self) { return self.segments_overlap(); })
      .def_property_readonly("tables", [](const CustomerGraph& self) { return self.tables(); })
      .def(
          "table",
          [](const CustomerGraph& self, const std::string& name) {
            return without_lock([&] { return with_plain_money(self.table(name), self.attributes(name)); });
          },
          py::arg("name"))
      .def(
          "rejected", [](const CustomerGraph& self, const std::string& name) { return self.rejected(name); },
          py::arg("name"))
      .def_property_readonly("problems", [](const CustomerGraph& self) { return problem_table(self.problems()); })
      .def("relation", &relation_arrays, py::arg("name"))
      .def("relation_table", &relation_table, py::arg("name"))
      .def(
          "filter",
          [](const CustomerGraph& self, const py::array_t<bool, py::array::c_style | py::array::forcecast>& keep) {
            if (keep.ndim() != 1) throw core::InvalidInput("a filter has one dimension");
            std::vector<std::uint8_t> flags(static_cast<std::size_t>(keep.size()));
            for (std::size_t i = 0; i < flags.size(); ++i) flags[i] = keep.data()[i] ? 1 : 0;
            return without_lock([&] { return graph::filter(self, flags); });
          },
          py::arg("keep"))
      .def(
          "without",
          [](const CustomerGraph& self, const std::string& account_id) {
            return without_lock([&] { return graph::without(self, account_id); });
          },
          py::arg("account_id"));
  add_equality(bound);
  add_pickling(bound, 1, &to_state, &from_state);

  module.attr("TABLES") =
      py::cast(std::vector<std::string>(graph::detail::table_names.begin(), graph::detail::table_names.end()));
  std::vector<std::string> kinds;
  for (const graph::NodeKind kind : graph::node_kinds) kinds.emplace_back(to_string(kind));
  module.attr("NODE_KINDS") = py::cast(kinds);
  std::vector<std::string> relations;
  for (const graph::RelationEnds& ends : graph::relation_ends) relations.emplace_back(ends.name);
  module.attr("RELATIONS") = py::cast(relations);
  module.def("relate", &relate, py::arg("sources"), py::arg("targets"), py::arg("from_size"), py::arg("to_size"),
             py::arg("threads") = py::none(), "See outweigh.Relation.from_codes.");
  module.def("schema", &schema, "One row a column of the tables that a graph is made of.");
}

}  // namespace outweigh::python
