#include <outweigh/stats/jet.hpp>

#include <cmath>

#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"

using namespace outweigh::stats;

namespace {

template <class S>
S jet_formula(const S& x, const S& y) {
  using std::exp;
  using std::log;
  using std::log1p;
  return exp(-x) * log(y + 2.0) / (x * x + y) + log1p(x * y) - 3.0 * log_gamma(x + y) + relative_expm1(x - y) +
         log1p_exp(x * 4.0 - y) - 2.0 / y + (1.0 - x) * 0.5;
}

double jet_value(double x, double y) { return jet_formula<double>(x, y); }

}  // namespace

TEST_CASE("jets carry the derivatives that differences approach", "[stats]") {
  Random random(4);
  for (int i = 0; i < 200; ++i) {
    const double x = random.uniform(0.1, 5.0);
    const double y = i % 10 == 0 ? x + 1e-7 : random.uniform(0.1, 5.0);
    const auto jet = jet_formula(Jet<2>::variable(x, 0), Jet<2>::variable(y, 1));
    const auto slope = jet_formula(Jet<2, false>::variable(x, 0), Jet<2, false>::variable(y, 1));
    CHECK(jet.value == Approx(jet_value(x, y)).epsilon(1e-12).margin(1e-12));
    CHECK(slope.gradient[0] == Approx(jet.gradient[0]).epsilon(1e-13));
    const double h = 1e-4 * std::min(x, y);
    const auto first = [&](auto f) { return (8.0 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12.0 * h); };
    CHECK(jet.gradient[0] == Approx(first([&](double d) { return jet_value(x + d, y); })).epsilon(1e-6).margin(1e-7));
    CHECK(jet.gradient[1] == Approx(first([&](double d) { return jet_value(x, y + d); })).epsilon(1e-6).margin(1e-7));
    const auto by_gradient = [&](std::size_t k) {
      return first(
          [&](double d) { return jet_formula(Jet<2>::variable(x, 0), Jet<2>::variable(y + d, 1)).gradient[k]; });
    };
    CHECK(jet.hessian[1] == Approx(by_gradient(0)).epsilon(1e-6).margin(1e-6));
    CHECK(jet.hessian[2] == Approx(by_gradient(1)).epsilon(1e-6).margin(1e-6));
  }
}

TEST_CASE("softplus and the relative exponential have no bad spots", "[stats]") {
  CHECK(log1p_exp(800.0) == 800.0);
  CHECK(log1p_exp(-800.0) == 0.0);
  CHECK(log1p_exp(Jet<1>::variable(-800.0, 0)).gradient[0] == 0.0);
  CHECK(log1p_exp(Jet<1>::variable(800.0, 0)).gradient[0] == 1.0);
  CHECK(relative_expm1(0.0) == 1.0);
  CHECK(relative_expm1(Jet<1>::variable(0.0, 0)).gradient[0] == Approx(0.5));
  CHECK(relative_expm1(Jet<1>::variable(0.0, 0)).hessian[0] == Approx(1.0 / 3.0));
  const auto below = relative_expm1(Jet<1>::variable(0.0499999, 0));
  const auto above = relative_expm1(Jet<1>::variable(0.0500001, 0));
  CHECK(below.gradient[0] == Approx(above.gradient[0]).epsilon(1e-6));
  CHECK(below.hessian[0] == Approx(above.hessian[0]).epsilon(1e-5));
  CHECK(log_beta_of(Jet<1>::variable(2.0, 0), Jet<1>(3.0)).value == Approx(log_beta(2.0, 3.0)));
  CHECK(value_of(Jet<1>(3.0)) == 3.0);
}
