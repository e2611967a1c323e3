// What the simulated accounts said, as tables.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <outweigh/core/table.hpp>
#include <outweigh/lab/detail/cells.hpp>
#include <outweigh/lab/detail/voices.hpp>

namespace outweigh::inline OUTWEIGH_ABI::lab::detail {

inline core::Table interactions_table(const Population& population, const std::vector<Voices>& blocks,
                                      const BlockOffsets& offsets, const SimulatedIds& ids) {
  std::vector<std::int64_t> source;
  std::vector<std::int64_t> account;
  std::vector<std::int64_t> customer;
  std::vector<std::int64_t> trigger;
  Cells<core::Instant> at;
  WordCells purpose;
  WordCells side;
  Cells<double> minutes;
  Cells<double> talk;
  Cells<double> sentiment;
  Cells<std::uint8_t> notes;
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    for (const SimulatedInteraction& row : blocks[b].interactions) {
      source.push_back(row.source);
      account.push_back(row.account);
      customer.push_back(shifted(row.person, as_row(population.first_customer[row.account])));
      trigger.push_back(shifted(row.triggered_by, offsets.interactions[b]));
      at.add(row.at);
      purpose.add(row.purpose);
      side.add(row.side);
      minutes.add(row.minutes);
      talk.add(row.talk_share);
      sentiment.add(row.sentiment);
      notes.add(row.notes_complete ? 1 : 0);
    }
  }
  core::Table table;
  table.add("interaction_id", ids.interaction.column(source.size()));
  table.add("source_id", ids.source.column(source));
  table.add("account_id", ids.account.column(account));
  table.add("at", column(std::move(at)));
  table.add("customer_id", ids.customer.column(customer));
  table.add("purpose", words_column<graph::Purpose>(std::move(purpose)));
  table.add("initiated_by", words_column<graph::Side>(std::move(side)));
  table.add("triggered_by", ids.interaction.column(trigger));
  table.add("minutes", column(std::move(minutes)));
  table.add("customer_talk_share", column(std::move(talk)));
  table.add("sentiment", column(std::move(sentiment)));
  table.add("notes_complete", column(std::move(notes)));
  return table;
}

inline core::Table asked_table(const std::vector<Voices>& blocks, const BlockOffsets& offsets,
                               const SimulatedIds& ids) {
  std::vector<std::int64_t> interaction;
  std::vector<std::int64_t> need;
  WordCells answer;
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    for (const SimulatedAnswer& row : blocks[b].asked) {
      interaction.push_back(shifted(row.interaction, offsets.interactions[b]));
      need.push_back(row.need);
      answer.add(row.answer);
    }
  }
  core::Table table;
  table.add("interaction_id", ids.interaction.column(interaction));
  table.add("need_id", ids.need.column(need));
  table.add("answer", words_column<graph::Answer>(std::move(answer)));
  return table;
}

inline core::Table needs_table(const World& world, const SimulatedIds& ids) {
  Cells<std::string> title;
  WordCells use;
  WordCells outcome;
  Cells<core::Instant> opened;
  for (const SimulatedNeed& need : world.needs) {
    title.add(need.title);
    use.add(need.adjacent >= 0 ? graph::NeedUse::adjacent : graph::NeedUse::target);
    outcome.add(need.outcome);
    opened.add(need.opened);
  }
  core::Table table;
  table.add("need_id", ids.need.column(world.needs.size()));
  table.add("title", column(std::move(title)));
  table.add("use", words_column<graph::NeedUse>(std::move(use)));
  table.add("outcome", words_column<Outcome>(std::move(outcome)));
  table.add("opened", column(std::move(opened)));
  return table;
}

inline core::Table requests_table(const World& world, const Population& population, const std::vector<Voices>& blocks,
                                  const BlockOffsets& offsets, const SimulatedIds& ids) {
  std::vector<std::int64_t> account;
  std::vector<std::int64_t> source;
  Cells<core::Instant> at;
  std::vector<std::int64_t> interaction;
  std::vector<std::int64_t> ticket;
  std::vector<std::int64_t> need;
  std::vector<std::int64_t> solution;
  std::vector<std::int64_t> customer;
  WordCells basis;
  Cells<std::uint8_t> confirmed;
  Cells<std::string_view> title;
  Cells<std::string> quote;
  WordCells kind;
  Cells<double> urgency;
  Cells<core::Instant> deadline;
  Cells<double> breadth;
  Cells<std::uint8_t> self_serve;
  Cells<std::uint8_t> partner;
  std::vector<std::int64_t> repeats;
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    for (const SimulatedRequest& row : blocks[b].requests) {
      const SimulatedNeed& wanted = world.needs[row.need];
      account.push_back(row.account);
      source.push_back(row.source);
      at.add(row.at);
      interaction.push_back(shifted(row.interaction, offsets.interactions[b]));
      ticket.push_back(shifted(row.ticket, offsets.tickets[b]));
      need.push_back(row.labelled ? as_row(row.need) : no_row);
      solution.push_back(row.names_solution ? wanted.own_solution : no_row);
      customer.push_back(shifted(row.person, as_row(population.first_customer[row.account])));
      basis.add(row.basis);
      confirmed.add_if(row.confirmed >= 0, row.confirmed > 0 ? 1 : 0);
      title.add(wanted.title);
      quote.add_if(row.quoted, row.quoted ? std::string(quote_beginnings[row.sentence]) + std::string(wanted.pain) + "."
                                          : std::string());
      kind.add(wanted.hurts ? graph::RequestKind::defect : graph::RequestKind::feature);
      urgency.add_if(row.urgency > 0, row.urgency);
      deadline.add_if(row.deadline != core::Instant{}, row.deadline);
      breadth.add_if(row.claimed_breadth > 0.0, row.claimed_breadth);
      self_serve.add_if(row.self_serve >= 0, row.self_serve > 0 ? 1 : 0);
      partner.add_if(row.partner >= 0, row.partner > 0 ? 1 : 0);
      repeats.push_back(shifted(row.repeats, offsets.requests[b]));
    }
  }
  core::Table table;
  table.add("request_id", ids.request.column(account.size()));
  table.add("account_id", ids.account.column(account));
  table.add("source_id", ids.source.column(source));
  table.add("at", column(std::move(at)));
  table.add("interaction_id", ids.interaction.column(interaction));
  table.add("ticket_id", ids.ticket.column(ticket));
  table.add("need_id", ids.need.column(need));
  table.add("solution_id", ids.solution.column(solution));
  table.add("customer_id", ids.customer.column(customer));
  table.add("basis", words_column<graph::RequestBasis>(std::move(basis)));
  table.add("confirmed", column(std::move(confirmed)));
  table.add("title", column(std::move(title)));
  table.add("quote", column(std::move(quote)));
  table.add("kind", words_column<graph::RequestKind>(std::move(kind)));
  table.add("urgency", column(std::move(urgency)));
  table.add("deadline", column(std::move(deadline)));
  table.add("claimed_breadth", column(std::move(breadth)));
  table.add("could_self_serve", column(std::move(self_serve)));
  table.add("could_partner", column(std::move(partner)));
  table.add("repeats", ids.request.column(repeats));
  return table;
}

inline core::Table tickets_table(const Population& population, const std::vector<Voices>& blocks,
                                 const BlockOffsets& offsets, const SimulatedIds& ids) {
  std::vector<std::int64_t> account;
  Cells<core::Instant> opened;
  std::vector<std::int64_t> source;
  std::vector<std::int64_t> interaction;
  std::vector<std::int64_t> customer;
  std::vector<std::int64_t> need;
  WordCells kind;
  WordCells product;
  WordCells team;
  Cells<core::Instant> first_response;
  Cells<core::Instant> resolved;
  Cells<core::Instant> due;
  Cells<double> reopened;
  Cells<double> reassigned;
  Cells<double> severity;
  Cells<double> minutes;
  WordCells blocked;
  Cells<std::string> article;
  Cells<std::uint8_t> workaround;
  Cells<std::uint8_t> showstopper;
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    for (const SimulatedTicket& row : blocks[b].tickets) {
      account.push_back(row.account);
      opened.add(row.opened);
      source.push_back(row.source);
      interaction.push_back(shifted(row.interaction, offsets.interactions[b]));
      customer.push_back(shifted(row.person, as_row(population.first_customer[row.account])));
      need.push_back(row.need);
      kind.add(std::size_t{row.need >= 0 ? 0U : 1U});
      product.add(row.product);
      team.add(row.product);
      first_response.add_if(row.resolved, row.first_response);
      resolved.add_if(row.resolved, row.resolution);
      due.add(row.due);
      reopened.add(row.reopened);
      reassigned.add(row.reassigned);
      severity.add(row.severity);
      minutes.add(row.minutes);
      blocked.add(row.blocks);
      article.add_if(row.article >= 0, row.article >= 0 ? "help-" + std::to_string(row.article + 1) : std::string());
      workaround.add(row.workaround ? 1 : 0);
      showstopper.add(row.showstopper ? 1 : 0);
    }
  }
  constexpr std::array<std::string_view, 2> kinds{"problem", "question"};
  core::Table table;
  table.add("ticket_id", ids.ticket.column(account.size()));
  table.add("account_id", ids.account.column(account));
  table.add("opened", column(std::move(opened)));
  table.add("source_id", ids.source.column(source));
  table.add("interaction_id", ids.interaction.column(interaction));
  table.add("customer_id", ids.customer.column(customer));
  table.add("need_id", ids.need.column(need));
  table.add("kind", column(std::move(kind), kinds));
  table.add("product", column(std::move(product), products));
  table.add("team", column(std::move(team), teams));
  table.add("first_response", column(std::move(first_response)));
  table.add("resolved", column(std::move(resolved)));
  table.add("due", column(std::move(due)));
  table.add("reopened", column(std::move(reopened)));
  table.add("reassigned", column(std::move(reassigned)));
  table.add("severity", column(std::move(severity)));
  table.add("minutes", column(std::move(minutes)));
  table.add("blocks", words_column<graph::Blocks>(std::move(blocked)));
  table.add("article", column(std::move(article)));
  table.add("workaround", column(std::move(workaround)));
  table.add("showstopper", column(std::move(showstopper)));
  return table;
}

inline core::Table surveys_table(const Population& population, const std::vector<Voices>& blocks,
                                 const SimulatedIds& ids) {
  std::vector<std::int64_t> account;
  std::vector<std::int64_t> customer;
  Cells<core::Instant> at;
  WordCells question;
  Cells<double> score;
  for (const Voices& block : blocks) {
    for (const SimulatedSurvey& row : block.surveys) {
      account.push_back(row.account);
      customer.push_back(shifted(row.person, as_row(population.first_customer[row.account])));
      at.add(row.at);
      question.add(std::size_t{row.satisfaction ? 1U : 0U});
      score.add(row.score);
    }
  }
  constexpr std::array<std::string_view, 2> questions{"nps", "satisfaction"};
  core::Table table;
  table.add("account_id", ids.account.column(account));
  table.add("at", column(std::move(at)));
  table.add("question", column(std::move(question), questions));
  table.add("score", column(std::move(score)));
  table.add("customer_id", ids.customer.column(customer));
  return table;
}

inline core::Table articles_table(const World& world) {
  Cells<std::string> article;
  Cells<core::Instant> at;
  Cells<std::int64_t> reads;
  stats::Random random = stats::Random(world.options.seed).stream("articles");
  for (std::size_t a = 0; a < 20; ++a) {
    const double popularity = random.lognormal(3.0, 1.0);
    for (int month = 5; month >= 0; --month) {
      article.add("help-" + std::to_string(a + 1));
      at.add(before(world.options.as_of, 30.0 * month));
      reads.add(random.poisson(popularity * static_cast<double>(world.options.accounts) / 500.0));
    }
  }
  core::Table table;
  table.add("article", column(std::move(article)));
  table.add("at", column(std::move(at)));
  table.add("reads", column(std::move(reads)));
  return table;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::lab::detail
