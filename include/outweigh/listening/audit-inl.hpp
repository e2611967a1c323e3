#pragma once

#include <cmath>
#include <cstdio>
#include <utility>

#include <outweigh/core/detail/counted.hpp>
#include <outweigh/listening/audit.hpp>
#include <outweigh/listening/detail/auditor.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

OUTWEIGH_INLINE Audit audit(const graph::CustomerGraph& graph, const Heard& heard, const AuditOptions& options) {
  return detail::Auditor(graph, heard, options).run();
}

OUTWEIGH_INLINE Audit audit(const graph::CustomerGraph& graph, const AuditOptions& options) {
  return audit(graph, collect_heard(graph, options.heard), options);
}

OUTWEIGH_INLINE std::string Audit::summary() const {
  using core::detail::grouped;
  std::string text = grouped(heard_accounts) + " of " + core::detail::counted(base_accounts, "account") +
                     " of the base " + (heard_accounts == 1 ? "was" : "were") + " heard at least once";
  if (never_heard_accounts() > 0) text += ", " + grouped(never_heard_accounts()) + " never";
  if (never_heard_accounts() > 0 && never_heard_revenue && base_revenue && *base_revenue > core::Money()) {
    text += "; those never heard bring " + detail::percent(never_heard_revenue->units() / base_revenue->units()) +
            " of the revenue";
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
    text += " The " + (all.contacts == 1 ? "only contact is" : grouped(all.contacts) + " contacts are") +
            " as loud as " + core::detail::counted(std::llround(all.effective_accounts), "equally heard account") + ".";
  }
  if (all.representativity) {
    char figure[32];
    std::snprintf(figure, sizeof figure, "%.2f", *all.representativity);
    text += " Representativity is " + std::string(figure) + " of 1";
    if (all.representativity_lower && all.representativity_upper) {
      std::snprintf(figure, sizeof figure, "%.2f to %.2f", *all.representativity_lower, *all.representativity_upper);
      text += " (" + std::string(figure) + ")";
    }
    text += ".";
  }
  if (overlapping_segments) text += " Segments overlap, so that their shares add up to more than 100 %.";
  return text;
}

OUTWEIGH_INLINE core::Bytes Audit::to_bytes() const {
  core::ByteWriter writer("audit", 2);
  detail::put_rows(writer, rows);
  detail::put_rows(writer, sources);
  detail::put_rows(writer, tests);
  detail::put_rows(writer, numbers);
  never_heard.put(writer);
  detail::put_rows(writer, partial);
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
  core::ByteReader reader(bytes, "audit", 2);
  Audit audit;
  detail::get_rows(reader, audit.rows);
  detail::get_rows(reader, audit.sources);
  detail::get_rows(reader, audit.tests);
  detail::get_rows(reader, audit.numbers);
  audit.never_heard = NeverHeard::get(reader);
  detail::get_rows(reader, audit.partial);
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
