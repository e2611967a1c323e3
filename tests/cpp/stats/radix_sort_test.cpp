#include <outweigh/stats/detail/radix_sort.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include <outweigh/stats/detail/order_by_time.hpp>
#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"

TEST_CASE("a sort by digits is a stable sort", "[stats]") {
  outweigh::stats::Random random(2);
  for (int trial = 0; trial < 200; ++trial) {
    const unsigned shift = static_cast<unsigned>(random.below(64));
    const std::uint64_t kinds = std::uint64_t{1} << random.below(12);
    std::vector<std::pair<std::uint64_t, int>> rows;
    for (int i = 0; i < 300; ++i) {
      const std::uint64_t wide = random.below(std::uint64_t{1} << 62U);
      rows.emplace_back(trial % 3 == 0 ? wide : (random.below(kinds) << shift) | (trial % 3 == 1 ? wide >> 61U : 0U),
                        i);
    }
    if (trial % 10 == 0) rows.resize(static_cast<std::size_t>(trial / 100));
    auto expected = rows;
    std::stable_sort(expected.begin(), expected.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    outweigh::stats::detail::radix_sort(rows, [](const auto& row) { return row.first; });
    CHECK(rows == expected);
  }
}

TEST_CASE("rows in the order of time, whatever the digits of the times", "[stats]") {
  outweigh::stats::Random random(5);
  for (int trial = 0; trial < 120; ++trial) {
    std::vector<double> time;
    for (int i = 0; i < 400; ++i) {
      const double any = random.uniform();
      time.push_back(trial % 4 == 0   ? static_cast<double>(random.below(9))
                     : trial % 4 == 1 ? any
                     : trial % 4 == 2 ? 1.0 + 1e-15 * static_cast<double>(random.below(20))
                                      : std::exp(600.0 * any - 300.0));
    }
    if (trial % 10 == 0) time.assign(static_cast<std::size_t>(trial / 30), 1.0);
    std::vector<std::uint32_t> expected(time.size());
    for (std::uint32_t i = 0; i < expected.size(); ++i) expected[i] = i;
    std::stable_sort(expected.begin(), expected.end(), [&](auto a, auto b) { return time[a] < time[b]; });
    CHECK(outweigh::stats::detail::order_by_time(time) == expected);
  }
}
