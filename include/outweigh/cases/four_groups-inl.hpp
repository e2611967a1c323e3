#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <outweigh/cases/detail/demand_if_known.hpp>
#include <outweigh/cases/detail/likeness.hpp>
#include <outweigh/cases/four_groups.hpp>
#include <outweigh/core/detail/counted.hpp>
#include <outweigh/graph/stakeholders.hpp>
#include <outweigh/journey/detail/missing.hpp>
#include <outweigh/journey/detail/quantile.hpp>
#include <outweigh/journey/detail/same_question.hpp>
#include <outweigh/journey/detail/table_maker.hpp>
#include <outweigh/journey/detail/window.hpp>
#include <outweigh/stats/distributions.hpp>
#include <outweigh/stats/special.hpp>

namespace outweigh::inline OUTWEIGH_ABI::cases {

namespace detail {

using journey::detail::Cell;
using journey::detail::Missing;
using journey::detail::TableMaker;

inline constexpr std::array<std::string_view, 4> group_names{"happy on target", "unhappy on target",
                                                             "pioneer in an adjacent use", "misfit"};

/// A number in a few digits, for sentences.
inline std::string short_number(double value) {
  const double scaled = std::round(value * 100.0) / 100.0;
  std::string text = std::to_string(scaled);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : core::detail::set_apart(std::move(text));
}

/// What an account is known to do and to feel.
struct AccountEvidence {
  double target = 0.0, adjacent = 0.0;
  std::set<std::uint32_t> adjacent_needs{};
  std::set<std::string> adjacent_uses{};
  double mood = 0.0, moods = 0.0, mood_squares = 0.0;
  std::optional<core::Money> revenue{}, costs{};
  std::map<std::string, std::int64_t> causes{};  ///< of its tickets and requests
  std::int64_t open_tickets = 0, showstoppers = 0;
};

inline std::vector<AccountEvidence> account_evidence(const graph::CustomerGraph& graph,
                                                     const FourGroupsOptions& options) {
  std::vector<AccountEvidence> evidence(graph.size(graph::NodeKind::account));
  const core::Instant as_of = graph.as_of();
  const core::Instant begin = journey::detail::days_before(as_of, options.days);
  const auto recent = [&](core::Instant at) { return at > begin && at <= as_of; };
  const auto& uses = graph.uses();
  std::set<std::pair<std::uint32_t, std::string>> seen;
  for (std::size_t row = 0; row < uses.rows; ++row) {
    const std::string use(uses.use[row]);
    if (!seen.insert({uses.account[row].value(), use}).second) continue;
    const bool is_target =
        options.target_uses.empty()
            ? use == "target"
            : std::find(options.target_uses.begin(), options.target_uses.end(), use) != options.target_uses.end();
    if (!is_target && options.target_uses.empty() && use != "adjacent") continue;
    AccountEvidence& e = evidence[uses.account[row].value()];
    (is_target ? e.target : e.adjacent) += 1.0;
    if (!is_target && !options.target_uses.empty()) e.adjacent_uses.insert(use);
  }
  const auto& needs = graph.needs();
  const auto& requests = graph.requests();
  std::set<std::pair<std::uint32_t, std::uint32_t>> asked;
  for (std::size_t row = 0; row < requests.rows; ++row) {
    if (requests.at[row] > as_of || !requests.need.has(row)) continue;
    if (graph::speaks_as_stakeholder(graph, requests.customer, row)) continue;
    const std::uint32_t need = requests.need[row].value();
    AccountEvidence& e = evidence[requests.account[row].value()];
    ++e.causes[graph.ids(graph::NodeKind::need).text(need)];
    if (!needs.use.has(need) || !asked.insert({requests.account[row].value(), need}).second) continue;
    if (needs.use[need] == graph::NeedUse::target) {
      e.target += 1.0;
    } else {
      e.adjacent += 1.0;
      e.adjacent_needs.insert(need);
    }
  }
  const auto feel = [&](std::uint32_t account, double mood) {
    evidence[account].mood += mood;
    evidence[account].moods += 1.0;
    evidence[account].mood_squares += mood * mood;
  };
  const auto& surveys = graph.surveys();
  for (std::size_t row = 0; row < surveys.rows; ++row) {
    if (!recent(surveys.at[row]) || !journey::detail::same_question(surveys.question[row], options.nps_question))
      continue;
    const double score = surveys.score[row];
    if (!(score >= 0.0 && score <= 10.0)) {
      throw core::InvalidInput("a score of NPS lies between 0 and 10",
                               {.table = "surveys", .column = "score", .row = row, .value = std::to_string(score)});
    }
    feel(surveys.account[row].value(), score >= 9.0 ? 1.0 : score <= 6.0 ? -1.0 : 0.0);
  }
  const auto& interactions = graph.interactions();
  for (std::size_t row = 0; row < interactions.rows; ++row) {
    if (interactions.sentiment.has(row) && recent(interactions.at[row]))
      feel(interactions.account[row].value(), interactions.sentiment[row]);
  }
  for (std::uint32_t a = 0; a < evidence.size(); ++a) {
    if (graph.accounts().sentiment.has(a)) feel(a, graph.accounts().sentiment[a]);
  }
  if (graph.has_table("revenue") && graph.has_table("costs")) {
    for (AccountEvidence& e : evidence) e.revenue = e.costs = core::Money();
    const auto& revenue = graph.revenue();
    for (std::size_t row = 0; row < revenue.rows; ++row) {
      if (recent(revenue.at[row])) *evidence[revenue.account[row].value()].revenue += revenue.amount[row];
    }
    const auto& costs = graph.costs();
    for (std::size_t row = 0; row < costs.rows; ++row) {
      if (recent(costs.at[row])) *evidence[costs.account[row].value()].costs += costs.amount[row];
    }
  }
  const auto& tickets = graph.tickets();
  for (std::size_t row = 0; row < tickets.rows; ++row) {
    if (tickets.opened[row] > as_of) continue;
    AccountEvidence& e = evidence[tickets.account[row].value()];
    const bool open = !tickets.resolved.has(row) || tickets.resolved[row] > as_of;
    e.open_tickets += open ? 1 : 0;
    if (!open && !recent(tickets.opened[row])) continue;
    e.showstoppers += tickets.showstopper.value_or(row, 0) != 0 ? 1 : 0;
    if (tickets.need.has(row))
      ++e.causes[graph.ids(graph::NodeKind::need).text(tickets.need[row].value())];
    else if (tickets.product.has(row))
      ++e.causes[std::string(tickets.product[row])];
  }
  return evidence;
}

inline journey::NamedTables four_groups(const graph::CustomerGraph& graph, const demand::Demand* demand,
                                        const FourGroupsOptions& options) {
  journey::detail::require_days(options.days, "days");
  if (options.look_alikes < 1)
    throw core::InvalidInput("a niche has at least one further account",
                             {.column = "look_alikes", .value = std::to_string(options.look_alikes)});
  const auto evidence = account_evidence(graph, options);
  const auto base = graph.base();
  Missing missing;
  double target = 0.0;
  double adjacent = 0.0;
  double mood = 0.0;
  double moods = 0.0;
  std::map<std::string, std::int64_t> users;
  UseCounts counts;
  std::vector<Signs> signs;
  for (const graph::AccountIndex index : base) {
    const AccountEvidence& e = evidence[index.value()];
    const double all = e.target + e.adjacent;
    if (all > 0.0) {
      target += e.target / all;
      adjacent += e.adjacent / all;
      counts[{e.target, e.adjacent}] += 1.0;
    }
    if (e.moods > 0.0) {
      mood += e.mood / e.moods;
      moods += 1.0;
      signs.push_back({e.mood, e.moods, e.mood_squares});
    }
    for (const std::string& use : e.adjacent_uses) ++users[use];
  }
  if (!(target + adjacent > 0.0)) {
    throw core::MissingInput(
        "the groups need to know what is on target: the column use of needs that accounts asked for, or uses named "
        "target and "
        "adjacent, or the option target_uses",
        {.table = "needs", .column = "use"});
  }
  if (!(moods > 0.0)) missing.add("happy", "surveys", "score, or sentiment of accounts or interactions");
  if (!graph.has_table("revenue") || !graph.has_table("costs"))
    missing.add("profit", graph.has_table("revenue") ? "costs" : "revenue", "");
  const double share_on_target = (target + 0.5) / (target + adjacent + 1.0);
  const double likeness = likeness_of(counts, share_on_target);
  const double prior_target = likeness * share_on_target;
  const double prior_adjacent = likeness * (1.0 - share_on_target);
  const double prior_mood = moods > 0.0 ? mood / moods : 0.0;
  const auto demand_ok = [&] { return demand != nullptr && demand->draws() > 0; };
  if (!demand_ok()) missing.add("look-alikes never heard", "needs", "a demand with draws: requests for needs");

  const MoodLaw law = mood_law(signs, prior_mood);
  std::array<double, 4> expected{};
  std::array<std::int64_t, 4> most{};
  std::array<core::Money, 4> worth{};
  std::int64_t unknown = 0;  // accounts of which nothing says what they use the product for
  std::vector<std::uint32_t> who;
  using Type = TableMaker::Type;
  TableMaker maker{{"group", Type::count},      {"name", Type::text},         {"p_1", Type::number},
                   {"p_2", Type::number},       {"p_3", Type::number},        {"p_4", Type::number},
                   {"on_target", Type::number}, {"happy", Type::number},      {"niche", Type::number},
                   {"profit", Type::number},    {"look_alikes", Type::count}, {"break_even", Type::count},
                   {"reason", Type::text},      {"action", Type::text},       {"status", Type::text}};
  for (const graph::AccountIndex index : base) {
    const std::uint32_t a = index.value();
    const AccountEvidence& e = evidence[a];
    const double on_target = stats::incomplete_beta(prior_target + e.target, prior_adjacent + e.adjacent, 0.5).upper;
    const double happy =
        stats::normal_cdf((law.worth * prior_mood + e.mood) / std::sqrt(law.worth + e.moods) / law.spread);
    std::optional<double> profit;
    double break_even = static_cast<double>(options.look_alikes);  // infinite where nothing ever pays
    if (e.revenue && e.costs) {
      profit = e.revenue->units() - e.costs->units();
      if (*profit < 0.0) {
        if (e.revenue->units() > 0.0) {
          const double further = std::ceil(e.costs->units() / e.revenue->units() - 1e-9) - 1.0;
          break_even = std::max(break_even, std::min(further, 1e15));
        } else {
          break_even = std::numeric_limits<double>::infinity();
        }
      }
    }
    // Look-alikes: the adjacent need or use that most others share.
    double niche = 0.0;
    std::int64_t look_alikes = 0;
    for (const std::string& use : e.adjacent_uses) {
      const std::int64_t others = users[use] - 1;
      look_alikes = std::max(look_alikes, others);
      if (static_cast<double>(others) >= break_even) niche = 1.0;
    }
    if (demand_ok()) {
      for (const std::uint32_t need : e.adjacent_needs) {
        const auto draws = demand->account_draws(graph::NeedIndex(need));
        double sum = 0.0;
        double enough = 0.0;
        for (const double draw : draws) {
          sum += std::max(0.0, draw - 1.0);
          enough += draw - 1.0 >= break_even ? 1.0 : 0.0;
        }
        const auto count = static_cast<double>(draws.size());
        look_alikes = std::max(look_alikes, static_cast<std::int64_t>(std::llround(sum / count)));
        // One more draw on either side: the draws are few.
        niche = std::max(niche, (enough + 0.5) / (count + 1.0));
      }
    }
    if (e.adjacent_needs.empty() && e.adjacent_uses.empty()) niche = 0.0;
    const std::array<double, 4> p{on_target * happy, on_target * (1.0 - happy), (1.0 - on_target) * niche,
                                  (1.0 - on_target) * (1.0 - niche)};
    const auto group = static_cast<std::size_t>(std::max_element(p.begin(), p.end()) - p.begin());
    const double known = e.target + e.adjacent;
    const bool is_unknown = known == 0.0;
    unknown += is_unknown ? 1 : 0;
    for (std::size_t g = 0; g < 4; ++g) expected[g] += p[g];
    if (!is_unknown) {
      ++most[group];
      if (graph.accounts().arr.has(a)) worth[group] += graph.accounts().arr[a];
    }

    std::string reason = is_unknown
                             ? "nothing known of its uses and needs"
                             : short_number(e.target) + " of " + short_number(known) + " uses and needs are on target";
    reason += e.moods > 0.0 ? "; mood " + short_number(e.mood / e.moods) + " over " + short_number(e.moods) +
                                  (e.moods == 1.0 ? " sign" : " signs")
                            : "; its mood is unknown";
    if (profit) reason += "; profit " + short_number(*profit);
    if (e.showstoppers > 0) reason += "; showstoppers: " + std::to_string(e.showstoppers);
    if (e.open_tickets > 0) reason += "; open tickets: " + std::to_string(e.open_tickets);
    std::string cause;
    std::int64_t times = 0;
    for (const auto& [name, count] : e.causes) {
      if (count > times) {
        cause = name;
        times = count;
      }
    }
    // Needs are called by their titles.
    if (const auto need = graph.ids(graph::NodeKind::need).find(cause); need && graph.needs().title.has(*need))
      cause = std::string(graph.needs().title[*need]);
    if (!cause.empty()) reason += "; most often about " + cause;
    std::string action;
    switch (group) {
      case 0:
        action = profit && *profit < 0.0 ? "find out what it costs to serve, then ask for a reference"
                                         : "ask for a reference";
        break;
      case 1:
        action = cause.empty() ? "find out why, and bring to group 1" : "diagnose " + cause + ", and bring to group 1";
        break;
      case 2:
        action = "evaluate the niche: about " + core::detail::counted(look_alikes, "other") + ", " +
                 (std::isfinite(break_even) ? std::to_string(static_cast<std::int64_t>(break_even)) + " needed"
                                            : "no number would pay");
        break;
      default:
        action = "avoid more like it, or plan an exit";
        break;
    }
    auto status = core::Status::estimated;
    if (is_unknown) {
      action = "find out what it uses the product for";
      status = core::Status::not_identified;
    } else if (e.moods == 0.0 || p[group] < 0.5) {
      status = core::Status::doubtful;
    }
    who.push_back(a);
    maker.row({group + 1, group_names[group], p[0], p[1], p[2], p[3], on_target, happy, niche, profit, look_alikes,
               std::isfinite(break_even) ? Cell(static_cast<std::int64_t>(break_even)) : Cell(), reason, action,
               status});
  }

  journey::NamedTables result;
  core::Table table;
  table.add("account_id", graph.ids(graph::NodeKind::account).column(who));
  const core::Table rest = maker.table();
  for (std::size_t i = 0; i < rest.columns(); ++i) table.add(rest.names()[i], rest.column(i));
  result.tables.emplace_back("accounts", std::move(table));
  TableMaker groups{{"group", Type::count},
                    {"name", Type::text},
                    {"accounts", Type::count},
                    {"expected", Type::number},
                    {"revenue", Type::number}};
  for (std::size_t g = 0; g < 4; ++g) {
    groups.row({g + 1, group_names[g], most[g], expected[g], graph.accounts().arr.any() ? Cell(worth[g]) : Cell()});
  }
  result.tables.emplace_back("groups", groups.table());
  result.missing = missing.table();
  result.assumptions = {
      "What an account uses and asks for shows what it does with the product; the base's average is worth " +
          std::string(likeness == 1.0 ? "one observation."
                                      : short_number(likeness) + " observations, by how much alike accounts are."),
      "Signs of mood of one account vary by " + short_number(law.spread) +
          " about its mean; the base's average is worth " +
          (law.worth == 1.0 ? std::string("one sign.")
                            : short_number(law.worth) + " signs, by how much alike accounts are."),
      "Being on target, being happy and being one of many are independent of each other given what is known."};
  result.summary = std::to_string(most[0]) + " happy on target, " + std::to_string(most[1]) + " unhappy on target, " +
                   core::detail::counted(most[2], "pioneer") + ", " + core::detail::counted(most[3], "misfit");
  if (unknown > 0) result.summary += ", " + core::detail::grouped(unknown) + " of unknown use";
  result.summary += ".";
  return result;
}

}  // namespace detail

OUTWEIGH_INLINE journey::NamedTables categorise_customers(const graph::CustomerGraph& graph,
                                                          const FourGroupsOptions& options) {
  // Without draws of demand, only known look-alikes count, and the result says so.
  const std::optional<demand::Demand> demand = detail::demand_if_known(graph, options.control);
  return detail::four_groups(graph, demand ? &*demand : nullptr, options);
}

OUTWEIGH_INLINE journey::NamedTables categorise_customers(const demand::Demand& demand,
                                                          const FourGroupsOptions& options) {
  return detail::four_groups(demand.graph(), &demand, options);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::cases
