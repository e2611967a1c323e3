// Independent contacts, and the detection histories that they make.
#pragma once

#include <algorithm>
#include <cmath>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include <outweigh/demand/detail/contact_weights.hpp>
#include <outweigh/demand/detail/deaf_kinds.hpp>
#include <outweigh/demand/detail/mention_of.hpp>
#include <outweigh/demand/detail/untrue_kinds.hpp>
#include <outweigh/demand/evidence.hpp>
#include <outweigh/graph/solution_status.hpp>
#include <outweigh/graph/stakeholders.hpp>
#include <outweigh/listening/detail/missing_silence.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand::detail {

/// A contact with an account. Follow-ups have been joined to the contact that they follow.
struct Contact {
  std::uint32_t account = 0;  ///< position in the evidence
  std::uint32_t source = 0;
  std::int64_t at = 0;
  std::uint8_t side = 0;     ///< 0 unknown, 1 us, 2 them
  std::uint8_t purpose = 0;  ///< 0 unknown, else 1 + graph::Purpose
  std::uint8_t length = 0;   ///< as in ContactClass
  std::uint8_t talk = 0;
  /// Of a contact that they began, or that is inferred: position of the need that came first.
  std::uint32_t first_need = Mention::none;
  bool is_inferred = false;
  bool is_dependent = false;  ///< we began it soon after one of theirs: neither an occasion nor silent
  bool is_heard = true;       ///< not so where all there is are claims that others passed on, unconfirmed
  bool has_mention = false;
  bool has_unlabelled = false;  ///< a request without a need: missing for all needs, not silent
};

/// The time in which a need was open, both ends included.
struct OpenTime {
  std::int64_t since = 0;
  std::int64_t until = 0;

  [[nodiscard]] bool holds(const Contact& contact) const noexcept { return contact.at >= since && contact.at <= until; }
  friend auto operator<=>(const OpenTime&, const OpenTime&) = default;
};

struct Contacts {
  std::vector<Contact> list{};              ///< by account, time, source
  std::vector<std::uint32_t> of_mention{};  ///< contact of each mention
  std::vector<Mention> mentions{};          ///< with `account` a position in the evidence
  std::vector<std::uint32_t> of_interaction{};
};

[[nodiscard]] inline Contacts make_contacts(const graph::CustomerGraph& graph, Evidence& evidence,
                                            std::vector<Mention> mentions, const DemandOptions& options) {
  constexpr std::uint32_t none = Mention::none;
  const std::size_t accounts = evidence.accounts.size();
  std::vector<std::uint32_t> position(graph.size(graph::NodeKind::account), none);
  for (std::size_t a = 0; a < accounts; ++a) position[evidence.accounts[a]] = static_cast<std::uint32_t>(a);
  const auto microseconds = [](double days) {
    return static_cast<std::int64_t>(days * static_cast<double>(core::Instant::microseconds_per_day));
  };

  struct Row {
    std::uint32_t account;
    std::int64_t at;
    std::uint32_t source;
    std::uint32_t interaction;
    std::uint8_t side;
  };
  const graph::Interactions& interactions = graph.interactions();
  const core::Ids& ids = graph.ids(graph::NodeKind::interaction);
  const bool is_integer = ids.is_integer();
  const auto counts = [&](std::size_t row) {
    return position[interactions.account[row].value()] != none && interactions.at[row] <= graph.as_of() &&
           !graph::speaks_as_stakeholder(graph, interactions.customer, row);
  };
  const auto side_of = [&](std::size_t row) -> std::uint8_t {
    if (!interactions.initiated_by.has(row)) return 0;
    return interactions.initiated_by[row] == graph::Side::us ? 1 : 2;
  };
  std::vector<Row> rows;
  for (std::size_t row = 0; row < interactions.rows; ++row) {
    if (!counts(row)) continue;
    rows.push_back({position[interactions.account[row].value()], interactions.at[row].microseconds(),
                    interactions.source[row].value(), static_cast<std::uint32_t>(row), side_of(row)});
  }
  // At one instant theirs come first, as what we do then follows up.
  std::sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) {
    if (a.account != b.account) return a.account < b.account;
    if (a.at != b.at) return a.at < b.at;
    if ((a.side == 2) != (b.side == 2)) return a.side == 2;
    if (is_integer) return ids.integer(a.interaction) < ids.integer(b.interaction);
    return ids.string(a.interaction) < ids.string(b.interaction);
  });

  Contacts contacts;
  contacts.of_interaction.assign(interactions.rows, none);
  const std::int64_t follow_up = microseconds(options.follow_up);
  // The contact that a chain of triggers began with, however the rows of one instant are ordered.
  const auto root_of = [&](std::size_t row) {
    std::size_t at = row;
    for (std::size_t steps = 0; interactions.triggered_by.has(at); ++steps) {
      const std::size_t before = interactions.triggered_by[at].value();
      if (steps == rows.size() || !counts(before) || interactions.account[before] != interactions.account[row] ||
          interactions.at[before] > interactions.at[at]) {
        break;
      }
      at = before;
      if (at == row) return row;  // a circle
    }
    return at;
  };
  std::vector<std::pair<std::size_t, std::size_t>> followers;
  std::size_t first = 0;
  while (first < rows.size()) {
    std::size_t end = first;
    while (end < rows.size() && rows[end].account == rows[first].account) ++end;
    std::uint32_t theirs = none;  // the last contact that they began
    for (std::size_t r = first; r < end; ++r) {
      const std::size_t row = rows[r].interaction;
      const std::uint8_t side = rows[r].side;
      if (const std::size_t root = root_of(row); root != row) {
        followers.emplace_back(row, root);
        ++evidence.follow_ups;
        continue;
      }
      Contact contact;
      contact.is_dependent = side == 1 && theirs != none && rows[r].at - contacts.list[theirs].at <= follow_up;
      evidence.follow_ups += contact.is_dependent ? 1U : 0U;
      contact.account = rows[r].account;
      contact.source = rows[r].source;
      contact.at = rows[r].at;
      contact.side = side;
      if (interactions.purpose.has(row)) {
        contact.purpose = static_cast<std::uint8_t>(1 + static_cast<int>(interactions.purpose[row]));
      }
      if (interactions.minutes.has(row)) {
        contact.length = interactions.minutes[row] < 10.0 ? 1 : interactions.minutes[row] < 30.0 ? 2 : 3;
      }
      if (interactions.customer_talk_share.has(row)) {
        const double share = interactions.customer_talk_share[row];
        contact.talk = share < 0.5 ? 1 : share < 0.75 ? 2 : 3;
      }
      contacts.of_interaction[row] = static_cast<std::uint32_t>(contacts.list.size());
      if (side == 2) theirs = contacts.of_interaction[row];
      contacts.list.push_back(contact);
    }
    first = end;
  }
  for (const auto& [row, root] : followers) contacts.of_interaction[row] = contacts.of_interaction[root];
  const std::size_t logged = contacts.list.size();
  for (const Contact& contact : contacts.list) evidence.logged += contact.is_dependent ? 0U : 1U;

  // Logged rows of an account, follow-ups too, to find the one that a request without an interaction belongs to.
  std::vector<std::uint32_t> begin(accounts + 1, 0);
  for (const Row& row : rows) ++begin[row.account + 1];
  for (std::size_t a = 0; a < accounts; ++a) begin[a + 1] += begin[a];

  for (Mention& mention : mentions) mention.account = position[mention.account];
  contacts.of_mention.assign(mentions.size(), none);
  const std::int64_t window = microseconds(options.window);
  std::vector<std::uint32_t> loose;
  for (std::size_t m = 0; m < mentions.size(); ++m) {
    const Mention& mention = mentions[m];
    if (mention.interaction != none && contacts.of_interaction[mention.interaction] != none) {
      contacts.of_mention[m] = contacts.of_interaction[mention.interaction];
      // A request filed under another account's contact is that account's own, inferred contact.
      if (contacts.list[contacts.of_mention[m]].account == mention.account) continue;
      contacts.of_mention[m] = none;
    }
    if (mention.interaction != none) {
      mentions[m].at = std::min(interactions.at[mention.interaction], graph.as_of()).microseconds();
      mentions[m].source = interactions.source[mention.interaction].value();
      loose.push_back(static_cast<std::uint32_t>(m));
      continue;
    }
    std::int64_t nearest = window + 1;
    for (std::uint32_t r = begin[mention.account]; r < begin[mention.account + 1]; ++r) {
      const std::int64_t distance = std::abs(rows[r].at - mention.at);
      if (rows[r].source == mention.source && distance < nearest) {
        nearest = distance;
        contacts.of_mention[m] = contacts.of_interaction[rows[r].interaction];
      }
    }
    if (contacts.of_mention[m] == none) loose.push_back(static_cast<std::uint32_t>(m));
  }
  std::sort(loose.begin(), loose.end(), [&](std::uint32_t x, std::uint32_t y) {
    const Mention& a = mentions[x];
    const Mention& b = mentions[y];
    return std::tie(a.account, a.source, a.at, a.interaction) < std::tie(b.account, b.source, b.at, b.interaction);
  });
  for (std::size_t l = 0; l < loose.size(); ++l) {
    const Mention& mention = mentions[loose[l]];
    if (l > 0) {
      const Mention& before = mentions[loose[l - 1]];
      const Contact& last = contacts.list.back();
      if (before.account == mention.account && before.source == mention.source && mention.at - last.at <= window) {
        contacts.of_mention[loose[l]] = static_cast<std::uint32_t>(contacts.list.size() - 1);
        continue;
      }
    }
    Contact contact;
    contact.account = mention.account;
    contact.source = mention.source;
    contact.at = mention.at;
    contact.is_inferred = true;
    contact.is_heard = false;
    contacts.of_mention[loose[l]] = static_cast<std::uint32_t>(contacts.list.size());
    contacts.list.push_back(contact);
  }
  evidence.inferred = contacts.list.size() - logged;
  for (std::size_t m = 0; m < mentions.size(); ++m) {
    Contact& contact = contacts.list[contacts.of_mention[m]];
    (mentions[m].need == none ? contact.has_unlabelled : contact.has_mention) = true;
    contact.is_heard = contact.is_heard || mentions[m].direct != 0 || mentions[m].belief == 1;
  }
  contacts.mentions = std::move(mentions);
  return contacts;
}

/// The need that each contact of theirs was begun for, and each that only a request tells of: the first one mentioned,
/// by time and then by the request's id.
inline void find_first_needs(const graph::CustomerGraph& graph, std::span<const Mention> mentions, Contacts& contacts,
                             std::span<const std::uint32_t> need_position) {
  const graph::Requests& requests = graph.requests();
  const core::Ids& ids = graph.ids(graph::NodeKind::request);
  std::vector<std::size_t> first(contacts.list.size(), requests.rows);
  const auto comes_before = [&](std::size_t a, std::size_t b) {
    if (requests.at[a] != requests.at[b]) return requests.at[a] < requests.at[b];
    return ids.is_integer() ? ids.integer(a) < ids.integer(b) : ids.string(a) < ids.string(b);
  };
  for (std::size_t row = 0; row < requests.rows; ++row) {
    const std::optional<Mention> mention = mention_of(graph, row);
    if (!mention || mention->need == Mention::none || mention->direct == 0 || mention->belief == 2) continue;
    const auto at = std::lower_bound(mentions.begin(), mentions.end(), *mention);
    const std::uint32_t c = contacts.of_mention[static_cast<std::size_t>(at - mentions.begin())];
    if (contacts.list[c].side != 2 && !contacts.list[c].is_inferred) continue;
    if (first[c] == requests.rows || comes_before(row, first[c])) first[c] = row;
  }
  for (std::size_t c = 0; c < first.size(); ++c) {
    if (first[c] < requests.rows) contacts.list[c].first_need = need_position[requests.need[first[c]].value()];
  }
}

/// Contacts that we begin are occasions, unless silent ones seem not to be logged. Contacts outside of `any_open`, when
/// no need was open, say nothing of it.
[[nodiscard]] inline ContactRole role_of_ours(const Contacts& contacts, std::size_t needs, const OpenTime& any_open,
                                              double& silent_share) {
  std::vector<std::uint32_t> mentioned(contacts.list.size(), 0);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> said;
  for (std::size_t m = 0; m < contacts.mentions.size(); ++m) {
    if (contacts.mentions[m].need == Mention::none) continue;
    said.emplace_back(contacts.of_mention[m], contacts.mentions[m].need);
  }
  std::sort(said.begin(), said.end());
  said.erase(std::unique(said.begin(), said.end()), said.end());
  for (const auto& [c, need] : said) ++mentioned[c];
  listening::detail::LoggedContacts logged;
  for (std::size_t c = 0; c < contacts.list.size(); ++c) {
    const Contact& contact = contacts.list[c];
    if (contact.is_inferred || contact.is_dependent || contact.has_unlabelled || contact.side == 2) continue;
    if (!any_open.holds(contact)) continue;
    logged.add(mentioned[c]);
  }
  silent_share = logged.all > 0.0 ? logged.with[0] / logged.all : 0.0;
  if (logged.all == 0.0) return ContactRole::none;
  return listening::detail::silent_contacts_are_missing(logged, needs) ? ContactRole::events : ContactRole::occasions;
}

/// Kind of source of each contact: 0 unknown, else 1 + graph::SourceKind.
[[nodiscard]] inline std::vector<std::uint8_t> kinds_of(const graph::CustomerGraph& graph, const Contacts& contacts) {
  const auto& kind = graph.sources().kind;
  std::vector<std::uint8_t> result(contacts.list.size(), 0);
  for (std::size_t c = 0; c < result.size(); ++c) {
    const std::uint32_t source = contacts.list[c].source;
    if (kind.has(source)) result[c] = static_cast<std::uint8_t>(1 + static_cast<int>(kind[source]));
  }
  return result;
}

[[nodiscard]] inline CheckedReports checked_reports(const Contacts& contacts, std::span<const std::uint8_t> kinds) {
  CheckedReports reports;
  for (std::size_t m = 0; m < contacts.mentions.size(); ++m) {
    const Mention& mention = contacts.mentions[m];
    if (mention.need == Mention::none || mention.belief == 0) continue;
    const std::uint8_t kind = kinds[contacts.of_mention[m]];
    reports.checked[kind] += 1.0;
    reports.untrue[kind] += mention.belief == 2 ? 1.0 : 0.0;
  }
  return reports;
}

/// By need, which kinds of sources are deaf to it.
[[nodiscard]] inline std::vector<std::uint16_t> find_deaf_kinds(const Evidence& evidence, const Contacts& contacts,
                                                                std::span<const std::uint8_t> kinds,
                                                                std::span<const std::uint32_t> need_position) {
  DeafKinds counts(evidence.strata, evidence.needs.size());
  std::vector<std::pair<std::uint32_t, std::uint32_t>> said;
  for (std::size_t m = 0; m < contacts.mentions.size(); ++m) {
    const Mention& mention = contacts.mentions[m];
    if (mention.need == Mention::none || mention.direct == 0 || mention.belief == 2) continue;
    if (!contacts.list[contacts.of_mention[m]].is_dependent) {
      said.emplace_back(contacts.of_mention[m], need_position[mention.need]);
    }
  }
  std::sort(said.begin(), said.end());
  said.erase(std::unique(said.begin(), said.end()), said.end());
  for (const auto& [c, i] : said) counts.add(evidence.stratum[contacts.list[c].account], kinds[c], i);
  counts.find();
  return {counts.deaf().begin(), counts.deaf().end()};
}

/// Needs that other kinds of sources hear of from accounts that come by themselves are spoken of by other accounts:
/// each such group of needs has voices of its own. The commonest groups by number of needs; what is left joins the
/// first.
inline void set_voices(Evidence& evidence, const Contacts& contacts, std::span<const std::uint8_t> kinds) {
  std::uint16_t comes_by_itself = 0;
  for (std::size_t c = 0; c < contacts.list.size(); ++c) {
    if (contacts.list[c].first_need != Mention::none) {
      comes_by_itself = static_cast<std::uint16_t>(comes_by_itself | 1U << kinds[c]);
    }
  }
  Histories& histories = evidence.histories;
  std::map<std::uint16_t, std::size_t> sizes;
  for (const std::uint16_t deaf : evidence.deaf) ++sizes[static_cast<std::uint16_t>(deaf & comes_by_itself)];
  std::vector<std::pair<std::size_t, std::uint16_t>> order;
  for (const auto& [mask, size] : sizes) order.emplace_back(evidence.deaf.size() - size, mask);
  std::sort(order.begin(), order.end());
  histories.voice_of_exposure.assign(histories.exposures.size(), 0);
  for (std::size_t i = 0; i < evidence.deaf.size(); ++i) {
    for (std::size_t v = 0; v < std::min<std::size_t>(order.size(), most_voices); ++v) {
      if (order[v].second == (evidence.deaf[i] & comes_by_itself)) {
        histories.voice_of_exposure[histories.exposure_of_need[i]] = static_cast<std::uint32_t>(v);
      }
    }
  }
}

/// For how long any source served each account. Without a table of coverage every source serves everybody.
class CoveredTime {
 public:
  CoveredTime(const graph::CustomerGraph& graph, std::span<const std::uint32_t> accounts)
      : is_known_(graph.coverage().rows > 0) {
    if (!is_known_) return;
    spans_.resize(accounts.size());
    std::vector<std::uint32_t> position(graph.size(graph::NodeKind::account), Mention::none);
    for (std::size_t a = 0; a < accounts.size(); ++a) position[accounts[a]] = static_cast<std::uint32_t>(a);
    const graph::Coverage& coverage = graph.coverage();
    constexpr std::int64_t far = std::numeric_limits<std::int64_t>::max() / 4;
    for (std::size_t row = 0; row < coverage.rows; ++row) {
      const std::uint32_t a = position[coverage.account[row].value()];
      if (a == Mention::none) continue;
      spans_[a].emplace_back(coverage.since.has(row) ? coverage.since[row].microseconds() : -far,
                             coverage.until.has(row) ? coverage.until[row].microseconds() : far);
    }
    for (auto& spans : spans_) {
      std::sort(spans.begin(), spans.end());
      std::size_t last = 0;
      for (std::size_t k = 1; k < spans.size(); ++k) {
        if (spans[k].first <= spans[last].second) {
          spans[last].second = std::max(spans[last].second, spans[k].second);
        } else {
          spans[++last] = spans[k];
        }
      }
      if (!spans.empty()) spans.resize(last + 1);
    }
  }

  /// Microseconds from `begin` to `end` in which the account was served; -1 where it never is.
  [[nodiscard]] double within(std::size_t account, std::int64_t begin, std::int64_t end) const {
    if (!is_known_) return static_cast<double>(std::max<std::int64_t>(0, end - begin));
    if (spans_[account].empty()) return -1.0;
    double time = 0.0;
    for (const auto& [since, until] : spans_[account]) {
      time += static_cast<double>(std::max<std::int64_t>(0, std::min(until, end) - std::max(since, begin)));
    }
    return time > 0.0 ? time : -1.0;
  }

 private:
  bool is_known_ = false;
  std::vector<std::vector<std::pair<std::int64_t, std::int64_t>>> spans_{};
};

inline void fill_histories(const graph::CustomerGraph& graph, Evidence& evidence, const Contacts& contacts,
                           std::span<const std::uint32_t> need_position) {
  const std::size_t needs = evidence.needs.size();
  const std::size_t accounts = evidence.accounts.size();
  constexpr double year = 365.25 * static_cast<double>(core::Instant::microseconds_per_day);
  double theirs = 0.0;
  double silent = 0.0;
  for (const Contact& contact : contacts.list) {
    if (contact.is_inferred || contact.side != 2) continue;
    theirs += 1.0;
    silent += contact.has_mention || contact.has_unlabelled ? 0.0 : 1.0;
  }
  evidence.by_them = theirs > 0.0 ? ContactRole::caused : ContactRole::none;
  evidence.silent_by_them = theirs > 0.0 ? silent / theirs : 0.0;
  const auto role_of = [&](const Contact& contact) {
    if (!contact.is_heard) return ContactRole::none;
    if (contact.is_inferred) return contact.first_need == Mention::none ? ContactRole::events : ContactRole::caused;
    return contact.side == 2 ? evidence.by_them : evidence.by_us;
  };
  const auto is_ours = [](const Contact& contact) { return contact.side != 2 && !contact.is_inferred; };
  // One of theirs that names no need had another cause, and whether needs come up on such calls nobody knows. Those
  // that do are counted anyway, and are weighed by how often they name further needs.
  const auto is_occasion = [&](const Contact& contact) {
    const ContactRole role = role_of(contact);
    const bool is_counted = role == ContactRole::occasions || (role == ContactRole::caused && contact.has_mention);
    return is_counted && !contact.has_unlabelled && !contact.is_dependent;
  };
  std::int64_t begin_of_time = graph.as_of().microseconds();
  for (const Contact& contact : contacts.list) begin_of_time = std::min(begin_of_time, contact.at);
  const std::int64_t now = graph.as_of().microseconds();

  // Needs that were open at the same time share their exposure. A need closes when a solution that meets it ships.
  std::vector<OpenTime> open(needs, OpenTime{begin_of_time, now});
  const std::vector<std::optional<core::Instant>> met = graph::met_since(graph);
  for (std::size_t i = 0; i < needs; ++i) {
    const auto& when = graph.needs().opened;
    if (when.has(evidence.needs[i])) {
      open[i].since = std::clamp(when[evidence.needs[i]].microseconds(), begin_of_time, now);
    }
    if (const auto& since = met[evidence.needs[i]]) open[i].until = std::max(since->microseconds(), begin_of_time);
  }
  OpenTime any_open = needs == 0 ? OpenTime{now, now} : open[0];
  for (const OpenTime& time : open) {
    any_open = {std::min(any_open.since, time.since), std::max(any_open.until, time.until)};
    evidence.closed.push_back(core::Instant::from_microseconds(time.until));
  }
  evidence.by_us = role_of_ours(contacts, needs, any_open, evidence.silent_by_us);
  bool has_events = false;
  evidence.sides_unknown = evidence.logged > 0;
  for (const Contact& contact : contacts.list) {
    const ContactRole role = role_of(contact);
    has_events = has_events || role == ContactRole::caused || role == ContactRole::events;
    if (!contact.is_inferred && contact.side != 0) evidence.sides_unknown = false;
  }
  const std::vector<std::uint8_t> kinds = kinds_of(graph, contacts);
  evidence.deaf = find_deaf_kinds(evidence, contacts, kinds, need_position);
  const auto is_deaf = [&](std::size_t i, std::size_t contact) {
    return (evidence.deaf[i] >> kinds[contact] & 1U) != 0;
  };
  std::map<std::pair<OpenTime, std::uint16_t>, std::uint32_t> exposures;
  for (std::size_t i = 0; i < needs; ++i) exposures.try_emplace({open[i], evidence.deaf[i]}, 0U);
  {
    std::uint32_t next = 0;
    for (auto& [window, exposure] : exposures) exposure = next++;
  }
  Histories& histories = evidence.histories;
  histories.exposure_of_need.resize(needs);
  for (std::size_t i = 0; i < needs; ++i) {
    histories.exposure_of_need[i] = exposures[{open[i], evidence.deaf[i]}];
  }

  // Mentions by contact, to learn how kinds of contacts differ.
  std::vector<double> weight(contacts.list.size(), 1.0);
  {
    std::vector<ContactClass> classes(contacts.list.size());
    for (std::size_t c = 0; c < contacts.list.size(); ++c) {
      const Contact& contact = contacts.list[c];
      classes[c].account = contact.account;
      classes[c].caused_by = contact.first_need;
      classes[c].at = contact.at;
      classes[c].is_occasion = is_occasion(contact) && any_open.holds(contact);
      classes[c].length = contact.length;
      classes[c].talk = contact.talk;
      classes[c].source_kind = kinds[c];
      classes[c].purpose = contact.purpose;
      classes[c].side = contact.side;
    }
    std::vector<std::pair<std::uint32_t, std::uint32_t>> said;  // need and contact
    for (std::size_t m = 0; m < contacts.mentions.size(); ++m) {
      const Mention& mention = contacts.mentions[m];
      if (mention.need == Mention::none || mention.direct == 0 || mention.belief == 2) continue;
      const std::uint32_t c = contacts.of_mention[m];
      const std::uint32_t i = need_position[mention.need];
      if (!classes[c].is_occasion || contacts.list[c].first_need == i) continue;
      if (!open[i].holds(contacts.list[c])) continue;
      if (is_deaf(i, c)) continue;
      said.emplace_back(i, c);
    }
    std::sort(said.begin(), said.end());
    said.erase(std::unique(said.begin(), said.end()), said.end());
    std::vector<Audible> audible;
    for (std::size_t i = 0; i < needs; ++i) audible.push_back({open[i].since, open[i].until, evidence.deaf[i]});
    evidence.has_weights = fit_contact_weights(classes, said, audible, weight);
  }

  const graph::Accounts& table = graph.accounts();
  const CoveredTime covered(graph, evidence.accounts);
  histories.exposures.resize(exposures.size());
  evidence.contacted.resize(exposures.size());
  for (const auto& [key, which] : exposures) {
    const auto& [window, deaf] = key;
    Exposure& exposure = histories.exposures[which];
    exposure.occasions.assign(accounts, 0.0);
    exposure.years.assign(accounts, 0.0);
    if (evidence.by_us == ContactRole::occasions) exposure.ours.assign(accounts, 0.0);
    evidence.contacted[which].assign(accounts, 0);
    for (std::size_t c = 0; c < contacts.list.size(); ++c) {
      const Contact& contact = contacts.list[c];
      if (!window.holds(contact)) continue;
      if (contact.is_heard) evidence.contacted[which][contact.account] = 1;
      if (!is_occasion(contact) || (deaf >> kinds[c] & 1U) != 0) continue;
      exposure.occasions[contact.account] += weight[c];
      if (!exposure.ours.empty() && is_ours(contact)) exposure.ours[contact.account] += weight[c];
    }
    if (!has_events) continue;
    for (std::size_t a = 0; a < accounts; ++a) {
      const std::size_t account = evidence.accounts[a];
      std::int64_t since = window.since;
      if (table.started.has(account)) since = std::max(since, table.started[account].microseconds());
      // A tenth of a day at least, so that what was heard at the very edge of the window can have been said.
      const double time = covered.within(a, since, window.until);
      if (time >= 0.0) exposure.years[a] = std::max(0.1 / 365.25, time / year);
    }
  }

  set_voices(evidence, contacts, kinds);
  evidence.untrue_odds = untrue_odds(checked_reports(contacts, kinds));

  // One history a pair that was heard, asked or passed on.
  struct Pair {
    double mentions = 0.0, weight = 0.0, log_weight = 0.0, events = 0.0, apart = 0.0, untrue_odds = 1.0;
    bool on_ours = false, has_any = false, has_voice = false, has_untrue = false, has_confirmed = false;
    std::optional<bool> asked{};
    std::int64_t asked_at = 0;
    std::int64_t last = 0;
  };
  std::map<std::pair<std::uint32_t, std::uint32_t>, Pair> pairs;
  std::vector<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t>> order;
  for (std::size_t m = 0; m < contacts.mentions.size(); ++m) {
    const Mention& mention = contacts.mentions[m];
    if (mention.need == Mention::none) continue;
    order.emplace_back(need_position[mention.need], mention.account, contacts.of_mention[m],
                       static_cast<std::uint32_t>(m));
  }
  std::sort(order.begin(), order.end());
  for (std::size_t o = 0; o < order.size();) {
    const auto [i, a, c, unused] = order[o];
    bool is_direct = false;  // two reports of one contact are one voice
    bool is_confirmed = false;
    bool is_untrue = false;
    Pair& pair = pairs[{i, a}];
    const Contact& contact = contacts.list[c];
    for (; o < order.size() && std::get<0>(order[o]) == i && std::get<1>(order[o]) == a && std::get<2>(order[o]) == c;
         ++o) {
      const Mention& mention = contacts.mentions[std::get<3>(order[o])];
      is_direct = is_direct || mention.direct != 0;
      is_confirmed = is_confirmed || mention.belief == 1;
      is_untrue = is_untrue || mention.belief == 2;
    }
    const bool is_believed = is_confirmed || !is_untrue;
    pair.has_confirmed = pair.has_confirmed || is_confirmed;
    pair.has_untrue = pair.has_untrue || is_untrue;
    if (is_believed) {
      pair.has_any = true;
      pair.has_voice = pair.has_voice || is_direct || is_confirmed;
      pair.last = std::max(pair.last, contact.at);
    }
    const bool counts = open[i].holds(contact);
    const bool occasion = is_occasion(contact) && !is_deaf(i, c);
    if (!counts || (!occasion && role_of(contact) != ContactRole::events) || contact.has_unlabelled) {
      pair.apart += is_direct && is_believed ? 1.0 : 0.0;
      continue;
    }
    if (role_of(contact) == ContactRole::events) {
      pair.events += is_direct && is_believed ? 1.0 : 0.0;
      continue;
    }
    // Not silent, whoever spoke.
    pair.weight += weight[c];
    if (!is_direct) continue;
    if (contact.first_need == i && is_believed) {
      pair.events += 1.0;
    } else {
      pair.mentions += 1.0;
      pair.on_ours = pair.on_ours || is_ours(contact);
      pair.log_weight += std::log(weight[c]);
      pair.untrue_odds = std::clamp(pair.untrue_odds * evidence.untrue_odds[kinds[c]], 1e-6, 1e6);
    }
  }
  std::vector<std::uint32_t> position(graph.size(graph::NodeKind::account), Mention::none);
  for (std::size_t a = 0; a < accounts; ++a) position[evidence.accounts[a]] = static_cast<std::uint32_t>(a);
  const graph::Asked& asked = graph.asked();
  for (std::size_t row = 0; row < asked.rows; ++row) {
    if (asked.answer[row] == graph::Answer::unknown) continue;
    const std::size_t interaction = asked.interaction[row].value();
    const std::uint32_t a = position[graph.interactions().account[interaction].value()];
    const std::int64_t at = graph.interactions().at[interaction].microseconds();
    if (a == Mention::none || at > now) continue;
    Pair& pair = pairs[{need_position[asked.need[row].value()], a}];
    const bool yes = asked.answer[row] == graph::Answer::yes;
    // The latest answer counts; of two at once, the yes.
    if (!pair.asked || at > pair.asked_at || (at == pair.asked_at && yes)) {
      pair.asked = yes;
      pair.asked_at = at;
    }
  }

  evidence.voices.assign(needs * accounts, Voice::silent);
  histories.heard.assign(needs, {});
  for (const auto& [key, pair] : pairs) {
    const auto [i, a] = key;
    History history;
    history.account = a;
    const Exposure& exposure = histories.exposures[histories.exposure_of_need[i]];
    history.mentions = pair.mentions;
    history.weight = std::min(pair.weight, exposure.occasions[a]);
    if (evidence.has_weights && pair.mentions > 0.0) history.said_weight = std::exp(pair.log_weight / pair.mentions);
    history.events = exposure.years[a] > 0.0 ? pair.events : 0.0;
    history.apart = pair.apart;
    history.is_sure = pair.has_confirmed;
    history.on_ours = pair.on_ours;
    history.untrue_odds = pair.untrue_odds;
    Voice& voice = evidence.voices[i * accounts + a];
    const bool asks_later = pair.has_any && pair.last > pair.asked_at;
    if (pair.asked && *pair.asked) {
      voice = Voice::confirmed;
      history.known = 1;
      history.asked = true;
    } else if (pair.asked && !asks_later) {
      voice = Voice::denied;
      history.known = -1;
      history.asked = true;
    } else if (pair.has_untrue && !pair.has_confirmed) {
      // Whatever else the account is said to have asked for: nobody who looked found it so.
      voice = Voice::denied;
      history.known = -1;
    } else if (pair.has_any) {
      voice = pair.has_confirmed ? Voice::confirmed : Voice::requested;
      history.known = 1;
      evidence.hearsay += pair.has_voice ? 0U : 1U;
    } else {
      continue;
    }
    histories.heard[i].push_back(history);
  }
}

}  // namespace outweigh::inline OUTWEIGH_ABI::demand::detail
