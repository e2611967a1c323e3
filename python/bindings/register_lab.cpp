// Simulated customer bases with known truth, and measures of how near an estimate comes to it.
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <outweigh/core/table.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/lab/estimation_error.hpp>
#include <outweigh/lab/rank_agreement.hpp>
#include <outweigh/lab/regret.hpp>
#include <outweigh/lab/simulation.hpp>

#include "common.hpp"
#include "numbers.hpp"

namespace outweigh::python {

namespace {

using Positions = py::array_t<std::int64_t, py::array::c_style | py::array::forcecast>;

std::span<const double> view(const Numbers& values, const char* name) {
  if (values.ndim() != 1) throw core::InvalidInput("one dimension is needed", {.column = name});
  return {values.data(), static_cast<std::size_t>(values.size())};
}

std::vector<std::uint8_t> flags(const Numbers& values, const char* name) {
  const auto numbers = view(values, name);
  std::vector<std::uint8_t> result(numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] != 0.0 && numbers[i] != 1.0) {
      throw core::InvalidInput("truth values are needed",
                               {.column = name, .row = i, .value = std::to_string(numbers[i])});
    }
    result[i] = numbers[i] != 0.0 ? 1 : 0;
  }
  return result;
}

void register_measures(py::module_& module) {
  module.def(
      "kendall_tau_b",
      [](const Numbers& a, const Numbers& b) { return lab::kendall_tau_b(view(a, "a"), view(b, "b")); }, py::arg("a"),
      py::arg("b"), "See outweigh.kendall_tau_b.");
  module.def(
      "precision_at",
      [](std::size_t k, const Numbers& scores, const Numbers& relevant) {
        return lab::precision_at(k, view(scores, "scores"), flags(relevant, "relevant"));
      },
      py::arg("k"), py::arg("scores"), py::arg("relevant"),
      "Share of the `k` items of the highest score that are relevant; tied items share their places.");
  module.def(
      "recall_at",
      [](std::size_t k, const Numbers& scores, const Numbers& relevant) {
        return lab::recall_at(k, view(scores, "scores"), flags(relevant, "relevant"));
      },
      py::arg("k"), py::arg("scores"), py::arg("relevant"),
      "Share of the relevant items that are among the `k` of the highest score; tied items share their places.");
  module.def(
      "ndcg_at",
      [](std::size_t k, const Numbers& scores, const Numbers& gains) {
        return lab::ndcg_at(k, view(scores, "scores"), view(gains, "gains"));
      },
      py::arg("k"), py::arg("scores"), py::arg("gains"),
      "Normalised discounted cumulative gain of the `k` items of the highest score, 0 .. 1.");
  module.def(
      "root_mean_square_error",
      [](const Numbers& estimates, const Numbers& truth) {
        return lab::root_mean_square_error(view(estimates, "estimates"), view(truth, "truth"));
      },
      py::arg("estimates"), py::arg("truth"), "Square root of the mean squared difference.");
  module.def(
      "interval_coverage",
      [](const Numbers& lower, const Numbers& upper, const Numbers& truth) {
        return lab::interval_coverage(view(lower, "lower"), view(upper, "upper"), view(truth, "truth"));
      },
      py::arg("lower"), py::arg("upper"), py::arg("truth"), "Share of closed intervals that contain the truth.");
  module.def(
      "interval_score",
      [](const Numbers& lower, const Numbers& upper, const Numbers& truth, double level) {
        return lab::interval_score(view(lower, "lower"), view(upper, "upper"), view(truth, "truth"), level);
      },
      py::arg("lower"), py::arg("upper"), py::arg("truth"), py::arg("level") = 0.9,
      "Mean interval score: width, and 2 / (1 - level) times the distance of the truth outside. Smaller is better.");
  module.def(
      "set_value",
      [](const Numbers& chosen, const Positions& solutions, const Positions& needs, const Numbers& shares,
         const Numbers& need_values) {
        const auto share = view(shares, "share");
        if (solutions.ndim() != 1 || needs.ndim() != 1 || static_cast<std::size_t>(solutions.size()) != share.size() ||
            static_cast<std::size_t>(needs.size()) != share.size()) {
          throw core::InvalidInput("solutions, needs and shares must have one entry a row", {.table = "covers"});
        }
        std::vector<lab::CoveredShare> covers(share.size());
        for (std::size_t row = 0; row < covers.size(); ++row) {
          const std::int64_t solution = solutions.data()[row];
          const std::int64_t need = needs.data()[row];
          if (solution < 0 || need < 0 || solution > 0xFFFFFFFF || need > 0xFFFFFFFF) {
            throw core::InvalidInput("a position must not be negative", {.table = "covers", .row = row});
          }
          covers[row] = {static_cast<std::uint32_t>(solution), static_cast<std::uint32_t>(need), share[row]};
        }
        return lab::set_value(flags(chosen, "chosen"), covers, view(need_values, "need_values"));
      },
      py::arg("chosen"), py::arg("solutions"), py::arg("needs"), py::arg("shares"), py::arg("need_values"),
      "See outweigh.set_value.");
  module.def("relative_regret", &lab::relative_regret, py::arg("chosen_value"), py::arg("best_value"),
             "What is lost by a choice: 1 - chosen_value / best_value.");
}

}  // namespace

void register_lab(py::module_& module) {
  register_measures(module);

  py::class_<lab::Truth> truth(module, "Truth", "Who really has which need in a simulated customer base.");
  truth.def_property_readonly(
      "prevalence", [](const lab::Truth& self) { return self.prevalence(); },
      "Table of need_id, segment_id, prevalence, accounts, accounts_with_need, "
      "revenue_with_need.");
  truth.def_property_readonly(
      "needs", [](const lab::Truth& self) { return self.needs(); }, "The same over the whole base: one row a need.");
  truth.def(
      "has",
      [](const lab::Truth& self, const std::string& need_id, const std::string& account_id) {
        return self.has(need_id, account_id);
      },
      py::arg("need_id"), py::arg("account_id"), "Does the account have the need?");
  add_table(truth, "One row an account: account_id, in_base, and a truth value per need.");
  add_equality(truth);

  py::class_<lab::Simulation> simulation(module, "Simulation",
                                         "Tables of a simulated company and the truth behind them.");
  simulation.def_property_readonly(
      "tables",
      [](const lab::Simulation& self) {
        py::dict tables;
        for (const auto& [name, table] : self.tables) tables[py::str(name)] = table;
        return tables;
      },
      "The tables by name.");
  simulation.def_property_readonly(
      "truth", [](const lab::Simulation& self) { return self.truth; }, "Who really has which need.");
  simulation.def_property_readonly(
      "as_of", [](const lab::Simulation& self) { return core::to_string(self.as_of); }, "The time of the base, UTC.");
  simulation.def(
      "graph",
      [](const lab::Simulation& self, const py::object& threads, const py::object& progress) {
        return Run(threads, 0, progress)([&](const core::RunControl& control) { return self.graph(control); });
      },
      py::kw_only(), py::arg("threads") = py::none(), py::arg("progress") = py::none(), "The graph of all tables.");
  add_equality(simulation);

  const lab::SimulationOptions defaults;
  module.def(
      "simulate",
      [](std::uint64_t seed, std::size_t accounts, std::size_t needs, std::size_t solutions, double days,
         double hearing_bias, double contact_rate, double revenue_slope, double talkativeness, double frailty,
         double overdispersion, double false_reports, double unlogged_silent_calls, double follow_ups,
         double unlabelled, const py::object& threads, const py::object& progress) {
        return Run(threads, seed, progress)([&](const core::RunControl& control) {
          lab::SimulationOptions options;
          options.seed = seed;
          options.accounts = accounts;
          options.needs = needs;
          options.solutions = solutions;
          options.days = days;
          options.hearing_bias = hearing_bias;
          options.contact_rate = contact_rate;
          options.revenue_slope = revenue_slope;
          options.talkativeness = talkativeness;
          options.frailty = frailty;
          options.overdispersion = overdispersion;
          options.false_reports = false_reports;
          options.unlogged_silent_calls = unlogged_silent_calls;
          options.follow_ups = follow_ups;
          options.unlabelled = unlabelled;
          options.control = control;
          return lab::simulate(options);
        });
      },
      py::arg("seed") = defaults.seed, py::kw_only(), py::arg("accounts") = defaults.accounts,
      py::arg("needs") = defaults.needs, py::arg("solutions") = defaults.solutions, py::arg("days") = defaults.days,
      py::arg("hearing_bias") = defaults.hearing_bias, py::arg("contact_rate") = defaults.contact_rate,
      py::arg("revenue_slope") = defaults.revenue_slope, py::arg("talkativeness") = defaults.talkativeness,
      py::arg("frailty") = defaults.frailty, py::arg("overdispersion") = defaults.overdispersion,
      py::arg("false_reports") = defaults.false_reports,
      py::arg("unlogged_silent_calls") = defaults.unlogged_silent_calls, py::arg("follow_ups") = defaults.follow_ups,
      py::arg("unlabelled") = defaults.unlabelled, py::arg("threads") = py::none(), py::arg("progress") = py::none(),
      "Simulates a software company's customer base; see the public function `outweigh.simulate`.");
}

}  // namespace outweigh::python
