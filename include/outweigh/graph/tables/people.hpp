// Who is there: accounts, the segments they belong to, their people, and what they use the product for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <outweigh/core/field.hpp>
#include <outweigh/core/instant.hpp>
#include <outweigh/core/money.hpp>
#include <outweigh/core/text_field.hpp>
#include <outweigh/graph/column_rule.hpp>
#include <outweigh/graph/node_kind.hpp>
#include <outweigh/graph/vocabulary.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

/// One row an account.
struct Accounts {
  static constexpr std::string_view table = "accounts";
  static constexpr std::string_view key = "account_id";

  std::size_t rows = 0;
  core::TextField name;
  core::Field<AccountIndex> parent;
  core::Field<AccountKind> kind;
  core::Field<core::Money> arr;
  core::Field<core::Instant> started;
  core::Field<core::Instant> ended;
  core::Field<double> sentiment;
  core::Field<std::uint8_t> lighthouse;

  /// Names, types and rules of the columns, for everyone who reads or writes the table.
  template <class Self, class Visitor>
  static void columns(Self& self, Visitor&& visit) {
    visit("name", self.name, optional);
    visit("parent_account_id", self.parent, optional);
    visit("kind", self.kind, optional);
    visit("arr", self.arr, not_negative);
    visit("started", self.started, optional);
    visit("ended", self.ended, optional);
    visit("sentiment", self.sentiment, between(-1, 1));
    visit("lighthouse", self.lighthouse, optional);
  }
};

/// One row a membership of an account in a segment; a segment may have many rows and segments may overlap.
struct Segments {
  static constexpr std::string_view table = "segments";

  std::size_t rows = 0;
  core::Field<SegmentIndex> segment;
  core::Field<AccountIndex> account;
  core::Field<SegmentIndex> parent;

  /// Names, types and rules of the columns, for everyone who reads or writes the table.
  template <class Self, class Visitor>
  static void columns(Self& self, Visitor&& visit) {
    visit("segment_id", self.segment, required);
    visit("account_id", self.account, required);
    visit("parent_segment_id", self.parent, optional);
  }
};

/// One row a person.
struct Customers {
  static constexpr std::string_view table = "customers";
  static constexpr std::string_view key = "customer_id";

  std::size_t rows = 0;
  core::Field<AccountIndex> account;
  core::TextField role;
  core::Field<Party> party;
  core::Field<core::Instant> joined;

  /// Names, types and rules of the columns, for everyone who reads or writes the table.
  template <class Self, class Visitor>
  static void columns(Self& self, Visitor&& visit) {
    visit("account_id", self.account, required);
    visit("role", self.role, optional);
    visit("party", self.party, optional);
    visit("joined", self.joined, optional);
  }
};

/// What an account uses the product for.
struct Uses {
  static constexpr std::string_view table = "uses";

  std::size_t rows = 0;
  core::Field<AccountIndex> account;
  core::TextField use;

  /// Names, types and rules of the columns, for everyone who reads or writes the table.
  template <class Self, class Visitor>
  static void columns(Self& self, Visitor&& visit) {
    visit("account_id", self.account, required);
    visit("use", self.use, required | label);
  }
};

/// Known margins where the base is not listed account by account.
struct Population {
  static constexpr std::string_view table = "population";

  std::size_t rows = 0;
  core::TextField dimension;
  core::TextField level;
  core::Field<double> total;
  core::Field<core::Instant> at;

  /// Names, types and rules of the columns, for everyone who reads or writes the table.
  template <class Self, class Visitor>
  static void columns(Self& self, Visitor&& visit) {
    visit("dimension", self.dimension, required | label);
    visit("level", self.level, required | label);
    visit("total", self.total, required | not_negative);
    visit("at", self.at, optional);
  }
};

}  // namespace outweigh::inline OUTWEIGH_ABI::graph
