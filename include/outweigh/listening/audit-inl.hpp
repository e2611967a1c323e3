#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include <outweigh/listening/audit.hpp>
#include <outweigh/listening/detail/revenue_bands.hpp>
#include <outweigh/stats/distributions.hpp>
#include <outweigh/stats/proportion.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

namespace detail {

/// What one source, kind or everyone heard from customers of the base.
struct VoiceTally {
  std::map<std::uint32_t, HeardCounts> of_slot;  ///< by position in the base
  HeardCounts outside;
  HeardCounts apart;
};

inline std::vector<double> contacts_by_slot(const VoiceTally& tally, std::size_t base) {
  std::vector<double> contacts(base, 0.0);
  for (const auto& [slot, counts] : tally.of_slot) contacts[slot] = static_cast<double>(counts.contacts);
  return contacts;
}

/// Independent contacts behind `contacts` when those of one account are one decision.
inline double independent_contacts(std::span<const double> contacts) {
  double sum = 0.0;
  double squares = 0.0;
  for (const double c : contacts) {
    sum += c;
    squares += c * c;
  }
  return squares > 0.0 ? sum * sum / squares : 0.0;
}

/// Two-sided p-value of `share` of `size` trials against `expected`; sizes need not be whole.
inline double two_sided_p(double share, double size, double expected) {
  if (!(size > 0.0)) return 1.0;
  if (expected <= 0.0 || expected >= 1.0) return 1.0;
  const double hits = share * size;
  const double at_least = hits <= 0.0 ? 1.0 : stats::incomplete_beta(hits, size - hits + 1.0, expected).lower;
  const double at_most = hits >= size ? 1.0 : stats::incomplete_beta(hits + 1.0, size - hits, expected).upper;
  return std::min(1.0, 2.0 * std::min(at_least, at_most));
}

/// Members of the base at or above the value that bounds the top `share` (or below, for the bottom); empty when unknown.
inline std::vector<std::uint8_t> extreme_members(std::span<const std::optional<double>> values, double share, bool top) {
  std::vector<double> known;
  for (const auto& value : values) {
    if (value) known.push_back(top ? -*value : *value);
  }
  if (known.empty()) return {};
  std::sort(known.begin(), known.end());
  const double wanted = std::ceil(share * static_cast<double>(known.size()) - 1e-9);
  const auto count = static_cast<std::size_t>(std::max(1.0, wanted));
  const double bound = known[std::min(count, known.size()) - 1];
  std::vector<std::uint8_t> members(values.size(), 0);
  for (std::size_t slot = 0; slot < values.size(); ++slot) {
    if (values[slot] && (top ? -*values[slot] : *values[slot]) <= bound) members[slot] = 1;
  }
  return members;
}

struct BaseFacts {
  std::size_t size = 0;
  std::vector<core::Money> revenue;  ///< empty without `arr`
  std::vector<std::uint8_t> whale;
  std::vector<std::uint8_t> unhappy;
};

inline BaseFacts facts_of_base(const graph::CustomerGraph& graph, const AuditOptions& options) {
  BaseFacts facts;
  const auto base = graph.base();
  const auto& accounts = graph.accounts();
  facts.size = base.size();
  std::vector<std::optional<double>> revenue(base.size());
  std::vector<std::optional<double>> sentiment(base.size());
  const bool has_revenue = accounts.arr.any();
  if (has_revenue) facts.revenue.resize(base.size());
  for (std::size_t slot = 0; slot < base.size(); ++slot) {
    const std::size_t account = base[slot].value();
    if (accounts.arr.has(account)) {
      facts.revenue[slot] = accounts.arr[account];
      revenue[slot] = accounts.arr[account].units();
    }
    if (accounts.sentiment.has(account)) sentiment[slot] = accounts.sentiment[account];
  }
  facts.whale = extreme_members(revenue, options.whale_share, true);
  facts.unhappy = extreme_members(sentiment, options.unhappy_share, false);
  return facts;
}

/// Share of contacts with the members, with its interval.
struct MemberShare {
  std::optional<double> share;
  std::optional<double> lower;
  std::optional<double> upper;
  std::optional<double> base;
};

inline MemberShare member_share(std::span<const double> contacts, std::span<const std::uint8_t> members, double level) {
  MemberShare result;
  if (members.empty()) return result;
  double in = 0.0;
  double all = 0.0;
  double count = 0.0;
  for (std::size_t slot = 0; slot < members.size(); ++slot) {
    all += contacts[slot];
    in += members[slot] != 0 ? contacts[slot] : 0.0;
    count += members[slot] != 0 ? 1.0 : 0.0;
  }
  result.base = count / static_cast<double>(members.size());
  if (all == 0.0) return result;
  const double size = independent_contacts(contacts);
  result.share = in / all;
  const core::Interval interval = stats::wilson_interval(in / all * size, size, level);
  result.lower = interval.lower;
  result.upper = interval.upper;
  return result;
}

inline void add_concentration(SourceAudit& row, std::vector<double> contacts) {
  std::sort(contacts.begin(), contacts.end());
  const double n = static_cast<double>(contacts.size());
  double sum = 0.0;
  double squares = 0.0;
  double ranked = 0.0;
  for (std::size_t i = 0; i < contacts.size(); ++i) {
    sum += contacts[i];
    squares += contacts[i] * contacts[i];
    ranked += static_cast<double>(i + 1) * contacts[i];
  }
  if (!(sum > 0.0)) return;
  row.herfindahl = squares / (sum * sum);
  row.effective_accounts = sum * sum / squares;
  row.gini = std::max(0.0, 2.0 * ranked / (n * sum) - (n + 1.0) / n);
  // A tenth of the base need not be a whole number of accounts: the last one counts in part.
  double left = 0.1 * n;
  double loud = 0.0;
  for (std::size_t i = contacts.size(); i-- > 0 && left > 0.0; left -= 1.0) loud += std::min(1.0, left) * contacts[i];
  row.loudest_tenth = loud / sum;
}

/// Benjamini and Yekutieli's q-values, in place of the order of `p`.
inline std::vector<double> q_values(std::span<const double> p) {
  const std::size_t m = p.size();
  std::vector<std::size_t> order(m);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] != p[b] ? p[a] < p[b] : a < b; });
  double harmonic = 0.0;
  for (std::size_t i = 1; i <= m; ++i) harmonic += 1.0 / static_cast<double>(i);
  std::vector<double> q(m, 1.0);
  double least = 1.0;
  for (std::size_t i = m; i-- > 0;) {
    least = std::min(least, p[order[i]] * static_cast<double>(m) * harmonic / static_cast<double>(i + 1));
    q[order[i]] = least;
  }
  return q;
}

inline void require_share(double value, const char* name) {
  if (!(value > 0.0 && value < 1.0)) {
    throw core::InvalidInput("this option must lie between 0 and 1", {.column = name, .value = std::to_string(value)});
  }
}

inline std::string percent(double share) {
  const double value = 100.0 * share;
  const auto tenths = static_cast<long long>(std::llround(value * 10.0));
  return value < 10.0 && tenths % 10 != 0 ? std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " %"
                                          : std::to_string(std::llround(value)) + " %";
}

class Auditor {
 public:
  Auditor(const graph::CustomerGraph& graph, const Heard& heard, const AuditOptions& options)
      : graph_(graph), options_(options), base_(graph.base()) {
    require_share(options.whale_share, "whale_share");
    require_share(options.unhappy_share, "unhappy_share");
    require_share(options.level, "level");
    if (graph.size(graph::NodeKind::source) == 0) {
      throw core::MissingInput("an audit needs to know through whom was heard", {.table = "sources"});
    }
    if (heard.entries().empty()) {
      throw core::MissingInput("an audit needs something that was heard: interactions, requests or tickets with a source",
                               {.table = "interactions"});
    }
    facts_ = facts_of_base(graph, options);
    choose_sources();
    tally(heard);
  }

  [[nodiscard]] Audit run() {
    Audit audit;
    audit.level = options_.level;
    audit.currency = graph_.currency();
    audit.base_accounts = static_cast<std::int64_t>(base_.size());
    audit.overlapping_segments = graph_.segments_overlap();
    note_missing(audit);
    const std::vector<Dimension> dimensions = make_dimensions(audit);

    for (std::size_t i = 0; i < order_.size(); ++i) {
      options_.control.report("audit", static_cast<double>(i) / static_cast<double>(order_.size() + 1));
      add_voice(audit, dimensions, "source", order_[i], tallies_[order_[i]]);
    }
    std::map<std::string, VoiceTally> kinds;
    VoiceTally all;
    for (const std::uint32_t source : order_) {
      merge_into(kinds[kind_of(source).value_or("unknown")], tallies_[source]);
      merge_into(all, tallies_[source]);
    }
    for (const auto& [kind, tally] : kinds) add_voice(audit, dimensions, "kind", std::nullopt, tally, kind);
    add_voice(audit, dimensions, "all", std::nullopt, all);
    audit.heard_accounts = static_cast<std::int64_t>(all.of_slot.size());
    if (!facts_.revenue.empty()) {
      core::Money total;
      core::Money silent;
      for (std::uint32_t slot = 0; slot < base_.size(); ++slot) {
        total += facts_.revenue[slot];
        if (all.of_slot.count(slot) == 0) silent += facts_.revenue[slot];
      }
      audit.base_revenue = total;
      audit.never_heard_revenue = silent;
    }
    add_never_heard(audit, all);
    add_apart(audit);

    std::vector<double> p;
    for (const AuditRow& row : audit.rows) {
      if (row.p_value) p.push_back(*row.p_value);
    }
    const std::vector<double> q = q_values(p);
    std::size_t next = 0;
    for (AuditRow& row : audit.rows) {
      if (row.p_value) row.q_value = q[next++];
    }
    return audit;
  }

 private:
  void choose_sources() {
    const core::Ids& ids = graph_.ids(graph::NodeKind::source);
    std::vector<std::pair<std::string, std::uint32_t>> named;
    if (options_.sources.empty()) {
      for (std::size_t source = 0; source < ids.size(); ++source) {
        named.emplace_back(ids.text(source), static_cast<std::uint32_t>(source));
      }
    } else {
      for (const std::string& id : options_.sources) {
        const auto found = ids.find(std::string_view(id));
        if (!found) throw core::InvalidInput("there is no such source", {.table = "sources", .column = "source_id", .value = id});
        named.emplace_back(id, *found);
      }
    }
    std::sort(named.begin(), named.end());
    named.erase(std::unique(named.begin(), named.end()), named.end());
    for (const auto& [id, source] : named) order_.push_back(source);
    tallies_.resize(ids.size());
  }

  void tally(const Heard& heard) {
    const core::Ids& sources = graph_.ids(graph::NodeKind::source);
    const core::Ids& accounts = graph_.ids(graph::NodeKind::account);
    std::vector<std::uint32_t> slot_of(graph_.size(graph::NodeKind::account), no_level);
    for (std::size_t slot = 0; slot < base_.size(); ++slot) slot_of[base_[slot].value()] = static_cast<std::uint32_t>(slot);
    const std::set<std::uint32_t> chosen(order_.begin(), order_.end());
    for (const auto& [key, counts] : heard.entries()) {
      const auto source = sources.find(std::string_view(key.source_id));
      if (!source) {
        throw core::InvalidInput("what was heard names a source that the graph does not have",
                                 {.table = "sources", .column = "source_id", .value = key.source_id});
      }
      if (chosen.count(*source) == 0) continue;
      const auto account = accounts.find(std::string_view(key.account_id));
      VoiceTally& tally = tallies_[*source];
      if (key.party != graph::Party::customer) {
        tally.apart += counts;
        apart_[graph::to_string(key.party)] += counts;
        apart_accounts_[graph::to_string(key.party)].insert(key.account_id);
      } else if (!account || slot_of[*account] == no_level) {
        tally.outside += counts;
        apart_["outside"] += counts;
        apart_accounts_["outside"].insert(key.account_id);
      } else if (counts.contacts > 0 || counts.requests > 0) {
        tally.of_slot[slot_of[*account]] += counts;
      }
    }
  }

  static void merge_into(VoiceTally& into, const VoiceTally& from) {
    for (const auto& [slot, counts] : from.of_slot) into.of_slot[slot] += counts;
    into.outside += from.outside;
    into.apart += from.apart;
  }

  [[nodiscard]] std::optional<std::string> kind_of(std::uint32_t source) const {
    const auto& kind = graph_.sources().kind;
    return kind.has(source) ? std::optional(std::string(graph::to_string(kind[source]))) : std::nullopt;
  }

  void note_missing(Audit& audit) const {
    const auto& accounts = graph_.accounts();
    const auto& interactions = graph_.interactions();
    const auto need = [&](bool present, const char* figure, const char* table, const char* column) {
      if (!present) audit.missing.push_back({figure, table, column});
    };
    need(accounts.arr.any(), "share of whales, revenue never heard, revenue bands", "accounts", "arr");
    need(accounts.sentiment.any(), "share of unhappy outliers", "accounts", "sentiment");
    need(graph_.has_table("interactions"), "calls made to learn against escalations", "interactions", "interaction_id");
    if (graph_.has_table("interactions")) {
      need(interactions.purpose.any(), "calls made to learn against escalations", "interactions", "purpose");
      need(interactions.initiated_by.any(), "who began the contact", "interactions", "initiated_by");
      need(interactions.minutes.any(), "share of conversations that were long enough", "interactions", "minutes");
      need(interactions.customer_talk_share.any(), "share of conversations in which the customer talked", "interactions",
           "customer_talk_share");
    }
    need(graph_.has_table("customers"), "stakeholders, internal users and partners apart", "customers", "party");
  }

  [[nodiscard]] std::vector<Dimension> make_dimensions(const Audit& audit) const {
    std::vector<std::string> names = options_.by;
    if (names.empty()) {
      names.emplace_back("segment");
      const bool banded = std::none_of(audit.missing.begin(), audit.missing.end(),
                                       [](const MissingFigure& missing) { return missing.column == "arr"; });
      if (banded) names.emplace_back("revenue_band");
    }
    std::vector<Dimension> dimensions;
    for (const std::string& name : names) dimensions.push_back(divide_base(graph_, name, options_.dimension));
    return dimensions;
  }

  void add_voice(Audit& audit, const std::vector<Dimension>& dimensions, const char* group,
                 std::optional<std::uint32_t> source, const VoiceTally& tally, std::optional<std::string> kind = {}) {
    options_.control.check();
    const std::vector<double> contacts = contacts_by_slot(tally, base_.size());
    const double all = std::accumulate(contacts.begin(), contacts.end(), 0.0);
    const double independent = independent_contacts(contacts);
    const core::Ids& ids = graph_.ids(graph::NodeKind::source);
    const auto base_size = static_cast<std::int64_t>(base_.size());
    const auto heard_size = static_cast<std::int64_t>(tally.of_slot.size());

    SourceAudit summary;
    summary.group = group;
    if (source) {
      summary.source_id = ids.text(*source);
      kind = kind_of(*source);
      if (const auto name = graph_.sources().name.get(*source)) summary.name = std::string(*name);
    }
    summary.kind = kind;
    HeardCounts total;
    for (const auto& [slot, counts] : tally.of_slot) total += counts;
    summary.contacts = total.contacts;
    summary.requests = total.requests;
    summary.heard_accounts = heard_size;
    summary.reach = base_size > 0 ? static_cast<double>(heard_size) / static_cast<double>(base_size) : 0.0;
    if (!facts_.revenue.empty()) {
      core::Money heard_revenue;
      core::Money base_revenue;
      for (std::uint32_t slot = 0; slot < base_.size(); ++slot) base_revenue += facts_.revenue[slot];
      for (const auto& [slot, counts] : tally.of_slot) heard_revenue += facts_.revenue[slot];
      if (base_revenue > core::Money()) summary.revenue_reach = heard_revenue.units() / base_revenue.units();
    }
    const MemberShare whales = member_share(contacts, facts_.whale, options_.level);
    summary.whale_share = whales.share;
    summary.whale_lower = whales.lower;
    summary.whale_upper = whales.upper;
    summary.whale_base_share = whales.base;
    const MemberShare unhappy = member_share(contacts, facts_.unhappy, options_.level);
    summary.unhappy_share = unhappy.share;
    summary.unhappy_lower = unhappy.lower;
    summary.unhappy_upper = unhappy.upper;
    summary.unhappy_base_share = unhappy.base;
    summary.learn = total.learn;
    summary.escalations = total.escalation;
    summary.sell = total.sell;
    summary.support = total.support;
    summary.begun_by_us = total.begun_by_us;
    summary.begun_by_them = total.begun_by_them;
    const auto share = [](std::int64_t part, std::int64_t whole) {
      return whole > 0 ? std::optional(static_cast<double>(part) / static_cast<double>(whole)) : std::nullopt;
    };
    const std::int64_t known_purpose = total.learn + total.escalation + total.sell + total.support;
    summary.learn_share = share(total.learn, known_purpose);
    summary.escalation_share = share(total.escalation, known_purpose);
    summary.long_enough_share = share(total.long_enough, total.timed);
    summary.customer_talked_share = share(total.customer_talked, total.talk_known);
    add_concentration(summary, contacts);
    summary.outside = tally.outside.contacts;
    summary.apart = tally.apart.contacts;
    summary.status = all > 0.0 ? (independent < 5.0 ? core::Status::doubtful : core::Status::estimated) : core::Status::undefined;
    audit.sources.push_back(summary);

    for (const Dimension& dimension : dimensions) {
      for (std::size_t level = 0; level < dimension.levels.size(); ++level) {
        AuditRow row;
        row.group = group;
        row.source_id = summary.source_id;
        row.kind = kind;
        row.dimension = dimension.name;
        row.level = dimension.levels[level];
        row.accounts = static_cast<std::int64_t>(dimension.members[level].size());
        double level_contacts = 0.0;
        core::Money revenue;
        core::Money silent_revenue;
        for (const std::uint32_t slot : dimension.members[level]) {
          const auto found = tally.of_slot.find(slot);
          const bool is_heard = found != tally.of_slot.end();
          if (is_heard) {
            ++row.heard_accounts;
            row.contacts += found->second.contacts;
            level_contacts += contacts[slot];
          }
          if (!facts_.revenue.empty()) {
            revenue += facts_.revenue[slot];
            if (!is_heard) silent_revenue += facts_.revenue[slot];
          }
        }
        row.never_heard = row.accounts - row.heard_accounts;
        if (!facts_.revenue.empty()) {
          row.revenue = revenue;
          row.never_heard_revenue = silent_revenue;
        }
        if (base_size > 0) row.base_share = static_cast<double>(row.accounts) / static_cast<double>(base_size);
        if (row.accounts > 0) row.reach = static_cast<double>(row.heard_accounts) / static_cast<double>(row.accounts);
        if (all > 0.0) {
          row.heard_share = level_contacts / all;
          const core::Interval interval =
              stats::wilson_interval(std::min(*row.heard_share, 1.0) * independent, independent, options_.level);
          row.lower = interval.lower;
          row.upper = interval.upper;
          if (row.base_share > 0.0) {
            row.ratio = *row.heard_share / row.base_share;
            if (row.base_share < 1.0) row.p_value = two_sided_p(*row.heard_share, independent, row.base_share);
          }
          if (row.heard_accounts == 0 && row.accounts > 0) {
            row.chance_of_silence = stats::hypergeometric_mass(0, base_size, row.accounts, heard_size);
          }
          row.status = independent < 5.0 ? core::Status::doubtful : core::Status::estimated;
        }
        audit.rows.push_back(std::move(row));
      }
    }
  }

  void add_never_heard(Audit& audit, const VoiceTally& all) const {
    const Dimension segments = divide_base(graph_, "segment");
    std::vector<std::uint32_t> band(base_.size(), 0);
    std::vector<std::string> names = {""};
    if (!facts_.revenue.empty()) {
      names = band_names(options_.dimension.revenue_bands);
      names.emplace_back("unknown");
      band = revenue_bands_of_base(graph_, options_.dimension.revenue_bands);
    }
    const auto& sentiment = graph_.accounts().sentiment;
    const auto& started = graph_.accounts().started;
    const auto heard_total = static_cast<std::int64_t>(all.of_slot.size());
    for (std::size_t s = 0; s < segments.levels.size(); ++s) {
      struct Cell {
        NeverHeardRow row;
        core::Money revenue;
        double sentiment = 0.0;
        double sentiment_known = 0.0;
        double years = 0.0;
        double years_known = 0.0;
      };
      std::vector<Cell> cells(names.size());
      for (const std::uint32_t slot : segments.members[s]) {
        Cell& cell = cells[std::min<std::size_t>(band[slot], names.size() - 1)];
        ++cell.row.accounts;
        if (all.of_slot.count(slot) != 0) continue;
        ++cell.row.never_heard;
        if (!facts_.revenue.empty()) cell.revenue += facts_.revenue[slot];
        const std::size_t account = base_[slot].value();
        if (sentiment.has(account)) {
          cell.sentiment += sentiment[account];
          cell.sentiment_known += 1.0;
        }
        if (started.has(account)) {
          cell.years += (graph_.as_of().days() - started[account].days()) / 365.25;
          cell.years_known += 1.0;
        }
      }
      for (std::size_t b = 0; b < cells.size(); ++b) {
        Cell& cell = cells[b];
        if (cell.row.never_heard == 0) continue;
        cell.row.segment = segments.levels[s];
        cell.row.revenue_band = names[b];
        if (!facts_.revenue.empty()) cell.row.never_heard_revenue = cell.revenue;
        const auto base_size = static_cast<std::int64_t>(base_.size());
        cell.row.chance = stats::hypergeometric(cell.row.accounts - cell.row.never_heard, base_size, cell.row.accounts, heard_total).lower;
        std::string text;
        const auto word = [&text](const char* w) { text += (text.empty() ? "" : ", ") + std::string(w); };
        if (cell.sentiment_known > 0.0) {
          const double mean = cell.sentiment / cell.sentiment_known;
          word(mean > 0.33 ? "happy" : (mean < -0.33 ? "unhappy" : "neither happy nor unhappy"));
        }
        if (!names[b].empty() && names[b] != "unknown") word((names[b] + " revenue").c_str());
        if (cell.years_known > 0.0) {
          const double mean = cell.years / cell.years_known;
          word(mean < 1.0 ? "new" : (mean < 3.0 ? "with us 1 to 3 years" : "long with us"));
        }
        cell.row.description = std::move(text);
        audit.never_heard.push_back(std::move(cell.row));
      }
    }
    std::stable_sort(audit.never_heard.begin(), audit.never_heard.end(), [](const auto& a, const auto& b) {
      if (a.never_heard != b.never_heard) return a.never_heard > b.never_heard;
      return a.never_heard_revenue.value_or(core::Money()) > b.never_heard_revenue.value_or(core::Money());
    });
  }

  void add_apart(Audit& audit) const {
    for (const std::string_view who : {"stakeholder", "internal", "partner", "outside"}) {
      ApartRow row;
      row.who = who;
      if (const auto found = apart_.find(who); found != apart_.end()) {
        row.contacts = found->second.contacts;
        row.requests = found->second.requests;
        row.accounts = static_cast<std::int64_t>(apart_accounts_.find(who)->second.size());
      }
      audit.apart.push_back(std::move(row));
    }
  }

  const graph::CustomerGraph& graph_;
  const AuditOptions& options_;
  std::span<const graph::AccountIndex> base_;
  BaseFacts facts_;
  std::vector<std::uint32_t> order_;
  std::vector<VoiceTally> tallies_;
  std::map<std::string_view, HeardCounts> apart_;
  std::map<std::string_view, std::set<std::string>> apart_accounts_;
};

}  // namespace detail

OUTWEIGH_INLINE Audit audit(const graph::CustomerGraph& graph, const Heard& heard, const AuditOptions& options) {
  return detail::Auditor(graph, heard, options).run();
}

OUTWEIGH_INLINE Audit audit(const graph::CustomerGraph& graph, const AuditOptions& options) {
  return audit(graph, collect_heard(graph, options.heard), options);
}

OUTWEIGH_INLINE std::string Audit::summary() const {
  std::string text = std::to_string(heard_accounts) + " of " + std::to_string(base_accounts) +
                     " accounts of the base were heard at least once, " + std::to_string(never_heard_accounts()) + " never";
  if (never_heard_revenue && base_revenue && *base_revenue > core::Money()) {
    text += "; those never heard bring " + detail::percent(never_heard_revenue->units() / base_revenue->units()) + " of the revenue";
  }
  text += ".";
  const SourceAudit& all = pooled();
  if (all.whale_share && all.whale_base_share) {
    text += " " + detail::percent(*all.whale_share) + " of the contacts were with the largest " +
            detail::percent(*all.whale_base_share) + " of accounts.";
  }
  if (all.escalation_share) {
    text += " Of the calls with a known purpose " + detail::percent(*all.escalation_share) + " were escalations and " +
            detail::percent(all.learn_share.value_or(0.0)) + " were made to learn.";
  }
  if (all.contacts > 0) {
    text += " The " + std::to_string(all.contacts) + " contacts are as loud as " +
            std::to_string(std::llround(all.effective_accounts)) + " equally heard accounts.";
  }
  if (overlapping_segments) text += " Segments overlap, so that their shares add up to more than 100 %.";
  return text;
}

OUTWEIGH_INLINE core::Bytes Audit::to_bytes() const {
  core::ByteWriter writer("audit", 1);
  detail::put_rows(writer, rows);
  detail::put_rows(writer, sources);
  detail::put_rows(writer, never_heard);
  detail::put_rows(writer, apart);
  detail::put_rows(writer, missing);
  detail::put(writer, base_accounts);
  detail::put(writer, heard_accounts);
  detail::put(writer, base_revenue);
  detail::put(writer, never_heard_revenue);
  detail::put(writer, currency);
  detail::put(writer, level);
  writer.write(static_cast<std::uint8_t>(overlapping_segments ? 1 : 0));
  return std::move(writer).finish();
}

OUTWEIGH_INLINE Audit Audit::from_bytes(std::span<const std::byte> bytes) {
  core::ByteReader reader(bytes, "audit", 1);
  Audit audit;
  detail::get_rows(reader, audit.rows);
  detail::get_rows(reader, audit.sources);
  detail::get_rows(reader, audit.never_heard);
  detail::get_rows(reader, audit.apart);
  detail::get_rows(reader, audit.missing);
  if (audit.sources.empty()) core::ByteReader::fail("the state of an audit has no sources");
  detail::get(reader, audit.base_accounts);
  detail::get(reader, audit.heard_accounts);
  detail::get(reader, audit.base_revenue);
  detail::get(reader, audit.never_heard_revenue);
  detail::get(reader, audit.currency);
  detail::get(reader, audit.level);
  audit.overlapping_segments = reader.read_uint8() != 0;
  reader.finish();
  return audit;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
