// Concentration from the accounts that were heard alone.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include <outweigh/listening/concentration.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

/// From the contacts of the accounts that have any, and the number of all accounts.
inline Concentration concentration_of(std::vector<double> loud, std::size_t accounts) {
  std::sort(loud.begin(), loud.end());
  const double n = static_cast<double>(accounts);
  double sum = 0.0;
  double squares = 0.0;
  double ranked = 0.0;
  for (std::size_t i = 0; i < loud.size(); ++i) {
    sum += loud[i];
    squares += loud[i] * loud[i];
    ranked += static_cast<double>(accounts - loud.size() + i + 1) * loud[i];
  }
  Concentration result;
  if (!(sum > 0.0) || !(squares > 0.0)) return result;
  result.herfindahl = squares / (sum * sum);
  result.effective_accounts = sum * sum / squares;
  result.design_effect = squares / sum;
  result.gini = std::max(0.0, 2.0 * ranked / (n * sum) - (n + 1.0) / n);
  double left = 0.1 * n;
  double of_loudest = 0.0;
  for (std::size_t i = loud.size(); i-- > 0 && left > 0.0; left -= 1.0) of_loudest += std::min(1.0, left) * loud[i];
  result.loudest_tenth = of_loudest / sum;
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
