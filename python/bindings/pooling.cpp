// Pooling of groups, judges and those never heard.
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <outweigh/core/ids.hpp>
#include <outweigh/core/table.hpp>
#include <outweigh/listening/dawid_skene.hpp>
#include <outweigh/stats/credibility.hpp>
#include <outweigh/stats/richness.hpp>
#include <outweigh/stats/small_area.hpp>

#include "common.hpp"

namespace outweigh::python {

namespace {

using Doubles = std::vector<double>;

/// value, standard_error, lower, upper, status of estimates; null where they mean nothing.
class EstimateColumns {
 public:
  void add(const core::Estimate& estimate) {
    const bool known = estimate.status != core::Status::undefined && estimate.status != core::Status::not_identified;
    value_.push_back(known ? estimate.value : 0.0);
    error_.push_back(known ? estimate.standard_error : 0.0);
    lower_.push_back(known ? estimate.interval.lower : 0.0);
    upper_.push_back(known ? estimate.interval.upper : 0.0);
    valid_.push_back(known ? 1 : 0);
    status_.push_back(core::to_string(estimate.status));
  }
  void add_to(core::Table& table) {
    table.add("estimate", core::Column::float64s(value_, valid_));
    table.add("standard_error", core::Column::float64s(error_, valid_));
    table.add("lower", core::Column::float64s(lower_, valid_));
    table.add("upper", core::Column::float64s(upper_, valid_));
    table.add("status", core::Column::strings(std::span<const std::string_view>(status_)));
  }

 private:
  Doubles value_, error_, lower_, upper_;
  std::vector<std::uint8_t> valid_;
  std::vector<std::string_view> status_;
};

core::Table credibility_table(const std::vector<stats::GroupCredibility>& groups, core::Status status) {
  EstimateColumns estimates;
  Doubles weight, mean, credibility;
  std::vector<std::uint8_t> has_mean;
  std::vector<std::uint8_t> has_credibility;
  for (const auto& group : groups) {
    weight.push_back(group.weight);
    mean.push_back(group.mean);
    has_mean.push_back(group.weight > 0.0 ? 1 : 0);
    credibility.push_back(group.credibility);
    const bool told = status != core::Status::undefined && status != core::Status::not_identified;
    has_credibility.push_back(told ? 1 : 0);
    estimates.add(group.estimate);
  }
  core::Table table;
  table.add("weight", core::Column::float64s(weight));
  table.add("mean", core::Column::float64s(mean, has_mean));
  table.add("credibility", core::Column::float64s(credibility, has_credibility));
  estimates.add_to(table);
  return table;
}

py::dict estimate_dict(const core::Estimate& estimate) {
  py::dict result;
  const bool known = estimate.status != core::Status::undefined && estimate.status != core::Status::not_identified;
  const auto number = [&](double value) {  // what has no end is unknown
    return known && std::isfinite(value) ? py::object(py::float_(value)) : py::object(py::none());
  };
  result["estimate"] = number(estimate.value);
  result["standard_error"] = number(estimate.standard_error);
  result["lower"] = number(estimate.interval.lower);
  result["upper"] = number(estimate.interval.upper);
  result["status"] = std::string(core::to_string(estimate.status));
  return result;
}

stats::ChaoForm form_of(const std::string& word) {
  if (word == "automatic") return stats::ChaoForm::automatic;
  if (word == "classic") return stats::ChaoForm::classic;
  if (word == "corrected") return stats::ChaoForm::corrected;
  if (word == "bias_corrected") return stats::ChaoForm::bias_corrected;
  throw core::InvalidInput("the forms are automatic, classic, corrected and bias_corrected",
                           {.column = "form", .value = word});
}

core::Ids::Encoded codes_of(const core::Table& table, const std::string& name) {
  core::Ids::Encoded encoded = core::Ids::encode(table[name], {.table = "labels", .column = name});
  for (std::size_t row = 0; row < encoded.codes.size(); ++row) {
    if (encoded.codes[row] == core::Ids::null_row) {
      throw core::InvalidInput("a judgement is incomplete",
                               {.table = "labels", .column = name, .row = row, .value = "null"});
    }
  }
  return encoded;
}

}  // namespace

void register_pooling(py::module_& module) {
  module.def(
      "buhlmann_straub",
      [](const Doubles& values, const Doubles& weights, const std::vector<std::uint32_t>& groups, std::size_t count,
         const std::string& between, double level) {
        if (between != "unbiased" && between != "iterative") {
          throw core::InvalidInput("the variance between groups is unbiased or iterative",
                                   {.column = "between", .value = between});
        }
        const auto found = stats::buhlmann_straub(
            values, weights, groups, count,
            between == "unbiased" ? stats::BetweenVariance::unbiased : stats::BetweenVariance::iterative, level);
        py::dict facts;
        facts["collective"] = found.collective;
        facts["within"] = found.within;
        facts["between"] = found.between;
        facts["status"] = std::string(core::to_string(found.status));
        facts["reason"] = found.reason;
        return std::pair(credibility_table(found.groups, found.status), facts);
      },
      py::arg("values"), py::arg("weights"), py::arg("groups"), py::arg("count"), py::arg("between"), py::arg("level"),
      "See outweigh.buhlmann_straub.");
  module.def(
      "beta_binomial",
      [](const Doubles& successes, const Doubles& trials, double level) {
        const auto found = stats::beta_binomial(successes, trials, level);
        py::dict facts;
        facts["alpha"] = found.alpha;
        facts["beta"] = found.beta;
        facts["collective"] = found.collective;
        facts["status"] = std::string(core::to_string(found.status));
        facts["reason"] = found.reason;
        return std::pair(credibility_table(found.groups, found.status), facts);
      },
      py::arg("successes"), py::arg("trials"), py::arg("level"), "See outweigh.beta_binomial.");
  module.def(
      "fay_herriot",
      [](const Doubles& y, const Doubles& variances, const Doubles& x, std::size_t columns,
         const std::vector<std::uint8_t>& sampled, const std::string& method, double level) {
        stats::SmallAreaOptions options{stats::AreaVariance::automatic, level};
        if (method == "reml") {
          options.method = stats::AreaVariance::reml;
        } else if (method == "ml") {
          options.method = stats::AreaVariance::ml;
        } else if (method == "adjusted") {
          options.method = stats::AreaVariance::adjusted;
        } else if (method != "automatic") {
          throw core::InvalidInput("the methods are automatic, reml, ml and adjusted",
                                   {.column = "method", .value = method});
        }
        const auto found = stats::fay_herriot(y, variances, x, columns, sampled, options);
        EstimateColumns estimates;
        Doubles shrinkage, synthetic;
        std::vector<std::uint8_t> told;
        for (const auto& area : found.areas) {
          estimates.add(area.estimate);
          shrinkage.push_back(area.shrinkage);
          synthetic.push_back(area.synthetic);
          told.push_back(found.coefficients.empty() && columns > 0 ? 0 : 1);
        }
        core::Table table;
        estimates.add_to(table);
        table.add("shrinkage", core::Column::float64s(shrinkage, told));
        table.add("synthetic", core::Column::float64s(synthetic, told));
        py::dict facts;
        facts["coefficients"] = found.coefficients;
        facts["coefficient_errors"] = found.coefficient_errors;
        facts["variance"] = found.variance;
        facts["log_likelihood"] = found.log_likelihood;
        facts["method"] = found.method == stats::AreaVariance::ml         ? "ml"
                          : found.method == stats::AreaVariance::adjusted ? "adjusted"
                                                                          : "reml";
        facts["status"] = std::string(core::to_string(found.status));
        facts["reason"] = found.reason;
        return std::pair(table, facts);
      },
      py::arg("y"), py::arg("variances"), py::arg("x"), py::arg("columns"), py::arg("sampled"), py::arg("method"),
      py::arg("level"), "See outweigh.fay_herriot.");
  module.def(
      "smooth_variances",
      [](const Doubles& variances, const Doubles& sizes) { return stats::smooth_variances(variances, sizes); },
      py::arg("variances"), py::arg("sizes"), "See outweigh.smooth_variances.");
  module.def(
      "chao",
      [](const Doubles& counts, const std::optional<double>& units, const std::optional<double>& population,
         double level, const std::string& form) {
        const auto found = units ? stats::chao2(counts, *units, population, level, form_of(form))
                                 : stats::chao1(counts, population, level, form_of(form));
        py::dict result = estimate_dict(found.total);
        result["seen"] = found.seen;
        result["capped"] = found.capped;
        return result;
      },
      py::arg("counts"), py::arg("units"), py::arg("population"), py::arg("level"), py::arg("form"),
      "See outweigh.chao1 and outweigh.chao2.");
  module.def(
      "chapman",
      [](double first, double second, double both, const std::optional<double>& population, double level) {
        return estimate_dict(stats::chapman(first, second, both, population, level));
      },
      py::arg("first"), py::arg("second"), py::arg("both"), py::arg("population"), py::arg("level"),
      "See outweigh.chapman.");
  module.def(
      "good_turing",
      [](const Doubles& counts, double level) { return estimate_dict(stats::good_turing(counts, level)); },
      py::arg("counts"), py::arg("level"), "See outweigh.good_turing.");
  module.def(
      "dawid_skene",
      [](const core::Table& labels, const std::string& task, const std::string& source, const std::string& label,
         double tolerance, std::size_t max_iterations, double smoothing, const py::object& threads,
         const py::object& progress) {
        listening::DawidSkene found;
        core::Table truths, probabilities, sources;
        Run(threads, 0, progress)([&](const core::RunControl& control) {
          const auto tasks = codes_of(labels, task);
          const auto judges = codes_of(labels, source);
          auto answers = codes_of(labels, label);
          const std::size_t k = answers.ids.size();
          found =
              listening::dawid_skene({tasks.codes, judges.codes, answers.codes, tasks.ids.size(), judges.ids.size(), k},
                                     {tolerance, max_iterations, smoothing, control});
          const bool told = found.status == core::Status::estimated || found.status == core::Status::doubtful;
          const std::vector<std::uint8_t> valid(tasks.ids.size(), told ? 1 : 0);
          std::vector<std::uint32_t> best(tasks.ids.size(), core::Ids::null_row);
          Doubles certain(tasks.ids.size(), 0.0);
          for (std::size_t t = 0; t < tasks.ids.size() && told; ++t) {
            best[t] = 0;
            for (std::size_t c = 1; c < k; ++c) {
              if (found.truth[t * k + c] > found.truth[t * k + best[t]]) best[t] = static_cast<std::uint32_t>(c);
            }
            certain[t] = found.truth[t * k + best[t]];
          }
          truths.add(task, tasks.ids.column());
          truths.add(label, answers.ids.column(best));
          truths.add("probability", core::Column::float64s(certain, valid));
          probabilities.add(task, tasks.ids.column());
          for (std::size_t c = 0; c < k; ++c) {
            Doubles column(tasks.ids.size());
            for (std::size_t t = 0; t < column.size(); ++t) column[t] = found.truth[t * k + c];
            probabilities.add("p_" + answers.ids.text(c), core::Column::float64s(column, valid));
          }
          std::vector<std::uint32_t> of, truth, given;
          Doubles shares;
          std::vector<std::uint8_t> known, overlaps;
          for (std::size_t j = 0; j < judges.ids.size(); ++j) {
            for (std::size_t c = 0; c < k * k; ++c) {
              of.push_back(static_cast<std::uint32_t>(j));
              truth.push_back(static_cast<std::uint32_t>(c / k));
              given.push_back(static_cast<std::uint32_t>(c % k));
              shares.push_back(found.confusion[j * k * k + c]);
              known.push_back(told ? 1 : 0);
              overlaps.push_back(found.overlaps[j]);
            }
          }
          sources.add(source, judges.ids.column(of));
          sources.add("truth", answers.ids.column(truth));
          sources.add("answer", answers.ids.column(given));
          sources.add("probability", core::Column::float64s(shares, known));
          sources.add("overlaps", core::Column::booleans(overlaps));
          return 0;
        });
        py::dict facts;
        facts["status"] = std::string(core::to_string(found.status));
        facts["reason"] = found.reason;
        facts["iterations"] = found.iterations;
        facts["log_likelihood"] = found.log_likelihood;
        return py::make_tuple(truths, probabilities, sources, facts);
      },
      py::arg("labels"), py::kw_only(), py::arg("task"), py::arg("source"), py::arg("label"), py::arg("tolerance"),
      py::arg("max_iterations"), py::arg("smoothing"), py::arg("threads") = py::none(),
      py::arg("progress") = py::none(), "See outweigh.dawid_skene.");
}

}  // namespace outweigh::python
