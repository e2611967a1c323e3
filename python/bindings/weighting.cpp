// Survey weighting and estimates.
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <outweigh/listening/listening.hpp>

#include "arrays.hpp"
#include "common.hpp"

namespace outweigh::python {

namespace {

using listening::ReplicateWeights;
using listening::SurveyEstimate;
using listening::Weights;

listening::LonelyCluster lonely_of(const std::string& word) {
  if (word == "fail") return listening::LonelyCluster::fail;
  if (word == "remove") return listening::LonelyCluster::remove;
  if (word == "adjust") return listening::LonelyCluster::adjust;
  if (word == "average") return listening::LonelyCluster::average;
  throw core::InvalidInput("lonely clusters fail, are removed, adjusted or averaged",
                           {.column = "lonely", .value = word});
}

listening::CalibrationMethod method_of(const std::string& word) {
  for (const auto method : {listening::CalibrationMethod::linear, listening::CalibrationMethod::raking,
                            listening::CalibrationMethod::logit}) {
    if (listening::to_string(method) == word) return method;
  }
  throw core::InvalidInput("the methods of calibration are linear, raking and logit",
                           {.column = "method", .value = word});
}

/// Calls `with(Design)` or `with(Weights)` for None, an array, a Design or Weights.
template <class With>
auto with_base(Arrays& arrays, const py::object& base, With with) {
  if (base.is_none()) return with(Design());
  if (py::isinstance<Weights>(base)) return with(base.cast<const Weights&>());
  if (py::isinstance<Design>(base)) return with(base.cast<Design>());
  listening::DesignColumns columns;
  columns.weights = arrays.numbers(base, "weights");
  return with(Design(columns));
}

py::array_t<double> values_of(const Weights& weights, const py::object& owner) {
  py::array_t<double> array(static_cast<py::ssize_t>(weights.size()), weights.values().data(), owner);
  array.attr("setflags")(py::arg("write") = false);
  return array;
}

template <class Class, class Value>
void add_stored(Class& bound, Value (*restore)(std::span<const std::byte>)) {
  add_byte_pickling(
      bound, [](const Value& self) { return listening::to_bytes(self); }, restore);
}

void register_weights(py::module_& module) {
  py::class_<Design> design(module, "Design",
                            "How a sample was drawn: strata, clusters, finite populations, base weights.");
  design.def(py::init([](const py::sequence& strata, const py::sequence& clusters, const py::sequence& fpc,
                         const py::object& weights, bool nest, const std::string& lonely) {
               Arrays arrays;
               listening::DesignColumns columns;
               for (const py::handle codes : strata) columns.strata.push_back(arrays.codes(codes, "strata"));
               for (const py::handle codes : clusters) columns.clusters.push_back(arrays.codes(codes, "clusters"));
               for (const py::handle sizes : fpc) columns.fpc.push_back(arrays.numbers(sizes, "fpc"));
               if (!weights.is_none()) columns.weights = arrays.numbers(weights, "weights");
               columns.nest = nest;
               columns.lonely = lonely_of(lonely);
               return without_lock([&] { return Design(columns); });
             }),
             py::kw_only(), py::arg("strata") = py::tuple(), py::arg("clusters") = py::tuple(),
             py::arg("fpc") = py::tuple(), py::arg("weights") = py::none(), py::arg("nest") = false,
             py::arg("lonely") = "fail");
  design.def_property_readonly("rows", &Design::rows);
  design.def_property_readonly("weights", [](const Design& self) -> py::object {
    if (self.weights().empty()) return py::none();
    return Numbers(static_cast<py::ssize_t>(self.weights().size()), self.weights().data());
  });

  add_stored(design, &listening::design_from_bytes);

  py::class_<Weights> weights(module, "Weights", "Weights of the rows of a sample.");
  weights.def(py::init([](std::size_t rows, const py::object& base) {
                Arrays arrays;
                return with_base(arrays, base, [&](auto&& start) -> Weights {
                  if constexpr (std::is_same_v<std::decay_t<decltype(start)>, Weights>) {
                    return start;
                  } else {
                    return Weights(rows, std::forward<decltype(start)>(start));
                  }
                });
              }),
              py::arg("rows"), py::arg("weights") = py::none());
  weights.def_property_readonly("values",
                                [](const py::object& self) { return values_of(self.cast<const Weights&>(), self); });
  weights.def("__len__", &Weights::size);
  weights.def_property_readonly("total", &Weights::total);
  weights.def_property_readonly("effective_sample_size", &Weights::effective_sample_size);
  weights.def_property_readonly("design_effect", &Weights::design_effect);
  weights.def_property_readonly("iterations", [](const Weights& self) { return self.convergence().iterations; });
  weights.def_property_readonly("residual", [](const Weights& self) { return self.convergence().residual; });
  weights.def_property_readonly("worst_margin", [](const Weights& self) { return self.convergence().worst_margin; });
  weights.def_property_readonly("worst_level", [](const Weights& self) { return self.convergence().worst_level; });

  add_stored(weights, &listening::weights_from_bytes);

  module.def(
      "poststratify",
      [](const py::tuple& margin, const py::object& base, const py::object& threads) {
        Arrays arrays;
        const auto margins = arrays.margins(py::make_tuple(margin));
        return with_base(arrays, base, [&](auto&& start) {
          return Run(threads, 0, py::none())([&](const core::RunControl& control) {
            return listening::poststratify(std::forward<decltype(start)>(start), margins.front(), control);
          });
        });
      },
      py::arg("margin"), py::arg("weights") = py::none(), py::kw_only(), py::arg("threads") = py::none());
  module.def(
      "rake",
      [](const py::sequence& margins, const py::object& base, std::pair<double, double> bounds,
         std::size_t max_iterations, const py::object& threads, const py::object& progress) {
        Arrays arrays;
        const auto read = arrays.margins(margins);
        return with_base(arrays, base, [&](auto&& start) {
          return Run(threads, 0, progress)([&](const core::RunControl& control) {
            return listening::rake(std::forward<decltype(start)>(start), read,
                                   {{bounds.first, bounds.second}, max_iterations, control});
          });
        });
      },
      py::arg("margins"), py::arg("weights") = py::none(), py::kw_only(),
      py::arg("bounds") = std::pair<double, double>{0.0, std::numeric_limits<double>::infinity()},
      py::arg("max_iterations") = 5000, py::arg("threads") = py::none(), py::arg("progress") = py::none());
  module.def(
      "calibrate",
      [](const py::sequence& margins, const py::sequence& numeric, const py::object& base, const std::string& method,
         std::pair<double, double> bounds, std::size_t max_iterations, const py::object& threads,
         const py::object& progress) {
        Arrays arrays;
        const auto read = arrays.margins(margins);
        const auto totals = arrays.numeric(numeric);
        listening::CalibrateOptions options;
        options.method = method_of(method);
        options.lower = bounds.first;
        options.upper = bounds.second;
        options.max_iterations = max_iterations;
        return with_base(arrays, base, [&](auto&& start) {
          return Run(threads, 0, progress)([&](const core::RunControl& control) {
            options.control = control;
            return listening::calibrate(std::forward<decltype(start)>(start), read, totals, options);
          });
        });
      },
      py::arg("margins"), py::arg("numeric") = py::tuple(), py::arg("weights") = py::none(), py::kw_only(),
      py::arg("method") = "linear",
      py::arg("bounds") =
          std::pair<double, double>{-std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()},
      py::arg("max_iterations") = 200, py::arg("threads") = py::none(), py::arg("progress") = py::none());
  module.def(
      "trim",
      [](const Weights& from, double lower, double upper, bool proportional, bool strict) {
        return without_lock([&] {
          return listening::trim(
              from,
              {lower, upper, proportional ? listening::Redistribution::proportional : listening::Redistribution::equal,
               strict});
        });
      },
      py::arg("weights"), py::kw_only(), py::arg("lower") = 0.0,
      py::arg("upper") = std::numeric_limits<double>::infinity(), py::arg("proportional") = false,
      py::arg("strict") = true);
}

/// estimate_* for Weights, or for ReplicateWeights on threads.
template <class From>
void add_estimates(py::module_& module) {
  // Calls `estimate(control...)`; only replicates take a control.
  const auto run = [](const py::object& threads, auto estimate) {
    if constexpr (std::is_same_v<From, ReplicateWeights>) {
      return Run(threads, 0, py::none())([&](const core::RunControl& control) { return estimate(control); });
    } else {
      return without_lock([&] { return estimate(); });
    }
  };
  module.def(
      "estimate_mean",
      [run](const From& weights, const py::object& outcome, const py::object& by, const py::object& threads) {
        Arrays arrays;
        const auto y = arrays.numbers(outcome, "outcome");
        if (by.is_none()) {
          return std::vector{
              run(threads, [&](const auto&... control) { return listening::estimate_mean(weights, y, control...); })};
        }
        const Categorical domains = arrays.categorical(by);
        return run(threads,
                   [&](const auto&... control) { return listening::estimate_mean(weights, y, domains, control...); });
      },
      py::arg("weights"), py::arg("outcome"), py::arg("by") = py::none(), py::kw_only(),
      py::arg("threads") = py::none());
  module.def(
      "estimate_total",
      [run](const From& weights, const py::object& outcome, const py::object& by, const py::object& threads) {
        Arrays arrays;
        const auto y = arrays.numbers(outcome, "outcome");
        if (by.is_none()) {
          return std::vector{
              run(threads, [&](const auto&... control) { return listening::estimate_total(weights, y, control...); })};
        }
        const Categorical domains = arrays.categorical(by);
        return run(threads,
                   [&](const auto&... control) { return listening::estimate_total(weights, y, domains, control...); });
      },
      py::arg("weights"), py::arg("outcome"), py::arg("by") = py::none(), py::kw_only(),
      py::arg("threads") = py::none());
  module.def(
      "estimate_ratio",
      [run](const From& weights, const py::object& numerator, const py::object& denominator, const py::object& by,
            const py::object& threads) {
        Arrays arrays;
        const auto top = arrays.numbers(numerator, "numerator");
        const auto bottom = arrays.numbers(denominator, "denominator");
        if (by.is_none()) {
          return std::vector{run(threads, [&](const auto&... control) {
            return listening::estimate_ratio(weights, top, bottom, control...);
          })};
        }
        const Categorical domains = arrays.categorical(by);
        return run(threads, [&](const auto&... control) {
          return listening::estimate_ratio(weights, top, bottom, domains, control...);
        });
      },
      py::arg("weights"), py::arg("numerator"), py::arg("denominator"), py::arg("by") = py::none(), py::kw_only(),
      py::arg("threads") = py::none());
  module.def(
      "estimate_quantile",
      [run](const From& weights, const py::object& outcome, double probability, double level, const py::object& by,
            const py::object& threads) {
        Arrays arrays;
        const auto y = arrays.numbers(outcome, "outcome");
        if (by.is_none()) {
          return std::vector{run(threads, [&](const auto&... control) {
            return listening::estimate_quantile(weights, y, probability, level, control...);
          })};
        }
        const Categorical domains = arrays.categorical(by);
        return run(threads, [&](const auto&... control) {
          return listening::estimate_quantile(weights, y, probability, level, domains, control...);
        });
      },
      py::arg("weights"), py::arg("outcome"), py::arg("probability") = 0.5, py::arg("level") = 0.95,
      py::arg("by") = py::none(), py::kw_only(), py::arg("threads") = py::none());
  module.def(
      "estimate_proportions",
      [run](const From& weights, const py::tuple& variable, const py::object& threads) {
        Arrays arrays;
        const Categorical column = arrays.categorical(variable);
        return run(threads, [&](const auto&... control) {
          return listening::estimate_proportions(weights, column, control...);
        });
      },
      py::arg("weights"), py::arg("variable"), py::kw_only(), py::arg("threads") = py::none());
  module.def(
      "estimate_difference",
      [run](const From& weights, const py::object& outcome, const py::tuple& by, const std::string& first,
            const std::string& second, const py::object& threads) {
        Arrays arrays;
        const auto y = arrays.numbers(outcome, "outcome");
        const Categorical domains = arrays.categorical(by);
        return run(threads, [&](const auto&... control) {
          return listening::estimate_difference(weights, y, domains, first, second, control...);
        });
      },
      py::arg("weights"), py::arg("outcome"), py::arg("by"), py::arg("first"), py::arg("second"), py::kw_only(),
      py::arg("threads") = py::none());
}

listening::ReplicateMethod replicate_method_of(const std::string& word) {
  using listening::ReplicateMethod;
  for (const auto method : {ReplicateMethod::jackknife, ReplicateMethod::jk1, ReplicateMethod::jkn,
                            ReplicateMethod::bootstrap, ReplicateMethod::poisson}) {
    if (listening::to_string(method) == word) return method;
  }
  throw core::InvalidInput("replicates are made by jackknife, jk1, jkn, bootstrap or poisson",
                           {.column = "method", .value = word});
}

void register_replicates(py::module_& module) {
  py::class_<ReplicateWeights> bound(module, "ReplicateWeights",
                                     "Replicates of weights, made when they are asked for.");
  bound.def_property_readonly("weights", [](const ReplicateWeights& self) { return self.weights(); });
  bound.def_property_readonly("method",
                              [](const ReplicateWeights& self) { return std::string(to_string(self.method())); });
  bound.def_property_readonly("replicates", &ReplicateWeights::replicates);
  bound.def("__len__", &ReplicateWeights::replicates);
  bound.def("scale", &ReplicateWeights::scale, py::arg("replicate"));
  bound.def(
      "values",
      [](const ReplicateWeights& self, std::size_t replicate) {
        const std::vector<double> values = without_lock([&] { return self.values(replicate); });
        return py::array_t<double>(static_cast<py::ssize_t>(values.size()), values.data());
      },
      py::arg("replicate"));
  add_stored(bound, &listening::replicate_weights_from_bytes);
  module.def(
      "replicate_weights",
      [](const Weights& weights, const std::string& method, std::size_t replicates, std::uint64_t seed, bool mse) {
        const listening::ReplicateOptions options{replicate_method_of(method), replicates, seed, mse};
        return without_lock([&] { return listening::replicate_weights(weights, options); });
      },
      py::arg("weights"), py::kw_only(), py::arg("method") = "bootstrap", py::arg("replicates") = 500,
      py::arg("seed") = 0, py::arg("mse") = false);
}

void register_propensity(py::module_& module) {
  using listening::PropensityFit;
  py::class_<PropensityFit> fit(module, "PropensityFit",
                                "Propensity weights and how far sample and reference overlap.");
  fit.def_property_readonly("weights", [](const PropensityFit& self) { return self.weights; });
  fit.def_property_readonly("odds", [](const PropensityFit& self) {
    return py::array_t<double>(static_cast<py::ssize_t>(self.odds.size()), self.odds.data());
  });
  fit.def_property_readonly("balance", [](const PropensityFit& self) {
    py::list rows;
    for (const auto& row : self.balance) {
      rows.append(py::make_tuple(row.column, row.level, row.sample, row.weighted, row.reference, row.difference_before,
                                 row.difference_after));
    }
    return rows;
  });
  fit.def_readonly("ridge", &PropensityFit::ridge);
  fit.def_readonly("concordance", &PropensityFit::concordance);
  fit.def_readonly("uncovered_share", &PropensityFit::uncovered_share);
  fit.def_readonly("largest_weight_share", &PropensityFit::largest_weight_share);
  fit.def_readonly("trimmed_share", &PropensityFit::trimmed_share);
  fit.def_readonly("iterations", &PropensityFit::iterations);
  fit.def_property_readonly("status", [](const PropensityFit& self) { return std::string(to_string(self.status)); });
  fit.def_readonly("reason", &PropensityFit::reason);
  add_stored(fit, &listening::propensity_fit_from_bytes);
  module.def(
      "propensity_weights",
      [](const Weights& base, const py::sequence& categories, const py::sequence& numbers,
         const py::object& reference_weights, const std::string& method, std::optional<double> ridge, std::size_t folds,
         std::optional<double> trim, std::uint64_t seed, const py::object& threads, const py::object& progress) {
        Arrays arrays;
        std::vector<listening::PropensityCategory> read_categories;
        for (const py::handle item : categories) {
          const auto parts = item.cast<py::tuple>();
          const auto name = parts[0].cast<std::string>();
          read_categories.push_back({name, parts[1].cast<std::vector<std::string>>(), arrays.codes(parts[2], name),
                                     arrays.codes(parts[3], name)});
        }
        std::vector<listening::PropensityNumber> read_numbers;
        for (const py::handle item : numbers) {
          const auto parts = item.cast<py::tuple>();
          const auto name = parts[0].cast<std::string>();
          read_numbers.push_back({name, arrays.numbers(parts[1], name), arrays.numbers(parts[2], name)});
        }
        std::span<const double> other;
        if (!reference_weights.is_none()) other = arrays.numbers(reference_weights, "reference_weights");
        listening::PropensityOptions options;
        if (method != "logistic" && method != "ridge") {
          throw core::InvalidInput("the methods of propensities are logistic and ridge",
                                   {.column = "method", .value = method});
        }
        options.method = method == "ridge" ? listening::PropensityMethod::ridge : listening::PropensityMethod::logistic;
        options.ridge = ridge;
        options.folds = folds;
        options.trim = trim;
        options.seed = seed;
        return Run(threads, seed, progress)([&](const core::RunControl& control) {
          options.control = control;
          return listening::propensity_weights(base, read_categories, read_numbers, other, options);
        });
      },
      py::arg("base"), py::arg("categories"), py::arg("numbers"), py::arg("reference_weights") = py::none(),
      py::kw_only(), py::arg("method") = "logistic", py::arg("ridge") = py::none(), py::arg("folds") = 0,
      py::arg("trim") = py::none(), py::arg("seed") = 0, py::arg("threads") = py::none(),
      py::arg("progress") = py::none());
}

void register_recency(py::module_& module) {
  module.def(
      "decay_weights",
      [](const py::object& age, double half_life) {
        Arrays arrays;
        const std::vector<double> weights = listening::decay_weights(arrays.numbers(age, "age"), half_life);
        return py::array_t<double>(static_cast<py::ssize_t>(weights.size()), weights.data());
      },
      py::arg("age"), py::arg("half_life"));
  module.def(
      "hearing_drift",
      [](const py::tuple& period, const py::tuple& group, const py::object& account, const py::object& base,
         double level) {
        Arrays arrays;
        const listening::HearingRecords records{arrays.categorical(period), arrays.categorical(group),
                                                arrays.codes(account, "account"), arrays.numbers(base, "base")};
        const listening::HearingDrift drift = without_lock([&] { return listening::hearing_drift(records, level); });
        py::list cells;
        for (const auto& cell : drift.cells) {
          cells.append(py::make_tuple(cell.period, cell.group, cell.base_accounts, cell.heard_accounts,
                                      cell.interactions, cell.heard_share, cell.base_share, cell.propensity,
                                      cell.propensity_interval.lower, cell.propensity_interval.upper));
        }
        py::list periods;
        for (const auto& row : drift.periods) {
          periods.append(py::make_tuple(row.period, row.interactions, row.heard_accounts, row.distance, row.drift,
                                        row.p_value, row.q_value, std::string(to_string(row.status))));
        }
        return py::make_tuple(
            cells, periods, py::array_t<double>(static_cast<py::ssize_t>(drift.weights.size()), drift.weights.data()));
      },
      py::arg("period"), py::arg("group"), py::arg("account"), py::arg("base"), py::kw_only(), py::arg("level") = 0.9);
  module.def(
      "rates_by_exposure",
      [](const py::tuple& period, const py::tuple& group, const py::object& events, const py::object& base,
         const py::object& account, double level) {
        Arrays arrays;
        const listening::HearingRecords records{arrays.categorical(period), arrays.categorical(group),
                                                account.is_none() ? Codes() : arrays.codes(account, "account"),
                                                arrays.numbers(base, "base")};
        const auto counts = arrays.numbers(events, "events");
        const auto rates = without_lock([&] { return listening::rates_by_exposure(records, counts, level); });
        py::list rows;
        for (const auto& row : rates) {
          rows.append(py::make_tuple(row.period, row.interactions, row.events, row.rate, row.interval.lower,
                                     row.interval.upper, row.standardized, row.standardized_se,
                                     row.standardized_interval.lower, row.standardized_interval.upper, row.base_covered,
                                     std::string(to_string(row.status))));
        }
        return rows;
      },
      py::arg("period"), py::arg("group"), py::arg("events"), py::arg("base"), py::arg("account") = py::none(),
      py::kw_only(), py::arg("level") = 0.9);
}

void register_check(py::module_& module) {
  using listening::HeldOutMargin;
  using listening::OutcomeCheck;
  using listening::WeightingCheck;
  py::class_<HeldOutMargin> margin(module, "HeldOutMargin",
                                   "How far the weights meet shares that they were not made to meet.");
  margin.def_readonly("variable", &HeldOutMargin::variable);
  margin.def_readonly("given", &HeldOutMargin::given);
  margin.def_readonly("before", &HeldOutMargin::before);
  margin.def_readonly("after", &HeldOutMargin::after);
  margin.def_readonly("chance", &HeldOutMargin::chance);
  margin.def_property_readonly("movement",
                               [](const HeldOutMargin& self) { return std::string(to_string(self.movement)); });
  margin.def_readonly("worst_level", &HeldOutMargin::worst_level);
  margin.def_readonly("worst", &HeldOutMargin::worst);
  margin.def_readonly("failed", &HeldOutMargin::failed);
  py::class_<OutcomeCheck> outcome(module, "OutcomeCheck", "What weights did to one outcome, and whether to trust it.");
  outcome.def_readonly("outcome", &OutcomeCheck::outcome);
  outcome.def_readonly("before", &OutcomeCheck::before);
  outcome.def_readonly("after", &OutcomeCheck::after);
  outcome.def_readonly("shift", &OutcomeCheck::shift);
  outcome.def_readonly("shift_se", &OutcomeCheck::shift_se);
  outcome.def_readonly("explained", &OutcomeCheck::explained);
  outcome.def_property_readonly("explained_interval", [](const OutcomeCheck& self) {
    return py::make_tuple(self.explained_lower, self.explained_upper);
  });
  outcome.def_readonly("explained_p", &OutcomeCheck::explained_p);
  outcome.def_readonly("outcome_alone_p", &OutcomeCheck::outcome_alone_p);
  outcome.def_readonly("gain", &OutcomeCheck::gain);
  outcome.def_readonly("held_out_shift", &OutcomeCheck::held_out_shift);
  outcome.def_readonly("held_out_shift_se", &OutcomeCheck::held_out_shift_se);
  outcome.def_readonly("held_out_variable", &OutcomeCheck::held_out_variable);
  outcome.def_property_readonly(
      "band", [](const OutcomeCheck& self) { return py::make_tuple(self.band_lower, self.band_upper); });
  outcome.def_property_readonly(
      "bounds", [](const OutcomeCheck& self) { return py::make_tuple(self.bound_lower, self.bound_upper); });
  outcome.def_property_readonly("verdict",
                                [](const OutcomeCheck& self) { return std::string(to_string(self.verdict)); });
  outcome.def_readonly("reason", &OutcomeCheck::reason);
  add_repr(outcome, [](const OutcomeCheck& self) {
    return self.outcome + ": " + std::string(to_string(self.verdict)) + "; " + self.reason;
  });
  add_stored(outcome, &listening::outcome_check_from_bytes);
  py::class_<WeightingCheck> check(module, "WeightingCheck", "Weights judged outcome by outcome.");
  check.def_readonly("outcomes", &WeightingCheck::outcomes);
  check.def_readonly("held_out", &WeightingCheck::held_out);
  check.def_readonly("effective_sample_size", &WeightingCheck::effective_sample_size);
  check.def_readonly("design_effect", &WeightingCheck::design_effect);
  add_stored(check, &listening::weighting_check_from_bytes);
  module.def(
      "does_weighting_help",
      [](const Weights& weights, const py::sequence& outcomes, const py::sequence& held_out, double level,
         double significance) {
        Arrays arrays;
        std::vector<listening::Outcome> read;
        for (const py::handle item : outcomes) {
          const auto parts = item.cast<py::tuple>();
          const auto name = parts[0].cast<std::string>();
          read.push_back({name, arrays.numbers(parts[1], name), parts[2].cast<std::optional<double>>(),
                          parts[3].cast<std::optional<double>>()});
        }
        const auto margins = arrays.margins(held_out);
        listening::WeightingCheckOptions options;
        options.level = level;
        options.significance = significance;
        return without_lock([&] { return listening::does_weighting_help(weights, read, margins, options); });
      },
      py::arg("weights"), py::arg("outcomes"), py::arg("held_out") = py::tuple(), py::kw_only(), py::arg("level") = 0.9,
      py::arg("significance") = 0.05);
}

void register_estimates(py::module_& module) {
  py::class_<SurveyEstimate> bound(module, "SurveyEstimate", "An estimate from a weighted sample.");
  bound.def_readonly("level", &SurveyEstimate::level);
  bound.def_property_readonly("estimate", [](const SurveyEstimate& self) -> std::optional<double> {
    if (self.status == core::Status::undefined) return std::nullopt;
    return self.estimate;
  });
  bound.def_property_readonly("se", [](const SurveyEstimate& self) -> std::optional<double> {
    if (self.status == core::Status::undefined || !std::isfinite(self.se)) return std::nullopt;
    return self.se;
  });
  bound.def_readonly("degrees_of_freedom", &SurveyEstimate::degrees_of_freedom);
  bound.def_readonly("rows", &SurveyEstimate::rows);
  bound.def_readonly("effective_size", &SurveyEstimate::effective_size);
  bound.def_readonly("replicates", &SurveyEstimate::replicates);
  bound.def_property_readonly("status", [](const SurveyEstimate& self) { return std::string(to_string(self.status)); });
  bound.def_readonly("reason", &SurveyEstimate::reason);
  bound.def(
      "interval",
      [](const SurveyEstimate& self, const py::object& level) {
        // In Python, so that it is the same error as that of a function for what is no number.
        const auto number = py::module_::import("outweigh.core.numbers").attr("number_of")(level, "level");
        const core::Interval interval = self.interval(number.cast<double>());
        return py::make_tuple(interval.lower, interval.upper);
      },
      py::arg("level") = 0.9);
  add_repr(bound, [](const SurveyEstimate& self) {
    const auto text_of = [](double value) { return py::cast<std::string>(py::repr(py::float_(value))); };
    std::string text = self.level.empty() ? "" : self.level + ": ";
    if (self.status == core::Status::undefined) {
      text += "undefined";
    } else {
      text += text_of(self.estimate) + ", se " + (std::isfinite(self.se) ? text_of(self.se) : "unknown");
    }
    return self.reason.empty() ? text : text + " (" + self.reason + ")";
  });
  add_equality(bound);
  add_stored(bound, &listening::survey_estimate_from_bytes);

  add_estimates<Weights>(module);
  add_estimates<ReplicateWeights>(module);
  module.def(
      "effective_sample_size",
      [](const py::object& values) {
        Arrays arrays;
        return listening::effective_sample_size(arrays.numbers(values, "weights"));
      },
      py::arg("weights"), "Kish's effective sample size (sum w)^2 / sum w^2.");
}

}  // namespace

void register_weighting(py::module_& module) {
  register_weights(module);
  register_replicates(module);
  register_estimates(module);
  register_check(module);
  register_propensity(module);
  register_recency(module);
}

}  // namespace outweigh::python
