// Conversations: listening quality, the calendar of one colleague, discovery.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <outweigh/listening/calendar.hpp>
#include <outweigh/listening/discovery.hpp>
#include <outweigh/listening/quality.hpp>

#include "common.hpp"
#include "numbers.hpp"

namespace outweigh::python {

namespace {

using listening::Calendar;
using listening::Discovery;
using listening::ListeningQuality;

template <class Class, class Table>
void add_further(Class& bound, const char* name, Table table) {
  using Value = typename Class::type;
  bound.def(name, [table](const Value& self) { return without_lock([&] { return (self.*table)(); }); });
}

template <class Class>
void finish(Class& bound) {
  using Value = typename Class::type;
  bound.def("summary", &Value::summary, "In a few sentences.");
  add_table(bound);
  add_repr(bound, [](const Value& self) { return self.summary(); });
  add_equality(bound);
  add_bytes(bound);
}

void register_quality(py::module_& module) {
  py::class_<ListeningQuality> bound(module, "ListeningQuality",
                                     "How the conversations of each colleague went, month by month.");
  finish(bound);
  add_further(bound, "people_table", &ListeningQuality::people_table);
  add_further(bound, "apart_table", &ListeningQuality::apart_table);
  add_further(bound, "missing_table", &ListeningQuality::missing_table);
  module.def(
      "listening_quality",
      [](const graph::CustomerGraph& graph, double long_enough, double customer_talked) {
        return without_lock([&] { return listening::listening_quality(graph, {long_enough, customer_talked}); });
      },
      py::arg("graph"), py::kw_only(), py::arg("long_enough") = 10.0, py::arg("customer_talked") = 0.75,
      "How the conversations of each colleague went, month by month.");
}

void register_calendar(py::module_& module) {
  py::class_<Calendar> bound(module, "Calendar", "The calls of one colleague in one month.");
  bound.def_readonly("person", &Calendar::person);
  bound.def_readonly("month", &Calendar::month);
  bound.def_readonly("calls_with_base", &Calendar::calls_with_base);
  bound.def_readonly("accounts", &Calendar::accounts);
  bound.def_readonly("whales", &Calendar::whales);
  bound.def_readonly("unhappy", &Calendar::unhappy);
  bound.def_readonly("both", &Calendar::both);
  bound.def_readonly("neither", &Calendar::neither);
  bound.def_readonly("unknown", &Calendar::unknown);
  bound.def_readonly("learn", &Calendar::learn);
  bound.def_readonly("began_as_escalation", &Calendar::began_as_escalation);
  bound.def_readonly("apart", &Calendar::apart);
  bound.def_readonly("whale_base_share", &Calendar::whale_base_share);
  bound.def_readonly("unhappy_base_share", &Calendar::unhappy_base_share);
  bound.def_readonly("whale_chance", &Calendar::whale_chance);
  bound.def_readonly("unhappy_chance", &Calendar::unhappy_chance);
  bound.def_readonly("latest_month", &Calendar::latest_month);
  finish(bound);
  add_further(bound, "missing_table", &Calendar::missing_table);
  module.def(
      "calendar",
      [](const graph::CustomerGraph& graph, std::optional<std::string> person, std::optional<std::string> month,
         double whale_share, double unhappy_share) {
        return without_lock([&] {
          return listening::calendar(graph, {std::move(person), std::move(month), whale_share, unhappy_share});
        });
      },
      py::arg("graph"), py::kw_only(), py::arg("person") = py::none(), py::arg("month") = py::none(),
      py::arg("whale_share") = 0.1, py::arg("unhappy_share") = 0.1, "The calls of one colleague in one month.");
}

void register_discovery(py::module_& module) {
  py::class_<Discovery> bound(module, "Discovery",
                              "Visits made against a target, and whom to talk to next to learn most.");
  bound.def_readonly("base_accounts", &Discovery::base_accounts);
  bound.def_readonly("visits", &Discovery::visits);
  bound.def_readonly("visited_accounts", &Discovery::visited_accounts);
  bound.def_readonly("first", &Discovery::first);
  bound.def_readonly("target", &Discovery::target);
  bound.def_readonly("hours", &Discovery::hours);
  bound.def_readonly("standard_error", &Discovery::standard_error);
  bound.def_readonly("standard_error_next", &Discovery::standard_error_next);
  bound.def_property_readonly("status",
                              [](const Discovery& self) { return std::string(core::to_string(self.status)); });
  bound.def_readonly("assumptions", &Discovery::assumptions);
  finish(bound);
  add_further(bound, "cells_table", &Discovery::cells_table);
  add_further(bound, "weeks_table", &Discovery::weeks_table);
  add_further(bound, "people_table", &Discovery::people_table);
  add_further(bound, "apart_table", &Discovery::apart_table);
  add_further(bound, "missing_table", &Discovery::missing_table);
  module.def(
      "discovery",
      [](const graph::CustomerGraph& graph, std::vector<std::string> by, std::vector<std::string> needs,
         const Numbers& probabilities, std::int64_t first, std::int64_t target, std::int64_t next, double hours,
         std::int64_t weeks, double long_enough, std::size_t revenue_bands) {
        listening::DiscoveryOptions options;
        options.by = std::move(by);
        options.needs = std::move(needs);
        options.probabilities = {probabilities.data(), static_cast<std::size_t>(probabilities.size())};
        options.first = first;
        options.target = target;
        options.next = next;
        options.hours = hours;
        options.weeks = weeks;
        options.long_enough = long_enough;
        options.dimension.revenue_bands = revenue_bands;
        return without_lock([&] { return listening::discovery(graph, options); });
      },
      py::arg("graph"), py::kw_only(), py::arg("by") = std::vector<std::string>{},
      py::arg("needs") = std::vector<std::string>{}, py::arg("probabilities") = Numbers(0), py::arg("first") = 15,
      py::arg("target") = 30, py::arg("next") = 10, py::arg("hours") = 3.0, py::arg("weeks") = 13,
      py::arg("long_enough") = 10.0, py::arg("revenue_bands") = 3,
      "Visits made against a target, and whom to talk to next to learn most.");
}

}  // namespace

void register_conversations(py::module_& module) {
  register_quality(module);
  register_calendar(module);
  register_discovery(module);
}

}  // namespace outweigh::python
