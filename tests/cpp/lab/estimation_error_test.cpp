#include <outweigh/lab/estimation_error.hpp>

#include <limits>
#include <vector>

#include "../support/catch.hpp"

using namespace outweigh;
using Numbers = std::vector<double>;

TEST_CASE("errors of estimates in closed form", "[lab]") {
  CHECK(lab::root_mean_square_error(Numbers{1, 2, 3}, Numbers{1, 2, 6}) == Approx(1.7320508075688772));
  CHECK(lab::mean_error(Numbers{1, 2, 3}, Numbers{0, 3, 0}) == Approx(1.0));
  CHECK(lab::root_mean_square_error(Numbers{}, Numbers{}) == 0.0);
  CHECK(lab::root_mean_square_error(Numbers{1e200}, Numbers{-1e200}) == 2e200);
  CHECK(lab::root_mean_square_error(Numbers{3e-200, 3e-200}, Numbers{0, 0}) == Approx(3e-200).epsilon(1e-12));
  CHECK(lab::mean_error(Numbers{}, Numbers{}) == 0.0);
  CHECK_THROWS_AS(lab::root_mean_square_error(Numbers{1}, Numbers{}), core::InvalidInput);
  CHECK_THROWS_AS(lab::mean_error(Numbers{std::numeric_limits<double>::infinity()}, Numbers{1}), core::InvalidInput);
}

TEST_CASE("coverage counts closed intervals", "[lab]") {
  CHECK(lab::interval_coverage(Numbers{0, 0, 2, 1}, Numbers{1, 1, 3, 1}, Numbers{1, 2, 2, 1}) == 0.75);
  CHECK(lab::interval_coverage(Numbers{}, Numbers{}, Numbers{}) == 0.0);
  CHECK_THROWS_AS(lab::interval_coverage(Numbers{2}, Numbers{1}, Numbers{1}), core::InvalidInput);
}

TEST_CASE("the interval score charges width and distance", "[lab]") {
  // Width 1; truth 0.5 above with alpha 0.1 costs 2 / 0.1 * 0.5.
  CHECK(lab::interval_score(Numbers{0}, Numbers{1}, Numbers{1.5}, 0.9) == Approx(11.0));
  CHECK(lab::interval_score(Numbers{0}, Numbers{1}, Numbers{-0.25}, 0.5) == Approx(2.0));
  CHECK(lab::interval_score(Numbers{0, 0}, Numbers{1, 3}, Numbers{0.5, 1}, 0.8) == Approx(2.0));
  CHECK(lab::interval_score(Numbers{}, Numbers{}, Numbers{}) == 0.0);
  CHECK_THROWS_AS(lab::interval_score(Numbers{0}, Numbers{1}, Numbers{0}, 1.0), core::InvalidInput);
  CHECK_THROWS_AS(lab::interval_score(Numbers{0}, Numbers{1}, Numbers{0}, 0.0), core::InvalidInput);
}
