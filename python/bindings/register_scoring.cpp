// What needs and solutions are worth, and the scorers that rank them, those of Python's users included.
#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <outweigh/scoring/scoring.hpp>

#include "arrow.hpp"
#include "common.hpp"

namespace outweigh::python {

namespace {

using scoring::Scores;
using scoring::ScoringInput;

/// A function over columns, or an object with `name` and `score`. Lives and runs on the calling thread, with the lock.
class PythonScorer {
 public:
  PythonScorer(graph::CustomerGraph graph, const py::object& scorer) : graph_(std::move(graph)) {
    if (py::hasattr(scorer, "score")) {
      if (!py::hasattr(scorer, "name")) {
        throw core::ContractViolation("a scorer needs a name besides its function `score`",
                                      {.value = Run::type_name(scorer)});
      }
      py::object name = scorer.attr("name");
      if (PyCallable_Check(name.ptr()) != 0) name = name();
      if (!py::isinstance<py::str>(name)) {
        throw core::ContractViolation("the name of a scorer must be text", {.value = Run::type_name(scorer)});
      }
      name_ = py::cast<std::string>(name);
      function_ = scorer.attr("score");
    } else if (PyCallable_Check(scorer.ptr()) != 0) {
      name_ = py::hasattr(scorer, "__name__") ? py::cast<std::string>(py::str(scorer.attr("__name__")))
                                              : Run::type_name(scorer);
      function_ = scorer;
    } else {
      throw core::TypeMismatch("a scorer is the name of one, a function of columns, or an object with name and score",
                               {.column = "by", .value = Run::type_name(scorer)});
    }
    if (PyCallable_Check(function_.ptr()) == 0) {
      throw core::ContractViolation("the member `score` of a scorer must be a function", {.value = name_});
    }
  }

  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  [[nodiscard]] std::vector<double> score(const ScoringInput& input) const {
    py::dict columns;
    columns["solution_id"] =
        column_to_python(graph_.ids(graph::NodeKind::solution).column(input.solutions), "solution_id");
    for (const std::string_view name : ScoringInput::names) {
      const auto column = input.column(name);
      if (column.empty() && input.size > 0) continue;
      columns[py::str(name.data(), name.size())] =
          py::array_t<double>(static_cast<py::ssize_t>(column.size()), column.data());
    }
    const py::object result = function_(columns);
    const py::object type = py::module_::import("numpy").attr("asarray")(result).attr("dtype");
    if (std::string_view("USc").find(type.attr("kind").cast<char>()) != std::string_view::npos) {
      throw core::ContractViolation(
          "the scorer '" + name_ + "' must give numbers, not " + py::cast<std::string>(py::str(type)),
          {.value = name_});
    }
    auto numbers = py::array_t<double, py::array::c_style | py::array::forcecast>::ensure(result);
    if (!numbers) {
      PyErr_Clear();
      throw core::ContractViolation("the scorer '" + name_ + "' must give numbers, not " + Run::type_name(result),
                                    {.value = name_});
    }
    if (numbers.ndim() != 1) {
      throw core::ContractViolation("the scorer '" + name_ + "' must give one number a solution, in one dimension",
                                    {.value = name_});
    }
    return {numbers.data(), numbers.data() + numbers.size()};
  }

 private:
  graph::CustomerGraph graph_;
  std::string name_;
  py::object function_;
};

scoring::ValueBasis read_basis(const std::string& word) {
  std::string known;
  for (int i = 0; i <= static_cast<int>(scoring::ValueBasis::voiced_revenue); ++i) {
    const auto basis = static_cast<scoring::ValueBasis>(i);
    if (to_string(basis) == word) return basis;
    known += (known.empty() ? "" : ", ") + std::string(to_string(basis));
  }
  throw core::InvalidInput("there is no such value of needs; there are " + known, {.column = "value", .value = word});
}

std::optional<scoring::ValueOptions> read_value(const std::optional<std::string>& basis,
                                                std::optional<double> revenue_share,
                                                const std::map<std::string, double>& outcome_weights,
                                                const scoring::AnyScorer& scorer) {
  if (!basis && !revenue_share && outcome_weights.empty()) return std::nullopt;
  scoring::ValueOptions options;
  if (basis) {
    options.basis = read_basis(*basis);
  } else if (revenue_share) {
    options.basis = scoring::ValueBasis::mix;
  } else {
    options.basis = scorer.value_basis().value_or(scoring::ValueBasis::accounts);
  }
  if (revenue_share) options.revenue_share = *revenue_share;
  for (const auto& [word, weight] : outcome_weights) {
    const auto outcome = graph::parse<graph::Outcome>(word);
    if (!outcome) {
      throw core::InvalidInput("there is no such outcome", {.column = "outcome_weights", .value = word});
    }
    options.outcome_weights[static_cast<std::size_t>(*outcome)] = weight;
  }
  return options;
}

py::tuple pack(const core::Interval& interval) {
  return py::make_tuple(interval.lower, interval.upper, interval.level);
}
core::Interval unpack_interval(const py::handle& state) {
  const auto s = state.cast<py::tuple>();
  return {s[0].cast<double>(), s[1].cast<double>(), s[2].cast<double>()};
}
core::Status unpack_status(const py::handle& state) {
  const int status = state.cast<int>();
  if (status < 0 || status > static_cast<int>(core::Status::undefined)) {
    throw core::CorruptState("the pickled scores have an unknown status");
  }
  return static_cast<core::Status>(status);
}

py::tuple scores_to_parts(const Scores& self) {
  const scoring::ScoresParts& p = self.parts();
  py::list needs;
  for (const auto& n : p.needs) {
    needs.append(
        py::make_tuple(n.need.value(), n.value, pack(n.interval), n.accounts, n.revenue, static_cast<int>(n.status)));
  }
  py::list solutions;
  for (const auto& s : p.solutions) {
    solutions.append(py::make_tuple(s.solution.value(), s.value, pack(s.interval), s.accounts, s.revenue, s.effort,
                                    s.score, s.rank, static_cast<int>(s.status), s.reason));
  }
  py::list covered;
  for (const auto& c : p.covered) covered.append(py::make_tuple(c.need.value(), c.share, c.value));
  return py::make_tuple(py::cast(p.demand), p.scorer,
                        py::make_tuple(static_cast<int>(p.value.basis), p.value.revenue_share, p.value.outcome_weights),
                        p.level, p.is_additive, needs, solutions, p.covered_offsets, covered, p.part_names,
                        p.part_values, p.removals, p.warnings);
}
Scores scores_from_parts(const py::tuple& s) {
  if (s.size() != 13) throw core::CorruptState("the pickled scores have another number of parts");
  scoring::ScoresParts p{.demand = s[0].cast<demand::Demand>()};
  p.scorer = s[1].cast<std::string>();
  const auto value = s[2].cast<py::tuple>();
  const int basis = value[0].cast<int>();
  if (basis < 0 || basis > static_cast<int>(scoring::ValueBasis::voiced_revenue)) {
    throw core::CorruptState("the pickled scores have an unknown value of needs");
  }
  p.value = {static_cast<scoring::ValueBasis>(basis), value[1].cast<double>(), value[2].cast<std::array<double, 6>>()};
  p.level = s[3].cast<double>();
  p.is_additive = s[4].cast<bool>();
  for (const py::handle state : s[5]) {
    const auto n = state.cast<py::tuple>();
    p.needs.push_back({graph::NeedIndex(n[0].cast<std::size_t>()), n[1].cast<double>(), unpack_interval(n[2]),
                       n[3].cast<double>(), n[4].cast<double>(), unpack_status(n[5])});
  }
  for (const py::handle state : s[6]) {
    const auto n = state.cast<py::tuple>();
    p.solutions.push_back({graph::SolutionIndex(n[0].cast<std::size_t>()), n[1].cast<double>(), unpack_interval(n[2]),
                           n[3].cast<double>(), n[4].cast<double>(), n[5].cast<std::optional<double>>(),
                           n[6].cast<double>(), n[7].cast<std::size_t>(), unpack_status(n[8]),
                           n[9].cast<std::string>()});
  }
  p.covered_offsets = s[7].cast<std::vector<std::size_t>>();
  for (const py::handle state : s[8]) {
    const auto c = state.cast<py::tuple>();
    p.covered.push_back({graph::NeedIndex(c[0].cast<std::size_t>()), c[1].cast<double>(), c[2].cast<double>()});
  }
  p.part_names = s[9].cast<std::vector<std::string>>();
  p.part_values = s[10].cast<std::vector<double>>();
  p.removals = s[11].cast<std::vector<double>>();
  p.warnings = s[12].cast<std::vector<std::string>>();
  return Scores(std::move(p));
}

}  // namespace

void register_scoring(py::module_& module) {
  py::class_<Scores> bound(module, "Scores", "What each solution is worth, and its rank.");
  bound.def_property_readonly("demand", [](const Scores& self) { return self.demand(); });
  bound.def_property_readonly("graph", [](const Scores& self) { return self.graph(); });
  bound.def_property_readonly("scorer", &Scores::scorer, "Name of the scorer.");
  bound.def_property_readonly("value_basis",
                              [](const Scores& self) { return std::string(to_string(self.value_options().basis)); });
  bound.def_property_readonly("warnings", [](const Scores& self) { return self.parts().warnings; });
  bound.def_property_readonly(
      "ranking",
      [](const Scores& self) {
        std::vector<std::uint32_t> positions;
        for (const auto solution : self.ranking()) {
          if (self.solutions()[solution.value()].rank != 0) positions.push_back(solution.value());
        }
        const core::Ids& ids = self.graph().ids(graph::NodeKind::solution);
        py::list list;
        for (const std::uint32_t position : positions) {
          list.append(ids.is_integer() ? py::object(py::int_(ids.integer(position)))
                                       : py::object(py::str(ids.text(position))));
        }
        return list;
      },
      "Ids of the ranked solutions, the best first.");
  bound.def("needs_table", &Scores::needs_table, "need_id, title, value, lower, upper, accounts, revenue, status.");
  bound.def("__len__", [](const Scores& self) { return self.solutions().size(); });
  add_equality(bound);
  add_table(bound, "One row a solution, by rank.");
  add_repr(bound, [](const Scores& self) {
    return std::to_string(self.solutions().size()) + " solutions by '" + self.scorer() + "'";
  });
  add_pickling(bound, 1, scores_to_parts, scores_from_parts);

  std::vector<std::string> names;
  for (const std::string_view name : scoring::scorer_names) names.emplace_back(name);
  module.attr("SCORERS") = py::cast(names);
  std::vector<std::string> columns{"solution_id"};
  for (const std::string_view name : ScoringInput::names) columns.emplace_back(name);
  module.attr("SCORING_COLUMNS") = py::cast(columns);

  module.def(
      "score",
      [](const demand::Demand& demand, const py::object& by,
         const std::optional<std::vector<std::pair<std::string, double>>>& weights,
         const std::optional<std::string>& value, std::optional<double> revenue_share,
         const std::map<std::string, double>& outcome_weights, std::optional<double> level) {
        const bool is_name = py::isinstance<py::str>(by);
        const scoring::AnyScorer scorer = [&]() -> scoring::AnyScorer {
          if (!is_name) return PythonScorer(demand.graph(), by);
          const auto name = py::cast<std::string>(by);
          if (name == "weighted_sum" && weights) return scoring::WeightedSum(*weights);
          return scoring::named_scorer(name);
        }();
        if (weights && (!is_name || scorer.name() != "weighted_sum")) {
          throw core::InvalidInput("weights are for by='weighted_sum'", {.column = "weights"});
        }
        scoring::ScoreOptions options;
        options.value = read_value(value, revenue_share, outcome_weights, scorer);
        options.level = level;
        if (is_name) return without_lock([&] { return scoring::score(demand, scorer, options); });
        return scoring::score(demand, scorer, options);
      },
      py::arg("demand"), py::kw_only(), py::arg("by") = "rice", py::arg("weights") = py::none(),
      py::arg("value") = py::none(), py::arg("revenue_share") = py::none(),
      py::arg("outcome_weights") = std::map<std::string, double>{}, py::arg("level") = py::none(),
      "Values and ranks of solutions. See outweigh.score.");
}

}  // namespace outweigh::python
