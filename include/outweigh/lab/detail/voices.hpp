// Who speaks up, through whom, about what: contacts, requests, tickets and surveys of one account after another.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <outweigh/lab/detail/population.hpp>
#include <outweigh/lab/detail/said.hpp>

namespace outweigh::inline OUTWEIGH_ABI::lab::detail {

/// Does the source serve the account?
[[nodiscard]] inline bool serves(const Population& population, Reach reach, std::size_t i) {
  const SimulatedAccount& account = population.accounts[i];
  if (account.kind == graph::AccountKind::partner || account.kind == graph::AccountKind::internal) return false;
  const bool prospect = account.kind == graph::AccountKind::prospect;
  const bool managed = account.segment == 0 || account.segment == 1 || account.segment == 4;
  switch (reach) {
    case Reach::everyone:
      return !prospect;
    case Reach::whales:
      return !prospect && account.revenue >= population.large_revenue;
    case Reach::first_whale:
      return i == population.largest[0];
    case Reach::second_whale:
      return i == population.largest[1];
    case Reach::third_whale:
      return i == population.largest[2];
    case Reach::west:
      return managed && (account.region == 0 || account.region == 3);
    case Reach::east:
      return managed && (account.region == 1 || account.region == 2);
    case Reach::small:
      return !managed;
  }
  return false;
}

/// One account's part in the conversation of the company.
class Speaker {
 public:
  Speaker(const World& world, const Population& population, std::size_t account, Voices& voices)
      : world_(world),
        population_(population),
        i_(account),
        account_(population.accounts[account]),
        voices_(voices),
        random_(stats::Random(world.options.seed).stream("voices").stream(account)) {
    until_ = account_.ends ? account_.ended : world.options.as_of;
    since_ = std::max(world.begin, account_.started);
    days_ = until_ > since_ ? until_.days() - since_.days() : 0.0;
    for (std::size_t k = 0; k < world.needs.size(); ++k) {
      if (has_need(population.need_bits, world.need_words, account, k)) {
        needs_.push_back(static_cast<std::uint32_t>(k));
      }
    }
    const double spread = world.options.overdispersion;
    eagerness_.assign(needs_.size(), 1.0);
    willingness_.assign(needs_.size(), 0.0);
    if (spread > 0.0) {
      for (std::size_t n = 0; n < needs_.size(); ++n) {
        eagerness_[n] = random_.gamma(1.0 / spread, spread);
        willingness_[n] = random_.normal(0.0, std::sqrt(spread));
      }
    }
  }

  void speak() {
    if (days_ < 1.0) return;
    const bool whale = account_.revenue >= population_.whale_revenue;
    const bool large = account_.revenue >= population_.large_revenue;
    const bool angry = account_.sentiment < -0.4;
    const graph::AccountKind kind = account_.kind;
    if (kind == graph::AccountKind::internal || kind == graph::AccountKind::partner) {
      // Colleagues and partners have wishes too; they are not customers.
      occasions(0, 0.5, graph::Purpose::learn);
      return;
    }
    if (kind != graph::AccountKind::prospect) {
      occasions(0, selected(whale ? 1.6 : large ? 0.25 : 0.004, 0.06), graph::Purpose::learn);
      causes(0, selected(angry ? (large ? 0.5 : 0.05) : whale ? 0.08 : 0.001, 0.012), graph::Purpose::escalation);
      occasions(1, selected(whale ? 1.8 : large ? 0.4 : 0.004, 0.07), graph::Purpose::sell);
      if (i_ == population_.largest[0]) occasions(2, 12.0, graph::Purpose::learn);
      if (i_ == population_.largest[1]) occasions(3, 10.0, graph::Purpose::sell);
      if (i_ == population_.largest[2]) causes(7, 1.2, graph::Purpose::support);
      causes(8, 0.07, graph::Purpose::support);
      questions(8, 0.22);
      survey(9);
      causes(10,
             selected(account_.power > 0.85  ? 0.12
                      : account_.power > 0.6 ? 0.01
                                             : 0.001,
                      0.012),
             graph::Purpose::learn);
      occasions(11, 0.04, graph::Purpose::learn);
      usage(12);
    }
    const bool west = serves(population_, Reach::west, i_);
    const bool east = serves(population_, Reach::east, i_);
    if (west) occasions(4, account_.segment == 0 ? 1.5 : 0.7, graph::Purpose::sell);
    if (east) occasions(5, account_.segment == 0 ? 1.2 : 0.5, graph::Purpose::learn);
    if (!west && !east) occasions(6, 0.18, graph::Purpose::sell);
  }

 private:
  /// A yearly rate between what a fair source would have (bias 0) and what this one has (bias 1).
  [[nodiscard]] double selected(double biased, double fair) const {
    const double bias = world_.options.hearing_bias;
    return stats::detail::portable_exp(bias * stats::detail::portable_log(biased) +
                                       (1.0 - bias) * stats::detail::portable_log(fair));
  }
  [[nodiscard]] double expected(double yearly_rate) const {
    return yearly_rate * world_.options.contact_rate * days_ / 365.25;
  }
  [[nodiscard]] core::Instant moment() { return before(until_, days_ * random_.uniform()); }
  [[nodiscard]] std::int64_t person() {
    // The first person of an account speaks most often.
    const std::uint64_t first = random_.below(account_.people);
    return static_cast<std::int64_t>(std::min(first, random_.below(account_.people)));
  }
  /// What a source is not there to hear, it does not hear.
  [[nodiscard]] bool audible(std::size_t source, const SimulatedNeed& need, core::Instant at) const {
    if (need.opened > at) return false;
    const graph::SourceKind kind = simulated_sources[source].kind;
    const bool support = kind == graph::SourceKind::pooled_support || kind == graph::SourceKind::dedicated_support;
    if (support) return need.hurts;
    if (kind == graph::SourceKind::usage) return need.outcome == Outcome::efficiency;
    return true;
  }
  [[nodiscard]] double mention_probability(std::size_t source, std::size_t n, double minutes, double talk) const {
    return sigmoid(simulated_sources[source].detection + world_.needs[needs_[n]].talk + account_.voice +
                   willingness_[n] + 0.4 * stats::detail::portable_log(std::max(minutes, 2.0) / 30.0) +
                   1.5 * (talk - 0.5));
  }

  struct Contact {
    double minutes;
    double talk;
  };
  [[nodiscard]] Contact contact(std::size_t source, graph::Purpose purpose) {
    double minutes = 0.0;
    double talk = 0.0;
    switch (purpose) {
      case graph::Purpose::learn:
        minutes = random_.lognormal(3.4, 0.35);
        talk = random_.beta(9.0, 4.0);
        break;
      case graph::Purpose::escalation:
        minutes = random_.lognormal(3.0, 0.5);
        talk = random_.beta(8.0, 4.0);
        break;
      case graph::Purpose::sell:
        minutes = random_.lognormal(3.2, 0.5);
        talk = random_.beta(4.0, 7.0);
        break;
      case graph::Purpose::support:
        minutes = random_.lognormal(2.3, 0.7);
        talk = random_.beta(6.0, 5.0);
        break;
    }
    const graph::SourceKind kind = simulated_sources[source].kind;
    if (kind == graph::SourceKind::discovery) {
      minutes = random_.lognormal(3.65, 0.2);
      talk = random_.beta(20.0, 6.0);
    } else if (kind == graph::SourceKind::portal || kind == graph::SourceKind::survey) {
      minutes = random_.lognormal(1.3, 0.4);
      talk = 1.0;
    }
    return {std::max(1.0, std::floor(minutes + 0.5)), to_cents(talk)};
  }

  std::int64_t add_interaction(std::size_t source, graph::Purpose purpose, graph::Side side, core::Instant at,
                               Contact contact, std::int64_t who, std::int64_t triggered_by = no_row) {
    SimulatedInteraction row;
    row.account = static_cast<std::uint32_t>(i_);
    row.source = static_cast<std::uint8_t>(source);
    row.purpose = purpose;
    row.side = side;
    row.at = at;
    row.person = who;
    row.triggered_by = triggered_by;
    row.minutes = contact.minutes;
    row.talk_share = contact.talk;
    const double shift = purpose == graph::Purpose::escalation ? -0.3 : 0.0;
    row.sentiment = std::clamp(to_cents(account_.sentiment + shift + random_.normal(0.0, 0.15)), -1.0, 1.0);
    row.notes_complete = random_.bernoulli(0.8);
    voices_.interactions.push_back(row);
    return static_cast<std::int64_t>(voices_.interactions.size()) - 1;
  }

  std::int64_t add_request(std::size_t source, std::uint32_t need, core::Instant at, std::int64_t interaction,
                           std::int64_t who, bool true_report) {
    SimulatedRequest row;
    row.account = static_cast<std::uint32_t>(i_);
    row.source = static_cast<std::uint8_t>(source);
    row.need = need;
    row.at = at;
    row.interaction = interaction;
    row.person = who;
    row.labelled = !random_.bernoulli(world_.options.unlabelled);
    row.quoted = random_.bernoulli(0.55);
    row.sentence = static_cast<std::uint8_t>(random_.below(quote_beginnings.size()));
    row.urgency = static_cast<std::uint8_t>(
        std::clamp<std::int64_t>(1 + random_.binomial(4, account_.sentiment < -0.4 ? 0.7 : 0.35), 1, 5));
    if (random_.bernoulli(0.07)) row.deadline = before(at, -random_.uniform(20.0, 200.0));
    if (random_.bernoulli(0.12)) row.confirmed = true_report ? 1 : 0;
    row.names_solution = random_.bernoulli(0.15) && world_.needs[need].own_solution >= 0;
    if (random_.bernoulli(0.2)) {
      row.self_serve = random_.bernoulli(0.2) ? 1 : 0;
      row.partner = random_.bernoulli(0.15) ? 1 : 0;
    }
    const graph::SourceKind kind = simulated_sources[source].kind;
    if (kind == graph::SourceKind::named_account && random_.bernoulli(0.5)) {
      row.claimed_breadth = std::floor(random_.uniform(40.0, 200.0));
    } else if (kind == graph::SourceKind::multi_account && random_.bernoulli(0.08)) {
      row.claimed_breadth = std::floor(random_.uniform(5.0, 60.0));
    }
    voices_.requests.push_back(row);
    return static_cast<std::int64_t>(voices_.requests.size()) - 1;
  }

  /// Sometimes a request reaches the executives through the team that heard it.
  void relay(std::int64_t request) {
    const SimulatedRequest& heard = voices_.requests[static_cast<std::size_t>(request)];
    const double chance = account_.revenue >= population_.large_revenue ? 0.12 : 0.01;
    const double later = random_.uniform(0.1, 10.0);
    if (heard.source < 2 || !random_.bernoulli(chance) || before(heard.at, -later) > until_) return;
    SimulatedRequest row = heard;
    row.source = 0;
    row.basis = graph::RequestBasis::relayed;
    row.interaction = no_row;
    row.ticket = no_row;
    row.at = before(heard.at, -later);
    row.confirmed = -1;
    row.quoted = false;
    row.repeats = request;
    voices_.requests.push_back(row);
  }

  void false_report(std::size_t source, core::Instant at, std::int64_t interaction, std::int64_t who) {
    if (world_.options.false_reports <= 0.0 || !random_.bernoulli(world_.options.false_reports)) return;
    if (needs_.size() == world_.needs.size()) return;
    auto need = static_cast<std::uint32_t>(random_.below(world_.needs.size() - needs_.size()));
    for (const std::uint32_t own : needs_) need += own <= need ? 1U : 0U;
    if (audible(source, world_.needs[need], at)) add_request(source, need, at, interaction, who, false);
  }

  /// Contacts begun by us: each need that is there may be mentioned.
  void occasions(std::size_t source, double yearly_rate, graph::Purpose purpose) {
    const std::int64_t count = random_.poisson(expected(yearly_rate));
    for (std::int64_t c = 0; c < count; ++c) {
      const core::Instant at = moment();
      listen(source, purpose, graph::Side::us, at, no_row, no_row);
    }
  }

  /// One contact. `first` is the position of the need that caused it, or no_row.
  std::int64_t listen(std::size_t source, graph::Purpose purpose, graph::Side side, core::Instant at,
                      std::int64_t first, std::int64_t triggered_by) {
    const Contact talk = contact(source, purpose);
    const std::int64_t who = person();
    mentioned_.clear();
    if (first != no_row) mentioned_.push_back(static_cast<std::size_t>(first));
    for (std::size_t n = 0; n < needs_.size(); ++n) {
      if (static_cast<std::int64_t>(n) == first || !audible(source, world_.needs[needs_[n]], at)) continue;
      // A call about one thing seldom turns to another.
      const double share = first != no_row ? 0.3 : 1.0;
      if (random_.uniform() < share * mention_probability(source, n, talk.minutes, talk.talk)) mentioned_.push_back(n);
    }
    if (mentioned_.empty() && random_.uniform() < world_.options.unlogged_silent_calls) return no_row;
    const std::int64_t row = add_interaction(source, purpose, side, at, talk, who, triggered_by);
    for (const std::size_t n : mentioned_) relay(add_request(source, needs_[n], at, row, who, true));
    false_report(source, at, row, who);
    if (simulated_sources[source].kind == graph::SourceKind::discovery) ask(row);
    return row;
  }

  /// Contacts begun by them: their needs are the causes.
  void causes(std::size_t source, double yearly_rate, graph::Purpose purpose) {
    rates_.assign(needs_.size(), 0.0);
    double total = 0.0;
    for (std::size_t n = 0; n < needs_.size(); ++n) {
      const SimulatedNeed& need = world_.needs[needs_[n]];
      if (!audible(source, need, until_)) continue;
      rates_[n] = eagerness_[n] * stats::detail::portable_exp(0.8 * need.talk + account_.voice);
      total += rates_[n];
    }
    if (total <= 0.0) return;
    const std::int64_t count = random_.poisson(std::min(1e4, expected(yearly_rate) * total));
    for (std::int64_t c = 0; c < count; ++c) {
      const std::size_t n = random_.categorical(rates_);
      const core::Instant at = moment();
      if (world_.needs[needs_[n]].opened > at) continue;
      const std::size_t first_request = voices_.requests.size();
      const std::int64_t row = listen(source, purpose, graph::Side::them, at, static_cast<std::int64_t>(n), no_row);
      if (purpose == graph::Purpose::support) {
        const std::int64_t ticket = add_ticket(source, at, row, static_cast<std::int32_t>(needs_[n]));
        for (std::size_t r = first_request; r < voices_.requests.size(); ++r) {
          if (voices_.requests[r].interaction == row) voices_.requests[r].ticket = ticket;
        }
      }
      follow_up(source, n, at, row, static_cast<std::int64_t>(first_request));
    }
  }

  void follow_up(std::size_t source, std::size_t n, core::Instant at, std::int64_t row, std::int64_t request) {
    const core::Instant later = before(at, -random_.uniform(1.0, 14.0));
    if (!random_.bernoulli(world_.options.follow_ups) || later > until_) return;
    const Contact talk = contact(source, graph::Purpose::learn);
    const std::int64_t who = voices_.interactions[static_cast<std::size_t>(row)].person;
    const std::int64_t call = add_interaction(source, graph::Purpose::support, graph::Side::us, later, talk, who, row);
    if (!random_.bernoulli(0.8)) return;
    const std::int64_t again = add_request(source, needs_[n], later, call, who, true);
    voices_.requests[static_cast<std::size_t>(again)].repeats = request;
  }

  /// Contacts begun by them that are about no need: how do I ..., where is ...
  void questions(std::size_t source, double yearly_rate) {
    const std::int64_t count =
        random_.poisson(expected(yearly_rate * (0.5 + account_.power)) * (1.0 - world_.options.unlogged_silent_calls));
    for (std::int64_t c = 0; c < count; ++c) {
      const core::Instant at = moment();
      const std::int64_t who = person();
      const std::int64_t row = add_interaction(source, graph::Purpose::support, graph::Side::them, at,
                                               contact(source, graph::Purpose::support), who);
      add_ticket(source, at, row, -1);
      false_report(source, at, row, who);
    }
  }

  std::int64_t add_ticket(std::size_t source, core::Instant at, std::int64_t interaction, std::int32_t need) {
    const SimulatedInteraction& call = voices_.interactions[static_cast<std::size_t>(interaction)];
    SimulatedTicket row;
    row.account = static_cast<std::uint32_t>(i_);
    row.source = static_cast<std::uint8_t>(source);
    row.need = need;
    row.opened = at;
    row.interaction = interaction;
    row.person = call.person;
    row.severity = static_cast<std::uint8_t>(1 + random_.binomial(4, need >= 0 ? 0.45 : 0.15));
    row.product = static_cast<std::uint8_t>(need >= 0 ? static_cast<std::size_t>(need) % products.size()
                                                      : random_.below(products.size()));
    row.reopened = static_cast<std::uint8_t>(std::min<std::int64_t>(5, random_.poisson(need >= 0 ? 0.25 : 0.05)));
    row.reassigned = static_cast<std::uint8_t>(std::min<std::int64_t>(5, random_.poisson(0.4)));
    row.minutes = call.minutes + std::floor(random_.lognormal(2.5, 0.8));
    row.showstopper = row.severity == 5 && random_.bernoulli(0.3);
    if (row.severity >= 4 && random_.bernoulli(0.3)) row.blocks = random_.bernoulli(0.5) ? 0 : 1;
    row.workaround = need >= 0 && random_.bernoulli(0.5);
    if (random_.bernoulli(0.4)) row.article = static_cast<std::int32_t>(random_.below(20));
    row.first_response = before(at, -random_.lognormal(-2.0, 1.0));
    row.due = before(at, row.severity >= 4 ? -2.0 : -10.0);
    row.resolution = before(at, -(random_.lognormal(-1.8, 0.5) + random_.lognormal(0.8, 1.0)));
    row.resolution = std::max(row.resolution, row.first_response);
    row.resolved = row.resolution <= until_;
    voices_.tickets.push_back(row);
    return static_cast<std::int64_t>(voices_.tickets.size()) - 1;
  }

  /// The happiest and the unhappiest answer.
  void survey(std::size_t source) {
    const double strength = account_.sentiment * account_.sentiment;
    const double rate = selected(0.02 + 0.5 * strength, 0.12);
    const std::int64_t rounds = static_cast<std::int64_t>(days_ / 180.0);
    for (std::int64_t r = 0; r < rounds; ++r) {
      if (!random_.bernoulli(std::min(1.0, rate * std::min(1.0, world_.options.contact_rate)))) continue;
      const core::Instant at =
          before(until_, days_ * (static_cast<double>(r) + random_.uniform()) / static_cast<double>(rounds));
      SimulatedSurvey row;
      row.account = static_cast<std::uint32_t>(i_);
      row.at = at;
      row.person = person();
      row.score = std::clamp(std::floor(6.2 + 4.5 * account_.sentiment + random_.normal(0.0, 1.2) + 0.5), 0.0, 10.0);
      voices_.surveys.push_back(row);
      if (random_.bernoulli(0.4)) {
        row.satisfaction = true;
        row.score = std::clamp(std::floor(3.2 + 1.8 * account_.sentiment + random_.normal(0.0, 0.6) + 0.5), 1.0, 5.0);
        voices_.surveys.push_back(row);
      }
      listen(source, graph::Purpose::learn, graph::Side::us, at, no_row, no_row);
    }
  }

  /// Usage data points at some needs without anyone saying a word.
  void usage(std::size_t source) {
    for (std::size_t n = 0; n < needs_.size(); ++n) {
      const core::Instant at = moment();
      if (!audible(source, world_.needs[needs_[n]], at) || !random_.bernoulli(0.02)) continue;
      const std::int64_t row = add_request(source, needs_[n], at, no_row, no_row, true);
      SimulatedRequest& request = voices_.requests[static_cast<std::size_t>(row)];
      request.basis = graph::RequestBasis::inferred;
      request.quoted = false;
      request.deadline = core::Instant{};
    }
  }

  /// A good interview asks outright about a few needs, and hears "no" too.
  void ask(std::int64_t interaction) {
    const std::size_t count = std::min<std::size_t>(3, world_.needs.size());
    const auto chosen = random_.sample_without_replacement(world_.needs.size(), count);
    const core::Instant at = voices_.interactions[static_cast<std::size_t>(interaction)].at;
    for (const std::size_t k : chosen) {
      if (world_.needs[k].opened > at) continue;
      const bool has = has_need(population_.need_bits, world_.need_words, i_, k);
      SimulatedAnswer row;
      row.interaction = interaction;
      row.need = static_cast<std::uint32_t>(k);
      row.answer = random_.bernoulli(0.1) ? graph::Answer::unknown : has ? graph::Answer::yes : graph::Answer::no;
      voices_.asked.push_back(row);
    }
  }

  const World& world_;
  const Population& population_;
  std::size_t i_;
  const SimulatedAccount& account_;
  Voices& voices_;
  stats::Random random_;
  core::Instant since_{};
  core::Instant until_{};
  double days_ = 0.0;
  std::vector<std::uint32_t> needs_;
  std::vector<double> eagerness_;
  std::vector<double> willingness_;
  std::vector<double> rates_;
  std::vector<std::size_t> mentioned_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::lab::detail
