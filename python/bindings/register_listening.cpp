// Who is heard: the audit and the weights of accounts.
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <outweigh/listening/listening.hpp>

#include "common.hpp"

namespace outweigh::python {

namespace {

using listening::AccountWeights;
using listening::Audit;
using listening::Heard;

stats::ProportionMethod interval_of(const std::string& word) {
  for (const auto method :
       {stats::ProportionMethod::wilson, stats::ProportionMethod::clopper_pearson, stats::ProportionMethod::jeffreys}) {
    if (stats::to_string(method) == word) return method;
  }
  throw core::InvalidInput("the intervals of a share are wilson, clopper_pearson (exact) and jeffreys",
                           {.column = "interval", .value = word});
}

void register_audit(py::module_& module) {
  py::class_<Heard> heard(module, "Heard", "Who was heard through which source: a state that merges.");
  heard.def(
      "merge", [](Heard& self, const Heard& other) { self.merge(other); }, py::arg("other"));
  heard.def("__len__", [](const Heard& self) { return self.entries().size(); });
  add_equality(heard);
  add_bytes(heard);
  module.def(
      "collect_heard",
      [](const graph::CustomerGraph& graph, double long_enough, double customer_talked) {
        return without_lock([&] { return listening::collect_heard(graph, {long_enough, customer_talked}); });
      },
      py::arg("graph"), py::arg("long_enough") = 10.0, py::arg("customer_talked") = 0.75,
      "Everything heard up to the graph's `as_of`, keyed on the user's ids.");

  py::class_<Audit> bound(module, "Audit", "Who was heard, through whom, against who is there.");
  bound.def_readonly("base_accounts", &Audit::base_accounts);
  bound.def_readonly("heard_accounts", &Audit::heard_accounts);
  bound.def_property_readonly("never_heard_accounts", &Audit::never_heard_accounts);
  const auto units = [](const std::optional<core::Money>& money) {
    return money ? std::optional<double>(money->units()) : std::nullopt;
  };
  bound.def_property_readonly("base_revenue", [units](const Audit& self) { return units(self.base_revenue); });
  bound.def_property_readonly("never_heard_revenue",
                              [units](const Audit& self) { return units(self.never_heard_revenue); });
  bound.def_readonly("currency", &Audit::currency);
  bound.def_readonly("level", &Audit::level);
  bound.def_readonly("overlapping_segments", &Audit::overlapping_segments);
  bound.def("summary", &Audit::summary, "The audit in a few sentences.");
  add_table(bound);
  bound.def("sources_table", [](const Audit& self) { return without_lock([&] { return self.sources_table(); }); });
  bound.def("never_heard_table",
            [](const Audit& self) { return without_lock([&] { return self.never_heard_table(); }); });
  bound.def("tests_table", [](const Audit& self) { return without_lock([&] { return self.tests_table(); }); });
  bound.def("numbers_table", [](const Audit& self) { return without_lock([&] { return self.numbers_table(); }); });
  bound.def("partial_table", [](const Audit& self) { return without_lock([&] { return self.partial_table(); }); });
  bound.def_property_readonly("representativity", [](const Audit& self) { return self.pooled().representativity; });
  bound.def("apart_table", [](const Audit& self) { return without_lock([&] { return self.apart_table(); }); });
  bound.def("missing_table", [](const Audit& self) { return without_lock([&] { return self.missing_table(); }); });
  add_repr(bound, [](const Audit& self) { return self.summary(); });
  add_equality(bound);
  add_bytes(bound);
  module.def(
      "audit",
      [](const graph::CustomerGraph& graph, std::vector<std::string> by, std::vector<std::string> sources,
         std::vector<std::string> numbers, std::vector<std::string> cells, double whale_share, double unhappy_share,
         double level, const std::string& interval, std::size_t revenue_bands, double long_enough,
         double customer_talked, const std::optional<Heard>& heard, const py::object& threads,
         const py::object& progress) {
        listening::AuditOptions options;
        options.by = std::move(by);
        options.sources = std::move(sources);
        options.numbers = std::move(numbers);
        options.cells = std::move(cells);
        options.interval = interval_of(interval);
        options.whale_share = whale_share;
        options.unhappy_share = unhappy_share;
        options.level = level;
        options.dimension.revenue_bands = revenue_bands;
        options.heard = {long_enough, customer_talked};
        return Run(threads, 0, progress)([&](const core::RunControl& control) {
          options.control = control;
          return heard ? listening::audit(graph, *heard, options) : listening::audit(graph, options);
        });
      },
      py::arg("graph"), py::kw_only(), py::arg("by") = std::vector<std::string>{},
      py::arg("sources") = std::vector<std::string>{}, py::arg("numbers") = std::vector<std::string>{},
      py::arg("cells") = std::vector<std::string>{}, py::arg("whale_share") = 0.1, py::arg("unhappy_share") = 0.1,
      py::arg("level") = 0.9, py::arg("interval") = "wilson", py::arg("revenue_bands") = 3,
      py::arg("long_enough") = 10.0, py::arg("customer_talked") = 0.75, py::arg("heard") = py::none(),
      py::arg("threads") = py::none(), py::arg("progress") = py::none(), "Compare who was heard with the base.");

  py::class_<AccountWeights> weights(module, "AccountWeights", "Weights that make heard accounts stand for the base.");
  weights.def_readonly("base_accounts", &AccountWeights::base_accounts);
  weights.def_readonly("heard_accounts", &AccountWeights::heard_accounts);
  weights.def_readonly("collapsed_cells", &AccountWeights::collapsed_cells);
  weights.def_readonly("collapsed_share", &AccountWeights::collapsed_share);
  weights.def_readonly("effective_sample_size", &AccountWeights::effective_sample_size);
  weights.def_readonly("design_effect", &AccountWeights::design_effect);
  weights.def_property_readonly("status",
                                [](const AccountWeights& self) { return std::string(to_string(self.status)); });
  weights.def_readonly("verdict", &AccountWeights::verdict);
  add_table(weights);
  weights.def("cells_table",
              [](const AccountWeights& self) { return without_lock([&] { return self.cells_table(); }); });
  add_repr(weights, [](const AccountWeights& self) { return self.verdict; });
  add_equality(weights);
  add_bytes(weights);
  module.def(
      "weights",
      [](const graph::CustomerGraph& graph, std::size_t revenue_bands, const py::object& threads,
         const py::object& progress) {
        return Run(threads, 0, progress)([&](const core::RunControl& control) {
          return listening::weights(graph, listening::WeightOptions{revenue_bands, control});
        });
      },
      py::arg("graph"), py::kw_only(), py::arg("revenue_bands") = 3, py::arg("threads") = py::none(),
      py::arg("progress") = py::none(), "Post-stratify the heard accounts to the base by segment and revenue band.");
}

}  // namespace

void register_conversations(py::module_& module);
void register_weighting(py::module_& module);

void register_listening(py::module_& module) {
  register_audit(module);
  register_conversations(module);
  register_weighting(module);
}

}  // namespace outweigh::python
