// The known name that a misspelt one probably meant.
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph::detail {

[[nodiscard]] inline char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Letters without regard to case, separators dropped: "Account ID" and "account_id" are the same.
[[nodiscard]] inline std::string folded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != '_' && c != ' ' && c != '-' && c != '.') out += lower(c);
  }
  return out;
}

/// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
[[nodiscard]] inline std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

/// Empty when nothing is near: more than a third of the letters differ.
template <class Names>
[[nodiscard]] std::string nearest_name(std::string_view name, const Names& known) {
  const std::string wanted = folded(name.substr(0, 64));
  std::string best;
  std::size_t distance = std::max<std::size_t>(1, wanted.size() / 3) + 1;
  for (const auto& candidate : known) {
    const std::size_t d = edit_distance(wanted, folded(candidate));
    if (d < distance) {
      distance = d;
      best = std::string(candidate);
    }
  }
  return best;
}

/// " (did you mean 'x'?)", or nothing.
template <class Names>
[[nodiscard]] std::string suggestion(std::string_view name, const Names& known) {
  const std::string best = nearest_name(name, known);
  return best.empty() ? std::string() : " (did you mean '" + best + "'?)";
}

/// "'a', 'b' or 'c'"
template <class Names>
[[nodiscard]] std::string listed(const Names& names) {
  std::string text;
  std::size_t i = 0;
  const std::size_t count = std::size(names);
  for (const auto& name : names) {
    if (i != 0) text += i + 1 == count ? " or " : ", ";
    text += "'" + std::string(name) + "'";
    ++i;
  }
  return text;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph::detail
