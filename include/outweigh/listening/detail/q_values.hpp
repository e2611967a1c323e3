// q-values that hold under any dependence of the tests.
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <span>
#include <vector>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

/// Benjamini and Yekutieli 2001, doi:10.1214/aos/1013699998, in the order of `p`.
inline std::vector<double> q_values(std::span<const double> p) {
  const std::size_t m = p.size();
  std::vector<std::size_t> order(m);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return p[a] != p[b] ? p[a] < p[b] : a < b; });
  double harmonic = 0.0;
  for (std::size_t i = 1; i <= m; ++i) harmonic += 1.0 / static_cast<double>(i);
  std::vector<double> q(m, 1.0);
  double least = 1.0;
  for (std::size_t i = m; i-- > 0;) {
    least = std::min(least, p[order[i]] * static_cast<double>(m) * harmonic / static_cast<double>(i + 1));
    q[order[i]] = least;
  }
  return q;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
