#include <outweigh/stats/small_area.hpp>

#include <cmath>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"
#include "../support/paths.hpp"

using namespace outweigh::stats;
using outweigh::core::InvalidInput;
using outweigh::core::Status;
using Numbers = std::vector<double>;

namespace {

/// Restricted log likelihood by dense matrices of two columns, from its definition.
double dense_log_likelihood(const Numbers& y, const Numbers& d, const Numbers& x, double a, bool restricted) {
  double s00 = 0;
  double s01 = 0;
  double s11 = 0;
  double t0 = 0;
  double t1 = 0;
  double log_v = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double w = 1.0 / (a + d[i]);
    s00 += w;
    s01 += w * x[2 * i + 1];
    s11 += w * x[2 * i + 1] * x[2 * i + 1];
    t0 += w * y[i];
    t1 += w * x[2 * i + 1] * y[i];
    log_v -= std::log(w);
  }
  const double determinant = s00 * s11 - s01 * s01;
  const double b0 = (s11 * t0 - s01 * t1) / determinant;
  const double b1 = (s00 * t1 - s01 * t0) / determinant;
  double squares = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double r = y[i] - b0 - b1 * x[2 * i + 1];
    squares += r * r / (a + d[i]);
  }
  return -0.5 * (log_v + squares + (restricted ? std::log(determinant) : 0.0));
}

}  // namespace

TEST_CASE("the milk data's small areas are those of an independent calculation") {
  std::ifstream file(outweigh::test::shared_folder() + "/cases/weighting/milk.csv");
  if (outweigh::test::shared_folder().empty() || !file) {
    WARN("the public cases are not beside the project");
    return;
  }
  Numbers y;
  Numbers d;
  Numbers x;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    Numbers row;
    for (std::string cell; std::getline(cells, cell, ',');) row.push_back(std::stod(cell));
    y.push_back(row[2]);
    d.push_back(row[3] * row[3]);
    for (int major = 1; major <= 4; ++major) x.push_back(major == 1 || row[5] == major ? 1.0 : 0.0);
  }
  const SmallAreas found = fay_herriot(y, d, x, 4);
  CHECK(found.method == AreaVariance::reml);
  // tests/golden/small_areas.py: dense matrices in numpy.
  CHECK(std::abs(found.variance - 0.01855033476276667) < 1e-11);
  const Numbers beta{0.968188986975, 0.132780305457, 0.226946224521, -0.241301039945};
  for (std::size_t c = 0; c < 4; ++c) CHECK(std::abs(found.coefficients[c] - beta[c]) < 1e-10);
  const struct {
    std::size_t area;
    double estimate;
    double mean_squared_error;
  } expected[] = {{0, 1.02197054415, 0.0134602564596},
                  {10, 0.785214919184, 0.00769426999983},
                  {42, 0.681086885061, 0.00990364779689}};
  for (const auto& row : expected) {
    const auto& estimate = found.areas[row.area].estimate;
    CHECK(std::abs(estimate.value - row.estimate) < 1e-10);
    CHECK(std::abs(std::pow(estimate.standard_error, 2) - row.mean_squared_error) < 1e-12);
  }
}

TEST_CASE("the variance of small areas maximises its likelihood") {
  Random random(3);
  for (int round = 0; round < 30; ++round) {
    const auto n = static_cast<std::size_t>(12 + random.below(20));
    Numbers y;
    Numbers d;
    Numbers x;
    for (std::size_t i = 0; i < n; ++i) {
      d.push_back(random.uniform(0.2, 2.0));
      x.push_back(1.0);
      x.push_back(random.normal());
      y.push_back(1.0 + 0.5 * x.back() + random.normal(0.0, 0.8) + random.normal(0.0, std::sqrt(d.back())));
    }
    for (const auto method : {AreaVariance::reml, AreaVariance::ml}) {
      const SmallAreas found = fay_herriot(y, d, x, 2, {}, {.method = method});
      const bool restricted = method == AreaVariance::reml;
      const double reached = dense_log_likelihood(y, d, x, found.variance, restricted);
      for (double a = 0.0; a < 5.0; a += 0.05) CHECK(dense_log_likelihood(y, d, x, a, restricted) <= reached + 1e-9);
      for (std::size_t i = 0; i < n; ++i) {
        const auto& area = found.areas[i];
        CHECK(std::abs(area.estimate.value - (y[i] + area.shrinkage * (area.synthetic - y[i]))) < 1e-12);
      }
    }
    const SmallAreas adjusted = fay_herriot(y, d, x, 2, {}, {.method = AreaVariance::adjusted});
    CHECK(adjusted.variance > 0.0);
    const double reached = dense_log_likelihood(y, d, x, adjusted.variance, true) + std::log(adjusted.variance);
    for (double a = 0.05; a < 5.0; a += 0.05)
      CHECK(dense_log_likelihood(y, d, x, a, true) + std::log(a) <= reached + 1e-9);
  }
}

TEST_CASE("mean squared errors of small areas are about right, and few areas get the adjusted likelihood") {
  Random random(9);
  double errors = 0.0;
  double stated = 0.0;
  for (int round = 0; round < 400; ++round) {
    Numbers y;
    Numbers d;
    Numbers truth;
    for (int i = 0; i < 20; ++i) {
      d.push_back(i % 2 == 0 ? 0.5 : 1.5);
      truth.push_back(random.normal());
      y.push_back(truth.back() + random.normal(0.0, std::sqrt(d.back())));
    }
    const SmallAreas found = fay_herriot(y, d, Numbers(20, 1.0), 1);
    for (std::size_t i = 0; i < 20; ++i) {
      errors += std::pow(found.areas[i].estimate.value - truth[i], 2);
      stated += std::pow(found.areas[i].estimate.standard_error, 2);
    }
  }
  CHECK(std::abs(stated / errors - 1.0) < 0.1);
  CHECK(fay_herriot(Numbers{1, 2, 3, 4}, Numbers(4, 1.0), Numbers(4, 1.0), 1).method == AreaVariance::adjusted);
}

TEST_CASE("small areas without a sample, and input that is refused") {
  const Numbers y{1.0, 2.0, 3.0, 0.0};
  const Numbers d{1.0, 1.0, 1.0, 0.0};
  const SmallAreas found = fay_herriot(y, d, Numbers(4, 1.0), 1, std::vector<std::uint8_t>{1, 1, 1, 0});
  CHECK(found.areas[3].estimate.value == found.areas[3].synthetic);
  CHECK(found.areas[3].estimate.standard_error > 0.0);
  CHECK(fay_herriot({}, {}, {}, 1).status == Status::undefined);
  CHECK(fay_herriot(Numbers{1}, Numbers{1}, Numbers{1}, 1).status == Status::not_identified);
  CHECK_THROWS_AS((void)fay_herriot(y, d, Numbers(4, 1.0), 1), InvalidInput);
  CHECK_THROWS_AS((void)fay_herriot(Numbers{1, 2, 3}, Numbers(3, 1.0), Numbers(6, 1.0), 2), InvalidInput);
  CHECK_THROWS_AS((void)fay_herriot(Numbers{NAN, 2, 3}, Numbers(3, 1.0), Numbers(3, 1.0), 1), InvalidInput);
}

TEST_CASE("sampling variances are smoothed along a power of the size") {
  Numbers variances;
  Numbers sizes;
  for (int i = 1; i <= 10; ++i) {
    sizes.push_back(i * 10.0);
    variances.push_back(3.0 / sizes.back());
  }
  variances[4] = 0.0;
  const Numbers smoothed = smooth_variances(variances, sizes);
  for (std::size_t i = 0; i < sizes.size(); ++i) CHECK(std::abs(smoothed[i] - 3.0 / sizes[i]) < 1e-10);
  CHECK(smooth_variances(Numbers{2.0, 0.0}, Numbers{5.0, 5.0})[1] == 2.0);
  CHECK_THROWS_AS((void)smooth_variances(Numbers{0.0}, Numbers{5.0}), InvalidInput);
  CHECK_THROWS_AS((void)smooth_variances(Numbers{1.0}, Numbers{0.0}), InvalidInput);
}

TEST_CASE("the adjusted likelihood of hardly more areas than columns has no maximum, and is not asked for one") {
  const Numbers y{0.1, 0.9, 0.5};
  const SmallAreas few = fay_herriot(y, Numbers(3, 1e-4), Numbers(3, 1.0), 1);
  CHECK(few.method == AreaVariance::reml);
  CHECK(few.status == Status::doubtful);
  CHECK(few.variance == Approx(0.16 - 1e-4));
  for (std::size_t i = 0; i < 3; ++i) CHECK(few.areas[i].estimate.value == Approx(y[i]).margin(0.001));
  const SmallAreas asked = fay_herriot(y, Numbers(3, 1e-4), Numbers(3, 1.0), 1, {}, {.method = AreaVariance::adjusted});
  CHECK(asked.status == Status::not_identified);
  CHECK(asked.areas[0].estimate.status == Status::not_identified);
}

TEST_CASE("how areas differ does not hang on where zero is") {
  const Numbers y{0.1, 0.5, 0.4, 0.9, 0.3, 0.2};
  const double at_zero = fay_herriot(y, Numbers(6, 0.01), Numbers(6, 1.0), 1).variance;
  CHECK(at_zero > 0.01);
  Numbers shifted(y);
  for (double& value : shifted) value += 1e6;
  CHECK(fay_herriot(shifted, Numbers(6, 0.01), Numbers(6, 1.0), 1).variance == Approx(at_zero).epsilon(1e-6));
}
