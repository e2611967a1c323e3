#include <outweigh/roadmap/roadmap.hpp>

#include "../support/catch.hpp"

using namespace outweigh;

TEST_CASE("the umbrella is enough to solve a problem", "[roadmap]") {
  const auto problem = roadmap::RoadmapBuilder{}.add_solution("a", 2, 3).build();
  CHECK(roadmap::solve(problem, {.budget = 2}).value == 3.0);
}
