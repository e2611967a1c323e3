#include <outweigh/scoring/wsjf.hpp>

#include <vector>

#include "../support/catch.hpp"

using namespace outweigh;

TEST_CASE("WSJF is the cost of delay over the size of the job", "[scoring]") {
  const std::vector<double> value{50.0, 100.0, 0.0};
  const std::vector<double> urgency{5.0, 0.0, 3.0};
  const std::vector<double> risk{0.0, 20.0, 0.0};
  const std::vector<double> effort{5.0, 10.0, 1.0};
  const scoring::ScoringInput input{
      .size = 3, .value = value, .urgency = urgency, .risk_value = risk, .effort = effort};
  const auto scores = scoring::Wsjf{}.score(input);
  CHECK(scores[0] == Approx((5.0 + 10.0 + 0.0) / 5.0));
  CHECK(scores[1] == Approx((10.0 + 0.0 + 10.0) / 10.0));
  CHECK(scores[2] == Approx(5.0));
  const std::vector<double> none(3, 0.0);
  const scoring::ScoringInput nothing{.size = 3, .value = none, .urgency = none, .risk_value = none, .effort = effort};
  CHECK(scoring::Wsjf{}.score(nothing) == none);
}
