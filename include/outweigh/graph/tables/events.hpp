// What accounts did: the event log of their journey.
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

/// One row an activity.
struct Events {
  static constexpr std::string_view table = "events";

  std::size_t rows = 0;
  core::Field<AccountIndex> account;
  core::Field<core::Instant> at;
  core::TextField activity;
  core::Field<Stage> stage;
  core::TextField function;
  core::TextField case_id;
  core::Field<CustomerIndex> customer;
  core::Field<double> value;

  /// Names, types and rules of the columns, for everyone who reads or writes the table.
  template <class Self, class Visitor>
  static void columns(Self& self, Visitor&& visit) {
    visit("account_id", self.account, required);
    visit("at", self.at, required);
    visit("activity", self.activity, required);
    visit("stage", self.stage, optional);
    visit("function", self.function, label);
    visit("case_id", self.case_id, label);
    visit("customer_id", self.customer, optional);
    visit("value", self.value, optional);
  }
};

}  // namespace outweigh::inline OUTWEIGH_ABI::graph
