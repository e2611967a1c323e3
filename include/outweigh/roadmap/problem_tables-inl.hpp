#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include <outweigh/core/read_column.hpp>
#include <outweigh/graph/detail/nearest_name.hpp>
#include <outweigh/roadmap/detail/id_positions.hpp>
#include <outweigh/roadmap/displacement.hpp>
#include <outweigh/roadmap/problem_tables.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap {

namespace detail {

class ProblemColumns {
 public:
  ProblemColumns(const core::Table& table, std::string_view name) : table_(&table), name_(name) {}

  [[nodiscard]] std::size_t rows() const { return table_->rows(); }

  [[nodiscard]] std::vector<std::string> ids(std::string_view column) const {
    const core::Column& values = needed(column);
    const auto type = values.type();
    if (type != core::ColumnType::string && type != core::ColumnType::int64 && values.null_count() != values.size()) {
      throw core::TypeMismatch("ids are text or whole numbers, not " + values.type_name(), place(column));
    }
    std::vector<std::string> ids;
    ids.reserve(values.size());
    for (std::size_t row = 0; row < values.size(); ++row) {
      if (values.is_null(row)) unknown(column, row);
      ids.push_back(values.text(row));
    }
    return ids;
  }

  // `otherwise` where there is no such column; `unknown_one` for a cell that is unknown, which is refused without it.
  [[nodiscard]] std::vector<double> numbers(std::string_view column, std::optional<double> otherwise = {},
                                            std::optional<double> unknown_one = {}) const {
    if (otherwise && !given(column)) return std::vector<double>(rows(), *otherwise);
    const core::Field<double> field = core::read_float64s(needed(column), place(column));
    std::vector<double> numbers;
    numbers.reserve(field.size());
    for (std::size_t row = 0; row < field.size(); ++row) {
      if (!field.has(row) && !unknown_one) unknown(column, row);
      numbers.push_back(field.has(row) ? field[row] : *unknown_one);
    }
    return numbers;
  }

  // Is there a column that may be left out? One of nearly that name is taken for it, misspelt, and refused.
  [[nodiscard]] bool given(std::string_view column) const {
    if (table_->has(column)) return true;
    const std::array<std::string_view, 1> known{column};
    for (const std::string& name : table_->names()) {
      if (!graph::detail::nearest_name(name, known).empty()) {
        throw core::InvalidInput("a column is unknown (did you mean '" + std::string(column) + "'?)", place(name));
      }
    }
    return false;
  }

  [[nodiscard]] core::Place place(std::string_view column, std::optional<std::size_t> row = {},
                                  std::string value = {}) const {
    return {.table = std::string(name_), .column = std::string(column), .row = row, .value = std::move(value)};
  }

 private:
  [[nodiscard]] const core::Column& needed(std::string_view column) const {
    const core::Column* found = table_->find(column);
    if (found == nullptr) throw core::MissingInput("a column is missing", place(column));
    return *found;
  }
  [[noreturn]] void unknown(std::string_view column, std::size_t row) const {
    throw core::InvalidInput("a value is unknown that has to be known", place(column, row));
  }

  const core::Table* table_;
  std::string_view name_;
};

}  // namespace detail

OUTWEIGH_INLINE RoadmapProblem problem_from_tables(const ProblemTables& tables) {
  RoadmapBuilder builder;
  builder.set_overlap(tables.overlap);
  std::unordered_map<std::string, std::uint32_t> position;  // of solutions
  {
    const detail::ProblemColumns solutions(tables.solutions, "solutions");
    auto ids = solutions.ids("solution_id");
    position = detail::positions(ids, "solutions", "solution_id");
    std::vector<double> efforts;
    if (tables.efforts.rows() != 0) {
      const detail::ProblemColumns amounts(tables.efforts, "efforts");
      const auto of = amounts.ids("solution_id");
      const auto resource = amounts.ids("resource");
      const auto amount = amounts.numbers("amount");
      std::vector<double> sums(ids.size(), 0.0);
      for (std::size_t row = 0; row < of.size(); ++row) {
        builder.add_effort(of[row], resource[row], amount[row]);
        const std::uint32_t at = detail::look_up(position, of[row], "efforts", "solution_id", row);
        if (std::isfinite(amount[row]) && amount[row] >= 0.0) sums[at] += amount[row];  // the builder refuses others
      }
      if (!solutions.given("effort")) efforts = std::move(sums);
    }
    if (tables.efforts.rows() == 0 || tables.solutions.has("effort")) efforts = solutions.numbers("effort");
    const auto values = solutions.numbers("value", 0.0);
    for (std::size_t row = 0; row < ids.size(); ++row)
      builder.add_solution(std::move(ids[row]), efforts[row], values[row]);
  }
  if (tables.customers.columns() != 0) {
    const detail::ProblemColumns customers(tables.customers, "customers");
    auto ids = customers.ids("customer_id");
    const auto values = customers.numbers("value");
    const auto place = detail::positions(ids, "customers", "customer_id");
    std::vector<std::vector<std::string>> wanted(ids.size());
    if (tables.requests.columns() != 0) {
      const detail::ProblemColumns requests(tables.requests, "requests");
      const auto who = requests.ids("customer_id");
      auto what = requests.ids("solution_id");
      for (std::size_t row = 0; row < who.size(); ++row) {
        (void)detail::look_up(position, what[row], "requests", "solution_id", row);
        wanted[detail::look_up(place, who[row], "requests", "customer_id", row)].push_back(std::move(what[row]));
      }
    }
    for (std::size_t row = 0; row < ids.size(); ++row) {
      builder.add_customer(std::move(ids[row]), values[row], std::move(wanted[row]));
    }
  } else if (tables.requests.columns() != 0) {
    throw core::MissingInput("requests need a table of customers", {.table = "customers"});
  }
  if (tables.needs.columns() != 0) {
    const detail::ProblemColumns needs(tables.needs, "needs");
    auto ids = needs.ids("need_id");
    const auto values = needs.numbers("value");
    for (std::size_t row = 0; row < ids.size(); ++row) builder.add_need(std::move(ids[row]), values[row]);
  }
  if (tables.covers.columns() != 0) {
    const detail::ProblemColumns covers(tables.covers, "covers");
    auto solutions = covers.ids("solution_id");
    auto needs = covers.ids("need_id");
    const auto shares = covers.numbers("share", 1.0, 1.0);
    std::vector<std::size_t> order(shares.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto pair = [&](std::size_t row) { return std::tie(needs[row], solutions[row]); };
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return pair(a) < pair(b); });
    const auto twice = std::adjacent_find(order.begin(), order.end(),
                                          [&](std::size_t a, std::size_t b) { return pair(a) == pair(b); });
    if (twice != order.end()) {
      throw core::InvalidInput("a solution covers a need once",
                               {.table = "covers", .column = "need_id", .row = twice[1], .value = needs[twice[1]]});
    }
    for (std::size_t row = 0; row < shares.size(); ++row) {
      builder.add_cover(std::move(solutions[row]), std::move(needs[row]), shares[row]);
    }
  }
  if (tables.dependencies.columns() != 0) {
    const detail::ProblemColumns dependencies(tables.dependencies, "dependencies");
    const auto solutions = dependencies.ids("solution_id");
    const auto on = dependencies.ids("on");
    const auto kinds = dependencies.ids("kind");
    for (std::size_t row = 0; row < kinds.size(); ++row) {
      if (kinds[row] == "requires") {
        builder.add_requires(solutions[row], on[row]);
      } else if (kinds[row] == "excludes") {
        builder.add_excludes(solutions[row], on[row]);
      } else if (kinds[row] == "together") {
        builder.add_together(solutions[row], on[row]);
      } else {
        throw core::InvalidInput("the kind of a dependency must be requires, excludes or together",
                                 dependencies.place("kind", row, kinds[row]));
      }
    }
  }
  return builder.build();
}

OUTWEIGH_INLINE ProblemTables tables_of(const RoadmapProblem& problem) {
  using core::Column;
  const auto texts = [](const std::vector<std::string>& values) {
    return Column::strings(std::span<const std::string>(values));
  };
  const auto numbers = [](std::span<const double> values) {
    return Column::float64s(std::vector<double>(values.begin(), values.end()));
  };
  const auto ids = problem.solution_ids();
  ProblemTables tables;
  tables.overlap = problem.overlap();
  tables.solutions.add("solution_id", Column::strings(ids));
  tables.solutions.add("effort", numbers(problem.efforts()));
  tables.solutions.add("value", numbers(problem.values()));
  std::vector<std::string> first, second, kind;
  if (!problem.resources().empty()) {
    // each pair, so that a resource nobody takes stays, and each solution has a row
    std::vector<double> amounts;
    for (std::size_t r = 0; r < problem.resources().size(); ++r) {
      for (std::size_t s = 0; s < ids.size(); ++s) {
        first.push_back(ids[s]);
        second.push_back(problem.resources()[r]);
        amounts.push_back(problem.resource_efforts(r)[s]);
      }
    }
    tables.efforts.add("solution_id", texts(first));
    tables.efforts.add("resource", texts(second));
    tables.efforts.add("amount", Column::float64s(std::move(amounts)));
    first.clear();
    second.clear();
  }
  if (problem.customer_count() > 0) {
    tables.customers.add("customer_id", Column::strings(problem.customer_ids()));
    tables.customers.add("value", numbers(problem.customer_values()));
    for (std::size_t c = 0; c < problem.customer_count(); ++c) {
      for (const std::uint32_t s : problem.requests(c)) {
        first.push_back(problem.customer_ids()[c]);
        second.push_back(ids[s]);
      }
    }
    tables.requests.add("customer_id", texts(first));
    tables.requests.add("solution_id", texts(second));
  }
  if (problem.need_count() > 0) {
    tables.needs.add("need_id", Column::strings(problem.need_ids()));
    tables.needs.add("value", numbers(problem.need_values()));
    first.clear();
    second.clear();
    std::vector<double> shares;
    for (std::size_t n = 0; n < problem.need_count(); ++n) {
      for (const Cover& cover : problem.covers(n)) {
        first.push_back(ids[cover.solution]);
        second.push_back(problem.need_ids()[n]);
        shares.push_back(cover.share);
      }
    }
    tables.covers.add("solution_id", texts(first));
    tables.covers.add("need_id", texts(second));
    tables.covers.add("share", Column::float64s(std::move(shares)));
  }
  first.clear();
  second.clear();
  const auto depend = [&](std::size_t s, std::size_t on, const char* word) {
    first.push_back(ids[s]);
    second.push_back(ids[on]);
    kind.emplace_back(word);
  };
  for (std::size_t s = 0; s < problem.solution_count(); ++s) {
    for (const std::uint32_t on : problem.required_by(s)) depend(s, on, "requires");
    if (problem.together()[s] != s) depend(s, problem.together()[s], "together");
  }
  for (const ExcludedPair& pair : problem.excluded()) depend(pair.first, pair.second, "excludes");
  if (!kind.empty()) {
    tables.dependencies.add("solution_id", texts(first));
    tables.dependencies.add("on", texts(second));
    tables.dependencies.add("kind", texts(kind));
  }
  return tables;
}

OUTWEIGH_INLINE core::Table selection_table(const RoadmapProblem& problem, const Selection& selection) {
  const std::vector<double> added = added_values(problem, selection);
  std::vector<std::uint8_t> chosen(problem.solution_count(), 0);
  std::vector<double> adds(problem.solution_count(), 0.0);
  for (std::size_t k = 0; k < added.size(); ++k) {
    chosen[selection.solutions[k]] = 1;
    adds[selection.solutions[k]] = added[k];
  }
  core::Table table;
  table.add("solution_id", core::Column::strings(problem.solution_ids()));
  table.add("chosen", core::Column::booleans(chosen));
  table.add("effort", core::Column::float64s({problem.efforts().begin(), problem.efforts().end()}));
  table.add("value", core::Column::float64s({problem.values().begin(), problem.values().end()}));
  table.add("adds", core::Column::float64s(std::move(adds), chosen));
  return table;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap
