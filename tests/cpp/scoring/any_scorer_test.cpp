#include <outweigh/scoring/any_scorer.hpp>

#include <cmath>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "../support/catch.hpp"

using namespace outweigh;
using scoring::AnyScorer;
using scoring::ScoringInput;

namespace {

struct Fixed {
  std::string called = "fixed";
  std::vector<double> scores{};
  std::string name() const { return called; }
  std::vector<double> score(const ScoringInput&) const { return scores; }
};
struct Broken {
  std::string name() const { return "broken"; }
  std::vector<double> score(const ScoringInput&) const { throw std::runtime_error("my own error"); }
};
struct Parted {
  std::vector<double> values;
  std::string name() const { return "parted"; }
  std::vector<double> score(const ScoringInput&) const { return {3.0}; }
  scoring::ScoreParts parts(const ScoringInput&) const { return {{"a", "b"}, values}; }
};

static_assert(std::is_convertible_v<Fixed, AnyScorer>);
static_assert(!std::is_constructible_v<AnyScorer, int>);

}  // namespace

TEST_CASE("a scorer that breaks its contract is named", "[scoring]") {
  CHECK_THROWS_AS(AnyScorer(Fixed{""}), core::ContractViolation);
  for (const std::vector<double>& scores :
       {std::vector<double>{}, {1.0}, {1.0, 2.0, 3.0}, {1.0, std::nan("")}, {HUGE_VAL, 1.0}}) {
    const AnyScorer scorer(Fixed{"mine", scores});
    try {
      static_cast<void>(scorer.score({.size = 2}));
      FAIL("nothing was thrown");
    } catch (const core::ContractViolation& error) {
      CHECK(error.place().value == "mine");
      CHECK_THAT(error.message(), test::contains("mine"));
    }
  }
  CHECK(AnyScorer(Fixed{"good", {1.0, 2.0}}).score({.size = 2}) == std::vector<double>{1.0, 2.0});
  CHECK_THROWS_AS(AnyScorer(Broken{}).score({.size = 1}), std::runtime_error);
}

TEST_CASE("parts must be finite and add up to the scores", "[scoring]") {
  const ScoringInput one{.size = 1};
  CHECK(AnyScorer(Parted{{1.0, 2.0}}).is_additive());
  CHECK_FALSE(AnyScorer(Fixed{}).is_additive());
  CHECK(AnyScorer(Parted{{1.0, 2.0}}).parts(one, {3.0}).names.size() == 2);
  CHECK(AnyScorer(Fixed{}).parts(one, {3.0}).names.empty());
  CHECK_THROWS_AS(AnyScorer(Parted{{1.0, 1.0}}).parts(one, {3.0}), core::ContractViolation);
  CHECK_THROWS_AS(AnyScorer(Parted{{1.0}}).parts(one, {3.0}), core::ContractViolation);
  CHECK_THROWS_AS(AnyScorer(Parted{{1.0, std::nan("")}}).parts(one, {3.0}), core::ContractViolation);
  CHECK_FALSE(AnyScorer(Fixed{}).value_basis().has_value());
}
