#include <outweigh/stats/fit_status.hpp>

#include "../support/catch.hpp"

TEST_CASE("each status of a fit has its word", "[stats]") {
  using outweigh::stats::FitStatus;
  CHECK(to_string(FitStatus::estimated) == "estimated");
  CHECK(to_string(FitStatus::boundary) == "boundary");
  CHECK(to_string(FitStatus::separated) == "separated");
  CHECK(to_string(FitStatus::not_identified) == "not_identified");
}
