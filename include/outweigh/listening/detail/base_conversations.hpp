// Conversations up to `as_of`: with whom, who of us was in them, and what set them off.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/graph/stakeholders.hpp>
#include <outweigh/listening/audit_rows.hpp>
#include <outweigh/listening/detail/collect.hpp>
#include <outweigh/listening/detail/revenue_bands.hpp>
#include <outweigh/listening/detail/voices.hpp>
#include <outweigh/listening/heard.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

/// Position in the base of each account; no_level outside of it.
inline std::vector<std::uint32_t> slots_of_base(const graph::CustomerGraph& graph) {
  std::vector<std::uint32_t> slot_of(graph.size(graph::NodeKind::account), no_level);
  const auto base = graph.base();
  for (std::size_t slot = 0; slot < base.size(); ++slot) slot_of[base[slot].value()] = static_cast<std::uint32_t>(slot);
  return slot_of;
}

/// Our side of a conversation: the column `person` of interactions, else the owner of the source, else the source.
class Colleagues {
 public:
  explicit Colleagues(const graph::CustomerGraph& graph)
      : graph_(graph),
        column_(label_column(graph, "interactions", "person")),
        of_source_(graph.size(graph::NodeKind::source), no_level) {}

  [[nodiscard]] std::uint32_t of_interaction(std::size_t row) {
    if (column_ != nullptr && !column_->is_null(row)) return index_of(column_->text(row));
    const std::size_t source = graph_.interactions().source[row].value();
    std::uint32_t& known = of_source_[source];
    if (known == no_level) {
      const auto owner = graph_.sources().owner.get(source);
      known = index_of(owner ? std::string(*owner) : graph_.ids(graph::NodeKind::source).text(source));
    }
    return known;
  }
  [[nodiscard]] const std::string& name(std::uint32_t person) const { return names_[person]; }
  [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }
  /// Someone names them; otherwise sources stand for persons.
  [[nodiscard]] bool are_named() const { return column_ != nullptr || graph_.sources().owner.any(); }

 private:
  [[nodiscard]] std::uint32_t index_of(const std::string& name) {
    const auto [place, is_new] = index_.emplace(name, static_cast<std::uint32_t>(names_.size()));
    if (is_new) names_.push_back(name);
    return place->second;
  }

  const graph::CustomerGraph& graph_;
  const core::Column* column_;
  std::vector<std::uint32_t> of_source_;
  std::vector<std::string> names_;
  std::unordered_map<std::string, std::uint32_t> index_;
};

struct Conversation {
  std::size_t row = 0;            ///< of interactions
  std::uint32_t slot = no_level;  ///< in the base; no_level where kept apart
  std::string_view apart{};  ///< "stakeholder", "internal", "partner" or "outside"; empty for customers of the base
};

/// Calls `visit` for each interaction up to `as_of`.
template <class Visit>
void each_conversation(const graph::CustomerGraph& graph, const std::vector<std::uint32_t>& slot_of, Visit visit) {
  const auto& interactions = graph.interactions();
  for (std::size_t row = 0; row < interactions.rows; ++row) {
    if (!interactions.source.has(row) || !interactions.account.has(row) || !interactions.at.has(row)) continue;
    if (interactions.at[row] > graph.as_of()) continue;
    Conversation conversation{row, slot_of[interactions.account[row].value()], {}};
    graph::Party party = graph::party_of(graph, interactions.customer, row);
    if (party == graph::Party::customer) party = graph::party_of(graph, interactions.account[row]);
    if (party != graph::Party::customer) {
      conversation.apart = graph::to_string(party);
      conversation.slot = no_level;
    } else if (conversation.slot == no_level) {
      conversation.apart = "outside";
    }
    visit(conversation);
  }
}

/// Pairs of a group and an account, each once: sorted at the end, which is quicker than many small sets.
class DistinctPairs {
 public:
  void add(std::uint32_t group, std::uint32_t account) { keys_.push_back((std::uint64_t{group} << 32U) | account); }
  /// Calls `visit(group, account)`, ascending.
  template <class Visit>
  void each(Visit visit) {
    std::sort(keys_.begin(), keys_.end());
    keys_.erase(std::unique(keys_.begin(), keys_.end()), keys_.end());
    for (const std::uint64_t key : keys_)
      visit(static_cast<std::uint32_t>(key >> 32U), static_cast<std::uint32_t>(key & 0xFFFFFFFFU));
  }

 private:
  std::vector<std::uint64_t> keys_;
};

/// Counts what is kept apart.
class ApartBook {
 public:
  void add(std::string_view who, graph::AccountIndex account) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (words[i] != who) continue;
      ++conversations_[i];
      accounts_[i].insert(account.value());
    }
  }
  [[nodiscard]] std::vector<ConversationsApart> rows() const {
    std::vector<ConversationsApart> rows;
    for (std::size_t i = 0; i < words.size(); ++i) {
      rows.push_back({std::string(words[i]), conversations_[i], static_cast<std::int64_t>(accounts_[i].size())});
    }
    return rows;
  }

 private:
  static constexpr std::array<std::string_view, 4> words = {"stakeholder", "internal", "partner", "outside"};
  std::array<std::int64_t, 4> conversations_{};
  std::array<std::set<std::uint32_t>, 4> accounts_;
};

/// Which interactions are escalations or follow one up, directly or through others.
inline std::vector<std::uint8_t> begun_as_escalation(const graph::CustomerGraph& graph) {
  const auto& interactions = graph.interactions();
  enum : std::uint8_t { no = 0, yes = 1, unknown = 2, open = 3 };
  std::vector<std::uint8_t> state(interactions.rows, unknown);
  std::vector<std::size_t> path;
  for (std::size_t start = 0; start < interactions.rows; ++start) {
    path.clear();
    std::size_t row = start;
    std::uint8_t found = no;
    for (;;) {
      if (state[row] == yes || state[row] == no) {
        found = state[row];
        break;
      }
      // A circle of contacts that follow each other up has no beginning.
      if (state[row] == open) break;
      state[row] = open;
      path.push_back(row);
      if (interactions.purpose.has(row) && interactions.purpose[row] == graph::Purpose::escalation) {
        found = yes;
        break;
      }
      if (!interactions.triggered_by.has(row)) break;
      row = interactions.triggered_by[row].value();
    }
    for (const std::size_t i : path) state[i] = found;
  }
  return state;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
