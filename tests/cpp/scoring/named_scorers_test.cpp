#include <outweigh/scoring/named_scorers.hpp>

#include "../support/catch.hpp"

using namespace outweigh;

TEST_CASE("every named scorer is there and carries its name", "[scoring]") {
  for (const std::string_view name : scoring::scorer_names) {
    CHECK(scoring::named_scorer(name).name() == name);
    CHECK(scoring::named_scorer(name).is_additive());
  }
  CHECK_THROWS_AS(scoring::named_scorer("loudest"), core::InvalidInput);
}
