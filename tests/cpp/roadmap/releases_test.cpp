#include <outweigh/roadmap/releases.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/roadmap/problem.hpp>
#include <outweigh/roadmap/solve.hpp>

#include "roadmap/every_answer.hpp"
#include "support/catch.hpp"

using namespace outweigh;
using roadmap::ReleaseOptions;
using roadmap::RoadmapBuilder;
using roadmap::RoadmapProblem;
using test::every_answer;

namespace {

RoadmapProblem three_to_release() {
  return RoadmapBuilder()
      .add_solution("a", 3, 10)
      .add_solution("b", 2, 7)
      .add_solution("c", 2, 6)
      .add_requires("b", "c")
      .build();
}

struct RandomReleases {
  RoadmapProblem problem;
  ReleaseOptions options;
};

RandomReleases random_releases(std::mt19937& draw) {
  const auto number = [&](int least, int most) { return std::uniform_int_distribution<int>(least, most)(draw); };
  RoadmapBuilder builder;
  builder.set_overlap(number(0, 1) == 0 ? roadmap::Overlap::best_share : roadmap::Overlap::sum_of_shares);
  const std::string ids[] = {"a", "b", "c", "d"};
  for (const auto& id : ids) builder.add_solution(id, number(1, 5), number(-2, 9));
  builder.add_requires("b", "a").add_excludes("c", "d");
  if (number(0, 2) == 0) builder.add_together("a", "c");
  builder.add_customer("x", number(0, 9), {"a", "c"});
  builder.add_need("n", number(0, 9)).add_cover("b", "n", 0.5).add_cover("c", "n", 0.75);
  RandomReleases drawn{builder.build(), {}};
  drawn.options.delay = number(0, 1) == 0 ? 1.0 : 0.75;
  drawn.options.resources.resize(number(1, 2));
  for (std::size_t r = 0; r < drawn.options.resources.size(); ++r) {
    auto& resource = drawn.options.resources[r];
    resource.name = "team " + std::to_string(r);
    resource.capacities = {static_cast<double>(number(1, 7)), static_cast<double>(number(1, 7))};
    for (int s = 0; s < 4; ++s) resource.efforts.push_back(number(0, 5));
  }
  if (number(0, 2) == 0) drawn.options.deadlines = {{static_cast<std::uint32_t>(number(0, 3)), 1}};
  if (number(0, 3) == 0) drawn.options.commitments = {{static_cast<std::uint32_t>(number(0, 3)), 2}};
  if (number(0, 3) == 0) drawn.options.fixed = {{static_cast<std::uint32_t>(number(0, 3)), 2}};
  if (number(0, 3) == 0) drawn.options.groups = {{"g", {0, 1}, 0.25, 0.75}};
  if (number(0, 3) == 0) drawn.options.segments = {{"north", {{0, 2.0}, {2, 3.0}}, {}, 2.0}};
  return drawn;
}

// A plan by definition: what is there by each release is worth its value times what waiting for the next loses.
roadmap::ReleasePlan released(const RoadmapProblem& problem, const ReleaseOptions& options,
                              std::vector<std::uint32_t> releases) {
  roadmap::ReleasePlan plan;
  const std::size_t horizon = options.resources.front().capacities.size();
  plan.customers.assign(problem.customer_count(), 0);
  for (std::uint32_t t = 1; t <= horizon; ++t) {
    std::vector<std::uint8_t> there;
    for (const std::uint32_t release : releases) there.push_back(release != 0 && release <= t ? 1 : 0);
    const double next = t < horizon ? std::pow(options.delay, t) : 0.0;
    plan.value += (std::pow(options.delay, t - 1.0) - next) * problem.value_of(there);
    for (std::size_t c = 0; c < plan.customers.size(); ++c) {
      const auto wanted = problem.requests(c);
      const bool has_all = std::all_of(wanted.begin(), wanted.end(), [&](std::uint32_t s) { return there[s] != 0; });
      if (has_all && plan.customers[c] == 0) plan.customers[c] = t;
    }
  }
  plan.bound = plan.value;
  plan.releases = std::move(releases);
  return plan;
}

}  // namespace

TEST_CASE("a plan over releases is the best of all assignments", "[releases]") {
  std::mt19937 draw(7);
  std::size_t planned = 0, refused = 0;
  for (int world = 0; world < 400; ++world) {
    const auto [problem, options] = random_releases(draw);
    double best = -std::numeric_limits<double>::infinity();
    for (int code = 0; code < 81; ++code) {
      std::vector<std::uint32_t> releases;
      for (int s = 0, rest = code; s < 4; ++s, rest /= 3) releases.push_back(static_cast<std::uint32_t>(rest % 3));
      const auto plan = released(problem, options, std::move(releases));
      if (roadmap::check_releases(problem, options, plan).empty()) best = std::max(best, plan.value);
    }
    CAPTURE(world);
    if (std::isinf(best)) {
      CHECK_THROWS_AS(roadmap::plan_releases(problem, options, every_answer), core::Infeasible);
      ++refused;
      continue;
    }
    const auto plan = roadmap::plan_releases(problem, options, every_answer);
    CHECK(plan.value == Approx(best).margin(1e-12));
    CHECK(plan.proven);
    CHECK(plan.bound >= plan.value);
    CHECK(roadmap::check_releases(problem, options, plan).empty());
    ++planned;
  }
  CHECK(planned > 200);
  CHECK(refused > 10);
}

TEST_CASE("one release is the plan of the solver", "[releases]") {
  const auto problem = three_to_release();
  ReleaseOptions options;
  options.resources = {{.capacities = {5}}};
  const auto plan = roadmap::plan_releases(problem, options, every_answer);
  CHECK(plan.value == roadmap::solve(problem, {.budget = 5}).value);
  CHECK(plan.releases == std::vector<std::uint32_t>{1, 0, 1});
  CHECK(plan.loads == std::vector<double>{5});
  CHECK(plan.gap() == 0.0);
  CHECK(roadmap::releases_table(problem, plan)["solution_id"].text(1) == "c");
}

TEST_CASE("what cannot hold together is told as a smallest set", "[releases]") {
  const auto problem = three_to_release();
  ReleaseOptions options;
  options.resources = {{.capacities = {4, 4}}};
  options.commitments = {{0, 1}, {2, 1}};
  CHECK_THROWS_WITH(roadmap::plan_releases(problem, options, every_answer),
                    test::contains("what is promised is above the capacity: capacity of effort in release 1; a is "
                                   "promised by release 1; c is promised by release 1"));
  options.commitments = {};
  options.segments = {{"north", {{0, 10.0}}, {}, 30.0}};
  CHECK_THROWS_WITH(roadmap::plan_releases(problem, options, every_answer),
                    test::contains("segment north gets at least 30"));
  options.segments = {};
  options.fixed = {{0, 2}};
  options.commitments = {{0, 1}};
  CHECK_THROWS_WITH(roadmap::plan_releases(problem, options, every_answer),
                    test::contains("cannot hold together: a is in progress in release 2; a is promised by release 1"));
}

TEST_CASE("a conflict names the rule that a solver does not see broken", "[releases]") {
  const RoadmapProblem problem = RoadmapBuilder()
                                     .add_solution("a", 1, 12)
                                     .add_solution("b", 1, -10)
                                     .add_requires("b", "a")
                                     .add_customer("pays at once", 6, {})
                                     .build();
  ReleaseOptions options;
  options.resources = {{.capacities = {3, 12}}};
  options.fixed = {{1, 2}};
  options.segments = {{"north", {{0, 5.0}, {1, 4.0}}, {{0, -9e-6}}, 9.0}};
  const auto loose = [](roadmap::LinearModel model, const roadmap::LinearOptions& of_search) {
    for (double& bound : model.row_lower) bound -= 1e-6;
    for (double& bound : model.row_upper) bound += 1e-6;
    return every_answer(model, of_search);
  };
  CHECK_THROWS_WITH(roadmap::plan_releases(problem, options, loose), test::contains("segment north gets at least 9"));
}

TEST_CASE("the worst-served segment comes first where asked", "[releases]") {
  const auto problem = RoadmapBuilder().add_solution("a", 1, 1).add_solution("b", 1, 1).add_solution("c", 2, 5).build();
  ReleaseOptions options;
  options.resources = {{.capacities = {2}}};
  options.segments = {{"north", {{0, 2.0}, {2, 4.0}}, {}, {}}, {"south", {{1, 3.0}}, {}, {}}};
  CHECK(roadmap::plan_releases(problem, options, every_answer).releases == std::vector<std::uint32_t>{0, 0, 1});
  options.max_min = true;
  const auto plan = roadmap::plan_releases(problem, options, every_answer);
  CHECK(plan.releases == std::vector<std::uint32_t>{1, 1, 0});
  CHECK(plan.segment_values == std::vector<double>{2, 3});
}

TEST_CASE("without an answer of the solver there is a plan all the same", "[releases]") {
  const auto nothing = [](const roadmap::LinearModel&, const roadmap::LinearOptions&) {
    return roadmap::LinearOutcome{};
  };
  const auto problem = three_to_release();
  ReleaseOptions options;
  options.resources = {{.capacities = {4, 4}, .lane = 1}};
  options.delay = 0.9;
  const auto plan = roadmap::plan_releases(problem, options, nothing);
  CHECK(roadmap::check_releases(problem, options, plan).empty());
  CHECK(plan.value >= 0.7 * roadmap::plan_releases(problem, options, every_answer).value);
  CHECK(plan.bound >= plan.value);
}

TEST_CASE("a check of releases finds what is wrong", "[releases]") {
  const auto problem = three_to_release();
  ReleaseOptions options;
  options.resources = {{.capacities = {4, 4}}};
  options.deadlines = {{1, 1}};
  options.commitments = {{0, 1}};
  roadmap::ReleasePlan plan;
  plan.releases = {0, 2, 0};
  const auto faults = roadmap::check_releases(problem, options, plan);
  for (const char* expected : {"b comes before c, which it requires", "a is later than promised",
                               "b misses its deadline", "its value is not what it is worth"}) {
    CHECK(std::find(faults.begin(), faults.end(), expected) != faults.end());
  }
  plan.releases = {3, 0, 0};
  CHECK(roadmap::check_releases(problem, options, plan) ==
        std::vector<std::string>{"a is in a release that does not exist"});
  plan.releases = {1};
  CHECK(roadmap::check_releases(problem, options, plan).size() == 1);
}

TEST_CASE("options of releases that cannot be are named", "[releases]") {
  const auto problem = three_to_release();
  const auto column_of = [&](auto change) {
    ReleaseOptions options;
    options.resources = {{.capacities = {4, 4}}};
    change(options);
    try {
      (void)roadmap::plan_releases(problem, options, every_answer);
    } catch (const core::Error& error) {
      return error.place().column;
    }
    return std::string("nothing");
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(column_of([](ReleaseOptions&) {}) == "nothing");
  CHECK(column_of([](ReleaseOptions& o) { o.resources.clear(); }) == "capacities");
  CHECK(column_of([&](ReleaseOptions& o) { o.resources[0].capacities[1] = nan; }) == "capacities");
  CHECK(column_of([](ReleaseOptions& o) { o.resources.push_back({.name = "x", .capacities = {1}}); }) == "resource");
  CHECK(column_of([](ReleaseOptions& o) { o.resources.push_back(o.resources[0]); }) == "resource");
  CHECK(column_of([](ReleaseOptions& o) { o.resources[0].lane = 5; }) == "lane");
  CHECK(column_of([](ReleaseOptions& o) { o.resources[0].efforts = {1, 2}; }) == "efforts");
  CHECK(column_of([](ReleaseOptions& o) { o.resources[0].efforts = {1, 2, -1}; }) == "efforts");
  CHECK(column_of([](ReleaseOptions& o) { o.resources[0].efforts = {1e308, 1e308, 1e308}; }) == "amount");
  CHECK(column_of([&](ReleaseOptions& o) { o.delay = nan; }) == "delay");
  CHECK(column_of([](ReleaseOptions& o) { o.tolerance = 2; }) == "tolerance");
  CHECK(column_of([](ReleaseOptions& o) { o.time_limit = -1; }) == "time_limit");
  CHECK(column_of([](ReleaseOptions& o) { o.deadlines = {{0, 3}}; }) == "deadlines");
  CHECK(column_of([](ReleaseOptions& o) { o.fixed = {{9, 1}}; }) == "fixed");
  CHECK(column_of([](ReleaseOptions& o) { o.commitments = {{0, 0}}; }) == "commitments");
  CHECK(column_of([](ReleaseOptions& o) { o.groups = {{"g", {0}, 0.5, 0.25}}; }) == "shares");
  CHECK(column_of([](ReleaseOptions& o) { o.max_min = true; }) == "segments");
  CHECK(column_of([&](ReleaseOptions& o) { o.segments = {{"north", {{0, nan}}, {}, {}}}; }) == "segments");
  CHECK(column_of([](ReleaseOptions& o) { o.segments = {{"north", {}, {{0, 1}}, {}}}; }) == "segments");
  CHECK(column_of([](ReleaseOptions& o) { o.segments = {{"north", {}, {}, -1.0}}; }) == "floors");
  CHECK_THROWS_AS(roadmap::plan_releases(problem, {.resources = {{.capacities = {4}}}}, {}), core::MissingInput);
}

TEST_CASE("a plan over releases of nothing", "[releases]") {
  const RoadmapProblem none = RoadmapBuilder().build();
  ReleaseOptions options;
  options.resources = {{.name = "web", .capacities = {1}}, {.name = "data", .capacities = {1}}};
  CHECK(roadmap::plan_releases(none, options, every_answer).releases.empty());
  options.segments = {{"north", {}, {}, 1.0}};
  CHECK_THROWS_WITH(roadmap::plan_releases(none, options, every_answer), test::contains("below its floor"));
}
