#include <outweigh/lab/rank_agreement.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"

using namespace outweigh;

namespace {

using Numbers = std::vector<double>;
using Flags = std::vector<std::uint8_t>;

double sign(double x) { return x > 0.0 ? 1.0 : x < 0.0 ? -1.0 : 0.0; }

double kendall_by_pairs(const Numbers& a, const Numbers& b) {
  double balance = 0.0;
  double differ_a = 0.0;
  double differ_b = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = i + 1; j < a.size(); ++j) {
      balance += sign(a[i] - a[j]) * sign(b[i] - b[j]);
      differ_a += a[i] != a[j] ? 1.0 : 0.0;
      differ_b += b[i] != b[j] ? 1.0 : 0.0;
    }
  }
  return differ_a > 0.0 && differ_b > 0.0 ? balance / std::sqrt(differ_a * differ_b) : 0.0;
}

Numbers random_values(stats::Random& random, std::size_t count, std::uint64_t levels) {
  Numbers values(count);
  for (double& value : values) value = static_cast<double>(random.below(levels));
  return values;
}

/// Mean of `measure` over all orders that sort the scores.
template <class Measure>
double mean_over_orders(const Numbers& scores, Measure measure) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  double sum = 0.0;
  double orders = 0.0;
  do {
    bool sorted = true;
    for (std::size_t i = 1; i < order.size(); ++i) sorted = sorted && scores[order[i - 1]] >= scores[order[i]];
    if (!sorted) continue;
    sum += measure(order);
    orders += 1.0;
  } while (std::next_permutation(order.begin(), order.end()));
  return sum / orders;
}

}  // namespace

TEST_CASE("Kendall's tau-b matches scipy", "[lab]") {
  // scipy.stats.kendalltau 1.17.1
  CHECK(lab::kendall_tau_b(Numbers{1, 2, 3, 4, 5}, Numbers{1, 2, 3, 4, 5}) == Approx(1.0).epsilon(1e-14));
  CHECK(lab::kendall_tau_b(Numbers{1, 2, 3, 4}, Numbers{1, 3, 2, 4}) == Approx(0.6666666666666669).epsilon(1e-14));
  CHECK(lab::kendall_tau_b(Numbers{12, 2, 1, 12, 2}, Numbers{1, 4, 7, 1, 0}) ==
        Approx(-0.4714045207910316).epsilon(1e-14));
  CHECK(lab::kendall_tau_b(Numbers{1, 1, 2, 3, 3, 3}, Numbers{2, 1, 2, 2, 5, 1}) ==
        Approx(0.27272727272727276).epsilon(1e-12));
  CHECK(lab::kendall_tau_b(Numbers{0.1, 0.5, 0.5, 0.9, 0.2, 0.7, 0.7, 0.7}, Numbers{3, 1, 4, 1, 5, 9, 2, 6}) ==
        Approx(-0.03928371006591931).epsilon(1e-12));
}

TEST_CASE("Kendall's tau-b matches counting all pairs", "[lab]") {
  stats::Random random(7);
  for (int run = 0; run < 3000; ++run) {
    const auto count = static_cast<std::size_t>(random.below(30));
    const Numbers a = random_values(random, count, 1 + random.below(12));
    const Numbers b = random_values(random, count, 1 + random.below(12));
    REQUIRE(lab::kendall_tau_b(a, b) == Approx(kendall_by_pairs(a, b)).margin(1e-12));
    REQUIRE(lab::kendall_tau_b(b, a) == Approx(lab::kendall_tau_b(a, b)).margin(1e-12));
  }
}

TEST_CASE("Kendall's tau-b where it is undefined", "[lab]") {
  CHECK(lab::kendall_tau_b(Numbers{}, Numbers{}) == 0.0);
  CHECK(lab::kendall_tau_b(Numbers{1}, Numbers{1}) == 0.0);
  CHECK(lab::kendall_tau_b(Numbers{1, 1, 1}, Numbers{1, 2, 3}) == 0.0);
  CHECK_FALSE(lab::kendall_defined(Numbers{1, 1, 1}, Numbers{1, 2, 3}));
  CHECK_FALSE(lab::kendall_defined(Numbers{}, Numbers{}));
  CHECK(lab::kendall_defined(Numbers{1, 2, 2}, Numbers{1, 1, 3}));
  CHECK_THROWS_AS(lab::kendall_tau_b(Numbers{1, 2}, Numbers{1}), core::InvalidInput);
  CHECK_THROWS_AS(lab::kendall_tau_b(Numbers{1, std::numeric_limits<double>::quiet_NaN()}, Numbers{1, 2}),
                  core::InvalidInput);
}

TEST_CASE("precision and recall are expectations over the order of ties", "[lab]") {
  stats::Random random(11);
  for (int run = 0; run < 200; ++run) {
    const std::size_t count = 1 + static_cast<std::size_t>(random.below(6));
    const Numbers scores = random_values(random, count, 3);
    Flags relevant(count);
    for (auto& item : relevant) item = random.bernoulli(0.4) ? 1 : 0;
    const std::size_t k = 1 + static_cast<std::size_t>(random.below(count + 2));
    const double hits = mean_over_orders(scores, [&](const std::vector<std::size_t>& order) {
      double sum = 0.0;
      for (std::size_t i = 0; i < std::min(k, count); ++i) sum += relevant[order[i]];
      return sum;
    });
    const double all = std::accumulate(relevant.begin(), relevant.end(), 0.0);
    CHECK(lab::precision_at(k, scores, relevant) == Approx(hits / static_cast<double>(std::min(k, count))));
    CHECK(lab::recall_at(k, scores, relevant) == Approx(all > 0.0 ? hits / all : 0.0));
  }
  CHECK_THROWS_AS(lab::precision_at(0, Numbers{1}, Flags{1}), core::InvalidInput);
  CHECK_THROWS_AS(lab::recall_at(1, Numbers{1}, Flags{1, 0}), core::InvalidInput);
  CHECK(lab::precision_at(3, Numbers{}, Flags{}) == 0.0);
}

TEST_CASE("NDCG in closed form and against all orders of ties", "[lab]") {
  // Järvelin and Kekäläinen's example: gains 3 2 3 0 1 2, in that order.
  const Numbers gains{3, 2, 3, 0, 1, 2};
  const Numbers falling{6, 5, 4, 3, 2, 1};
  CHECK(lab::ndcg_at(6, falling, gains) == Approx(6.861126688593502 / 7.140995184095700).epsilon(1e-12));
  CHECK(lab::ndcg_at(6, gains, gains) == 1.0);
  CHECK(lab::ndcg_at(3, Numbers{1, 2}, Numbers{0, 0}) == 1.0);
  stats::Random random(13);
  for (int run = 0; run < 200; ++run) {
    const std::size_t count = 1 + static_cast<std::size_t>(random.below(6));
    const Numbers scores = random_values(random, count, 3);
    const Numbers gain = random_values(random, count, 4);
    const std::size_t k = 1 + static_cast<std::size_t>(random.below(count + 1));
    const auto discounted = [&](const std::vector<std::size_t>& order) {
      double sum = 0.0;
      for (std::size_t i = 0; i < std::min(k, count); ++i) {
        sum += gain[order[i]] / std::log2(static_cast<double>(i) + 2.0);
      }
      return sum;
    };
    const double best = mean_over_orders(gain, discounted);
    const double expected = best > 0.0 ? mean_over_orders(scores, discounted) / best : 1.0;
    CHECK(lab::ndcg_at(k, scores, gain) == Approx(expected));
  }
  CHECK_THROWS_AS(lab::ndcg_at(0, falling, gains), core::InvalidInput);
  CHECK_THROWS_AS(lab::ndcg_at(2, Numbers{1}, Numbers{-1}), core::InvalidInput);
}

TEST_CASE("gains near the largest number do not overflow", "[lab]") {
  const std::vector<double> gains{1e308, 1e308, 0.0};
  const std::vector<double> worst{1.0, 2.0, 3.0};
  const std::vector<double> small{1.0, 1.0, 0.0};
  CHECK(lab::ndcg_at(2, worst, gains) == Approx(lab::ndcg_at(2, worst, small)));
}
