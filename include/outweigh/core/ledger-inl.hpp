#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/core/detail/counted.hpp>
#include <outweigh/core/ledger.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

namespace detail {

/// Six significant digits, without an exponent where people do not expect one.
[[nodiscard]] inline std::string readable(double amount) {
  char text[64];
  const double size = std::abs(amount);
  if (size != 0.0 && (size >= 1e12 || size < 1e-4)) {
    std::snprintf(text, sizeof text, "%.3g", amount);
  } else {
    const int digits = size >= 1000.0 ? 0 : size >= 10.0 ? 1 : size >= 1.0 ? 2 : 4;
    std::snprintf(text, sizeof text, "%.*f", digits, amount);
  }
  return text;
}

/// Line breaks and runs of blanks as one blank, none at the ends.
[[nodiscard]] inline std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool is_blank = c == ' ' || (c >= '\t' && c <= '\r');
    if (!is_blank)
      line += c;
    else if (!line.empty() && line.back() != ' ')
      line += ' ';
  }
  if (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

[[nodiscard]] inline Column text_column(const std::vector<std::string>& values) {
  std::vector<std::uint8_t> valid(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) valid[i] = values[i].empty() ? 0 : 1;
  return Column::strings(std::span<const std::string>(values), valid);
}

}  // namespace detail

OUTWEIGH_INLINE double Ledger::sum() const noexcept {
  // Neumaier's compensated summation.
  double total_sum = 0.0;
  double lost = 0.0;
  for (const LedgerLine& line : lines) {
    if (!line.counts) continue;
    const double next = total_sum + line.amount;
    lost += std::abs(total_sum) >= std::abs(line.amount) ? (total_sum - next) + line.amount
                                                         : (line.amount - next) + total_sum;
    total_sum = next;
  }
  return total_sum + lost;
}

OUTWEIGH_INLINE Table Ledger::to_table() const {
  std::vector<std::int64_t> number;
  std::vector<std::string> kind;
  std::vector<std::string> name;
  std::vector<std::string> need;
  std::vector<std::string> account;
  std::vector<double> amount;
  std::vector<std::uint8_t> counts;
  const auto add = [&](const LedgerLine& line) {
    number.push_back(static_cast<std::int64_t>(number.size() + 1));
    kind.emplace_back(core::to_string(line.kind));
    name.push_back(line.name);
    need.push_back(line.need);
    account.push_back(line.account);
    amount.push_back(line.amount);
    counts.push_back(line.counts ? 1 : 0);
  };
  for (const LedgerLine& line : lines) add(line);
  add({LedgerLineKind::remainder, "remainder", {}, {}, remainder(), true});
  Table table;
  table.add("line", Column::int64s(std::move(number)));
  table.add("kind", Column::strings(std::span<const std::string>(kind)));
  table.add("name", Column::strings(std::span<const std::string>(name)));
  table.add("need_id", detail::text_column(need));
  table.add("account_id", detail::text_column(account));
  table.add("amount", Column::float64s(std::move(amount)));
  table.add("counts", Column::booleans(counts));
  return table;
}

OUTWEIGH_INLINE Table Ledger::evidence_table() const {
  std::vector<std::string> request;
  std::vector<std::string> need;
  std::vector<std::string> account;
  std::vector<std::string> source;
  std::vector<std::string> quote;
  std::vector<Instant> at;
  std::vector<std::uint8_t> has_time;
  std::vector<double> weight;
  for (const LedgerEvidence& piece : evidence) {
    request.push_back(piece.request);
    need.push_back(piece.need);
    account.push_back(piece.account);
    source.push_back(piece.source);
    quote.push_back(piece.quote);
    at.push_back(piece.at.value_or(Instant{}));
    has_time.push_back(piece.at ? 1 : 0);
    weight.push_back(piece.weight);
  }
  Table table;
  table.add("request_id", Column::strings(std::span<const std::string>(request)));
  table.add("need_id", Column::strings(std::span<const std::string>(need)));
  table.add("account_id", Column::strings(std::span<const std::string>(account)));
  table.add("source_id", Column::strings(std::span<const std::string>(source)));
  table.add("at", Column::instants(at, has_time));
  table.add("quote", detail::text_column(quote));
  table.add("weight", Column::float64s(std::move(weight)));
  return table;
}

OUTWEIGH_INLINE std::string to_text(const Ledger& ledger, std::size_t most_lines, std::size_t most_quotes) {
  const auto line_text = [](std::string_view name, double amount) {
    char number[80];
    std::snprintf(number, sizeof number, "  %14s  ", detail::readable(amount).c_str());
    return std::string(number) + std::string(name) + "\n";
  };
  std::string text = ledger.title.empty() ? ledger.subject : ledger.title + " (" + ledger.subject + ")";
  text += ": " + ledger.figure + " " + detail::readable(ledger.total);
  if (!ledger.unit.empty()) text += " " + ledger.unit;
  text += "\n";

  // Many accounts each add a little: the largest are named, the others summed, so that the lines still add up.
  std::vector<const LedgerLine*> heard;
  for (const LedgerLine& line : ledger.lines) {
    if (line.kind == LedgerLineKind::heard) heard.push_back(&line);
  }
  std::stable_sort(heard.begin(), heard.end(),
                   [](const LedgerLine* a, const LedgerLine* b) { return a->amount > b->amount; });
  for (std::size_t i = 0; i < std::min(most_lines, heard.size()); ++i) {
    text += line_text(heard[i]->name, heard[i]->amount);
  }
  if (heard.size() > most_lines) {
    double rest = 0.0;
    for (std::size_t i = most_lines; i < heard.size(); ++i) rest += heard[i]->amount;
    text += line_text(std::to_string(heard.size() - most_lines) + " more that were heard", rest);
  }
  for (const LedgerLine& line : ledger.lines) {
    if (line.kind != LedgerLineKind::heard && line.counts) text += line_text(line.name, line.amount);
  }
  text += line_text("remainder", ledger.remainder());
  bool has_others = false;
  for (const LedgerLine& line : ledger.lines) {
    if (line.counts) continue;
    if (!has_others) text += "Beside the sum:\n";
    has_others = true;
    text += line_text(line.name, line.amount);
  }
  if (!ledger.evidence.empty()) {
    text += "Who said so:\n";
    std::size_t shown = 0;
    for (const LedgerEvidence& piece : ledger.evidence) {
      if (shown == most_quotes) break;
      if (piece.quote.empty()) continue;
      ++shown;
      text += "  " + piece.account + " through " + (piece.source_name.empty() ? piece.source : piece.source_name);
      if (piece.at) text += ", " + core::to_string(*piece.at).substr(0, 10);
      text += ": \"" + detail::one_line(piece.quote) + "\"\n";
    }
    text += "  " + detail::counted(ledger.evidence.size(), "request") + " in all\n";
  }
  if (!ledger.assumptions.empty()) {
    text += "This rests on:\n";
    for (const std::string& assumption : ledger.assumptions) text += "  - " + assumption + "\n";
  }
  return text;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::core
