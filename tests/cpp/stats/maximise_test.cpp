#include <outweigh/stats/maximise.hpp>

#include <array>
#include <cmath>

#include <outweigh/stats/jet.hpp>

#include "../support/catch.hpp"

using namespace outweigh::stats;

namespace {

template <class Formula>
SmoothFunction two_variables(Formula formula) {
  return [formula](std::span<const double> point) {
    const Jet<2> jet = formula(Jet<2>::variable(point[0], 0), Jet<2>::variable(point[1], 1));
    return Derivatives{jet.value,
                       {jet.gradient[0], jet.gradient[1]},
                       {jet.hessian[0], jet.hessian[1], jet.hessian[1], jet.hessian[2]}};
  };
}

}  // namespace

TEST_CASE("the valley of Rosenbrock leads to its only maximum", "[stats]") {
  const auto valley = two_variables([](const Jet<2>& x, const Jet<2>& y) {
    const Jet<2> across = y - x * x;
    const Jet<2> along = 1.0 - x;
    return -100.0 * across * across - along * along;
  });
  for (const double start : {-3.0, -1.2, 0.0, 7.0}) {
    const Maximum found = maximise(valley, {start, 1.0});
    CHECK(found.converged);
    CHECK(found.point[0] == Approx(1.0).epsilon(1e-6));
    CHECK(found.point[1] == Approx(1.0).epsilon(1e-6));
    CHECK(found.iterations < 100);
  }
}

TEST_CASE("bounds hold, and say where the function still grows", "[stats]") {
  const auto hill = two_variables([](const Jet<2>& x, const Jet<2>& y) { return -(x - 3.0) * (x - 3.0) - y * y; });
  const std::array<double, 2> lower = {-1.0, 1.0};
  const std::array<double, 2> upper = {2.0, 5.0};
  MaximiseOptions options;
  options.lower = lower;
  options.upper = upper;
  const Maximum found = maximise(hill, {0.0, 4.0}, options);
  CHECK(found.point == std::vector<double>{2.0, 1.0});
  CHECK(found.at_upper == std::vector<unsigned char>{1, 0});
  CHECK(found.at_lower == std::vector<unsigned char>{0, 1});
  CHECK(found.converged);
}

TEST_CASE("a start that is not finite is refused", "[stats]") {
  const auto pole = two_variables([](const Jet<2>& x, const Jet<2>& y) { return log(x) + y; });
  CHECK_THROWS_AS(maximise(pole, {-1.0, 0.0}), outweigh::core::InvalidInput);
}
