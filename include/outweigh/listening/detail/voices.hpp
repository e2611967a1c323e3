// Whose hearing an audit looks at: sources, kinds, teams, persons and all pooled, with what each heard.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/graph/stakeholders.hpp>
#include <outweigh/listening/detail/collect.hpp>
#include <outweigh/listening/detail/revenue_bands.hpp>
#include <outweigh/listening/heard.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

/// What one voice heard from customers of the base.
struct VoiceTally {
  std::map<std::uint32_t, HeardCounts> of_slot;  ///< by position in the base
  HeardCounts outside;
  HeardCounts apart;

  void merge(const VoiceTally& from) {
    for (const auto& [slot, counts] : from.of_slot) of_slot[slot] += counts;
    outside += from.outside;
    apart += from.apart;
  }
};

struct Voice {
  std::string group{};
  std::optional<std::string> source_id{};
  std::optional<std::string> kind{};
  std::string label{};
  std::optional<std::string> name{};
  std::vector<std::uint32_t> sources{};  ///< it is made of; empty for persons that a column names
  std::optional<std::uint32_t> person{};
  VoiceTally tally{};
};

/// Names of a text column of `table` that is not of ours, where there is one.
inline const core::Column* label_column(const graph::CustomerGraph& graph, std::string_view table,
                                        std::string_view name) {
  const core::Column* column = graph.has_table(table) ? graph.attributes(table).find(name) : nullptr;
  return column != nullptr && column->null_count() < column->size() ? column : nullptr;
}

/// The colleague in a contact: the column `person` of its table, else the owner of its source.
class PersonNames {
 public:
  explicit PersonNames(const graph::CustomerGraph& graph) : graph_(graph) {
    columns_ = {label_column(graph, "interactions", "person"), label_column(graph, "tickets", "person"),
                label_column(graph, "requests", "person")};
  }
  [[nodiscard]] bool by_column() const noexcept {
    return columns_[0] != nullptr || columns_[1] != nullptr || columns_[2] != nullptr;
  }
  [[nodiscard]] bool any() const noexcept { return by_column() || graph_.sources().owner.any(); }
  [[nodiscard]] std::optional<std::string> operator()(const ContactRow& contact) const {
    const core::Column* column = columns_[static_cast<std::size_t>(contact.table)];
    if (column != nullptr && !column->is_null(contact.row)) return column->text(contact.row);
    if (const auto owner = graph_.sources().owner.get(contact.source.value())) return std::string(*owner);
    return std::nullopt;
  }

 private:
  const graph::CustomerGraph& graph_;
  std::array<const core::Column*, 3> columns_{};
};

/// Role of each person of the base who counts as a customer.
struct Roles {
  std::vector<std::string> names;                   ///< sorted; "unknown" last where some person has none
  std::vector<std::uint32_t> of_customer;           ///< no_level for people that do not count
  std::vector<double> people;                       ///< by role
  std::vector<std::vector<std::uint32_t>> members;  ///< accounts of the base with such people, by role
};

inline Roles roles_of_base(const graph::CustomerGraph& graph, std::span<const std::uint32_t> slot_of) {
  const auto& customers = graph.customers();
  if (!customers.role.any()) {
    throw core::MissingInput("the people of the base cannot be divided by role without this column",
                             {.table = "customers", .column = "role"});
  }
  Roles roles;
  roles.of_customer.assign(customers.rows, no_level);
  const auto slot = [&](std::size_t row) {
    const bool is_ours = customers.party.value_or(row, graph::Party::customer) != graph::Party::customer;
    if (!customers.account.has(row) || is_ours) return no_level;
    return slot_of[customers.account[row].value()];
  };
  std::set<std::string, std::less<>> names;
  bool unknown = false;
  for (std::size_t row = 0; row < customers.rows; ++row) {
    if (slot(row) == no_level) continue;
    if (const auto role = customers.role.get(row)) {
      names.emplace(*role);
    } else {
      unknown = true;
    }
  }
  roles.names.assign(names.begin(), names.end());
  const auto known = static_cast<std::ptrdiff_t>(names.size());
  if (unknown) roles.names.emplace_back("unknown");
  roles.people.assign(roles.names.size(), 0.0);
  roles.members.resize(roles.names.size());
  for (std::size_t row = 0; row < customers.rows; ++row) {
    const std::uint32_t at = slot(row);
    if (at == no_level) continue;
    std::size_t role = roles.names.size() - 1;
    if (const auto text = customers.role.get(row)) {
      role = static_cast<std::size_t>(std::lower_bound(roles.names.begin(), roles.names.begin() + known, *text) -
                                      roles.names.begin());
    }
    roles.of_customer[row] = static_cast<std::uint32_t>(role);
    roles.people[role] += 1.0;
    roles.members[role].push_back(at);
  }
  for (auto& members : roles.members) {
    std::sort(members.begin(), members.end());
    members.erase(std::unique(members.begin(), members.end()), members.end());
  }
  return roles;
}

/// Contacts with people of a role: account, role, number.
struct RoleContact {
  std::uint32_t slot = 0;
  std::uint32_t role = 0;
  std::int64_t contacts = 0;
};

/// The voices of an audit, in the order of its tables.
class VoiceBook {
 public:
  VoiceBook(const graph::CustomerGraph& graph, const Heard& heard, std::span<const std::string> sources)
      : graph_(graph), persons_(graph) {
    const auto base = graph.base();
    slot_of_.assign(graph.size(graph::NodeKind::account), no_level);
    for (std::size_t slot = 0; slot < base.size(); ++slot)
      slot_of_[base[slot].value()] = static_cast<std::uint32_t>(slot);
    choose(sources);
    tally(heard);
    gather(heard.options());
  }

  [[nodiscard]] std::vector<Voice>& voices() noexcept { return voices_; }
  [[nodiscard]] std::span<const std::uint32_t> slot_of() const noexcept { return slot_of_; }
  /// Teams and persons both come from the owners of the sources.
  [[nodiscard]] bool persons_are_teams() const noexcept { return persons_are_teams_; }
  [[nodiscard]] const std::map<std::string_view, HeardCounts>& apart() const noexcept { return apart_; }
  [[nodiscard]] std::int64_t apart_accounts(std::string_view who) const {
    const auto found = apart_accounts_.find(who);
    return found == apart_accounts_.end() ? 0 : static_cast<std::int64_t>(found->second.size());
  }

  /// By voice; ascending by account.
  [[nodiscard]] std::vector<std::vector<RoleContact>> role_contacts(const Roles& roles) const {
    const auto count = static_cast<std::uint32_t>(std::max<std::size_t>(1, roles.names.size()));
    const auto collect = [&](const auto& unit_of) {
      const CountsByParty counts =
          collect_counts(graph_, {}, [&](const ContactRow& row) -> std::optional<std::uint32_t> {
            if (!row.customer || roles.of_customer[*row.customer] == no_level) return std::nullopt;
            const std::optional<std::uint32_t> unit = unit_of(row);
            return unit ? std::optional(*unit * count + roles.of_customer[*row.customer]) : std::nullopt;
          });
      std::map<std::uint32_t, std::vector<RoleContact>> of_unit;
      for (const auto& [key, value] : counts[static_cast<std::size_t>(graph::Party::customer)]) {
        const std::uint32_t slot = slot_of_[key & 0xFFFFFFFFU];
        const auto unit = static_cast<std::uint32_t>(key >> 32U);
        if (slot != no_level && value.contacts > 0)
          of_unit[unit / count].push_back({slot, unit % count, value.contacts});
      }
      return of_unit;
    };
    const auto of_source = collect([&](const ContactRow& row) {
      return chosen_[row.source.value()] != 0 ? std::optional(row.source.value()) : std::nullopt;
    });
    std::map<std::uint32_t, std::vector<RoleContact>> of_person;
    if (persons_.by_column()) of_person = collect([&](const ContactRow& row) { return person_of(row); });
    std::vector<std::vector<RoleContact>> result;
    for (const Voice& voice : voices_) {
      std::map<std::pair<std::uint32_t, std::uint32_t>, std::int64_t> sums;
      const auto add = [&](const auto& units, std::uint32_t unit) {
        if (const auto found = units.find(unit); found != units.end()) {
          for (const RoleContact& contact : found->second) sums[{contact.slot, contact.role}] += contact.contacts;
        }
      };
      if (voice.person) {
        add(of_person, *voice.person);
      } else {
        for (const std::uint32_t source : voice.sources) add(of_source, source);
      }
      std::vector<RoleContact>& list = result.emplace_back();
      for (const auto& [key, contacts] : sums) list.push_back({key.first, key.second, contacts});
    }
    return result;
  }

 private:
  void choose(std::span<const std::string> wanted) {
    const core::Ids& ids = graph_.ids(graph::NodeKind::source);
    std::vector<std::pair<std::string, std::uint32_t>> named;
    if (wanted.empty()) {
      for (std::size_t source = 0; source < ids.size(); ++source)
        named.emplace_back(ids.text(source), static_cast<std::uint32_t>(source));
    }
    for (const std::string& id : wanted) {
      const auto found = ids.find(std::string_view(id));
      if (!found)
        throw core::InvalidInput("there is no such source", {.table = "sources", .column = "source_id", .value = id});
      named.emplace_back(id, *found);
    }
    std::sort(named.begin(), named.end());
    named.erase(std::unique(named.begin(), named.end()), named.end());
    chosen_.assign(ids.size(), 0);
    for (const auto& [id, source] : named) {
      order_.push_back(source);
      chosen_[source] = 1;
    }
    tallies_.resize(ids.size());
  }

  void tally(const Heard& heard) {
    const core::Ids& sources = graph_.ids(graph::NodeKind::source);
    const core::Ids& accounts = graph_.ids(graph::NodeKind::account);
    for (const auto& [key, counts] : heard.entries()) {
      const auto source = sources.find(std::string_view(key.source_id));
      if (!source) {
        throw core::InvalidInput("what was heard names a source that the graph does not have",
                                 {.table = "sources", .column = "source_id", .value = key.source_id});
      }
      if (chosen_[*source] == 0) continue;
      const auto account = accounts.find(std::string_view(key.account_id));
      VoiceTally& tally = tallies_[*source];
      const graph::Party party = key.party == graph::Party::customer && account
                                     ? graph::party_of(graph_, graph::AccountIndex(*account))
                                     : key.party;
      if (party != graph::Party::customer) {
        tally.apart += counts;
        apart_[graph::to_string(party)] += counts;
        apart_accounts_[graph::to_string(party)].insert(key.account_id);
      } else if (!account || slot_of_[*account] == no_level) {
        tally.outside += counts;
        apart_["outside"] += counts;
        apart_accounts_["outside"].insert(key.account_id);
      } else if (counts.contacts > 0 || counts.requests > 0) {
        tally.of_slot[slot_of_[*account]] += counts;
      }
    }
  }

  [[nodiscard]] std::optional<std::string> kind_of(std::uint32_t source) const {
    const auto& kind = graph_.sources().kind;
    return kind.has(source) ? std::optional(std::string(graph::to_string(kind[source]))) : std::nullopt;
  }

  [[nodiscard]] std::optional<std::uint32_t> person_of(const ContactRow& row) const {
    if (chosen_[row.source.value()] == 0) return std::nullopt;
    const auto name = persons_(row);
    if (!name) return std::nullopt;
    const auto found = person_index_.find(*name);
    return found == person_index_.end() ? std::nullopt : std::optional(found->second);
  }

  template <class LabelOf>
  void pool(const char* group, LabelOf label_of) {
    std::map<std::string, Voice> pooled;
    for (const std::uint32_t source : order_) {
      const std::optional<std::string> label = label_of(source);
      if (!label) continue;
      Voice& voice = pooled[*label];
      voice.sources.push_back(source);
      voice.tally.merge(tallies_[source]);
    }
    for (auto& [label, voice] : pooled) {
      voice.group = group;
      voice.label = label;
      if (voice.group == "kind") voice.kind = label;
      voices_.push_back(std::move(voice));
    }
  }

  void gather(const HeardOptions& options) {
    const core::Ids& ids = graph_.ids(graph::NodeKind::source);
    for (const std::uint32_t source : order_) {
      Voice voice;
      voice.group = "source";
      voice.source_id = ids.text(source);
      voice.label = ids.text(source);
      voice.kind = kind_of(source);
      if (const auto name = graph_.sources().name.get(source)) voice.name = std::string(*name);
      voice.sources = {source};
      voice.tally = tallies_[source];
      voices_.push_back(std::move(voice));
    }
    pool("kind", [&](std::uint32_t source) { return std::optional(kind_of(source).value_or("unknown")); });
    const core::Column* team = label_column(graph_, "sources", "team");
    const auto owner_of = [&](std::uint32_t source) {
      const auto owner = graph_.sources().owner.get(source);
      return owner ? std::optional(std::string(*owner)) : std::nullopt;
    };
    pool("team", [&](std::uint32_t source) {
      if (team == nullptr) return owner_of(source);
      return team->is_null(source) ? std::nullopt : std::optional(team->text(source));
    });
    if (persons_.by_column()) {
      name_persons(options);
    } else {
      persons_are_teams_ = team == nullptr;
      pool("person", owner_of);
    }
    Voice all;
    all.group = "all";
    all.label = "all";
    all.sources = order_;
    for (const std::uint32_t source : order_) all.tally.merge(tallies_[source]);
    voices_.push_back(std::move(all));
  }

  void name_persons(const HeardOptions& options) {
    std::map<std::string, std::uint32_t> seen;
    (void)collect_counts(graph_, options, [&](const ContactRow& row) -> std::optional<std::uint32_t> {
      if (chosen_[row.source.value()] == 0) return std::nullopt;
      if (const auto name = persons_(row)) seen.emplace(*name, 0);
      return std::nullopt;
    });
    std::uint32_t next = 0;
    for (auto& [name, index] : seen) index = next++;
    person_index_ = std::move(seen);
    const std::size_t first = voices_.size();
    for (const auto& [name, index] : person_index_) {
      Voice voice;
      voice.group = "person";
      voice.label = name;
      voice.person = index;
      voices_.push_back(std::move(voice));
    }
    const CountsByParty counts = collect_counts(graph_, options, [&](const ContactRow& row) { return person_of(row); });
    for (std::size_t party = 0; party < counts.size(); ++party) {
      for (const auto& [key, value] : counts[party]) {
        VoiceTally& tally = voices_[first + (key >> 32U)].tally;
        const std::uint32_t slot = slot_of_[key & 0xFFFFFFFFU];
        if (static_cast<graph::Party>(party) != graph::Party::customer) {
          tally.apart += value;
        } else if (slot == no_level) {
          tally.outside += value;
        } else if (value.contacts > 0 || value.requests > 0) {
          tally.of_slot[slot] += value;
        }
      }
    }
  }

  const graph::CustomerGraph& graph_;
  PersonNames persons_;
  std::vector<std::uint32_t> slot_of_;
  std::vector<std::uint8_t> chosen_;
  std::vector<std::uint32_t> order_;
  std::vector<VoiceTally> tallies_;
  std::map<std::string, std::uint32_t> person_index_;
  bool persons_are_teams_ = false;
  std::map<std::string_view, HeardCounts> apart_;
  std::map<std::string_view, std::set<std::string>> apart_accounts_;
  std::vector<Voice> voices_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
