#include <outweigh/lab/nrp_instances.hpp>

#include <array>
#include <cmath>

#include <outweigh/roadmap/solve.hpp>

#include "../support/catch.hpp"

using namespace outweigh;
using lab::NrpKind;
using lab::simulate_nrp;

TEST_CASE("instances are of the size of those that they resemble", "[lab]") {
  const auto small = simulate_nrp({.seed = 1, .kind = NrpKind::classic_small});
  CHECK(small.solution_count() == 140);
  CHECK(small.customer_count() == 100);
  CHECK(small == simulate_nrp({.seed = 1, .kind = NrpKind::classic_small}));
  CHECK(!(small == simulate_nrp({.seed = 2, .kind = NrpKind::classic_small})));
  const auto mined = simulate_nrp({.seed = 1, .kind = NrpKind::gnome, .size = 0.1});
  CHECK(mined.solution_count() == 250);
  for (std::size_t s = 0; s < mined.solution_count(); ++s) CHECK(mined.required_by(s).empty());
}

TEST_CASE("small ones of every kind are solved", "[lab]") {
  for (const NrpKind kind : {NrpKind::classic_small, NrpKind::classic_medium, NrpKind::classic_large,
                             NrpKind::classic_flat, NrpKind::eclipse, NrpKind::mozilla, NrpKind::gnome}) {
    CHECK(lab::nrp_kind(lab::to_string(kind)) == kind);
    const auto problem = simulate_nrp({.seed = 3, .kind = kind, .size = 0.05});
    const auto best = roadmap::solve(problem, {.budget = std::floor(0.5 * problem.total_effort())});
    CHECK(best.proven);
    CHECK(roadmap::check_selection(problem, best).empty());
  }
}

TEST_CASE("kinds and sizes that are none", "[lab]") {
  CHECK_THROWS_AS(lab::nrp_kind("linux"), core::InvalidInput);
  CHECK_THROWS_AS(simulate_nrp({.size = 0.0}), core::InvalidInput);
  CHECK_THROWS_AS(simulate_nrp({.size = std::nan("")}), core::InvalidInput);
}
