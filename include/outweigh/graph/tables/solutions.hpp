// What could be built: solutions, their effort, what they cover and depend on, what was promised.
#pragma once

#include <cstddef>
#include <string_view>

#include <outweigh/core/field.hpp>
#include <outweigh/core/instant.hpp>
#include <outweigh/core/text_field.hpp>
#include <outweigh/graph/column_rule.hpp>
#include <outweigh/graph/node_kind.hpp>
#include <outweigh/graph/vocabulary.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

/// One row a solution.
struct Solutions {
  static constexpr std::string_view table = "solutions";
  static constexpr std::string_view key = "solution_id";

  std::size_t rows = 0;
  core::TextField title;
  core::Field<double> effort;
  core::TextField team;
  core::Field<double> risk;
  core::Field<Outcome> outcome;
  core::Field<SolutionStatus> status;
  core::Field<core::Instant> shipped;

  /// Names, types and rules of the columns, for everyone who reads or writes the table.
  template <class Self, class Visitor>
  static void columns(Self& self, Visitor&& visit) {
    visit("title", self.title, required);
    visit("effort", self.effort, not_negative);
    visit("team", self.team, label);
    visit("risk", self.risk, between(0, 1));
    visit("outcome", self.outcome, optional);
    visit("status", self.status, optional);
    visit("shipped", self.shipped, optional);
  }
};

/// Effort by resource.
struct Efforts {
  static constexpr std::string_view table = "efforts";

  std::size_t rows = 0;
  core::Field<SolutionIndex> solution;
  core::TextField resource;
  core::Field<double> amount;
  core::Field<double> low;
  core::Field<double> high;

  /// Names, types and rules of the columns, for everyone who reads or writes the table.
  template <class Self, class Visitor>
  static void columns(Self& self, Visitor&& visit) {
    visit("solution_id", self.solution, required);
    visit("resource", self.resource, required | label);
    visit("amount", self.amount, required | not_negative);
    visit("low", self.low, not_negative);
    visit("high", self.high, not_negative);
  }
};

/// Capacity by resource and period.
struct Capacities {
  static constexpr std::string_view table = "capacities";

  std::size_t rows = 0;
  core::TextField resource;
  core::TextField period;
  core::Field<double> amount;

  /// Names, types and rules of the columns, for everyone who reads or writes the table.
  template <class Self, class Visitor>
  static void columns(Self& self, Visitor&& visit) {
    visit("resource", self.resource, required | label);
    visit("period", self.period, required | label);
    visit("amount", self.amount, required | not_negative);
  }
};

/// Which needs a solution meets, and what share of each.
struct Covers {
  static constexpr std::string_view table = "covers";

  std::size_t rows = 0;
  core::Field<SolutionIndex> solution;
  core::Field<NeedIndex> need;
  core::Field<double> share;

  /// Names, types and rules of the columns, for everyone who reads or writes the table.
  template <class Self, class Visitor>
  static void columns(Self& self, Visitor&& visit) {
    visit("solution_id", self.solution, required);
    visit("need_id", self.need, required);
    visit("share", self.share, between(0, 1));
  }
};

/// What a solution needs, excludes, or goes together with.
struct Dependencies {
  static constexpr std::string_view table = "dependencies";

  std::size_t rows = 0;
  core::Field<SolutionIndex> solution;
  core::Field<SolutionIndex> on;
  core::Field<DependencyKind> kind;
  core::Field<double> amount;

  /// Names, types and rules of the columns, for everyone who reads or writes the table.
  template <class Self, class Visitor>
  static void columns(Self& self, Visitor&& visit) {
    visit("solution_id", self.solution, required);
    visit("on", self.on, required);
    visit("kind", self.kind, required);
    visit("amount", self.amount, optional);
  }
};

/// What was promised to whom.
struct Commitments {
  static constexpr std::string_view table = "commitments";

  std::size_t rows = 0;
  core::Field<AccountIndex> account;
  core::Field<SolutionIndex> solution;
  core::Field<core::Instant> due;

  /// Names, types and rules of the columns, for everyone who reads or writes the table.
  template <class Self, class Visitor>
  static void columns(Self& self, Visitor&& visit) {
    visit("account_id", self.account, required);
    visit("solution_id", self.solution, required);
    visit("due", self.due, optional);
  }
};

}  // namespace outweigh::inline OUTWEIGH_ABI::graph
