// What one voice heard, summed up: conversations by purpose and quality, and how few accounts carry it.
#pragma once

#include <cstdint>
#include <optional>

#include <outweigh/listening/audit_rows.hpp>
#include <outweigh/listening/concentration.hpp>
#include <outweigh/listening/heard.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

inline void put_conversations(SourceAudit& summary, const HeardCounts& total) {
  const auto share = [](std::int64_t some, std::int64_t whole) {
    return whole > 0 ? std::optional(static_cast<double>(some) / static_cast<double>(whole)) : std::nullopt;
  };
  summary.learn = total.learn;
  summary.escalations = total.escalation;
  summary.sell = total.sell;
  summary.support = total.support;
  summary.begun_by_us = total.begun_by_us;
  summary.begun_by_them = total.begun_by_them;
  const std::int64_t known_purpose = total.learn + total.escalation + total.sell + total.support;
  summary.learn_share = share(total.learn, known_purpose);
  summary.escalation_share = share(total.escalation, known_purpose);
  summary.long_enough_share = share(total.long_enough, total.timed);
  summary.customer_talked_share = share(total.customer_talked, total.talk_known);
}

inline void put_concentration(SourceAudit& summary, const Concentration& spread) {
  summary.effective_accounts = spread.effective_accounts;
  summary.effective_sample_size = spread.effective_accounts;
  summary.herfindahl = spread.herfindahl;
  summary.gini = spread.gini;
  summary.loudest_tenth = spread.loudest_tenth;
  summary.design_effect = spread.design_effect;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
