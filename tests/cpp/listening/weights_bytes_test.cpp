#include <outweigh/listening/weights_bytes.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

#include <outweigh/listening/calibrate.hpp>

#include "../support/catch.hpp"

using namespace outweigh::listening;

TEST_CASE("weights, replicates and estimates travel as bytes", "[listening]") {
  const std::vector<std::uint8_t> size = {0, 0, 0, 1, 1, 1};
  const std::vector<std::uint8_t> stratum = {0, 0, 1, 1, 1, 0};
  const std::vector<double> visits = {1, 2, 1, 3, 2, 2};
  DesignColumns columns;
  columns.strata = {Codes(stratum)};
  const std::vector<Margin> margins = {{{"size", {"s", "l"}, Codes(size)}, {{"s", 9.0}, {"l", 6.0}}}};
  const std::vector<NumericTotal> totals = {{"visits", visits, 28.0}};
  const Weights weights = calibrate(Design(columns), margins, totals, {});
  const Weights again = weights_from_bytes(to_bytes(weights));
  CHECK(std::equal(again.values().begin(), again.values().end(), weights.values().begin(), weights.values().end()));
  const auto mean = estimate_mean(again, visits);
  CHECK(mean == estimate_mean(weights, visits));
  CHECK(survey_estimate_from_bytes(to_bytes(mean)) == mean);
  const auto replicates = replicate_weights(weights, {.method = ReplicateMethod::jackknife});
  const auto later = replicate_weights_from_bytes(to_bytes(replicates));
  CHECK(estimate_total(later, visits) == estimate_total(replicates, visits));
  CHECK_THROWS_AS(weights_from_bytes(to_bytes(Design(columns))), outweigh::core::CorruptState);
}
