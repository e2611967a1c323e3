#include <outweigh/economics/purchase_segments.hpp>

#include <cmath>
#include <vector>

#include <outweigh/economics/bg_nbd.hpp>

#include "../support/catch.hpp"
#include "simulated_purchases.hpp"

using namespace outweigh::economics;

namespace {

struct LeavingCoin {
  outweigh::stats::Random random;
  double probability;
  bool operator()(double t) { return t > 0.0 && random.bernoulli(probability); }
  bool before(double) const { return false; }
};

}  // namespace

TEST_CASE("segments are pooled by how little they tell", "[economics]") {
  SimulatedPurchases all;
  std::vector<std::uint32_t> segment;
  const std::vector<std::size_t> sizes = {3000, 800, 800, 12, 1};
  const std::vector<double> alphas = {6.0, 3.0, 12.0, 6.0, 6.0};
  for (std::uint32_t g = 0; g < sizes.size(); ++g) {
    const auto part = SimulatedPurchases::draw(
        sizes[g], 0.8, alphas[g],
        [](outweigh::stats::Random& random) {
          const double p = random.beta(0.9, 2.5);
          return LeavingCoin{random.stream(7), p};
        },
        100 + g);
    all.frequency.insert(all.frequency.end(), part.frequency.begin(), part.frequency.end());
    all.recency.insert(all.recency.end(), part.recency.begin(), part.recency.end());
    all.age.insert(all.age.end(), part.age.begin(), part.age.end());
    segment.insert(segment.end(), sizes[g], g);
  }
  const SegmentFits fits = fit_segments(all.columns(), segment, sizes.size(), PurchaseModel::bg_nbd);
  REQUIRE(fits.pooled.size() == 5);
  CHECK(fits.all.customers == 4613.0);
  const auto rate = [](const ModelFit& fit) { return std::log(fit.parameters[0] / fit.parameters[1]); };
  // Large segments stay where they are, a single customer goes where the others are.
  CHECK(rate(fits.pooled[0]) == Approx(rate(fits.own[0])).margin(0.02));
  CHECK(rate(fits.pooled[1]) == Approx(std::log(0.8 / 3.0)).margin(0.25));
  CHECK(rate(fits.pooled[2]) == Approx(std::log(0.8 / 12.0)).margin(0.25));
  CHECK(fits.own[4].status != FitStatus::estimated);
  CHECK(rate(fits.pooled[4]) == Approx(fits.mean[0] - fits.mean[1]).margin(0.6));
  for (const ModelFit& fit : fits.pooled) {
    CHECK(fit.status == FitStatus::estimated);
    for (std::size_t i = 0; i < 4; ++i) CHECK(fit.standard_error(i).value() > 0.0);
  }
  // Less is known of a small segment, and less than its own likelihood alone would have it.
  CHECK(fits.pooled[3].standard_error(1).value() > fits.pooled[0].standard_error(1).value());
  outweigh::core::RunControl two;
  two.threads = 2;
  CHECK(fit_segments(all.columns(), segment, sizes.size(), PurchaseModel::bg_nbd, two).pooled == fits.pooled);
}

TEST_CASE("one segment is all, and nothing is pooled of nothing", "[economics]") {
  const std::vector<double> x = {2, 1, 0, 0, 4}, last = {30, 2, 0, 0, 20}, age(5, 39.0), none(5, 0.0);
  const std::vector<std::uint32_t> one(5, 0), two = {0, 0, 0, 1, 1};
  const SegmentFits single = fit_segments({x, last, age}, one, 1, PurchaseModel::pareto_nbd);
  CHECK(single.pooled[0] == single.all);
  const SegmentFits nothing = fit_segments({none, none, age}, two, 2, PurchaseModel::modified_bg_nbd);
  CHECK(nothing.pooled[1].status == FitStatus::not_identified);
  CHECK_THROWS_AS(fit_segments({x, last, age}, two, 1, PurchaseModel::bg_nbd), outweigh::core::InvalidInput);
  CHECK_THROWS_AS(fit_segments({x, last, age}, two, 3, PurchaseModel::bg_nbd), outweigh::core::InvalidInput);
}
