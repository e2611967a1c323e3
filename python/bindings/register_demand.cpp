// How many accounts have each need.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <outweigh/demand/demand.hpp>

#include "common.hpp"

namespace outweigh::python {

namespace {

using demand::Demand;
using demand::DemandRow;

/// The id of a node as the user gave it: text, or an integer of digits.
std::uint32_t find_id(const graph::CustomerGraph& graph, graph::NodeKind kind, const py::object& id) {
  const auto found = graph.ids(kind).find(py::cast<std::string>(py::str(id)));
  if (!found) {
    throw core::InvalidInput("there is no such " + std::string(to_string(kind)),
                             {.value = py::cast<std::string>(py::str(id))});
  }
  return *found;
}

template <class Value>
py::bytes to_bytes(const std::vector<Value>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Value)};
}
template <class Value>
std::vector<Value> from_bytes(const py::handle& state) {
  const auto bytes = state.cast<std::string>();
  if (bytes.size() % sizeof(Value) != 0) throw core::CorruptState("the pickled demand is truncated");
  std::vector<Value> values(bytes.size() / sizeof(Value));
  if (!bytes.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

py::tuple pack(const DemandRow& row) {
  const auto& p = row.prevalence;
  return py::make_tuple(
      row.need.value(), row.segment ? py::object(py::int_(row.segment->value())) : py::object(py::none()), row.accounts,
      row.contacted, row.requesting, row.confirmed, row.denied, row.raw, p.value, p.standard_error, p.interval.lower,
      p.interval.upper, p.interval.level, static_cast<int>(p.status), row.range.lower, row.range.upper, row.range.level,
      row.revenue ? py::object(py::int_(row.revenue->ticks())) : py::object(py::none()), row.revenue_interval.lower,
      row.revenue_interval.upper, row.revenue_interval.level, row.reason,
      row.other_mixture ? py::object(py::float_(*row.other_mixture)) : py::object(py::none()));
}
DemandRow unpack(const py::tuple& s) {
  if (s.size() != 23) throw core::CorruptState("a pickled row of demand has another number of parts");
  const auto number = [&](std::size_t i) { return s[i].cast<double>(); };
  const auto count = [&](std::size_t i) { return s[i].cast<std::size_t>(); };
  const int status = s[13].cast<int>();
  if (status < 0 || status > static_cast<int>(core::Status::undefined)) {
    throw core::CorruptState("a pickled row of demand has an unknown status");
  }
  DemandRow row;
  row.need = graph::NeedIndex(count(0));
  if (!s[1].is_none()) row.segment = graph::SegmentIndex(count(1));
  row.accounts = count(2);
  row.contacted = count(3);
  row.requesting = count(4);
  row.confirmed = count(5);
  row.denied = count(6);
  row.raw = number(7);
  row.prevalence = {number(8), number(9), {number(10), number(11), number(12)}, static_cast<core::Status>(status)};
  row.range = {number(14), number(15), number(16)};
  if (!s[17].is_none()) row.revenue = core::Money::from_ticks(s[17].cast<std::int64_t>());
  row.revenue_interval = {number(18), number(19), number(20)};
  row.reason = s[21].cast<std::string>();
  if (!s[22].is_none()) row.other_mixture = s[22].cast<double>();
  return row;
}
py::list pack(std::span<const DemandRow> rows) {
  py::list list;
  for (const DemandRow& row : rows) list.append(pack(row));
  return list;
}
std::vector<DemandRow> unpack_rows(const py::handle& state) {
  std::vector<DemandRow> rows;
  for (const py::handle row : state) rows.push_back(unpack(row.cast<py::tuple>()));
  return rows;
}

py::tuple demand_to_parts(const Demand& self) {
  const demand::DemandParts& parts = self.parts();
  const demand::DemandOptions& o = parts.options;
  py::list stakeholders;
  for (const auto& row : parts.stakeholders) {
    stakeholders.append(py::make_tuple(row.need.value(), row.requests, row.accounts));
  }
  py::list labels;
  for (const auto& row : parts.labels) labels.append(py::make_tuple(row.source.value(), row.requests, row.labelled));
  return py::make_tuple(py::cast(parts.graph),
                        py::make_tuple(o.method, o.level, o.window, o.follow_up, o.odds_ratio, o.draws,
                                       static_cast<int>(o.target), o.false_reports),
                        pack(parts.rows), pack(parts.overall), to_bytes(parts.probabilities), to_bytes(parts.voices),
                        parts.draws, to_bytes(parts.account_draws), to_bytes(parts.revenue_draws), stakeholders,
                        parts.assumptions, parts.warnings, parts.since.microseconds(), labels);
}
Demand demand_from_parts(const py::tuple& s) {
  if (s.size() != 14) throw core::CorruptState("the pickled demand has another number of parts");
  demand::DemandParts parts{.graph = s[0].cast<graph::CustomerGraph>()};
  const auto o = s[1].cast<py::tuple>();
  parts.options.method = o[0].cast<std::string>();
  parts.options.level = o[1].cast<double>();
  parts.options.window = o[2].cast<double>();
  parts.options.follow_up = o[3].cast<double>();
  parts.options.odds_ratio = o[4].cast<std::array<double, 2>>();
  parts.options.draws = o[5].cast<std::size_t>();
  parts.options.target = o[6].cast<int>() == 0 ? demand::Target::listed : demand::Target::superpopulation;
  parts.options.false_reports = o[7].cast<std::array<double, 2>>();
  parts.rows = unpack_rows(s[2]);
  parts.overall = unpack_rows(s[3]);
  parts.probabilities = from_bytes<double>(s[4]);
  parts.voices = from_bytes<demand::Voice>(s[5]);
  parts.draws = s[6].cast<std::size_t>();
  parts.account_draws = from_bytes<double>(s[7]);
  parts.revenue_draws = from_bytes<double>(s[8]);
  for (const py::handle row : s[9]) {
    const auto t = row.cast<py::tuple>();
    parts.stakeholders.push_back(
        {graph::NeedIndex(t[0].cast<std::size_t>()), t[1].cast<std::size_t>(), t[2].cast<std::size_t>()});
  }
  parts.assumptions = s[10].cast<std::vector<std::string>>();
  parts.warnings = s[11].cast<std::vector<std::string>>();
  parts.since = core::Instant::from_microseconds(s[12].cast<std::int64_t>());
  for (const py::handle row : s[13]) {
    const auto t = row.cast<py::tuple>();
    parts.labels.push_back(
        {graph::SourceIndex(t[0].cast<std::size_t>()), t[1].cast<std::size_t>(), t[2].cast<std::size_t>()});
  }
  return Demand(std::move(parts));
}

}  // namespace

void register_demand(py::module_& module) {
  py::class_<Demand> bound(module, "Demand", "Share of the accounts that have each need, by segment.");
  bound.def_property_readonly("graph", [](const Demand& self) { return self.graph(); });
  bound.def_property_readonly("method", [](const Demand& self) { return self.options().method; });
  bound.def_property_readonly("level", [](const Demand& self) { return self.options().level; });
  bound.def_property_readonly("assumptions", [](const Demand& self) { return self.parts().assumptions; });
  bound.def_property_readonly("warnings", [](const Demand& self) { return self.parts().warnings; });
  bound.def(
      "overall_table", [](const Demand& self) { return without_lock([&] { return self.overall_table(); }); },
      "The same columns without segment_id, over the whole base.");
  bound.def_property_readonly("target", [](const Demand& self) {
    return self.options().target == demand::Target::listed ? "listed" : "superpopulation";
  });
  bound.def_property_readonly(
      "since", [](const Demand& self) { return self.parts().since.microseconds(); }, "Microseconds since 1970, UTC.");
  bound.def("mixtures_table", &Demand::mixtures_table,
            "Shares under the law of how readily accounts speak that the figures rest on, and under another one.");
  bound.def("labels_table", &Demand::labels_table,
            "Requests of the base that name a need, by source: source_id, requests, labelled, share.");
  bound.def("stakeholders_table", &Demand::stakeholders_table,
            "Requests of internal people and partners: need_id, requests, accounts.");
  bound.def(
      "probability",
      [](const Demand& self, const py::object& need_id, const py::object& account_id) {
        return self.probability(graph::NeedIndex(find_id(self.graph(), graph::NodeKind::need, need_id)),
                                graph::AccountIndex(find_id(self.graph(), graph::NodeKind::account, account_id)));
      },
      py::arg("need_id"), py::arg("account_id"), "Probability that the account has the need; 0 outside the base.");
  bound.def(
      "probabilities_table",
      [](const Demand& self, const py::object& need_id) {
        const graph::NeedIndex need(find_id(self.graph(), graph::NodeKind::need, need_id));
        std::vector<std::uint32_t> accounts;
        std::vector<std::string> voices;
        static constexpr std::array<const char*, 4> words{"silent", "requested", "confirmed", "denied"};
        const auto base = self.graph().base();
        for (std::size_t b = 0; b < base.size(); ++b) {
          accounts.push_back(base[b].value());
          voices.emplace_back(words[static_cast<std::size_t>(self.voices(need)[b])]);
        }
        const auto probabilities = self.probabilities(need);
        core::Table table;
        table.add("account_id", self.graph().ids(graph::NodeKind::account).column(accounts));
        table.add("probability", core::Column::float64s({probabilities.begin(), probabilities.end()}));
        table.add("voice", core::Column::strings(std::span<const std::string>(voices)));
        return table;
      },
      py::arg("need_id"), "account_id, probability, voice (silent, requested, confirmed, denied), over the base.");
  const auto matrix = [](std::size_t rows, const std::vector<double>& values) {
    py::array_t<double> array({rows, rows == 0 ? std::size_t{0} : values.size() / rows});
    std::copy(values.begin(), values.end(), array.mutable_data());
    return array;
  };
  bound.def(
      "draws",
      [matrix](const Demand& self, bool revenue) {
        const demand::DemandParts& parts = self.parts();
        return matrix(parts.overall.size(), revenue ? parts.revenue_draws : parts.account_draws);
      },
      py::arg("revenue") = false, "Needs x joint draws: accounts of the base that have the need, or their revenue.");
  bound.def(
      "probability_matrix",
      [matrix](const Demand& self) { return matrix(self.parts().overall.size(), self.parts().probabilities); },
      "Needs x accounts of the base.");
  bound.def("__len__", [](const Demand& self) { return self.rows().size(); });
  add_equality(bound);
  add_table(bound, "One row a need and segment.");
  add_repr(bound, [](const Demand& self) {
    return std::to_string(self.overall().size()) + " needs, " + std::to_string(self.graph().base().size()) +
           " accounts, method='" + self.options().method + "'";
  });
  add_pickling(bound, 2, demand_to_parts, demand_from_parts);

  py::dict methods;
  for (const demand::Method& method : demand::methods()) {
    methods[py::str(method.name.data(), method.name.size())] = py::str(method.summary.data(), method.summary.size());
  }
  module.attr("DEMAND_METHODS") = methods;
  module.def(
      "occupancy",
      [](std::size_t needs, std::size_t accounts, const std::vector<double>& detections,
         const std::vector<double>& occasions, const std::vector<std::uint32_t>& stratum,
         const std::vector<double>& covariate, double level, std::size_t draws, double false_reports,
         bool superpopulation, const py::object& threads, std::uint64_t seed, const py::object& progress) {
        return Run(threads, seed, progress)([&](const core::RunControl& control) {
          const demand::Histories histories =
              demand::detection_histories(needs, accounts, detections, occasions, stratum, covariate);
          const demand::OccupancyPosterior posterior = demand::occupancy(histories, {.draws = draws,
                                                                                     .superpopulation = superpopulation,
                                                                                     .false_rate = false_reports,
                                                                                     .compares_mixtures = true,
                                                                                     .control = control});
          const auto rows = demand::occupancy_rows(histories, posterior, level);
          const auto column = [&](auto value, auto is_known) {
            std::vector<double> values(rows.size(), 0.0);
            std::vector<std::uint8_t> valid(rows.size(), 0);
            for (std::size_t r = 0; r < rows.size(); ++r) {
              valid[r] = is_known(rows[r]) ? 1 : 0;
              if (valid[r] != 0) values[r] = value(rows[r]);
            }
            return core::Column::float64s(std::move(values), valid);
          };
          const auto integers = [&](auto value) {
            std::vector<std::int64_t> values;
            for (const auto& row : rows) values.push_back(static_cast<std::int64_t>(value(row)));
            return core::Column::int64s(std::move(values));
          };
          const auto texts = [&](auto value) {
            std::vector<std::string> values;
            for (const auto& row : rows) values.push_back(value(row));
            return core::Column::strings(std::span<const std::string>(values));
          };
          using Row = demand::OccupancyRow;
          const auto any = [](const Row& row) { return row.accounts > 0; };
          const auto estimated = [](const Row& row) {
            return row.accounts > 0 && row.occupancy.status != core::Status::bounds_only;
          };
          core::Table table;
          table.add("need", integers([](const Row& row) { return row.need; }));
          table.add("stratum", integers([](const Row& row) { return row.stratum; }));
          table.add("accounts", integers([](const Row& row) { return row.accounts; }));
          table.add("detected", integers([](const Row& row) { return row.detected; }));
          table.add("naive", column(
                                 [](const Row& row) {
                                   return static_cast<double>(row.detected) / static_cast<double>(row.accounts);
                                 },
                                 any));
          table.add("prevalence", column([](const Row& row) { return row.occupancy.value; }, estimated));
          table.add("lower", column([](const Row& row) { return row.occupancy.interval.lower; }, any));
          table.add("upper", column([](const Row& row) { return row.occupancy.interval.upper; }, any));
          table.add("level", column([](const Row& row) { return row.occupancy.interval.level; }, any));
          table.add("standard_error", column([](const Row& row) { return row.occupancy.standard_error; }, estimated));
          table.add("detection", column([](const Row& row) { return row.detection; }, estimated));
          table.add("status", texts([](const Row& row) { return std::string(core::to_string(row.occupancy.status)); }));
          table.add("reason", texts([](const Row& row) { return row.reason; }));
          return table;
        });
      },
      py::arg("needs"), py::arg("accounts"), py::arg("detections"), py::arg("occasions"), py::arg("stratum"),
      py::arg("covariate"), py::kw_only(), py::arg("level") = 0.9, py::arg("draws") = 400,
      py::arg("false_reports") = -1.0, py::arg("superpopulation") = false, py::arg("threads") = py::none(),
      py::arg("seed") = 0, py::arg("progress") = py::none(),
      "Occupancy of plain detection histories. See outweigh.occupancy.");
  module.def(
      "demand",
      [](const graph::CustomerGraph& graph, const std::string& method, double level, double window, double follow_up,
         std::array<double, 2> odds_ratio, std::size_t draws, const std::string& target,
         std::array<double, 2> false_reports, const py::object& threads, std::uint64_t seed,
         const py::object& progress) {
        if (target != "listed" && target != "superpopulation") {
          throw core::InvalidInput("the target must be listed or superpopulation",
                                   {.column = "target", .value = target});
        }
        return Run(threads, seed, progress)([&](const core::RunControl& control) {
          return demand::demand(
              graph, {.method = method,
                      .target = target == "listed" ? demand::Target::listed : demand::Target::superpopulation,
                      .level = level,
                      .window = window,
                      .follow_up = follow_up,
                      .odds_ratio = odds_ratio,
                      .false_reports = false_reports,
                      .draws = draws,
                      .control = control});
        });
      },
      py::arg("graph"), py::kw_only(), py::arg("method") = "occupancy", py::arg("level") = 0.9, py::arg("window") = 7.0,
      py::arg("follow_up") = 14.0, py::arg("odds_ratio") = std::array<double, 2>{1.0, 1.0}, py::arg("draws") = 400,
      py::arg("target") = "listed", py::arg("false_reports") = std::array<double, 2>{-1.0, -1.0},
      py::arg("threads") = py::none(), py::arg("seed") = 0, py::arg("progress") = py::none(),
      "How many accounts of the base have each need. See outweigh.demand.");
}

}  // namespace outweigh::python
