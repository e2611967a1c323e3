#include <outweigh/economics/effects.hpp>

#include <vector>

#include "../support/catch.hpp"

using namespace outweigh::economics;

TEST_CASE("an account that several things would keep is kept once", "[economics]") {
  CHECK(combine_effects(std::vector<double>{}) == 0.0);
  CHECK(combine_effects(std::vector<double>{0.2, 0.5}) == Approx(0.6).epsilon(1e-15));
  CHECK(combine_effects(std::vector<double>{0.5, 0.2}) == combine_effects(std::vector<double>{0.2, 0.5}));
  CHECK(combine_effects(std::vector<double>{1.0, 0.3}) == 1.0);
  CHECK(combine_effects(std::vector<double>{1e-18, 1e-18}) == Approx(2e-18));
  CHECK_THROWS_AS(combine_effects(std::vector<double>{1.2}), outweigh::core::InvalidInput);
}

TEST_CASE("combined effects keep their ranges, sources and doubts", "[economics]") {
  const std::vector<Effect> effects = {{0.1, 0.2, 0.4, "sales lead's guess", EffectStatus::assumed},
                                       {0.0, 0.5, 0.5, "trial of May", EffectStatus::experiment}};
  const Effect together = combine_effects(effects);
  CHECK(together.low == Approx(0.1));
  CHECK(together.expected == Approx(0.6));
  CHECK(together.high == Approx(0.7));
  CHECK(together.status == EffectStatus::assumed);
  CHECK(together.source == "sales lead's guess; trial of May");
  CHECK(to_string(EffectStatus::staggered_release) == "staggered_release");
  CHECK_THROWS_AS(check_effect({0.1, 0.2, 0.4, "", EffectStatus::assumed}), outweigh::core::InvalidInput);
  CHECK_THROWS_AS(check_effect({0.3, 0.2, 0.4, "x", EffectStatus::assumed}), outweigh::core::InvalidInput);
}

TEST_CASE("effects together are believed as the weakest", "[economics]") {
  const Effect trial{0.1, 0.2, 0.4, "trial", EffectStatus::experiment};
  const Effect release{0.1, 0.2, 0.4, "release", EffectStatus::staggered_release};
  const Effect guess{0.1, 0.2, 0.4, "guess", EffectStatus::assumed};
  CHECK(combine_effects(std::vector<Effect>{trial, trial}).status == EffectStatus::experiment);
  CHECK(combine_effects(std::vector<Effect>{trial, release}).status == EffectStatus::staggered_release);
  CHECK(combine_effects(std::vector<Effect>{release, trial}).status == EffectStatus::staggered_release);
  CHECK(combine_effects(std::vector<Effect>{release, guess, trial}).status == EffectStatus::assumed);
}
