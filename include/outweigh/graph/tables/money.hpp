// What comes in and goes out: deals, revenue, costs.
#pragma once

#include <cstddef>
#include <string_view>

#include <outweigh/core/field.hpp>
#include <outweigh/core/instant.hpp>
#include <outweigh/core/money.hpp>
#include <outweigh/core/text_field.hpp>
#include <outweigh/graph/column_rule.hpp>
#include <outweigh/graph/node_kind.hpp>
#include <outweigh/graph/vocabulary.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

/// One row a deal.
struct Deals {
  static constexpr std::string_view table = "deals";

  std::size_t rows = 0;
  core::TextField deal;
  core::Field<AccountIndex> account;
  core::Field<core::Instant> opened;
  core::Field<core::Instant> closed;
  core::Field<DealOutcome> outcome;
  core::Field<core::Money> amount;
  core::Field<NeedIndex> need;
  core::Field<core::Money> custom_work_price;
  core::Field<core::Money> custom_work_cost;

  /// Names, types and rules of the columns, for everyone who reads or writes the table.
  template <class Self, class Visitor>
  static void columns(Self& self, Visitor&& visit) {
    visit("deal_id", self.deal, required | label);
    visit("account_id", self.account, required);
    visit("opened", self.opened, required);
    visit("closed", self.closed, optional);
    visit("outcome", self.outcome, optional);
    visit("amount", self.amount, optional);
    visit("need_id", self.need, optional);
    visit("custom_work_price", self.custom_work_price, optional);
    visit("custom_work_cost", self.custom_work_cost, optional);
  }
};

/// Money received.
struct Revenue {
  static constexpr std::string_view table = "revenue";

  std::size_t rows = 0;
  core::Field<AccountIndex> account;
  core::Field<core::Instant> at;
  core::Field<core::Money> amount;
  core::Field<RevenueKind> kind;

  /// Names, types and rules of the columns, for everyone who reads or writes the table.
  template <class Self, class Visitor>
  static void columns(Self& self, Visitor&& visit) {
    visit("account_id", self.account, required);
    visit("at", self.at, required);
    visit("amount", self.amount, required);
    visit("kind", self.kind, optional);
  }
};

/// Money spent on an account.
struct Costs {
  static constexpr std::string_view table = "costs";

  std::size_t rows = 0;
  core::Field<AccountIndex> account;
  core::Field<core::Instant> at;
  core::Field<core::Money> amount;
  core::Field<CostFunction> function;

  /// Names, types and rules of the columns, for everyone who reads or writes the table.
  template <class Self, class Visitor>
  static void columns(Self& self, Visitor&& visit) {
    visit("account_id", self.account, required);
    visit("at", self.at, required);
    visit("amount", self.amount, required);
    visit("function", self.function, optional);
  }
};

}  // namespace outweigh::inline OUTWEIGH_ABI::graph
