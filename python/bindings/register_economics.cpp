// Lifetime value and churn: models fitted by maximum likelihood, and what they predict.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <outweigh/economics/economics.hpp>

#include "common.hpp"
#include "numbers.hpp"

namespace outweigh::python {

namespace {

using economics::ModelFit;
using economics::Predictions;
using economics::PurchaseColumns;

std::span<const double> view(const Numbers& numbers) {
  if (numbers.ndim() != 1) throw core::InvalidInput("a column has one dimension");
  return {numbers.data(), static_cast<std::size_t>(numbers.size())};
}

std::span<const double> view(const std::optional<Numbers>& numbers) {
  return numbers ? view(*numbers) : std::span<const double>{};
}

PurchaseColumns columns_of(const Numbers& frequency, const Numbers& recency, const Numbers& age,
                           const std::optional<Numbers>& weights = std::nullopt) {
  return {view(frequency), view(recency), view(age), view(weights)};
}

/// The numbers themselves, not a copy.
template <class Allocator>
Numbers array_of(std::vector<double, Allocator>&& values) {
  using Owned = std::vector<double, Allocator>;
  auto* owned = new Owned(std::move(values));
  const py::capsule owner(owned, [](void* memory) { delete static_cast<Owned*>(memory); });
  return Numbers(static_cast<py::ssize_t>(owned->size()), owned->data(), owner);
}

Numbers array_of(const std::vector<double>& values) {
  return Numbers(static_cast<py::ssize_t>(values.size()), values.data());
}

py::tuple to_python(Predictions&& predictions) {
  if (predictions.standard_errors.empty()) return py::make_tuple(array_of(std::move(predictions.values)), py::none());
  return py::make_tuple(array_of(std::move(predictions.values)), array_of(std::move(predictions.standard_errors)));
}

economics::PurchaseModel purchase_model_of(const std::string& model) {
  if (model == "bg_nbd") return economics::PurchaseModel::bg_nbd;
  if (model == "modified_bg_nbd") return economics::PurchaseModel::modified_bg_nbd;
  if (model == "pareto_nbd") return economics::PurchaseModel::pareto_nbd;
  if (model == "bg_bb") return economics::PurchaseModel::bg_bb;
  throw core::InvalidInput("the models of purchases are bg_nbd, modified_bg_nbd, pareto_nbd and bg_bb",
                           {.column = "model", .value = model});
}

economics::Leaving leaving_of(economics::PurchaseModel model) {
  return model == economics::PurchaseModel::modified_bg_nbd ? economics::Leaving::after_purchase
                                                            : economics::Leaving::after_repeat;
}

ModelFit fit_purchases(economics::PurchaseModel model, const economics::PurchaseHistory& history,
                       const core::RunControl& control) {
  switch (model) {
    case economics::PurchaseModel::pareto_nbd:
      return economics::fit_pareto_nbd(history, control);
    case economics::PurchaseModel::bg_bb:
      return economics::fit_bg_bb(history, control);
    default:
      return economics::fit_bg_nbd(history, leaving_of(model), control);
  }
}

double purchases_log_likelihood(economics::PurchaseModel model, const ModelFit& fit,
                                const economics::PurchaseHistory& history) {
  switch (model) {
    case economics::PurchaseModel::pareto_nbd:
      return economics::pareto_nbd_log_likelihood(fit, history);
    case economics::PurchaseModel::bg_bb:
      return economics::bg_bb_log_likelihood(fit, history);
    default:
      return economics::bg_nbd_log_likelihood(fit, history, leaving_of(model));
  }
}

/// `predict` for all rows, or, with covariates, for the customers of each kind by the model of the joint fit.
py::tuple predict(economics::PurchaseModel model, const ModelFit& fit, std::span<const double> horizon,
                  const PurchaseColumns& rows, const std::optional<Numbers>& covariates, const py::object& threads,
                  const economics::PredictAlike& predict) {
  const auto values = view(covariates);
  return to_python(Run(threads, 0, py::none())([&](const core::RunControl& control) {
    if (!covariates) return predict(fit, horizon, rows, control);
    return economics::predict_with_covariates(fit, model, values, horizon, rows, predict, control);
  }));
}

void register_fit(py::module_& module) {
  py::class_<ModelFit> fit(module, "ModelFit", "Estimates of a model's parameters, with their uncertainty and status.");
  fit.def_readonly("names", &ModelFit::names);
  fit.def_readonly("parameters", &ModelFit::parameters);
  fit.def_readonly("log_likelihood", &ModelFit::log_likelihood);
  fit.def_property_readonly("status", [](const ModelFit& self) { return std::string(to_string(self.status)); });
  fit.def_readonly("cause", &ModelFit::cause);
  fit.def_readonly("customers", &ModelFit::customers);
  fit.def_readonly("distinct_rows", &ModelFit::distinct_rows);
  fit.def_readonly("iterations", &ModelFit::iterations);
  fit.def_readonly("log_covariance", &ModelFit::log_covariance);
  fit.def_property_readonly("standard_errors", [](const ModelFit& self) {
    std::vector<std::optional<double>> errors;
    for (std::size_t i = 0; i < self.size(); ++i) errors.push_back(self.standard_error(i));
    return errors;
  });
  fit.def(
      "intervals",
      [](const ModelFit& self, double level) {
        std::vector<std::optional<std::pair<double, double>>> result;
        for (std::size_t i = 0; i < self.size(); ++i) {
          const auto interval = self.interval(i, level);
          result.push_back(interval ? std::optional(std::pair(interval->lower, interval->upper)) : std::nullopt);
        }
        return result;
      },
      py::arg("level") = 0.9);
  add_repr(fit, [](const ModelFit& self) { return std::string(to_string(self.status)); });
  add_equality(fit);
  add_pickling(
      fit, 1,
      [](const ModelFit& self) {
        return py::make_tuple(self.names, self.parameters, self.log_covariance, self.undetermined, self.log_likelihood,
                              static_cast<int>(self.status), self.cause, self.customers, self.distinct_rows,
                              self.iterations);
      },
      [](const py::tuple& state) {
        if (state.size() != 10) throw core::CorruptState("the pickled fit is incomplete");
        ModelFit self;
        self.names = state[0].cast<std::vector<std::string>>();
        self.parameters = state[1].cast<std::vector<double>>();
        self.log_covariance = state[2].cast<std::vector<double>>();
        self.undetermined = state[3].cast<std::vector<std::uint8_t>>();
        self.log_likelihood = state[4].cast<double>();
        self.status = static_cast<economics::FitStatus>(state[5].cast<int>());
        self.cause = state[6].cast<std::string>();
        self.customers = state[7].cast<double>();
        self.distinct_rows = state[8].cast<std::size_t>();
        self.iterations = state[9].cast<int>();
        const std::size_t size = self.parameters.size();
        if (self.names.size() != size || self.log_covariance.size() != size * size ||
            self.undetermined.size() != size) {
          throw core::CorruptState("the parts of the pickled fit do not fit together");
        }
        return self;
      });
  module.def("known_fit", &ModelFit::known, py::arg("names"), py::arg("parameters"),
             "A fit with known parameters and no uncertainty.");
}

void register_purchases(py::module_& module) {
  module.def(
      "fit_purchases",
      [](const std::string& model, const Numbers& frequency, const Numbers& recency, const Numbers& age,
         const std::optional<Numbers>& weights, const py::object& threads, const py::object& progress) {
        const PurchaseColumns columns = columns_of(frequency, recency, age, weights);
        const auto which = purchase_model_of(model);
        return Run(threads, 0, progress)([&](const core::RunControl& control) {
          return fit_purchases(which, economics::PurchaseHistory(columns), control);
        });
      },
      py::arg("model"), py::arg("frequency"), py::arg("recency"), py::arg("age"), py::arg("weights") = py::none(),
      py::kw_only(), py::arg("threads") = py::none(), py::arg("progress") = py::none(),
      "Maximum likelihood of a buy-till-you-die model.");
  module.def(
      "purchases_log_likelihood",
      [](const std::string& model, const ModelFit& fit, const Numbers& frequency, const Numbers& recency,
         const Numbers& age, const std::optional<Numbers>& weights) {
        const PurchaseColumns columns = columns_of(frequency, recency, age, weights);
        const auto which = purchase_model_of(model);
        return without_lock([&] { return purchases_log_likelihood(which, fit, economics::PurchaseHistory(columns)); });
      },
      py::arg("model"), py::arg("fit"), py::arg("frequency"), py::arg("recency"), py::arg("age"),
      py::arg("weights") = py::none(), "Log-likelihood of a model at the parameters of a fit.");
  module.def(
      "probability_alive",
      [](const std::string& model, const ModelFit& fit, const Numbers& frequency, const Numbers& recency,
         const Numbers& age, bool with_errors, const std::optional<Numbers>& covariates, const py::object& threads) {
        const auto which = purchase_model_of(model);
        return predict(which, fit, {}, columns_of(frequency, recency, age), covariates, threads,
                       [&](const ModelFit& own, std::span<const double>, const PurchaseColumns& rows,
                           const core::RunControl& control) {
                         if (which == economics::PurchaseModel::pareto_nbd) {
                           return economics::pareto_nbd_probability_alive(own, rows, with_errors, control);
                         }
                         if (which == economics::PurchaseModel::bg_bb) {
                           return economics::bg_bb_probability_alive(own, rows, with_errors, control);
                         }
                         return economics::bg_nbd_probability_alive(own, rows, leaving_of(which), with_errors, control);
                       });
      },
      py::arg("model"), py::arg("fit"), py::arg("frequency"), py::arg("recency"), py::arg("age"), py::kw_only(),
      py::arg("with_errors") = false, py::arg("covariates") = py::none(), py::arg("threads") = py::none(),
      "Probability that customers are still active; with covariates, `fit` is the joint fit.");
  module.def(
      "expected_purchases",
      [](const std::string& model, const ModelFit& fit, const Numbers& horizon, const Numbers& frequency,
         const Numbers& recency, const Numbers& age, bool with_errors, const std::optional<Numbers>& covariates,
         const py::object& threads) {
        const auto which = purchase_model_of(model);
        return predict(which, fit, view(horizon), columns_of(frequency, recency, age), covariates, threads,
                       [&](const ModelFit& own, std::span<const double> ahead, const PurchaseColumns& rows,
                           const core::RunControl& control) {
                         if (which == economics::PurchaseModel::pareto_nbd) {
                           return economics::pareto_nbd_expected_purchases(own, ahead, rows, with_errors, control);
                         }
                         if (which == economics::PurchaseModel::bg_bb) {
                           return economics::bg_bb_expected_purchases(own, ahead, rows, with_errors, control);
                         }
                         return economics::bg_nbd_expected_purchases(own, ahead, rows, leaving_of(which), with_errors,
                                                                     control);
                       });
      },
      py::arg("model"), py::arg("fit"), py::arg("horizon"), py::arg("frequency"), py::arg("recency"), py::arg("age"),
      py::kw_only(), py::arg("with_errors") = false, py::arg("covariates") = py::none(),
      py::arg("threads") = py::none(),
      "Purchases expected after the end of observation; with covariates, `fit` is the joint fit.");
  module.def(
      "purchase_probability",
      [](const std::string& model, const ModelFit& fit, std::int64_t count, double horizon) {
        const auto which = purchase_model_of(model);
        if (which == economics::PurchaseModel::pareto_nbd) {
          return economics::pareto_nbd_purchase_probability(fit, count, horizon);
        }
        if (which == economics::PurchaseModel::bg_bb) {
          if (!(horizon >= 0.0 && horizon <= 1e7) ||
              horizon != static_cast<double>(static_cast<std::int64_t>(horizon))) {
            throw core::InvalidInput("the horizon is a whole number of occasions", {.column = "horizon"});
          }
          return economics::bg_bb_purchase_probability(fit, count, static_cast<std::int64_t>(horizon));
        }
        return economics::bg_nbd_purchase_probability(fit, count, horizon, leaving_of(which));
      },
      py::arg("model"), py::arg("fit"), py::arg("count"), py::arg("horizon"),
      "P(X(horizon) = count) for a new customer.");
}

void register_purchases_further(py::module_& module) {
  module.def(
      "discounted_purchases",
      [](const std::string& model, const ModelFit& fit, double discount, double horizon, const Numbers& frequency,
         const Numbers& recency, const Numbers& age, bool with_errors, const std::optional<Numbers>& covariates,
         const py::object& threads) {
        const auto which = purchase_model_of(model);
        return predict(which, fit, {}, columns_of(frequency, recency, age), covariates, threads,
                       [&](const ModelFit& own, std::span<const double>, const PurchaseColumns& rows,
                           const core::RunControl& control) {
                         return economics::discounted_purchases(own, which, discount, horizon, rows, with_errors,
                                                                control);
                       });
      },
      py::arg("model"), py::arg("fit"), py::arg("discount"), py::arg("horizon"), py::arg("frequency"),
      py::arg("recency"), py::arg("age"), py::kw_only(), py::arg("with_errors") = false,
      py::arg("covariates") = py::none(), py::arg("threads") = py::none(),
      "Purchases still to come, those that are far off counting less.");
  module.def(
      "purchase_intervals",
      [](const std::string& model, const ModelFit& fit, const Numbers& horizon, const Numbers& frequency,
         const Numbers& recency, const Numbers& age, double level, bool with_parameter_errors,
         const std::optional<Numbers>& covariates, const py::object& threads) {
        const auto which = purchase_model_of(model);
        const economics::PurchaseIntervalOptions options{level, with_parameter_errors};
        return predict(which, fit, view(horizon), columns_of(frequency, recency, age), covariates, threads,
                       [&](const ModelFit& own, std::span<const double> ahead, const PurchaseColumns& rows,
                           const core::RunControl& control) {
                         auto ends = economics::purchase_intervals(own, which, ahead, rows, options, control);
                         return Predictions{std::move(ends.lower), std::move(ends.upper)};
                       });
      },
      py::arg("model"), py::arg("fit"), py::arg("horizon"), py::arg("frequency"), py::arg("recency"), py::arg("age"),
      py::kw_only(), py::arg("level") = 0.9, py::arg("with_parameter_errors") = true,
      py::arg("covariates") = py::none(), py::arg("threads") = py::none(), "How many purchases each customer makes.");
  module.def(
      "fit_with_covariates",
      [](const std::string& model, const Numbers& frequency, const Numbers& recency, const Numbers& age,
         const Numbers& covariates, std::vector<std::string> names, const std::optional<Numbers>& weights,
         const py::object& threads) {
        const PurchaseColumns columns = columns_of(frequency, recency, age, weights);
        const economics::CovariateColumns attributes{view(covariates), std::move(names)};
        const auto which = purchase_model_of(model);
        return Run(threads, 0, py::none())([&](const core::RunControl& control) {
          return economics::fit_with_covariates(columns, attributes, which, control);
        });
      },
      py::arg("model"), py::arg("frequency"), py::arg("recency"), py::arg("age"), py::arg("covariates"),
      py::arg("names"), py::arg("weights") = py::none(), py::kw_only(), py::arg("threads") = py::none(),
      "Maximum likelihood with static covariates, given row by row.");
  module.def(
      "at_covariates",
      [](const std::string& model, const ModelFit& joint, const Numbers& z) {
        return economics::at_covariates(joint, purchase_model_of(model), view(z));
      },
      py::arg("model"), py::arg("joint"), py::arg("z"), "The model of customers with these covariates.");
  module.def(
      "fit_segments",
      [](const std::string& model, const Numbers& frequency, const Numbers& recency, const Numbers& age,
         const py::array_t<std::uint32_t, py::array::c_style>& segment, std::size_t segments,
         const std::optional<Numbers>& weights, const py::object& threads) {
        const PurchaseColumns columns = columns_of(frequency, recency, age, weights);
        const std::span<const std::uint32_t> codes(segment.data(), static_cast<std::size_t>(segment.size()));
        const auto which = purchase_model_of(model);
        const auto fits = Run(threads, 0, py::none())([&](const core::RunControl& control) {
          return economics::fit_segments(columns, codes, segments, which, control);
        });
        return py::make_tuple(fits.all, fits.own, fits.pooled, fits.mean, fits.deviation);
      },
      py::arg("model"), py::arg("frequency"), py::arg("recency"), py::arg("age"), py::arg("segment"),
      py::arg("segments"), py::arg("weights") = py::none(), py::kw_only(), py::arg("threads") = py::none(),
      "One fit a segment, on its own and pooled.");
}

void register_spend(py::module_& module) {
  module.def(
      "fit_gamma_gamma",
      [](const Numbers& frequency, const Numbers& spend, const std::optional<Numbers>& weights,
         const py::object& threads) {
        const economics::SpendColumns columns{view(frequency), view(spend), view(weights)};
        return Run(threads, 0, py::none())(
            [&](const core::RunControl& control) { return economics::fit_gamma_gamma(columns, control); });
      },
      py::arg("frequency"), py::arg("spend"), py::arg("weights") = py::none(), py::kw_only(),
      py::arg("threads") = py::none(), "Maximum likelihood of the Gamma-Gamma model.");
  module.def(
      "expected_spend",
      [](const ModelFit& fit, const Numbers& frequency, const Numbers& spend, bool with_errors,
         const py::object& threads) {
        const economics::SpendColumns rows{view(frequency), view(spend), {}};
        return to_python(Run(threads, 0, py::none())([&](const core::RunControl& control) {
          return economics::gamma_gamma_expected_spend(fit, rows, with_errors, control);
        }));
      },
      py::arg("fit"), py::arg("frequency"), py::arg("spend"), py::kw_only(), py::arg("with_errors") = false,
      py::arg("threads") = py::none(), "Mean spend expected from customers.");
  module.def(
      "spend_correlation",
      [](const Numbers& frequency, const Numbers& spend, const std::optional<Numbers>& weights) {
        const economics::SpendColumns columns{view(frequency), view(spend), view(weights)};
        return without_lock([&] { return economics::spend_correlation(columns); });
      },
      py::arg("frequency"), py::arg("spend"), py::arg("weights") = py::none(),
      "Correlation between frequency and spend, which the Gamma-Gamma model takes as 0.");
}

void register_contracts(py::module_& module) {
  module.def(
      "fit_contract",
      [](const std::string& model, const Numbers& periods, const Numbers& left, const std::optional<Numbers>& weights) {
        const economics::ContractColumns columns{view(periods), view(left), view(weights)};
        const auto which = model == "beta_discrete_weibull" ? economics::ContractModel::beta_discrete_weibull
                                                            : economics::ContractModel::shifted_beta_geometric;
        return without_lock([&] { return economics::fit_contract(columns, which); });
      },
      py::arg("model"), py::arg("periods"), py::arg("left"), py::arg("weights") = py::none(),
      "Maximum likelihood of a model of renewals.");
  module.def(
      "contract_survival",
      [](const ModelFit& fit, const Numbers& periods, bool with_errors, const py::object& threads) {
        const auto rows = view(periods);
        return to_python(Run(threads, 0, py::none())([&](const core::RunControl& control) {
          return economics::contract_survival(fit, rows, with_errors, control);
        }));
      },
      py::arg("fit"), py::arg("periods"), py::kw_only(), py::arg("with_errors") = false,
      py::arg("threads") = py::none(), "Share still there.");
  module.def(
      "contract_retention",
      [](const ModelFit& fit, const Numbers& periods, bool with_errors, const py::object& threads) {
        const auto rows = view(periods);
        return to_python(Run(threads, 0, py::none())([&](const core::RunControl& control) {
          return economics::contract_retention(fit, rows, with_errors, control);
        }));
      },
      py::arg("fit"), py::arg("periods"), py::kw_only(), py::arg("with_errors") = false,
      py::arg("threads") = py::none(), "Share that renews.");
  module.def(
      "contract_discounted_periods",
      [](const ModelFit& fit, const Numbers& renewals, double discount, double horizon, bool with_errors,
         const py::object& threads) {
        const auto rows = view(renewals);
        return to_python(Run(threads, 0, py::none())([&](const core::RunControl& control) {
          return economics::contract_discounted_periods(fit, rows, discount, horizon, with_errors, control);
        }));
      },
      py::arg("fit"), py::arg("renewals"), py::kw_only(), py::arg("discount"), py::arg("horizon"),
      py::arg("with_errors") = false, py::arg("threads") = py::none(), "Discounted periods still to be paid.");
}

economics::Losses losses_of(const std::string& losses) {
  if (losses == "refuse") return economics::Losses::refuse;
  if (losses == "normalise") return economics::Losses::normalise;
  throw core::InvalidInput("losses are refused or normalised", {.column = "losses", .value = losses});
}

void register_profit(py::module_& module) {
  using economics::ProfitCurve;
  py::class_<ProfitCurve> curve(module, "ProfitCurve", "Customers from the most to the least profitable.");
  curve.def_property_readonly("order", [](const ProfitCurve& self) {
    return py::array_t<std::uint32_t>(static_cast<py::ssize_t>(self.order.size()), self.order.data());
  });
  curve.def_property_readonly("profit", [](const ProfitCurve& self) { return array_of(self.profit); });
  curve.def_property_readonly("cumulative", [](const ProfitCurve& self) { return array_of(self.cumulative); });
  curve.def_readonly("total", &ProfitCurve::total);
  curve.def_readonly("peak", &ProfitCurve::peak);
  curve.def_readonly("peak_customers", &ProfitCurve::peak_customers);
  curve.def_readonly("losing", &ProfitCurve::losing);
  curve.def_readonly("losses", &ProfitCurve::losses);
  curve.def_property_readonly("peak_share", &ProfitCurve::peak_share);
  curve.def("top", &ProfitCurve::top, py::arg("share"));
  curve.def("bottom", &ProfitCurve::bottom, py::arg("share"));
  add_equality(curve);
  add_pickling(
      curve, 1,
      [](const ProfitCurve& self) {
        std::vector<double> profit(self.profit.size());
        for (std::size_t i = 0; i < profit.size(); ++i) profit[self.order[i]] = self.profit[i];
        return py::make_tuple(profit);
      },
      [](const py::tuple& state) {
        if (state.size() != 1) throw core::CorruptState("the pickled curve is incomplete");
        return economics::profit_curve(state[0].cast<std::vector<double>>());
      });
  module.def(
      "profit_curve",
      [](const Numbers& profit) {
        const auto values = view(profit);
        return without_lock([&] { return economics::profit_curve(values); });
      },
      py::arg("profit"), "Customers from the most to the least profitable.");
  module.def(
      "gini",
      [](const Numbers& values, const std::string& losses) {
        const auto amounts = view(values);
        const auto how = losses_of(losses);
        return without_lock([&] { return economics::gini(amounts, how); });
      },
      py::arg("values"), py::kw_only(), py::arg("losses") = "refuse", "Gini's coefficient.");
  module.def(
      "lorenz",
      [](const Numbers& values) {
        const auto amounts = view(values);
        return array_of(without_lock([&] { return economics::lorenz(amounts); }));
      },
      py::arg("values"), "Lorenz curve.");
  module.def(
      "concentration",
      [](const Numbers& values) {
        const auto amounts = view(values);
        return without_lock([&] { return economics::concentration(amounts); });
      },
      py::arg("values"), "Sum of squared shares.");
  module.def(
      "cost_to_serve",
      [](const std::vector<std::tuple<std::string, double, double>>& functions,
         const std::vector<std::tuple<std::string, std::size_t, double>>& activities,
         const py::array_t<std::uint32_t>& account, const py::array_t<std::uint32_t>& activity, const Numbers& quantity,
         std::size_t accounts) {
        std::vector<economics::CostPool> pools;
        for (const auto& [name, cost, minutes] : functions) pools.push_back({name, cost, minutes});
        std::vector<economics::CostActivity> kinds;
        for (const auto& [name, pool, minutes] : activities) kinds.push_back({name, pool, minutes});
        if (account.size() != quantity.size() || activity.size() != quantity.size()) {
          throw core::InvalidInput("columns differ in length", {.table = "uses"});
        }
        std::vector<economics::CostUse> uses;
        for (py::ssize_t i = 0; i < quantity.size(); ++i)
          uses.push_back({account.at(i), activity.at(i), quantity.at(i)});
        const auto result = without_lock([&] { return economics::cost_to_serve(pools, kinds, uses, accounts); });
        py::dict parts;
        parts["cost"] = array_of(result.cost);
        parts["activity_quantity"] = array_of(result.activity_quantity);
        parts["activity_minutes"] = array_of(result.activity_minutes);
        parts["activity_cost"] = array_of(result.activity_cost);
        parts["used_minutes"] = array_of(result.used_minutes);
        parts["used_cost"] = array_of(result.used_cost);
        parts["unused_minutes"] = array_of(result.unused_minutes);
        parts["unused_cost"] = array_of(result.unused_cost);
        return parts;
      },
      py::arg("functions"), py::arg("activities"), py::arg("account"), py::arg("activity"), py::arg("quantity"),
      py::arg("accounts"), "Time-driven activity-based costing.");
  module.def(
      "combine_effects", [](const std::vector<double>& effects) { return economics::combine_effects(effects); },
      py::arg("effects"), "1 - product of (1 - effect).");
}

}  // namespace

void register_economics(py::module_& module) {
  register_fit(module);
  register_purchases(module);
  register_purchases_further(module);
  register_spend(module);
  register_contracts(module);
  register_profit(module);
}

}  // namespace outweigh::python
