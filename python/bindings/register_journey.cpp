// Journeys of customers: event logs, stages, service figures, support, the risk to lose accounts.
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <outweigh/core/read_column.hpp>
#include <outweigh/core/time_zone.hpp>
#include <outweigh/journey/journey.hpp>

#include "common.hpp"

namespace outweigh::python {

namespace {

using journey::DirectlyFollows;
using journey::Journey;

/// The time in a table of one row and one column.
std::optional<core::Instant> read_as_of(const std::optional<core::Table>& as_of, const std::string& timezone) {
  if (!as_of) return std::nullopt;
  std::optional<core::TimeZone> zone;
  if (!timezone.empty()) zone = core::TimeZone::find(timezone);
  const auto time = core::read_instants((*as_of)["as_of"], zone ? &*zone : nullptr, {.column = "as_of"});
  if (time.size() != 1 || !time.has(0)) throw core::InvalidInput("as_of must be one time", {.column = "as_of"});
  return time[0];
}

void register_log(py::module_& module) {
  py::class_<DirectlyFollows> follows(module, "DirectlyFollows",
                                      "Transitions and paths of cases: a state that merges.");
  follows.def(
      "merge", [](DirectlyFollows& self, const DirectlyFollows& other) { self.merge(other); }, py::arg("other"));
  follows.def_property_readonly("cases", &DirectlyFollows::cases);
  follows.def_property_readonly("events", &DirectlyFollows::events);
  add_table(follows);
  add_equality(follows);
  add_bytes(follows);

  py::class_<Journey> bound(module, "Journey", "The way of customers through their activities.");
  const auto table = [&bound](const char* name, auto method) {
    bound.def(name, [method](const Journey& self) { return without_lock([&] { return (self.*method)(); }); });
  };
  add_table(bound);
  table("bottlenecks_table", &Journey::bottlenecks_table);
  table("activities_table", &Journey::activities_table);
  table("loops_table", &Journey::loops_table);
  table("cases_table", &Journey::cases_table);
  table("functions_table", &Journey::functions_table);
  bound.def("events_table", [](const Journey& self) { return without_lock([&] { return self.log().to_table(); }); });
  bound.def(
      "variants_table",
      [](const Journey& self, std::size_t limit) { return without_lock([&] { return self.variants_table(limit); }); },
      py::arg("limit") = 0);
  bound.def("stage_tables", [](const Journey& self) {
    auto stages = without_lock([&] { return self.stages(); });
    return std::vector<core::Table>{std::move(stages.stages), std::move(stages.matrix), std::move(stages.gaps)};
  });
  bound.def("directly_follows", [](const Journey& self) {
    return without_lock([&] { return journey::collect_directly_follows(self.log()); });
  });
  bound.def_property_readonly("cases", [](const Journey& self) { return self.log().case_count(); });
  bound.def_property_readonly("events", [](const Journey& self) { return self.log().events(); });
  bound.def_property_readonly("as_of", [](const Journey& self) { return self.log().as_of.microseconds(); });
  bound.def_property_readonly("later_rows", [](const Journey& self) { return self.log().later_rows; });
  bound.def_property_readonly("durations", [](const Journey& self) {
    const auto& d = self.durations();
    return std::map<std::string, double>{{"mean_days", d.mean_days},
                                         {"median_days", d.median_days},
                                         {"p90_days", d.p90_days},
                                         {"p95_days", d.p95_days},
                                         {"maximum_days", d.maximum_days}};
  });
  bound.def("summary", &Journey::summary, "In a few sentences.");
  add_repr(bound, [](const Journey& self) { return self.summary(); });
  add_equality(bound);
  add_bytes(bound);

  module.def(
      "journey",
      [](const py::object& events, std::map<std::string, std::string> columns,
         std::map<std::string, std::string> stages, std::string timezone, const std::optional<core::Table>& as_of,
         double expected_share, double silent_quantile, double unhappy_below, std::vector<std::string> escalations,
         double level, bool touchpoints, const py::object& threads, const py::object& progress) {
        journey::JourneyOptions options;
        options.log.columns = std::move(columns);
        options.log.stages = std::move(stages);
        options.log.as_of = read_as_of(as_of, timezone);
        options.log.timezone = std::move(timezone);
        options.gaps.expected_share = expected_share;
        options.gaps.silent_quantile = silent_quantile;
        options.gaps.unhappy_below = unhappy_below;
        options.gaps.escalations = std::move(escalations);
        options.gaps.level = level;
        options.touchpoints = touchpoints;
        const auto* graph =
            py::isinstance<graph::CustomerGraph>(events) ? events.cast<const graph::CustomerGraph*>() : nullptr;
        const auto* table = graph == nullptr ? events.cast<const core::Table*>() : nullptr;
        return Run(threads, 0, progress)([&](const core::RunControl& control) {
          options.log.control = control;
          return graph != nullptr ? journey::journey(*graph, options) : journey::journey(*table, options);
        });
      },
      py::arg("events"), py::kw_only(), py::arg("columns") = std::map<std::string, std::string>{},
      py::arg("stages") = std::map<std::string, std::string>{}, py::arg("timezone") = "", py::arg("as_of") = py::none(),
      py::arg("expected_share") = 0.5, py::arg("silent_quantile") = 0.95, py::arg("unhappy_below") = -0.33,
      py::arg("escalations") = std::vector<std::string>{"escalation"}, py::arg("level") = 0.9,
      py::arg("touchpoints") = true, py::arg("threads") = py::none(), py::arg("progress") = py::none(),
      "The journeys in a table of events or a graph.");
}

void register_findings(py::module_& module) {
  using journey::NamedTables;
  py::class_<NamedTables> bound(module, "NamedTables", "A result of several tables, with figures and remarks.");
  bound.def_readonly("summary", &NamedTables::summary);
  bound.def_readonly("figures", &NamedTables::figures);
  bound.def_readonly("assumptions", &NamedTables::assumptions);
  bound.def_property_readonly("names", [](const NamedTables& self) {
    std::vector<std::string> names;
    for (const auto& [name, table] : self.tables) names.push_back(name);
    return names;
  });
  add_table(bound);
  bound.def(
      "table", [](const NamedTables& self, const std::string& name) { return self.table(name); }, py::arg("name"));
  bound.def("missing_table", [](const NamedTables& self) { return self.missing; });
  add_repr(bound, [](const NamedTables& self) { return self.summary; });
  add_equality(bound);
  add_bytes(bound);
}

void register_kpis(py::module_& module) {
  using journey::WorkingHours;
  py::class_<WorkingHours> hours(module, "WorkingHours", "Time that counts only while somebody is at work.");
  hours.def(py::init([](int start_minute, int end_minute, unsigned weekdays, std::vector<std::int32_t> holidays,
                        std::string timezone) {
              journey::WorkingHoursOptions options;
              options.start_minute = start_minute;
              options.end_minute = end_minute;
              options.weekdays = static_cast<std::uint8_t>(weekdays & 0xFFU);
              options.holidays = std::move(holidays);
              options.timezone = std::move(timezone);
              return WorkingHours(std::move(options));
            }),
            py::arg("start_minute"), py::arg("end_minute"), py::arg("weekdays"), py::arg("holidays"),
            py::arg("timezone"));
  hours.def(
      "between",
      [](const WorkingHours& self, std::int64_t from, std::int64_t to) {
        return self.between(core::Instant::from_microseconds(from), core::Instant::from_microseconds(to));
      },
      py::arg("start"), py::arg("end"));

  module.def(
      "kpis",
      [](const graph::CustomerGraph& graph, std::string by, std::string period, double level,
         const std::optional<WorkingHours>& working_hours, std::vector<std::string> first_value,
         std::string nps_question, std::string promised, double adoption_days) {
        journey::KpiOptions options;
        options.by = std::move(by);
        options.period = std::move(period);
        options.level = level;
        options.working_hours = working_hours;
        options.first_value = std::move(first_value);
        options.nps_question = std::move(nps_question);
        options.promised = std::move(promised);
        options.adoption_days = adoption_days;
        return Run(py::none(), 0, py::none())([&](const core::RunControl& control) {
          options.control = control;
          return journey::kpis(graph, options);
        });
      },
      py::arg("graph"), py::kw_only(), py::arg("by") = "", py::arg("period") = "", py::arg("level") = 0.9,
      py::arg("working_hours") = py::none(), py::arg("first_value") = std::vector<std::string>{},
      py::arg("nps_question") = "nps", py::arg("promised") = "", py::arg("adoption_days") = 28.0,
      "Key figures of service, sales and retention.");
}

void register_support(py::module_& module) {
  module.def(
      "support_summary",
      [](const graph::CustomerGraph& graph, double days, double level, std::optional<double> cost_per_minute,
         std::optional<double> cost_per_effort, double recurring) {
        return Run(py::none(), 0, py::none())([&](const core::RunControl& control) {
          return journey::support_summary(graph, {days, level, cost_per_minute, cost_per_effort, recurring, control});
        });
      },
      py::arg("graph"), py::kw_only(), py::arg("days") = 365.0, py::arg("level") = 0.9,
      py::arg("cost_per_minute") = py::none(), py::arg("cost_per_effort") = py::none(), py::arg("recurring") = 2.0,
      "What support tells about the product.");
  module.def(
      "churn_risk",
      [](const graph::CustomerGraph& graph, double horizon_days, double window_days, std::int64_t landmarks,
         double level, const std::string& nps_question, const py::object& threads) {
        return Run(threads, 0, py::none())([&](const core::RunControl& control) {
          return journey::churn_risk(graph, {horizon_days, window_days, landmarks, level, nps_question, control});
        });
      },
      py::arg("graph"), py::kw_only(), py::arg("horizon_days") = 90.0, py::arg("window_days") = 90.0,
      py::arg("landmarks") = 8, py::arg("level") = 0.9, py::arg("nps_question") = "nps",
      py::arg("threads") = py::none(), "Which accounts may leave, and what goes with it.");
}

}  // namespace

void register_journey(py::module_& module) {
  register_log(module);
  register_findings(module);
  register_kpis(module);
  register_support(module);
}

}  // namespace outweigh::python
