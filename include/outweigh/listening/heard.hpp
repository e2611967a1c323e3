// Who was heard through which source, as a mergeable state.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>

#include <outweigh/core/bytes.hpp>
#include <outweigh/core/run_control.hpp>
#include <outweigh/graph/customer_graph.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

/// What was heard from one account through one source.
struct HeardCounts {
  std::int64_t contacts = 0;  ///< interactions, and tickets and requests that stand for a contact of their own
  std::int64_t requests = 0;
  std::int64_t learn = 0;  ///< interactions by purpose; those of unknown purpose are in none
  std::int64_t escalation = 0;
  std::int64_t sell = 0;
  std::int64_t support = 0;
  std::int64_t begun_by_us = 0;
  std::int64_t begun_by_them = 0;
  std::int64_t timed = 0;  ///< interactions with known minutes
  std::int64_t long_enough = 0;
  std::int64_t talk_known = 0;  ///< interactions with a known talk share
  std::int64_t customer_talked = 0;

  HeardCounts& operator+=(const HeardCounts& other);
  friend bool operator==(const HeardCounts&, const HeardCounts&) = default;
};

/// Thresholds of a good conversation; states merge only with the same ones.
struct HeardOptions {
  double long_enough = 10.0;      ///< minutes
  double customer_talked = 0.75;  ///< the customer's share of the talk
  friend bool operator==(const HeardOptions&, const HeardOptions&) = default;
};

/// Counts keyed on the user's own ids of source and account, and on the party that spoke, so that states from other
/// tables, processes and machines merge: in any order, through bytes or not, the result has the bytes of one pass.
class Heard {
 public:
  struct Key {
    std::string source_id;
    std::string account_id;
    graph::Party party = graph::Party::customer;
    friend auto operator<=>(const Key&, const Key&) = default;
  };

  explicit Heard(HeardOptions options = {}) : options_(options) {}

  void add(const Key& key, const HeardCounts& counts);
  /// Throws InvalidInput for a state with other thresholds.
  void merge(const Heard& other);

  [[nodiscard]] const std::map<Key, HeardCounts>& entries() const noexcept { return entries_; }
  [[nodiscard]] const HeardOptions& options() const noexcept { return options_; }

  [[nodiscard]] core::Bytes to_bytes() const;
  /// Throws CorruptState.
  [[nodiscard]] static Heard from_bytes(std::span<const std::byte> bytes);

  friend bool operator==(const Heard&, const Heard&) = default;

 private:
  HeardOptions options_;
  std::map<Key, HeardCounts> entries_;
};

/// A request without an interaction belongs to a logged contact of the same account and source within so many days of
/// it, as in an estimate of demand.
inline constexpr std::int64_t joined_within_days = 7;

/// Everything heard up to `graph.as_of()`. A contact is an interaction, a ticket that came through a source without an
/// interaction, or a request without an interaction or such a ticket: unless it belongs to a logged contact, requests
/// of one account through one source within `joined_within_days` of the first are one contact. Requests that others
/// inferred count once they were looked into (`confirmed`). Someone whose party is unknown speaks as a customer.
/// Where parts of the data are counted apart, to be merged, an account belongs to one part. O(rows log rows).
[[nodiscard]] Heard collect_heard(const graph::CustomerGraph& graph, const HeardOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::listening

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/listening/heard-inl.hpp>
#endif
