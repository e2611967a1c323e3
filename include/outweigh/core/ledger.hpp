// A ledger: how one figure is made up, line by line, and the evidence behind it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/core/instant.hpp>
#include <outweigh/core/table.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

enum class LedgerLineKind : std::uint8_t {
  heard,      ///< expected contribution of one account that spoke
  shrinkage,  ///< what the estimate adds for accounts that were not heard to have the need, or takes away
  overlap,    ///< what other chosen solutions meet already
  effort,     ///< what it costs; information, no part of the sum
  part,       ///< a part that a scorer names
  removal,    ///< how much the figure falls when one thing is removed; removals need not add up
  remainder   ///< figure minus the sum of the lines above
};

[[nodiscard]] constexpr std::string_view to_string(LedgerLineKind kind) noexcept {
  switch (kind) {
    case LedgerLineKind::heard:
      return "heard";
    case LedgerLineKind::shrinkage:
      return "shrinkage";
    case LedgerLineKind::overlap:
      return "overlap";
    case LedgerLineKind::effort:
      return "effort";
    case LedgerLineKind::part:
      return "part";
    case LedgerLineKind::removal:
      return "removal";
    case LedgerLineKind::remainder:
      return "remainder";
  }
  return "remainder";
}

struct LedgerLine {
  LedgerLineKind kind = LedgerLineKind::part;
  std::string name{};     ///< in words
  std::string need{};     ///< the user's id, where the line is about one need
  std::string account{};  ///< the user's id, where the line is about one account
  double amount = 0.0;
  /// Does the amount enter the sum? Effort and removals do not.
  bool counts = true;

  friend bool operator==(const LedgerLine&, const LedgerLine&) = default;
};

/// One piece of evidence: who said what, when and through whom.
struct LedgerEvidence {
  std::string request{};
  std::string need{};
  std::string account{};
  std::string source{};
  std::optional<Instant> at{};
  std::string quote{};        ///< the quote, else the text, else the title; empty where none was given
  double weight = 0.0;        ///< expected contribution of the account through this need, shared by its requests for it
  std::string source_name{};  ///< what people call the source; empty where it has no name

  friend bool operator==(const LedgerEvidence&, const LedgerEvidence&) = default;
};

/// Lines that add up to a figure. `remainder()` is what they leave, from rounding only.
struct Ledger {
  std::string subject{};  ///< the user's id of what is explained
  std::string title{};
  std::string figure{};  ///< what is explained, in words
  std::string unit{};
  double total = 0.0;
  std::vector<LedgerLine> lines{};
  std::vector<LedgerEvidence> evidence{};
  std::vector<std::string> assumptions{};

  /// Sum of the lines that count, by compensated summation.
  [[nodiscard]] double sum() const noexcept;
  /// total - sum().
  [[nodiscard]] double remainder() const noexcept { return total - sum(); }
  /// Columns line, kind, name, need_id, account_id, amount, counts; the remainder is the last line.
  [[nodiscard]] Table to_table() const;
  /// Columns request_id, need_id, account_id, source_id, at, quote, weight.
  [[nodiscard]] Table evidence_table() const;

  friend bool operator==(const Ledger&, const Ledger&) = default;
};

/// The ledger for people to read: the figure, its lines, the most telling quotes, the assumptions.
[[nodiscard]] std::string to_text(const Ledger& ledger, std::size_t most_lines = 12, std::size_t most_quotes = 6);

}  // namespace outweigh::inline OUTWEIGH_ABI::core

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/core/ledger-inl.hpp>
#endif
