#include <outweigh/stats/detail/lanes.hpp>

#include <array>
#include <cmath>
#include <vector>

#include <outweigh/stats/detail/lane_arrays.hpp>
#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"

using outweigh::stats::detail::Lanes;

namespace {

enum class LaneFunction { exponential, logarithm, logarithm_of_sum };

struct LaneCall {
  std::array<double, 4> from{};
  LaneFunction function = LaneFunction::exponential;
  mutable std::array<double, 4> result{};

  OUTWEIGH_LANE void operator()() const {
    const Lanes x = Lanes::load(from.data());
    if (function == LaneFunction::exponential) exp(x).store(result.data());
    if (function == LaneFunction::logarithm) log(x).store(result.data());
    if (function == LaneFunction::logarithm_of_sum) log1p(x).store(result.data());
  }
};

}  // namespace

TEST_CASE("functions in lanes agree with the mathematical library, on narrow and on wide registers", "[stats]") {
  outweigh::stats::Random random(9);
  for (int trial = 0; trial < 20'000; ++trial) {
    LaneCall call;
    for (const auto function : {LaneFunction::exponential, LaneFunction::logarithm, LaneFunction::logarithm_of_sum}) {
      call.function = function;
      for (double& x : call.from) {
        const double wide = 1400.0 * random.uniform() - 700.0;
        x = function == LaneFunction::exponential ? (trial % 2 == 0 ? wide : 1e-3 * wide) : std::exp(0.1 * wide);
      }
      call();
      const auto narrow = call.result;
      outweigh::stats::detail::in_lanes(call);
      CHECK(narrow == call.result);
      for (std::size_t i = 0; i < 4; ++i) {
        const double x = call.from[i];
        const double expected = function == LaneFunction::exponential ? std::exp(x)
                                : function == LaneFunction::logarithm ? std::log(x)
                                                                      : std::log1p(x);
        CHECK(std::abs(call.result[i] - expected) <= 6e-16 * std::abs(expected));
      }
    }
  }
}

TEST_CASE("functions in lanes end where numbers do", "[stats]") {
  std::array<double, 4> ends{};
  exp(Lanes(-1e300, 1e300, 0.0, -745.0)).store(ends.data());
  CHECK((ends[0] > 0.0 && ends[0] < 1e-300));
  CHECK((std::isfinite(ends[1]) && ends[1] > 1e300));
  CHECK(ends[2] == 1.0);
  CHECK(ends[3] == ends[0]);
  log(Lanes(1.0, 1e-300, 1e300, 2.2250738585072014e-308)).store(ends.data());
  CHECK(ends[0] == 0.0);
  CHECK(ends[1] == Approx(std::log(1e-300)).epsilon(1e-15));
  CHECK(ends[3] == Approx(std::log(2.2250738585072014e-308)).epsilon(1e-15));
  log1p(Lanes(0.0, 1e-300, 1e-17, 1e300)).store(ends.data());
  CHECK(ends[0] == 0.0);
  CHECK(ends[1] == 1e-300);
  CHECK(ends[2] == 1e-17);
}

TEST_CASE("arrays of any length go through the lanes", "[stats]") {
  outweigh::stats::Random random(5);
  for (std::size_t size = 0; size < 11; ++size) {
    std::vector<double> values(size);
    for (double& x : values) x = random.uniform(-20.0, 20.0);
    std::vector<double> exponentials = values;
    outweigh::stats::detail::exp_all(exponentials);
    for (std::size_t i = 0; i < size; ++i) CHECK(exponentials[i] == Approx(std::exp(values[i])).epsilon(1e-15));
    outweigh::stats::detail::log_all(exponentials);
    for (std::size_t i = 0; i < size; ++i) CHECK(exponentials[i] == Approx(values[i]).epsilon(1e-13).margin(1e-14));
  }
}
