#pragma once

#include <limits>
#include <optional>
#include <utility>

#include <outweigh/listening/detail/collect.hpp>
#include <outweigh/listening/heard.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

namespace detail {

inline void add_count(std::int64_t& sum, std::int64_t more) {
  if (more < 0 || sum > std::numeric_limits<std::int64_t>::max() - more) {
    throw core::InvalidInput("a count of contacts is out of range", {.value = std::to_string(more)});
  }
  sum += more;
}

template <class Counts, class Visit>
void each_count(Counts& counts, Visit visit) {
  visit(counts.contacts);
  visit(counts.requests);
  visit(counts.learn);
  visit(counts.escalation);
  visit(counts.sell);
  visit(counts.support);
  visit(counts.begun_by_us);
  visit(counts.begun_by_them);
  visit(counts.timed);
  visit(counts.long_enough);
  visit(counts.talk_known);
  visit(counts.customer_talked);
}

}  // namespace detail

OUTWEIGH_INLINE HeardCounts& HeardCounts::operator+=(const HeardCounts& other) {
  std::int64_t more[12];
  std::size_t i = 0;
  detail::each_count(other, [&](const std::int64_t& value) { more[i++] = value; });
  i = 0;
  detail::each_count(*this, [&](std::int64_t& value) { detail::add_count(value, more[i++]); });
  return *this;
}

OUTWEIGH_INLINE void Heard::add(const Key& key, const HeardCounts& counts) { entries_[key] += counts; }

OUTWEIGH_INLINE void Heard::merge(const Heard& other) {
  if (!(options_ == other.options_)) {
    throw core::InvalidInput("states of what was heard merge only with the same thresholds of a good conversation");
  }
  if (&other == this) {
    const Heard copy = other;
    merge(copy);
    return;
  }
  for (const auto& [key, counts] : other.entries_) entries_[key] += counts;
}

OUTWEIGH_INLINE core::Bytes Heard::to_bytes() const {
  core::ByteWriter writer("heard", 1);
  writer.write(options_.long_enough);
  writer.write(options_.customer_talked);
  writer.write(static_cast<std::uint64_t>(entries_.size()));
  for (const auto& [key, counts] : entries_) {
    writer.write(std::string_view(key.source_id));
    writer.write(std::string_view(key.account_id));
    writer.write(static_cast<std::uint8_t>(key.party));
    detail::each_count(counts, [&](const std::int64_t& value) { writer.write(value); });
  }
  return std::move(writer).finish();
}

OUTWEIGH_INLINE Heard Heard::from_bytes(std::span<const std::byte> bytes) {
  core::ByteReader reader(bytes, "heard", 1);
  HeardOptions options;
  options.long_enough = reader.read_double();
  options.customer_talked = reader.read_double();
  if (!(options.long_enough >= 0.0) || !(options.customer_talked >= 0.0)) {
    core::ByteReader::fail("the state has impossible thresholds");
  }
  Heard heard(options);
  const std::size_t size = reader.read_count(8 + 8 + 1 + 12 * 8);
  for (std::size_t i = 0; i < size; ++i) {
    Key key;
    key.source_id = reader.read_text();
    key.account_id = reader.read_text();
    const std::uint8_t party = reader.read_uint8();
    if (party > static_cast<std::uint8_t>(graph::Party::partner))
      core::ByteReader::fail("the state has an unknown party");
    key.party = static_cast<graph::Party>(party);
    HeardCounts counts;
    detail::each_count(counts, [&](std::int64_t& value) {
      value = reader.read_int64();
      if (value < 0) core::ByteReader::fail("the state has a negative count");
    });
    if (!heard.entries_.empty() && !(heard.entries_.rbegin()->first < key)) {
      core::ByteReader::fail("the entries of the state are not in order");
    }
    heard.entries_.emplace_hint(heard.entries_.end(), std::move(key), counts);
  }
  reader.finish();
  return heard;
}

OUTWEIGH_INLINE Heard collect_heard(const graph::CustomerGraph& graph, const HeardOptions& options) {
  const detail::CountsByParty counts_of = detail::collect_counts(
      graph, options, [](const detail::ContactRow& contact) { return std::optional(contact.source.value()); });
  Heard heard(options);
  const core::Ids& sources = graph.ids(graph::NodeKind::source);
  const core::Ids& accounts = graph.ids(graph::NodeKind::account);
  for (std::size_t party = 0; party < counts_of.size(); ++party) {
    for (const auto& [pair, counts] : counts_of[party]) {
      heard.add({sources.text(pair >> 32U), accounts.text(pair & 0xFFFFFFFFU), static_cast<graph::Party>(party)},
                counts);
    }
  }
  return heard;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
