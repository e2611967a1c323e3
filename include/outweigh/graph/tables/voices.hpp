// Through whom a company hears: sources, whom they serve, what was said and asked when, surveys.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <outweigh/core/field.hpp>
#include <outweigh/core/instant.hpp>
#include <outweigh/core/text_field.hpp>
#include <outweigh/graph/column_rule.hpp>
#include <outweigh/graph/node_kind.hpp>
#include <outweigh/graph/vocabulary.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

/// One row a channel or a person that brings requests.
struct Sources {
  static constexpr std::string_view table = "sources";
  static constexpr std::string_view key = "source_id";

  std::size_t rows = 0;
  core::TextField name;
  core::Field<SourceKind> kind;
  core::TextField owner;

  /// Names, types and rules of the columns, for everyone who reads or writes the table.
  template <class Self, class Visitor>
  static void columns(Self& self, Visitor&& visit) {
    visit("name", self.name, optional);
    visit("kind", self.kind, required);
    visit("owner", self.owner, optional);
  }
};

/// Whom a source serves, and when.
struct Coverage {
  static constexpr std::string_view table = "coverage";

  std::size_t rows = 0;
  core::Field<SourceIndex> source;
  core::Field<AccountIndex> account;
  core::Field<core::Instant> since;
  core::Field<core::Instant> until;

  /// Names, types and rules of the columns, for everyone who reads or writes the table.
  template <class Self, class Visitor>
  static void columns(Self& self, Visitor&& visit) {
    visit("source_id", self.source, required);
    visit("account_id", self.account, required);
    visit("since", self.since, optional);
    visit("until", self.until, optional);
  }
};

/// One row a contact with an account.
struct Interactions {
  static constexpr std::string_view table = "interactions";
  static constexpr std::string_view key = "interaction_id";

  std::size_t rows = 0;
  core::Field<SourceIndex> source;
  core::Field<AccountIndex> account;
  core::Field<core::Instant> at;
  core::Field<CustomerIndex> customer;
  core::Field<Purpose> purpose;
  core::Field<Side> initiated_by;
  core::Field<InteractionIndex> triggered_by;
  core::Field<double> minutes;
  core::Field<double> customer_talk_share;
  core::Field<double> sentiment;
  core::Field<std::uint8_t> notes_complete;

  /// Names, types and rules of the columns, for everyone who reads or writes the table.
  template <class Self, class Visitor>
  static void columns(Self& self, Visitor&& visit) {
    visit("source_id", self.source, required);
    visit("account_id", self.account, required);
    visit("at", self.at, required);
    visit("customer_id", self.customer, optional);
    visit("purpose", self.purpose, optional);
    visit("initiated_by", self.initiated_by, optional);
    visit("triggered_by", self.triggered_by, optional);
    visit("minutes", self.minutes, not_negative);
    visit("customer_talk_share", self.customer_talk_share, between(0, 1));
    visit("sentiment", self.sentiment, between(-1, 1));
    visit("notes_complete", self.notes_complete, optional);
  }
};

/// What was asked outright: the only place where a "no" is known.
struct Asked {
  static constexpr std::string_view table = "asked";

  std::size_t rows = 0;
  core::Field<InteractionIndex> interaction;
  core::Field<NeedIndex> need;
  core::Field<Answer> answer;

  /// Names, types and rules of the columns, for everyone who reads or writes the table.
  template <class Self, class Visitor>
  static void columns(Self& self, Visitor&& visit) {
    visit("interaction_id", self.interaction, required);
    visit("need_id", self.need, required);
    visit("answer", self.answer, required);
  }
};

/// Answers to surveys (NPS, satisfaction, Kano).
struct Surveys {
  static constexpr std::string_view table = "surveys";

  std::size_t rows = 0;
  core::Field<AccountIndex> account;
  core::Field<core::Instant> at;
  core::TextField question;
  core::Field<double> score;
  core::Field<CustomerIndex> customer;

  /// Names, types and rules of the columns, for everyone who reads or writes the table.
  template <class Self, class Visitor>
  static void columns(Self& self, Visitor&& visit) {
    visit("account_id", self.account, required);
    visit("at", self.at, required);
    visit("question", self.question, required | label);
    visit("score", self.score, required);
    visit("customer_id", self.customer, optional);
  }
};

}  // namespace outweigh::inline OUTWEIGH_ABI::graph
