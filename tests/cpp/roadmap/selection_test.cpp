#include <outweigh/roadmap/selection.hpp>

#include <vector>

#include "../support/catch.hpp"

using namespace outweigh;
using roadmap::check_selection;
using roadmap::RoadmapBuilder;
using roadmap::RoadmapProblem;
using roadmap::Selection;

TEST_CASE("the checker sees each kind of fault", "[roadmap]") {
  const RoadmapProblem problem = RoadmapBuilder{}
                                     .set_overlap(roadmap::Overlap::sum_of_shares)
                                     .add_solution("a", 2, 1)
                                     .add_solution("b", 3, 2)
                                     .add_solution("c", 1, 3)
                                     .add_solution("d", 1, 1)
                                     .add_solution("e", 1, 1)
                                     .add_customer("x", 5, {"a", "b"})
                                     .add_need("n", 4)
                                     .add_cover("a", "n", 0.75)
                                     .add_cover("b", "n", 0.75)
                                     .add_requires("b", "a")
                                     .add_excludes("c", "a")
                                     .add_together("d", "e")
                                     .build();
  const Selection good{
      .solutions = {0, 1}, .customers = {0}, .value = 12, .cost = 5, .budget = 5, .bound = 13, .gap = 1};
  CHECK(check_selection(problem, good).empty());
  CHECK(roadmap::solution_ids(problem, good) == std::vector<std::string>{"a", "b"});

  const auto broken = [&](auto change) {
    Selection bad = good;
    change(bad);
    return !check_selection(problem, bad).empty();
  };
  CHECK(broken([](Selection& s) { s.solutions = {1}; }));
  CHECK(broken([](Selection& s) { s.solutions = {1, 0}; }));
  CHECK(broken([](Selection& s) { s.solutions = {0, 0, 1}; }));
  CHECK(broken([](Selection& s) { s.solutions = {0, 1, 9}; }));
  CHECK(broken([](Selection& s) { s.customers = {}; }));
  CHECK(broken([](Selection& s) { s.value = 12.1; }));
  CHECK(broken([](Selection& s) { s.cost = 4; }));
  CHECK(broken([](Selection& s) { s.budget = 4.9; }));
  CHECK(broken([](Selection& s) { s.bound = 11; }));
  CHECK(broken([](Selection& s) { s.gap = 0; }));
  CHECK_FALSE(check_selection(problem, {.solutions = {3}, .value = 1, .cost = 1, .budget = 5, .bound = 1}).empty());
  CHECK_FALSE(check_selection(problem, {.solutions = {0, 2}, .value = 7, .cost = 3, .budget = 5, .bound = 7}).empty());
  CHECK(roadmap::to_string(roadmap::SolveStatus::work_limit) == "work_limit");
}
