// Decisions about customers: the four groups, exits, one-off deals.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <outweigh/cases/cases.hpp>

#include "common.hpp"

namespace outweigh::python {

void register_cases(py::module_& module) {
  module.def(
      "categorise_customers",
      [](const py::object& base, std::vector<std::string> target_uses, double days, std::int64_t look_alikes,
         std::string nps_question, const py::object& threads, const py::object& progress) {
        cases::FourGroupsOptions options;
        options.target_uses = std::move(target_uses);
        options.days = days;
        options.look_alikes = look_alikes;
        options.nps_question = std::move(nps_question);
        const auto* graph =
            py::isinstance<graph::CustomerGraph>(base) ? base.cast<const graph::CustomerGraph*>() : nullptr;
        const auto* demand = graph == nullptr ? base.cast<const demand::Demand*>() : nullptr;
        return Run(threads, 0, progress)([&](const core::RunControl& control) {
          options.control = control;
          return graph != nullptr ? cases::categorise_customers(*graph, options)
                                  : cases::categorise_customers(*demand, options);
        });
      },
      py::arg("base"), py::kw_only(), py::arg("target_uses") = std::vector<std::string>{}, py::arg("days") = 365.0,
      py::arg("look_alikes") = 10, py::arg("nps_question") = "nps", py::arg("threads") = py::none(),
      py::arg("progress") = py::none(), "Which of the four groups each customer is of.");
  module.def(
      "exit_case",
      [](const graph::CustomerGraph& graph, const std::vector<std::string>& account_ids, double days,
         std::map<std::string, double> avoidable, double discount, std::optional<double> refund,
         std::optional<double> export_cost, std::optional<double> migrate_cost, std::optional<double> referral_fee,
         std::optional<double> revenue_by_references, std::optional<double> revenue_by_referrals,
         const py::object& threads) {
        cases::ExitOptions options{days,
                                   std::move(avoidable),
                                   discount,
                                   refund,
                                   export_cost,
                                   migrate_cost,
                                   referral_fee,
                                   revenue_by_references,
                                   revenue_by_referrals,
                                   {}};
        return Run(threads, 0, py::none())([&](const core::RunControl& control) {
          options.control = control;
          return cases::exit_case(graph, account_ids, options);
        });
      },
      py::arg("graph"), py::arg("account_ids"), py::kw_only(), py::arg("days") = 365.0,
      py::arg("avoidable") = std::map<std::string, double>{}, py::arg("discount") = 0.2, py::arg("refund") = py::none(),
      py::arg("export_cost") = py::none(), py::arg("migrate_cost") = py::none(), py::arg("referral_fee") = py::none(),
      py::arg("revenue_by_references") = py::none(), py::arg("revenue_by_referrals") = py::none(),
      py::arg("threads") = py::none(), "What letting customers go would change.");
  module.def(
      "deal_case",
      [](const py::object& base, std::string deal_id, std::string account_id, std::string need_id,
         std::optional<double> price, std::optional<double> cost, double markup, std::optional<double> contribution,
         std::optional<double> effort, std::optional<double> capacity, const py::object& threads,
         const py::object& progress) {
        cases::DealOptions options;
        options.deal_id = std::move(deal_id);
        options.account_id = std::move(account_id);
        options.need_id = std::move(need_id);
        options.price = price;
        options.cost = cost;
        options.markup = markup;
        options.contribution = contribution;
        options.effort = effort;
        options.capacity = capacity;
        const auto* graph =
            py::isinstance<graph::CustomerGraph>(base) ? base.cast<const graph::CustomerGraph*>() : nullptr;
        const auto* demand = graph == nullptr ? base.cast<const demand::Demand*>() : nullptr;
        return Run(threads, 0, progress)([&](const core::RunControl& control) {
          options.control = control;
          return graph != nullptr ? cases::deal_case(*graph, options) : cases::deal_case(*demand, options);
        });
      },
      py::arg("base"), py::kw_only(), py::arg("deal_id") = "", py::arg("account_id") = "", py::arg("need_id") = "",
      py::arg("price") = py::none(), py::arg("cost") = py::none(), py::arg("markup") = 5.0,
      py::arg("contribution") = py::none(), py::arg("effort") = py::none(), py::arg("capacity") = py::none(),
      py::arg("threads") = py::none(), py::arg("progress") = py::none(), "One-off work for one customer.");
}

}  // namespace outweigh::python
