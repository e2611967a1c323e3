// Ledgers: how a figure is made up, with who said what.
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <outweigh/core/ledger.hpp>
#include <outweigh/explain/explain.hpp>

#include "common.hpp"

namespace outweigh::python {

namespace {

using core::Ledger;

py::tuple ledger_to_parts(const Ledger& self) {
  py::list lines;
  for (const core::LedgerLine& line : self.lines) {
    lines.append(
        py::make_tuple(static_cast<int>(line.kind), line.name, line.need, line.account, line.amount, line.counts));
  }
  py::list evidence;
  for (const core::LedgerEvidence& piece : self.evidence) {
    evidence.append(py::make_tuple(piece.request, piece.need, piece.account, piece.source,
                                   piece.at ? py::object(py::int_(piece.at->microseconds())) : py::object(py::none()),
                                   piece.quote, piece.weight, piece.source_name));
  }
  return py::make_tuple(self.subject, self.title, self.figure, self.unit, self.total, lines, evidence,
                        self.assumptions);
}
Ledger ledger_from_parts(const py::tuple& s) {
  if (s.size() != 8) throw core::CorruptState("the pickled ledger has another number of parts");
  Ledger ledger;
  ledger.subject = s[0].cast<std::string>();
  ledger.title = s[1].cast<std::string>();
  ledger.figure = s[2].cast<std::string>();
  ledger.unit = s[3].cast<std::string>();
  ledger.total = s[4].cast<double>();
  for (const py::handle state : s[5]) {
    const auto l = state.cast<py::tuple>();
    const int kind = l[0].cast<int>();
    if (kind < 0 || kind > static_cast<int>(core::LedgerLineKind::remainder)) {
      throw core::CorruptState("the pickled ledger has an unknown kind of line");
    }
    ledger.lines.push_back({static_cast<core::LedgerLineKind>(kind), l[1].cast<std::string>(), l[2].cast<std::string>(),
                            l[3].cast<std::string>(), l[4].cast<double>(), l[5].cast<bool>()});
  }
  for (const py::handle state : s[6]) {
    const auto e = state.cast<py::tuple>();
    std::optional<core::Instant> at;
    if (!e[4].is_none()) at = core::Instant::from_microseconds(e[4].cast<std::int64_t>());
    ledger.evidence.push_back({e[0].cast<std::string>(), e[1].cast<std::string>(), e[2].cast<std::string>(),
                               e[3].cast<std::string>(), at, e[5].cast<std::string>(), e[6].cast<double>(),
                               e[7].cast<std::string>()});
  }
  ledger.assumptions = s[7].cast<std::vector<std::string>>();
  return ledger;
}

}  // namespace

void register_explain(py::module_& module) {
  py::class_<Ledger> bound(module, "Ledger", "Lines that add up to a figure, and the evidence behind them.");
  bound.def_readonly("subject", &Ledger::subject);
  bound.def_readonly("title", &Ledger::title);
  bound.def_readonly("figure", &Ledger::figure);
  bound.def_readonly("unit", &Ledger::unit);
  bound.def_readonly("total", &Ledger::total);
  bound.def_readonly("assumptions", &Ledger::assumptions);
  bound.def_property_readonly("sum", &Ledger::sum, "Sum of the lines that count.");
  bound.def_property_readonly("remainder", &Ledger::remainder, "total - sum");
  bound.def("evidence_table", &Ledger::evidence_table,
            "request_id, need_id, account_id, source_id, at, quote, weight.");
  bound.def(
      "to_text",
      [](const Ledger& self, std::size_t lines, std::size_t quotes) { return core::to_text(self, lines, quotes); },
      py::arg("lines") = 12, py::arg("quotes") = 6, "The ledger for people to read.");
  bound.def("__len__", [](const Ledger& self) { return self.lines.size(); });
  add_equality(bound);
  add_table(bound, "line, kind, name, need_id, account_id, amount, counts; the remainder comes last.");
  add_repr(bound, [](const Ledger& self) {
    return "'" + self.subject + "', total " + std::to_string(self.total) + ", " + std::to_string(self.lines.size()) +
           " lines";
  });
  add_pickling(bound, 2, ledger_to_parts, ledger_from_parts);

  module.def(
      "explain",
      [](const scoring::Scores& scores, const py::object& solution_id) {
        const auto id = py::cast<std::string>(py::str(solution_id));
        return without_lock([&] { return explain::explain(scores, id); });
      },
      py::arg("scores"), py::arg("solution_id"), "The stand-alone value of one solution, line by line.");
  module.def(
      "explain",
      [](const roadmap::Plan& plan, const py::object& solution_id) {
        const auto id = py::cast<std::string>(py::str(solution_id));
        return without_lock([&] { return explain::explain(plan, id); });
      },
      py::arg("plan"), py::arg("solution_id"), "What one solution adds to a plan, line by line.");
  module.def(
      "account_contributions",
      [](const scoring::Scores& scores, const py::object& solution_id) {
        const auto id = py::cast<std::string>(py::str(solution_id));
        return without_lock([&] { return explain::account_contributions(scores, id); });
      },
      py::arg("scores"), py::arg("solution_id"), "account_id, heard, amount: every account's part in the value.");
}

}  // namespace outweigh::python
