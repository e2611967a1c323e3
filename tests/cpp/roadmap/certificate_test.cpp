#include <outweigh/roadmap/certificate.hpp>

#include <cmath>
#include <string>

#include <outweigh/lab/nrp_instances.hpp>
#include <outweigh/roadmap/solve.hpp>

#include "../support/catch.hpp"

using namespace outweigh;
using roadmap::Certificate;
using roadmap::certify;
using roadmap::check_certificate;
using roadmap::ProofStepKind;

namespace {

roadmap::RoadmapProblem three_solutions() {
  roadmap::RoadmapBuilder builder;
  builder.add_solution("a", 3, 10).add_solution("b", 2, 7).add_solution("c", 2, 6);
  return builder.build();
}

}  // namespace

TEST_CASE("a proof by hand: one price closes what the budget binds", "[roadmap][certificate]") {
  // at a price of 3 the weights are 1, 1, 0: no plan of effort 5 is worth more than 3 * 5 + 2 = 17
  const auto problem = three_solutions();
  Certificate hand;
  hand.solutions = {0, 1};
  hand.value = 17.0;
  hand.cost = 5.0;
  hand.budget = 5.0;
  hand.bound = 17.0;
  hand.groups = {0, 1, 2};
  hand.steps = {{.kind = ProofStepKind::price, .price = 3.0}, {.kind = ProofStepKind::closed}};
  CHECK(check_certificate(problem, hand).empty());
  hand.steps[0].price = 2.0;  // 2 * 5 + 4 + 3 + 2 = 19
  CHECK_FALSE(check_certificate(problem, hand).empty());
  hand.value_step = 1.0;
  hand.steps[0].price = 3.1;  // 15.5 + 0.7 + 0.8 = 17.0
  CHECK(check_certificate(problem, hand).empty());
  hand.value_step = 4.0;
  CHECK_FALSE(check_certificate(problem, hand).empty());
  hand.value_step = 0.0;
  hand.steps = {{.kind = ProofStepKind::price, .price = 3.0}};
  CHECK_FALSE(check_certificate(problem, hand).empty());
  hand.steps = {{.kind = ProofStepKind::in_first, .position = 2}, {.kind = ProofStepKind::closed}};
  CHECK_FALSE(check_certificate(problem, hand).empty());
}

TEST_CASE("a certificate holds, as a table too, and not for another problem", "[roadmap][certificate]") {
  const auto problem = three_solutions();
  const auto best = roadmap::solve(problem, {.budget = 4.0});
  const Certificate certificate = certify(problem, best);
  CHECK(certificate.bound == best.value);
  CHECK(check_certificate(problem, certificate).empty());
  CHECK(certificate.to_table(problem).rows() == certificate.steps.size());
  roadmap::RoadmapBuilder builder;
  builder.add_solution("a", 3, 10).add_solution("b", 2, 7).add_solution("c", 2, 7);
  CHECK_FALSE(check_certificate(builder.build(), certificate).empty());
  roadmap::Selection wrong = best;
  wrong.value += 1.0;
  CHECK_THROWS_AS(certify(problem, wrong), core::InvalidInput);
}

TEST_CASE("what was included and excluded is part of the proof", "[roadmap][certificate]") {
  const auto problem = three_solutions();
  const auto best = roadmap::solve(problem, {.budget = 5.0, .include = {2}, .exclude = {1}});
  CHECK(best.value == 16.0);
  Certificate certificate = certify(problem, best);
  CHECK(check_certificate(problem, certificate).empty());
  certificate.exclude.clear();
  CHECK_FALSE(check_certificate(problem, certificate).empty());
}

TEST_CASE("instances of some size are proved by other means than the search", "[roadmap][certificate]") {
  for (const auto kind : {lab::NrpKind::classic_small, lab::NrpKind::eclipse}) {
    const auto problem = lab::simulate_nrp({.seed = 3, .kind = kind, .size = 0.5});
    for (const double share : {0.3, 0.6}) {
      const auto best = roadmap::solve(problem, {.budget = std::floor(share * problem.total_effort())});
      REQUIRE(best.proven);
      const Certificate certificate = certify(problem, best);
      const auto faults = check_certificate(problem, certificate);
      INFO((faults.empty() ? std::string() : faults.front()));
      CHECK(faults.empty());
      CHECK(certificate.bound == best.value);
    }
  }
}

TEST_CASE("a proof by hand: a fine for more than one of those that exclude each other", "[roadmap][certificate]") {
  roadmap::RoadmapBuilder builder;
  builder.add_solution("a", 3, 10).add_solution("b", 2, 7).add_solution("c", 2, 6);
  builder.add_excludes("a", "b").add_excludes("a", "c").add_excludes("b", "c");
  const auto problem = builder.build();
  Certificate hand;
  hand.solutions = {0};
  hand.value = hand.bound = 10.0;
  hand.cost = 3.0;
  hand.budget = 7.0;
  hand.groups = {0, 1, 2};
  hand.exclusive = {{0, 1, 2}};
  hand.steps = {{.kind = ProofStepKind::price}, {.kind = ProofStepKind::closed}};
  hand.fines = {{.step = 0, .set = 0, .fine = 7.0}};  // the weights are 3, 0, -1, and 7 is granted
  CHECK(check_certificate(problem, hand).empty());
  hand.fines[0].fine = 6.0;  // 4 + 1 + 0 + 6 = 11
  CHECK_FALSE(check_certificate(problem, hand).empty());
  hand.fines[0].fine = -7.0;
  CHECK_FALSE(check_certificate(problem, hand).empty());
  hand.fines[0] = {.step = 0, .set = 1, .fine = 7.0};
  CHECK_FALSE(check_certificate(problem, hand).empty());
  hand.fines[0] = {.step = 0, .set = 0, .fine = 7.0};
  for (const std::vector<std::uint32_t>& set : {std::vector<std::uint32_t>{0, 0}, std::vector<std::uint32_t>{0, 3}}) {
    hand.exclusive = {set};
    CHECK_FALSE(check_certificate(problem, hand).empty());
  }
  hand.exclusive = {{0, 1, 2}};
  CHECK_FALSE(check_certificate(three_solutions(), hand).empty());  // where nothing excludes
}

TEST_CASE("a need that nothing meets does not loosen a proof", "[roadmap][certificate]") {
  roadmap::RoadmapBuilder builder;
  builder.set_overlap(roadmap::Overlap::sum_of_shares);
  builder.add_solution("a", 3, 10.25).add_solution("b", 2, 7.1234567).add_solution("c", 2, 6.5);
  builder.add_need("unmet", 1e14).add_need("of no share", 1e14).add_cover("a", "of no share", 0.0);
  const auto problem = builder.build();
  const auto best = roadmap::solve(problem, {.budget = 5.0});
  CHECK(best.proven);
  CHECK(best.bound == Approx(10.25 + 7.1234567));
  Certificate certificate = certify(problem, best);
  CHECK(check_certificate(problem, certificate).empty());
  certificate.bound = certificate.value = 10.25 + 6.5;
  certificate.solutions = {0, 2};
  CHECK_FALSE(check_certificate(problem, certificate).empty());
}
