#include <outweigh/demand/detail/untrue_kinds.hpp>

#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"

using namespace outweigh;

namespace {

demand::detail::CheckedReports reports_of(stats::Random& random, double checked, double share, double share_of_second) {
  demand::detail::CheckedReports reports;
  for (std::size_t kind = 1; kind < 5; ++kind) {
    reports.checked[kind] = checked;
    for (int r = 0; r < static_cast<int>(checked); ++r) {
      reports.untrue[kind] += random.uniform() < (kind == 2 ? share_of_second : share) ? 1.0 : 0.0;
    }
  }
  return reports;
}

}  // namespace

TEST_CASE("a kind of source whose reports are untrue more often is found, and only then", "[demand]") {
  stats::Random random(3);
  int false_alarms = 0;
  int found = 0;
  for (int world = 0; world < 200; ++world) {
    for (const double odds : demand::detail::untrue_odds(reports_of(random, 60.0, 0.1, 0.1))) {
      false_alarms += odds != 1.0 ? 1 : 0;
    }
    const auto odds = demand::detail::untrue_odds(reports_of(random, 60.0, 0.1, 0.5));
    found += odds[2] > 2.0 && odds[1] < 1.0 && odds[3] < 1.0 ? 1 : 0;
  }
  CHECK(false_alarms < 10 * 4);  // one world in a hundred, four kinds each
  CHECK(found > 190);
}

TEST_CASE("odds of many checks are those of the shares, and too few or equal ones tell nothing", "[demand]") {
  demand::detail::CheckedReports reports;
  reports.checked[1] = reports.checked[2] = 1e6;
  reports.untrue[1] = 1e5;
  reports.untrue[2] = 3e5;
  const auto odds = demand::detail::untrue_odds(reports);
  CHECK(odds[1] == Approx((0.1 / 0.9) / (0.2 / 0.8)).epsilon(1e-3));
  CHECK(odds[2] == Approx((0.3 / 0.7) / (0.2 / 0.8)).epsilon(1e-3));
  CHECK(odds[3] == 1.0);
  for (const double few : {0.0, 9.0}) {
    reports.checked[2] = few;
    reports.untrue[2] = few;
    for (const double one : demand::detail::untrue_odds(reports)) CHECK(one == 1.0);
  }
  reports.checked[2] = 1e6;
  reports.untrue[1] = reports.untrue[2] = 1e6;  // nothing is true: no odds to compare
  for (const double one : demand::detail::untrue_odds(reports)) CHECK(one == 1.0);
}
