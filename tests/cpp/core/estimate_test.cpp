#include <outweigh/core/estimate.hpp>

#include <set>
#include <string>

#include "../support/catch.hpp"

using namespace outweigh::core;

TEST_CASE("an estimate carries its interval and its status", "[core]") {
  CHECK(Estimate{}.status == Status::undefined);
  const Interval interval{0.2, 0.5, 0.9};
  CHECK(interval.width() == Approx(0.3));
  CHECK(interval.contains(0.2));
  CHECK(interval.contains(0.5));
  CHECK_FALSE(interval.contains(0.51));
  std::set<std::string> words;
  for (const Status status : {Status::exact, Status::estimated, Status::doubtful, Status::bounds_only,
                              Status::not_identified, Status::undefined}) {
    words.emplace(to_string(status));
  }
  CHECK(words.size() == 6);
}
