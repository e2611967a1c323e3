// Who is heard, and weights: the audit, survey weighting and estimates.
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

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <outweigh/listening/listening.hpp>

#include "common.hpp"

namespace outweigh::python {

namespace {

using listening::AccountWeights;
using listening::Audit;
using listening::Categorical;
using listening::Codes;
using listening::Design;
using listening::Heard;
using listening::Margin;
using listening::NumericTotal;
using listening::SurveyEstimate;
using listening::Weights;

using Numbers = py::array_t<double, py::array::c_style | py::array::forcecast>;

py::bytes pack(const core::Bytes& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

std::span<const std::byte> unpack(const std::string& bytes) {
  return {reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()};
}

/// `to_bytes()` and `from_bytes()`, and pickling through them.
template <class Class>
void add_bytes(Class& bound) {
  using Value = typename Class::type;
  bound.def("to_bytes", [](const Value& self) { return pack(without_lock([&] { return self.to_bytes(); })); });
  bound.def_static("from_bytes", [](const std::string& bytes) {
    return without_lock([&] { return Value::from_bytes(unpack(bytes)); });
  });
  add_pickling(
      bound, 1, [](const Value& self) { return py::make_tuple(pack(self.to_bytes())); },
      [](const py::tuple& state) {
        if (state.size() != 1 || !py::isinstance<py::bytes>(state[0])) {
          throw core::CorruptState("the pickled state has no bytes");
        }
        return Value::from_bytes(unpack(state[0].cast<std::string>()));
      });
}

/// Arrays that borrowed views point into.
class Arrays {
 public:
  std::span<const double> numbers(const py::handle& values, const std::string& name) {
    const auto array = Numbers::ensure(values);
    if (!array) {
      PyErr_Clear();
      throw core::TypeMismatch("'" + name + "' must hold numbers", {.column = name});
    }
    if (array.ndim() != 1) throw core::InvalidInput("'" + name + "' must have one dimension", {.column = name});
    held_.push_back(array);
    return {array.data(), static_cast<std::size_t>(array.size())};
  }

  Codes codes(const py::handle& values, const std::string& name) {
    py::array array = py::array::ensure(values, py::array::c_style);
    if (!array || (array.dtype().kind() != 'i' && array.dtype().kind() != 'u')) {
      PyErr_Clear();
      throw core::TypeMismatch("the codes of '" + name + "' must be integers", {.column = name});
    }
    if (array.ndim() != 1) throw core::InvalidInput("the codes of '" + name + "' must have one dimension", {.column = name});
    const auto size = static_cast<std::size_t>(array.size());
    const bool is_unsigned = array.dtype().kind() == 'u';
    if (is_unsigned && array.itemsize() == 8) {
      array = py::array_t<std::int64_t, py::array::c_style | py::array::forcecast>::ensure(array);
    }
    held_.push_back(array);
    const auto view = [&]<class Integer>(Integer) {
      return Codes(std::span<const Integer>(static_cast<const Integer*>(array.data()), size));
    };
    switch (array.itemsize()) {
      case 1: return is_unsigned ? view(std::uint8_t{}) : view(std::int8_t{});
      case 2: return is_unsigned ? view(std::uint16_t{}) : view(std::int16_t{});
      case 4: return is_unsigned ? view(std::uint32_t{}) : view(std::int32_t{});
      default: return view(std::int64_t{});
    }
  }

  /// (name, levels, codes)
  Categorical categorical(const py::handle& column) {
    const auto parts = column.cast<py::tuple>();
    Categorical result;
    result.name = parts[0].cast<std::string>();
    result.levels = parts[1].cast<std::vector<std::string>>();
    result.codes = codes(parts[2], result.name);
    return result;
  }

  /// (name, levels, codes, {level: total})
  std::vector<Margin> margins(const py::sequence& list) {
    std::vector<Margin> result;
    for (const py::handle item : list) {
      const auto parts = item.cast<py::tuple>();
      Margin margin;
      margin.variable = categorical(item);
      for (const auto& [level, total] : parts[3].cast<py::dict>()) {
        margin.totals.push_back({level.cast<std::string>(), total.cast<double>()});
      }
      result.push_back(std::move(margin));
    }
    return result;
  }

  /// (name, values, total)
  std::vector<NumericTotal> numeric(const py::sequence& list) {
    std::vector<NumericTotal> result;
    for (const py::handle item : list) {
      const auto parts = item.cast<py::tuple>();
      const auto name = parts[0].cast<std::string>();
      result.push_back({name, numbers(parts[1], name), parts[2].cast<double>()});
    }
    return result;
  }

 private:
  std::vector<py::array> held_;
};

listening::LonelyCluster lonely_of(const std::string& word) {
  if (word == "fail") return listening::LonelyCluster::fail;
  if (word == "remove") return listening::LonelyCluster::remove;
  if (word == "adjust") return listening::LonelyCluster::adjust;
  if (word == "average") return listening::LonelyCluster::average;
  throw core::InvalidInput("lonely clusters fail, are removed, adjusted or averaged", {.column = "lonely", .value = word});
}

listening::CalibrationMethod method_of(const std::string& word) {
  for (const auto method : {listening::CalibrationMethod::linear, listening::CalibrationMethod::raking,
                            listening::CalibrationMethod::logit}) {
    if (listening::to_string(method) == word) return method;
  }
  throw core::InvalidInput("the methods of calibration are linear, raking and logit", {.column = "method", .value = word});
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

void register_audit(py::module_& module) {
  py::class_<Heard> heard(module, "Heard", "Who was heard through which source: a state that merges.");
  heard.def("merge", [](Heard& self, const Heard& other) { self.merge(other); }, py::arg("other"));
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
  bound.def("never_heard_table", [](const Audit& self) { return without_lock([&] { return self.never_heard_table(); }); });
  bound.def("apart_table", [](const Audit& self) { return without_lock([&] { return self.apart_table(); }); });
  bound.def("missing_table", [](const Audit& self) { return without_lock([&] { return self.missing_table(); }); });
  add_repr(bound, [](const Audit& self) { return self.summary(); });
  add_equality(bound);
  add_bytes(bound);
  module.def(
      "audit",
      [](const graph::CustomerGraph& graph, std::vector<std::string> by, std::vector<std::string> sources,
         double whale_share, double unhappy_share, double level, std::size_t revenue_bands, double long_enough,
         double customer_talked, const std::optional<Heard>& heard, const py::object& threads,
         const py::object& progress) {
        listening::AuditOptions options;
        options.by = std::move(by);
        options.sources = std::move(sources);
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
      py::arg("sources") = std::vector<std::string>{}, py::arg("whale_share") = 0.1, py::arg("unhappy_share") = 0.1,
      py::arg("level") = 0.9, py::arg("revenue_bands") = 3, py::arg("long_enough") = 10.0,
      py::arg("customer_talked") = 0.75, py::arg("heard") = py::none(), py::arg("threads") = py::none(),
      py::arg("progress") = py::none(), "Compare who was heard with the base.");

  py::class_<AccountWeights> weights(module, "AccountWeights", "Weights that make heard accounts stand for the base.");
  weights.def_readonly("base_accounts", &AccountWeights::base_accounts);
  weights.def_readonly("heard_accounts", &AccountWeights::heard_accounts);
  weights.def_readonly("collapsed_cells", &AccountWeights::collapsed_cells);
  weights.def_readonly("collapsed_share", &AccountWeights::collapsed_share);
  weights.def_readonly("effective_sample_size", &AccountWeights::effective_sample_size);
  weights.def_readonly("design_effect", &AccountWeights::design_effect);
  weights.def_property_readonly("status", [](const AccountWeights& self) { return std::string(to_string(self.status)); });
  weights.def_readonly("verdict", &AccountWeights::verdict);
  add_table(weights);
  weights.def("cells_table", [](const AccountWeights& self) { return without_lock([&] { return self.cells_table(); }); });
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

void register_weighting(py::module_& module) {
  py::class_<Design> design(module, "Design", "How a sample was drawn: strata, clusters, finite populations, base weights.");
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
  weights.def_property_readonly("values", [](const py::object& self) { return values_of(self.cast<const Weights&>(), self); });
  weights.def("__len__", &Weights::size);
  weights.def_property_readonly("total", &Weights::total);
  weights.def_property_readonly("effective_sample_size", &Weights::effective_sample_size);
  weights.def_property_readonly("design_effect", &Weights::design_effect);
  weights.def_property_readonly("iterations", [](const Weights& self) { return self.convergence().iterations; });
  weights.def_property_readonly("residual", [](const Weights& self) { return self.convergence().residual; });
  weights.def_property_readonly("worst_margin", [](const Weights& self) { return self.convergence().worst_margin; });
  weights.def_property_readonly("worst_level", [](const Weights& self) { return self.convergence().worst_level; });

  module.def(
      "poststratify",
      [](const py::tuple& margin, const py::object& base, const py::object& threads) {
        Arrays arrays;
        const auto margins = arrays.margins(py::make_tuple(margin));
        return with_base(arrays, base, [&](auto&& start) {
          return Run(threads, 0, py::none())(
              [&](const core::RunControl& control) { return listening::poststratify(start, margins.front(), control); });
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
            return listening::rake(start, read, {{bounds.first, bounds.second}, max_iterations, control});
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
            return listening::calibrate(start, read, totals, options);
          });
        });
      },
      py::arg("margins"), py::arg("numeric") = py::tuple(), py::arg("weights") = py::none(), py::kw_only(),
      py::arg("method") = "linear",
      py::arg("bounds") = std::pair<double, double>{-std::numeric_limits<double>::infinity(),
                                                    std::numeric_limits<double>::infinity()},
      py::arg("max_iterations") = 200, py::arg("threads") = py::none(), py::arg("progress") = py::none());
  module.def(
      "trim",
      [](const Weights& from, double lower, double upper, bool proportional, bool strict) {
        return without_lock([&] {
          return listening::trim(from, {lower, upper,
                                        proportional ? listening::Redistribution::proportional
                                                     : listening::Redistribution::equal,
                                        strict});
        });
      },
      py::arg("weights"), py::kw_only(), py::arg("lower") = 0.0, py::arg("upper") = std::numeric_limits<double>::infinity(),
      py::arg("proportional") = false, py::arg("strict") = true);
}

void register_estimates(py::module_& module) {
  py::class_<SurveyEstimate> bound(module, "SurveyEstimate", "An estimate from a weighted sample.");
  bound.def_readonly("level", &SurveyEstimate::level);
  bound.def_property_readonly("estimate", [](const SurveyEstimate& self) -> std::optional<double> {
    if (self.status == core::Status::undefined) return std::nullopt;
    return self.estimate;
  });
  bound.def_property_readonly("se", [](const SurveyEstimate& self) -> std::optional<double> {
    if (self.status == core::Status::undefined) return std::nullopt;
    return self.se;
  });
  bound.def_readonly("degrees_of_freedom", &SurveyEstimate::degrees_of_freedom);
  bound.def_readonly("rows", &SurveyEstimate::rows);
  bound.def_readonly("effective_size", &SurveyEstimate::effective_size);
  bound.def_property_readonly("status", [](const SurveyEstimate& self) { return std::string(to_string(self.status)); });
  bound.def(
      "interval",
      [](const SurveyEstimate& self, double level) {
        const core::Interval interval = self.interval(level);
        return py::make_tuple(interval.lower, interval.upper);
      },
      py::arg("level") = 0.9);
  add_repr(bound, [](const SurveyEstimate& self) {
    if (self.status == core::Status::undefined) return std::string("undefined");
    return (self.level.empty() ? "" : self.level + ": ") + py::cast<std::string>(py::repr(py::float_(self.estimate))) +
           ", se " + py::cast<std::string>(py::repr(py::float_(self.se)));
  });
  add_equality(bound);

  module.def(
      "estimate_mean",
      [](const Weights& weights, const py::object& outcome, const py::object& by) {
        Arrays arrays;
        const auto y = arrays.numbers(outcome, "outcome");
        if (by.is_none()) return std::vector{without_lock([&] { return listening::estimate_mean(weights, y); })};
        const Categorical domains = arrays.categorical(by);
        return without_lock([&] { return listening::estimate_mean(weights, y, domains); });
      },
      py::arg("weights"), py::arg("outcome"), py::arg("by") = py::none());
  module.def(
      "estimate_total",
      [](const Weights& weights, const py::object& outcome, const py::object& by) {
        Arrays arrays;
        const auto y = arrays.numbers(outcome, "outcome");
        if (by.is_none()) return std::vector{without_lock([&] { return listening::estimate_total(weights, y); })};
        const Categorical domains = arrays.categorical(by);
        return without_lock([&] { return listening::estimate_total(weights, y, domains); });
      },
      py::arg("weights"), py::arg("outcome"), py::arg("by") = py::none());
  module.def(
      "estimate_ratio",
      [](const Weights& weights, const py::object& numerator, const py::object& denominator, const py::object& by) {
        Arrays arrays;
        const auto top = arrays.numbers(numerator, "numerator");
        const auto bottom = arrays.numbers(denominator, "denominator");
        if (by.is_none()) return std::vector{without_lock([&] { return listening::estimate_ratio(weights, top, bottom); })};
        const Categorical domains = arrays.categorical(by);
        return without_lock([&] { return listening::estimate_ratio(weights, top, bottom, domains); });
      },
      py::arg("weights"), py::arg("numerator"), py::arg("denominator"), py::arg("by") = py::none());
  module.def(
      "estimate_quantile",
      [](const Weights& weights, const py::object& outcome, double probability, double level, const py::object& by) {
        Arrays arrays;
        const auto y = arrays.numbers(outcome, "outcome");
        if (by.is_none()) {
          return std::vector{without_lock([&] { return listening::estimate_quantile(weights, y, probability, level); })};
        }
        const Categorical domains = arrays.categorical(by);
        return without_lock([&] { return listening::estimate_quantile(weights, y, probability, level, domains); });
      },
      py::arg("weights"), py::arg("outcome"), py::arg("probability") = 0.5, py::arg("level") = 0.95,
      py::arg("by") = py::none());
  module.def(
      "estimate_proportions",
      [](const Weights& weights, const py::tuple& variable) {
        Arrays arrays;
        const Categorical column = arrays.categorical(variable);
        return without_lock([&] { return listening::estimate_proportions(weights, column); });
      },
      py::arg("weights"), py::arg("variable"));
  module.def(
      "estimate_difference",
      [](const Weights& weights, const py::object& outcome, const py::tuple& by, const std::string& first,
         const std::string& second) {
        Arrays arrays;
        const auto y = arrays.numbers(outcome, "outcome");
        const Categorical domains = arrays.categorical(by);
        return without_lock([&] { return listening::estimate_difference(weights, y, domains, first, second); });
      },
      py::arg("weights"), py::arg("outcome"), py::arg("by"), py::arg("first"), py::arg("second"));
  module.def(
      "effective_sample_size",
      [](const py::object& values) {
        Arrays arrays;
        return listening::effective_sample_size(arrays.numbers(values, "weights"));
      },
      py::arg("weights"), "Kish's effective sample size (sum w)^2 / sum w^2.");
}

}  // namespace

void register_listening(py::module_& module) {
  register_audit(module);
  register_weighting(module);
  register_estimates(module);
}

}  // namespace outweigh::python
