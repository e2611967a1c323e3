// The simulated company as tables.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <outweigh/core/table.hpp>
#include <outweigh/lab/detail/voices.hpp>

namespace outweigh::inline OUTWEIGH_ABI::lab::detail {

/// Values of a column under construction.
template <class T>
struct Cells {
  std::vector<T> values;
  std::vector<std::uint8_t> valid;

  void add(T value) {
    values.push_back(std::move(value));
    valid.push_back(1);
  }
  void skip() {
    values.push_back(T{});
    valid.push_back(0);
  }
  void add_if(bool known, T value) {
    if (known) {
      add(std::move(value));
    } else {
      skip();
    }
  }
};

inline core::Column column(Cells<double>&& cells) { return core::Column::float64s(std::move(cells.values), cells.valid); }
inline core::Column column(Cells<std::int64_t>&& cells) {
  return core::Column::int64s(std::move(cells.values), cells.valid);
}
inline core::Column column(Cells<core::Instant>&& cells) { return core::Column::instants(cells.values, cells.valid); }
inline core::Column column(Cells<std::uint8_t>&& cells) { return core::Column::booleans(cells.values, cells.valid); }
inline core::Column column(Cells<std::string>&& cells) { return core::Column::strings(cells.values, cells.valid); }
inline core::Column column(Cells<std::string_view>&& cells) { return core::Column::strings(cells.values, cells.valid); }

/// Words of a vocabulary, by code.
struct WordCells {
  std::vector<std::uint32_t> codes;
  std::vector<std::uint8_t> valid;

  void add(std::size_t code) {
    codes.push_back(static_cast<std::uint32_t>(code));
    valid.push_back(1);
  }
  template <class Enum>
    requires std::is_enum_v<Enum>
  void add(Enum value) {
    add(static_cast<std::size_t>(value));
  }
  void add_if(bool known, std::size_t code) {
    codes.push_back(known ? static_cast<std::uint32_t>(code) : 0);
    valid.push_back(known ? 1 : 0);
  }
};

inline core::Column column(WordCells&& cells, std::span<const std::string_view> words) {
  return core::Column::categories(std::move(cells.codes), words, cells.valid);
}
template <class Enum>
core::Column words_column(WordCells&& cells) {
  return column(std::move(cells), graph::Vocabulary<Enum>::words);
}

/// Ids of one kind of node: a letter and a number.
class NumberedIds {
 public:
  NumberedIds(char letter, std::size_t count) : letter_(letter), digits_(digits_for(count)) {}

  [[nodiscard]] std::string operator[](std::size_t position) const { return padded(letter_, position + 1, digits_); }
  [[nodiscard]] core::Column column(std::size_t count) const {
    std::vector<std::string> ids;
    ids.reserve(count);
    for (std::size_t i = 0; i < count; ++i) ids.push_back((*this)[i]);
    return core::Column::strings(ids);
  }
  /// `no_row` gives a null.
  [[nodiscard]] core::Column column(std::span<const std::int64_t> positions) const {
    Cells<std::string> cells;
    cells.values.reserve(positions.size());
    cells.valid.reserve(positions.size());
    for (const std::int64_t position : positions) {
      cells.add_if(position != no_row, position == no_row ? std::string() : (*this)[static_cast<std::size_t>(position)]);
    }
    return detail::column(std::move(cells));
  }

 private:
  char letter_;
  std::size_t digits_;
};

struct SimulatedIds {
  NumberedIds account;
  NumberedIds customer;
  NumberedIds interaction;
  NumberedIds request;
  NumberedIds ticket;
  NumberedIds need;
  NumberedIds solution;
  NumberedIds source;
};

/// First rows of each block of voices in the joined tables.
struct BlockOffsets {
  std::vector<std::int64_t> interactions;
  std::vector<std::int64_t> requests;
  std::vector<std::int64_t> tickets;
};

[[nodiscard]] inline std::int64_t shifted(std::int64_t row, std::int64_t offset) noexcept {
  return row == no_row ? no_row : row + offset;
}
[[nodiscard]] inline std::int64_t as_row(std::size_t position) noexcept { return static_cast<std::int64_t>(position); }

inline core::Table accounts_table(const Population& population, const SimulatedIds& ids) {
  const std::size_t count = population.accounts.size();
  Cells<std::string> name;
  WordCells kind;
  Cells<double> arr;
  Cells<core::Instant> started;
  Cells<core::Instant> ended;
  Cells<double> sentiment;
  Cells<std::uint8_t> lighthouse;
  WordCells region;
  Cells<std::int64_t> employees;
  for (std::size_t i = 0; i < count; ++i) {
    const SimulatedAccount& account = population.accounts[i];
    std::string text(name_beginnings[i % name_beginnings.size()]);
    text += ' ';
    text += name_endings[i / name_beginnings.size() % name_endings.size()];
    const std::size_t round = i / (name_beginnings.size() * name_endings.size());
    if (round > 0) text += " " + std::to_string(round + 1);
    name.add(std::move(text));
    kind.add(account.kind);
    const bool paid = account.kind == graph::AccountKind::customer || account.kind == graph::AccountKind::former;
    arr.add_if(paid, account.revenue);
    started.add(account.started);
    ended.add_if(account.ends, account.ended);
    sentiment.add_if(paid, account.sentiment);
    lighthouse.add(account.lighthouse ? 1 : 0);
    region.add(account.region);
    employees.add(account.employees);
  }
  core::Table table;
  table.add("account_id", ids.account.column(count));
  table.add("name", column(std::move(name)));
  table.add("kind", words_column<graph::AccountKind>(std::move(kind)));
  table.add("arr", column(std::move(arr)));
  table.add("started", column(std::move(started)));
  table.add("ended", column(std::move(ended)));
  table.add("sentiment", column(std::move(sentiment)));
  table.add("lighthouse", column(std::move(lighthouse)));
  table.add("region", column(std::move(region), regions));
  table.add("employees", column(std::move(employees)));
  return table;
}

[[nodiscard]] inline std::vector<std::string_view> segment_names() {
  std::vector<std::string_view> names;
  for (const SegmentStory& segment : segment_stories) names.push_back(segment.name);
  return names;
}

inline core::Table segments_table(const Population& population, const SimulatedIds& ids) {
  const std::size_t count = population.accounts.size();
  WordCells segment;
  for (const SimulatedAccount& account : population.accounts) segment.add(account.segment);
  core::Table table;
  table.add("segment_id", column(std::move(segment), segment_names()));
  table.add("account_id", ids.account.column(count));
  return table;
}

inline core::Table customers_table(const World& world, const Population& population, const SimulatedIds& ids) {
  const auto count = static_cast<std::size_t>(population.first_customer.back());
  std::vector<std::int64_t> account;
  WordCells role;
  WordCells party;
  Cells<core::Instant> joined;
  const stats::Random root = stats::Random(world.options.seed).stream("people");
  for (std::size_t i = 0; i < population.accounts.size(); ++i) {
    stats::Random random = root.stream(i);
    const SimulatedAccount& owner = population.accounts[i];
    const double age = world.options.as_of.days() - owner.started.days();
    for (std::size_t p = 0; p < owner.people; ++p) {
      account.push_back(as_row(i));
      role.add(static_cast<std::size_t>(random.below(roles.size())));
      const double chance = random.uniform();
      graph::Party side = graph::Party::customer;
      if (owner.kind == graph::AccountKind::internal) {
        side = graph::Party::internal;
      } else if (owner.kind == graph::AccountKind::partner) {
        side = graph::Party::partner;
      } else if (p > 0 && chance < 0.06) {
        side = graph::Party::stakeholder;
      }
      party.add(side);
      joined.add(before(world.options.as_of, age * random.uniform()));
    }
  }
  core::Table table;
  table.add("customer_id", ids.customer.column(count));
  table.add("account_id", ids.account.column(account));
  table.add("role", column(std::move(role), roles));
  table.add("party", words_column<graph::Party>(std::move(party)));
  table.add("joined", column(std::move(joined)));
  return table;
}

inline core::Table uses_table(const Population& population, const SimulatedIds& ids) {
  std::vector<std::string_view> words{"operations"};
  words.insert(words.end(), adjacent_uses.begin(), adjacent_uses.end());
  std::vector<std::int64_t> account;
  WordCells use;
  for (std::size_t i = 0; i < population.accounts.size(); ++i) {
    const int adjacent = population.accounts[i].adjacent_use;
    // A few use it for nothing but the adjacent thing.
    if (adjacent < 0 || i % 4 != 0) {
      account.push_back(as_row(i));
      use.add(std::size_t{0});
    }
    if (adjacent >= 0) {
      account.push_back(as_row(i));
      use.add(static_cast<std::size_t>(adjacent) + 1);
    }
  }
  core::Table table;
  table.add("account_id", ids.account.column(account));
  table.add("use", column(std::move(use), words));
  return table;
}

inline core::Table sources_table(const SimulatedIds& ids) {
  Cells<std::string_view> name;
  WordCells kind;
  Cells<std::string_view> owner;
  for (const SimulatedSource& source : simulated_sources) {
    name.add(source.name);
    kind.add(source.kind);
    owner.add(source.owner);
  }
  core::Table table;
  table.add("source_id", ids.source.column(simulated_sources.size()));
  table.add("name", column(std::move(name)));
  table.add("kind", words_column<graph::SourceKind>(std::move(kind)));
  table.add("owner", column(std::move(owner)));
  return table;
}

inline core::Table coverage_table(const Population& population, const SimulatedIds& ids) {
  std::vector<std::int64_t> source;
  std::vector<std::int64_t> account;
  Cells<core::Instant> since;
  Cells<core::Instant> until;
  for (std::size_t s = 0; s < simulated_sources.size(); ++s) {
    for (std::size_t i = 0; i < population.accounts.size(); ++i) {
      if (!serves(population, simulated_sources[s].reach, i)) continue;
      source.push_back(as_row(s));
      account.push_back(as_row(i));
      since.add(population.accounts[i].started);
      until.add_if(population.accounts[i].ends, population.accounts[i].ended);
    }
  }
  core::Table table;
  table.add("source_id", ids.source.column(source));
  table.add("account_id", ids.account.column(account));
  table.add("since", column(std::move(since)));
  table.add("until", column(std::move(until)));
  return table;
}

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
      quote.add_if(row.quoted,
                   row.quoted ? std::string(quote_beginnings[row.sentence]) + std::string(wanted.pain) + "."
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

inline core::Table solutions_table(const World& world, const SimulatedIds& ids) {
  Cells<std::string> title;
  Cells<double> effort;
  WordCells team;
  Cells<double> risk;
  WordCells outcome;
  WordCells status;
  Cells<core::Instant> shipped;
  for (const SimulatedSolution& solution : world.solutions) {
    title.add(solution.title);
    effort.add(solution.total_effort());
    team.add(solution.team);
    risk.add(solution.risk);
    outcome.add(solution.outcome);
    status.add(solution.status);
    shipped.add_if(solution.status == graph::SolutionStatus::shipped, solution.shipped);
  }
  core::Table table;
  table.add("solution_id", ids.solution.column(world.solutions.size()));
  table.add("title", column(std::move(title)));
  table.add("effort", column(std::move(effort)));
  table.add("team", column(std::move(team), teams));
  table.add("risk", column(std::move(risk)));
  table.add("outcome", words_column<Outcome>(std::move(outcome)));
  table.add("status", words_column<graph::SolutionStatus>(std::move(status)));
  table.add("shipped", column(std::move(shipped)));
  return table;
}

inline core::Table efforts_table(const World& world, const SimulatedIds& ids) {
  std::vector<std::int64_t> solution;
  WordCells resource;
  Cells<double> amount;
  Cells<double> low;
  Cells<double> high;
  stats::Random random = stats::Random(world.options.seed).stream("efforts");
  for (std::size_t j = 0; j < world.solutions.size(); ++j) {
    for (std::size_t t = 0; t < teams.size(); ++t) {
      const double effort = world.solutions[j].effort[t];
      if (effort <= 0.0) continue;
      solution.push_back(as_row(j));
      resource.add(t);
      amount.add(effort);
      low.add(to_cents(effort * random.uniform(0.6, 0.9)));
      high.add(to_cents(effort * random.uniform(1.2, 2.2)));
    }
  }
  core::Table table;
  table.add("solution_id", ids.solution.column(solution));
  table.add("resource", column(std::move(resource), teams));
  table.add("amount", column(std::move(amount)));
  table.add("low", column(std::move(low)));
  table.add("high", column(std::move(high)));
  return table;
}

inline core::Table capacities_table(const World& world) {
  WordCells resource;
  Cells<std::string> period;
  Cells<double> amount;
  std::array<double, teams.size()> total{};
  for (const SimulatedSolution& solution : world.solutions) {
    for (std::size_t t = 0; t < teams.size(); ++t) total[t] += solution.effort[t];
  }
  for (std::size_t t = 0; t < teams.size(); ++t) {
    for (int quarter = 1; quarter <= 4; ++quarter) {
      resource.add(t);
      period.add("quarter " + std::to_string(quarter));
      amount.add(std::max(1.0, std::floor(0.08 * total[t] + 0.5)));
    }
  }
  core::Table table;
  table.add("resource", column(std::move(resource), teams));
  table.add("period", column(std::move(period)));
  table.add("amount", column(std::move(amount)));
  return table;
}

inline core::Table covers_table(const World& world, const SimulatedIds& ids) {
  std::vector<std::int64_t> solution;
  std::vector<std::int64_t> need;
  Cells<double> share;
  for (std::size_t j = 0; j < world.solutions.size(); ++j) {
    for (const SimulatedCover& cover : world.solutions[j].covers) {
      solution.push_back(as_row(j));
      need.push_back(cover.need);
      share.add(cover.share);
    }
  }
  core::Table table;
  table.add("solution_id", ids.solution.column(solution));
  table.add("need_id", ids.need.column(need));
  table.add("share", column(std::move(share)));
  return table;
}

inline core::Table dependencies_table(const World& world, const SimulatedIds& ids) {
  std::vector<std::int64_t> solution;
  std::vector<std::int64_t> on;
  WordCells kind;
  for (std::size_t j = 0; j < world.solutions.size(); ++j) {
    for (const std::uint32_t requirement : world.solutions[j].requirements) {
      solution.push_back(as_row(j));
      on.push_back(requirement);
      kind.add(graph::DependencyKind::requires_);
    }
  }
  core::Table table;
  table.add("solution_id", ids.solution.column(solution));
  table.add("on", ids.solution.column(on));
  table.add("kind", words_column<graph::DependencyKind>(std::move(kind)));
  return table;
}

inline core::Table commitments_table(const World& world, const Population& population, const SimulatedIds& ids) {
  std::vector<std::int64_t> account;
  std::vector<std::int64_t> solution;
  Cells<core::Instant> due;
  stats::Random random = stats::Random(world.options.seed).stream("commitments");
  for (std::size_t c = 0; c < 6; ++c) {
    const std::size_t owner = population.largest[c % population.largest.size()];
    const auto promised = static_cast<std::size_t>(random.below(world.solutions.size()));
    const double days = random.uniform(30.0, 300.0);
    const graph::SolutionStatus status = world.solutions[promised].status;
    if (owner == Population::none || status == graph::SolutionStatus::shipped ||
        status == graph::SolutionStatus::dropped) {
      continue;
    }
    account.push_back(as_row(owner));
    solution.push_back(as_row(promised));
    due.add(before(world.options.as_of, -days));
  }
  core::Table table;
  table.add("account_id", ids.account.column(account));
  table.add("solution_id", ids.solution.column(solution));
  table.add("due", column(std::move(due)));
  return table;
}

inline core::Table deals_table(const World& world, const Population& population, const SimulatedIds& ids) {
  std::vector<std::int64_t> account;
  Cells<core::Instant> opened;
  Cells<core::Instant> closed;
  WordCells outcome;
  Cells<double> amount;
  std::vector<std::int64_t> need;
  Cells<double> price;
  Cells<double> cost;
  const stats::Random root = stats::Random(world.options.seed).stream("deals");
  for (std::size_t i = 0; i < population.accounts.size(); ++i) {
    const SimulatedAccount& buyer = population.accounts[i];
    stats::Random random = root.stream(i);
    const bool prospect = buyer.kind == graph::AccountKind::prospect;
    if (!prospect && !(population.active(i) && random.bernoulli(0.12))) continue;
    const double age = random.uniform(1.0, std::min(world.options.days, world.options.as_of.days() -
                                                                            buyer.started.days()));
    const double length = random.lognormal(4.0, 0.6);
    const bool is_closed = length < age;
    const bool won = random.bernoulli(0.35) && !prospect;
    account.push_back(as_row(i));
    opened.add(before(world.options.as_of, age));
    closed.add_if(is_closed, before(world.options.as_of, age - length));
    outcome.add(!is_closed ? graph::DealOutcome::open : won ? graph::DealOutcome::won : graph::DealOutcome::lost);
    const SegmentStory& segment = segment_stories[buyer.segment];
    amount.add(std::floor(random.lognormal(segment.revenue_log_mean - (prospect ? 0.2 : 1.2), 0.7) + 1.0));
    const auto wanted = static_cast<std::size_t>(random.below(world.needs.size()));
    need.push_back(has_need(population.need_bits, world.need_words, i, wanted) ? as_row(wanted) : no_row);
    const bool custom = random.bernoulli(0.04);
    const double custom_cost = std::floor(random.lognormal(9.5, 0.6));
    cost.add_if(custom, custom_cost);
    price.add_if(custom, std::floor(custom_cost * random.uniform(0.6, 2.5)));
  }
  core::Table table;
  table.add("deal_id", NumberedIds('D', account.size()).column(account.size()));
  table.add("account_id", ids.account.column(account));
  table.add("opened", column(std::move(opened)));
  table.add("closed", column(std::move(closed)));
  table.add("outcome", words_column<graph::DealOutcome>(std::move(outcome)));
  table.add("amount", column(std::move(amount)));
  table.add("need_id", ids.need.column(need));
  table.add("custom_work_price", column(std::move(price)));
  table.add("custom_work_cost", column(std::move(cost)));
  return table;
}

inline constexpr int simulated_quarters = 6;
inline constexpr double quarter_days = 91.0;

/// Was the account a customer `days` before `as_of`?
[[nodiscard]] inline bool paying(const SimulatedAccount& account, core::Instant at) noexcept {
  return account.revenue > 0.0 && account.started <= at && !(account.ends && account.ended < at);
}

inline core::Table revenue_table(const World& world, const Population& population, const SimulatedIds& ids) {
  std::vector<std::int64_t> account;
  Cells<core::Instant> at;
  Cells<double> amount;
  WordCells kind;
  const stats::Random root = stats::Random(world.options.seed).stream("revenue");
  for (std::size_t i = 0; i < population.accounts.size(); ++i) {
    const SimulatedAccount& payer = population.accounts[i];
    stats::Random random = root.stream(i);
    for (int quarter = simulated_quarters - 1; quarter >= 0; --quarter) {
      const core::Instant when = before(world.options.as_of, quarter_days * quarter);
      if (!paying(payer, when)) continue;
      account.push_back(as_row(i));
      at.add(when);
      amount.add(to_cents(payer.revenue / 4.0));
      kind.add(graph::RevenueKind::recurring);
      if (random.bernoulli(0.03)) {
        account.push_back(as_row(i));
        at.add(when);
        amount.add(to_cents(payer.revenue * random.uniform(0.02, 0.2)));
        kind.add(graph::RevenueKind::one_off);
      }
    }
  }
  core::Table table;
  table.add("account_id", ids.account.column(account));
  table.add("at", column(std::move(at)));
  table.add("amount", column(std::move(amount)));
  table.add("kind", words_column<graph::RevenueKind>(std::move(kind)));
  return table;
}

inline core::Table costs_table(const World& world, const Population& population, const std::vector<Voices>& blocks,
                               const SimulatedIds& ids) {
  // Support costs 1.20 a minute of a ticket; the rest is a share of revenue with a fixed part.
  std::vector<double> support(population.accounts.size(), 0.0);
  for (const Voices& block : blocks) {
    for (const SimulatedTicket& ticket : block.tickets) support[ticket.account] += 1.2 * ticket.minutes;
  }
  std::vector<std::int64_t> account;
  Cells<core::Instant> at;
  Cells<double> amount;
  WordCells function;
  const stats::Random root = stats::Random(world.options.seed).stream("costs");
  for (std::size_t i = 0; i < population.accounts.size(); ++i) {
    const SimulatedAccount& owner = population.accounts[i];
    stats::Random random = root.stream(i);
    const auto add = [&](double days, graph::CostFunction what, double cost) {
      const core::Instant when = before(world.options.as_of, days);
      if (cost < 0.01 || !paying(owner, when)) return;
      account.push_back(as_row(i));
      at.add(when);
      amount.add(to_cents(cost));
      function.add(what);
    };
    if (support[i] > 0.0) add(0.0, graph::CostFunction::support, support[i]);
    for (const double days : {365.0, 1.0}) {
      add(days, graph::CostFunction::product, 180.0 + owner.revenue * random.uniform(0.03, 0.12));
      add(days, graph::CostFunction::sales, 60.0 + owner.revenue * random.lognormal(-2.3, 0.7));
      if (random.bernoulli(0.1)) {
        add(days, graph::CostFunction::engineering, 400.0 + owner.revenue * random.lognormal(-1.6, 0.9));
      }
    }
  }
  core::Table table;
  table.add("account_id", ids.account.column(account));
  table.add("at", column(std::move(at)));
  table.add("amount", column(std::move(amount)));
  table.add("function", words_column<graph::CostFunction>(std::move(function)));
  return table;
}

inline core::Table events_table(const World& world, const Population& population, const SimulatedIds& ids) {
  struct Step {
    std::string_view activity;
    graph::Stage stage;
    double chance;
    double log_days;
  };
  constexpr std::array<Step, 7> steps{{{"demo watched", graph::Stage::learn, 0.7, 1.5},
                                       {"contract signed", graph::Stage::buy, 1.0, 3.0},
                                       {"data imported", graph::Stage::use, 0.95, 2.2},
                                       {"first report", graph::Stage::use, 0.85, 2.0},
                                       {"second team joined", graph::Stage::use, 0.4, 4.0},
                                       {"problem repaired", graph::Stage::fix, 0.5, 4.5},
                                       {"contract renewed", graph::Stage::for_life, 0.8, 5.5}}};
  std::vector<std::string_view> activities;
  for (const Step& step : steps) activities.push_back(step.activity);
  std::vector<std::int64_t> account;
  Cells<core::Instant> at;
  WordCells activity;
  WordCells stage;
  const stats::Random root = stats::Random(world.options.seed).stream("events");
  for (std::size_t i = 0; i < population.accounts.size(); ++i) {
    const SimulatedAccount& owner = population.accounts[i];
    if (owner.revenue <= 0.0) continue;
    stats::Random random = root.stream(i);
    core::Instant when = before(owner.started, random.lognormal(3.0, 0.5));
    const core::Instant last = owner.ends ? owner.ended : world.options.as_of;
    for (std::size_t s = 0; s < steps.size(); ++s) {
      when = before(when, -random.lognormal(steps[s].log_days, 0.6));
      if (s == 1) when = owner.started;
      if (when > last) break;
      if (!random.bernoulli(steps[s].chance)) continue;
      account.push_back(as_row(i));
      at.add(when);
      activity.add(s);
      stage.add(steps[s].stage);
    }
  }
  core::Table table;
  table.add("account_id", ids.account.column(account));
  table.add("at", column(std::move(at)));
  table.add("activity", column(std::move(activity), activities));
  table.add("stage", words_column<graph::Stage>(std::move(stage)));
  return table;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::lab::detail
