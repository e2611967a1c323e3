// Intervals for proportions; survival curves and proportional hazards.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <outweigh/stats/cox.hpp>
#include <outweigh/stats/kaplan_meier.hpp>
#include <outweigh/stats/proportion.hpp>

#include "common.hpp"

namespace outweigh::python {

namespace {

using Floats = py::array_t<double, py::array::c_style | py::array::forcecast>;
using Codes = py::array_t<std::int64_t, py::array::c_style | py::array::forcecast>;

std::span<const double> view(const Floats& values) {
  if (values.ndim() != 1) throw core::InvalidInput("a column has one dimension");
  return {values.data(), static_cast<std::size_t>(values.size())};
}

std::span<const double> view(const std::optional<Floats>& values) {
  return values ? view(*values) : std::span<const double>{};
}

std::vector<std::size_t> codes_of(const std::optional<Codes>& codes) {
  if (!codes) return {};
  return {codes->data(), codes->data() + codes->size()};
}

Floats array_of(const std::vector<double>& values) {
  return Floats(static_cast<py::ssize_t>(values.size()), values.data());
}

py::dict kaplan_meier(const Floats& duration, const Floats& event, const std::optional<Floats>& weights, double level) {
  const stats::SurvivalColumns columns{view(duration), view(event), view(weights)};
  std::vector<core::Interval> intervals;
  const auto curve = without_lock([&] {
    stats::KaplanMeier made(columns);
    intervals = made.intervals(level);
    return made;
  });
  const auto column = [&](auto member) {
    Floats values(static_cast<py::ssize_t>(curve.steps().size()));
    double* next = values.mutable_data();
    for (const auto& step : curve.steps()) *next++ = step.*member;
    return values;
  };
  const auto ends = [&](auto member) {
    Floats values(static_cast<py::ssize_t>(intervals.size()));
    double* next = values.mutable_data();
    for (const auto& interval : intervals) *next++ = interval.*member;
    return values;
  };
  using Step = stats::SurvivalStep;
  py::dict result;
  result["time"] = column(&Step::time);
  result["at_risk"] = column(&Step::at_risk);
  result["events"] = column(&Step::events);
  result["censored"] = column(&Step::censored);
  result["survival"] = column(&Step::survival);
  result["standard_error"] = column(&Step::standard_error);
  result["lower"] = ends(&core::Interval::lower);
  result["upper"] = ends(&core::Interval::upper);
  result["cumulative_hazard"] = column(&Step::cumulative_hazard);
  return result;
}

py::dict log_rank(const Floats& duration, const Floats& event, const Codes& group, std::size_t groups,
                  const std::optional<Codes>& strata, const std::optional<Floats>& weights) {
  const stats::SurvivalColumns columns{view(duration), view(event), view(weights)};
  const auto groups_of = codes_of(group);
  const auto strata_of = codes_of(strata);
  const auto test = without_lock([&] { return stats::log_rank(columns, groups_of, groups, strata_of); });
  py::dict result;
  result["observed"] = test.observed;
  result["expected"] = test.expected;
  result["statistic"] = test.statistic;
  result["degrees"] = test.degrees;
  result["p_value"] = test.p_value;
  return result;
}

py::dict fit_cox(const Floats& duration, const Floats& event, const std::vector<Floats>& covariates,
                 const std::vector<std::string>& names, const std::optional<Codes>& strata,
                 const std::optional<Codes>& clusters, const std::string& ties, bool robust) {
  if (ties != "efron" && ties != "breslow") {
    throw core::InvalidInput("ties are treated after efron or breslow", {.column = "ties", .value = ties});
  }
  const auto strata_of = codes_of(strata);
  const auto clusters_of = codes_of(clusters);
  stats::CoxColumns columns{view(duration), view(event), {}, names, strata_of, clusters_of};
  for (const Floats& covariate : covariates) columns.covariates.push_back(view(covariate));
  const stats::CoxOptions options{ties == "efron" ? stats::Ties::efron : stats::Ties::breslow, robust};
  const auto fit = Run(py::int_(1), 0, py::none())(
      [&](const core::RunControl& control) { return stats::fit_cox(columns, options, control); });
  std::vector<std::optional<double>> errors;
  for (std::size_t i = 0; i < fit.names.size(); ++i) errors.push_back(fit.standard_error(i));
  py::dict result;
  result["names"] = fit.names;
  result["coefficients"] = fit.coefficients;
  result["standard_errors"] = errors;
  result["covariance"] = fit.covariance;
  result["undetermined"] = std::vector<bool>(fit.undetermined.begin(), fit.undetermined.end());
  result["means"] = fit.means;
  result["log_likelihood"] = fit.log_likelihood;
  result["null_log_likelihood"] = fit.null_log_likelihood;
  result["status"] = std::string(to_string(fit.status));
  result["cause"] = fit.cause;
  result["rows"] = fit.rows;
  result["events"] = fit.events;
  result["iterations"] = fit.iterations;
  result["baseline_stratum"] = fit.baseline_stratum;
  result["baseline_time"] = fit.baseline_time;
  result["baseline_hazard"] = fit.baseline_hazard;
  result["baseline_variance"] = fit.baseline_variance;
  result["baseline_slope"] = fit.baseline_slope;
  return result;
}

/// What predictions need of the parts of a fit.
stats::CoxFit cox_of(const py::dict& parts) {
  stats::CoxFit fit;
  const auto read = [&](const char* name, auto& into) {
    if (!parts.contains(name)) throw core::CorruptState(std::string("the fit lacks its ") + name);
    into = parts[name].cast<std::remove_reference_t<decltype(into)>>();
  };
  read("names", fit.names);
  read("coefficients", fit.coefficients);
  read("covariance", fit.covariance);
  read("means", fit.means);
  read("cause", fit.cause);
  read("events", fit.events);
  read("baseline_stratum", fit.baseline_stratum);
  read("baseline_time", fit.baseline_time);
  read("baseline_hazard", fit.baseline_hazard);
  read("baseline_variance", fit.baseline_variance);
  read("baseline_slope", fit.baseline_slope);
  const std::size_t size = fit.names.size();
  const std::size_t times = fit.baseline_time.size();
  if (fit.coefficients.size() != size || fit.means.size() != size || fit.covariance.size() != size * size ||
      fit.baseline_stratum.size() != times || fit.baseline_hazard.size() != times ||
      fit.baseline_variance.size() != times || fit.baseline_slope.size() != times * size) {
    throw core::CorruptState("the parts of the fit do not fit together");
  }
  return fit;
}

/// Survival up to a time, or without one the relative risk.
py::tuple cox_predict(const py::dict& parts, const std::vector<Floats>& covariates, std::optional<double> time,
                      std::size_t stratum) {
  const stats::CoxFit fit = cox_of(parts);
  std::vector<std::span<const double>> columns;
  for (const Floats& covariate : covariates) columns.push_back(view(covariate));
  const auto found = without_lock([&] {
    return time ? stats::cox_survival(fit, columns, *time, stratum) : stats::cox_relative_risk(fit, columns);
  });
  return py::make_tuple(array_of(found.values), array_of(found.standard_errors));
}

void register_survival(py::module_& module) {
  module.def("kaplan_meier", &kaplan_meier, py::arg("duration"), py::arg("event"), py::arg("weights") = py::none(),
             py::kw_only(), py::arg("level") = 0.9, "Columns of the survival curve.");
  module.def("log_rank", &log_rank, py::arg("duration"), py::arg("event"), py::arg("group"), py::arg("groups"),
             py::arg("strata") = py::none(), py::arg("weights") = py::none(), "Do groups have the same hazard?");
  module.def("fit_cox", &fit_cox, py::arg("duration"), py::arg("event"), py::arg("covariates"), py::arg("names"),
             py::arg("strata") = py::none(), py::arg("clusters") = py::none(), py::kw_only(), py::arg("ties") = "efron",
             py::arg("robust") = false, "Partial likelihood of proportional hazards.");
  module.def("cox_predict", &cox_predict, py::arg("parts"), py::arg("covariates"), py::arg("time") = py::none(),
             py::arg("stratum") = 0, "Survival up to a time, or without one the relative risk, with standard errors.");
}

}  // namespace

void register_stats(py::module_& module) {
  module.def(
      "proportion_interval",
      [](double successes, double trials, double level, const std::string& method) {
        using stats::ProportionMethod;
        for (const auto known :
             {ProportionMethod::wilson, ProportionMethod::clopper_pearson, ProportionMethod::jeffreys}) {
          if (to_string(known) != method) continue;
          const auto interval = stats::proportion_interval(successes, trials, level, known);
          return std::pair(interval.lower, interval.upper);
        }
        throw core::InvalidInput("the methods are wilson, clopper_pearson and jeffreys",
                                 {.column = "method", .value = method});
      },
      py::arg("successes"), py::arg("trials"), py::kw_only(), py::arg("level") = 0.9, py::arg("method") = "wilson",
      "Interval for a proportion. See outweigh.proportion_interval.");
  register_survival(module);
}

}  // namespace outweigh::python
