// What is heard: needs, the requests that are evidence for them, tickets, articles.
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

/// One row a need.
struct Needs {
  static constexpr std::string_view table = "needs";
  static constexpr std::string_view key = "need_id";

  std::size_t rows = 0;
  core::TextField title;
  core::Field<NeedUse> use;
  core::Field<Outcome> outcome;
  core::Field<core::Instant> opened;
  core::Field<NeedIndex> parent;

  /// Names, types and rules of the columns, for everyone who reads or writes the table.
  template <class Self, class Visitor>
  static void columns(Self& self, Visitor&& visit) {
    visit("title", self.title, required);
    visit("use", self.use, optional);
    visit("outcome", self.outcome, optional);
    visit("opened", self.opened, optional);
    visit("parent_need_id", self.parent, optional);
  }
};

/// One row a request: evidence for a need, never a unit of value.
struct Requests {
  static constexpr std::string_view table = "requests";
  static constexpr std::string_view key = "request_id";

  std::size_t rows = 0;
  core::Field<AccountIndex> account;
  core::Field<SourceIndex> source;
  core::Field<core::Instant> at;
  core::Field<InteractionIndex> interaction;
  core::Field<TicketIndex> ticket;
  core::Field<NeedIndex> need;
  core::Field<SolutionIndex> solution;
  core::Field<CustomerIndex> customer;
  core::Field<RequestBasis> basis;
  core::Field<std::uint8_t> confirmed;
  core::TextField title;
  core::TextField text;
  core::TextField quote;
  core::Field<RequestKind> kind;
  core::Field<double> urgency;
  core::Field<core::Instant> deadline;
  core::Field<double> claimed_breadth;
  core::Field<std::uint8_t> could_self_serve;
  core::Field<std::uint8_t> could_partner;
  core::Field<RequestIndex> repeats;

  /// Names, types and rules of the columns, for everyone who reads or writes the table.
  template <class Self, class Visitor>
  static void columns(Self& self, Visitor&& visit) {
    visit("account_id", self.account, required);
    visit("source_id", self.source, required);
    visit("at", self.at, required);
    visit("interaction_id", self.interaction, optional);
    visit("ticket_id", self.ticket, optional);
    visit("need_id", self.need, optional);
    visit("solution_id", self.solution, optional);
    visit("customer_id", self.customer, optional);
    visit("basis", self.basis, optional);
    visit("confirmed", self.confirmed, optional);
    visit("title", self.title, optional);
    visit("text", self.text, optional);
    visit("quote", self.quote, optional);
    visit("kind", self.kind, optional);
    visit("urgency", self.urgency, between(1, 5));
    visit("deadline", self.deadline, optional);
    visit("claimed_breadth", self.claimed_breadth, not_negative);
    visit("could_self_serve", self.could_self_serve, optional);
    visit("could_partner", self.could_partner, optional);
    visit("repeats", self.repeats, optional);
  }
};

/// One row a support ticket.
struct Tickets {
  static constexpr std::string_view table = "tickets";
  static constexpr std::string_view key = "ticket_id";

  std::size_t rows = 0;
  core::Field<AccountIndex> account;
  core::Field<core::Instant> opened;
  core::Field<SourceIndex> source;
  core::Field<InteractionIndex> interaction;
  core::Field<CustomerIndex> customer;
  core::Field<NeedIndex> need;
  core::TextField kind;
  core::TextField product;
  core::TextField team;
  core::Field<core::Instant> first_response;
  core::Field<core::Instant> resolved;
  core::Field<core::Instant> due;
  core::Field<double> reopened;
  core::Field<double> reassigned;
  core::Field<double> severity;
  core::Field<double> minutes;
  core::Field<Blocks> blocks;
  core::TextField article;
  core::Field<std::uint8_t> workaround;
  core::Field<std::uint8_t> showstopper;

  /// Names, types and rules of the columns, for everyone who reads or writes the table.
  template <class Self, class Visitor>
  static void columns(Self& self, Visitor&& visit) {
    visit("account_id", self.account, required);
    visit("opened", self.opened, required);
    visit("source_id", self.source, optional);
    visit("interaction_id", self.interaction, optional);
    visit("customer_id", self.customer, optional);
    visit("need_id", self.need, optional);
    visit("kind", self.kind, optional);
    visit("product", self.product, label);
    visit("team", self.team, label);
    visit("first_response", self.first_response, optional);
    visit("resolved", self.resolved, optional);
    visit("due", self.due, optional);
    visit("reopened", self.reopened, not_negative);
    visit("reassigned", self.reassigned, not_negative);
    visit("severity", self.severity, between(1, 5));
    visit("minutes", self.minutes, not_negative);
    visit("blocks", self.blocks, optional);
    visit("article", self.article, label);
    visit("workaround", self.workaround, optional);
    visit("showstopper", self.showstopper, optional);
  }
};

/// How often help articles were read.
struct Articles {
  static constexpr std::string_view table = "articles";

  std::size_t rows = 0;
  core::TextField article;
  core::Field<core::Instant> at;
  core::Field<double> reads;

  /// Names, types and rules of the columns, for everyone who reads or writes the table.
  template <class Self, class Visitor>
  static void columns(Self& self, Visitor&& visit) {
    visit("article", self.article, required | label);
    visit("at", self.at, required);
    visit("reads", self.reads, required | not_negative);
  }
};

}  // namespace outweigh::inline OUTWEIGH_ABI::graph
