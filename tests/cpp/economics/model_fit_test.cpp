#include <outweigh/economics/model_fit.hpp>

#include "../support/catch.hpp"

using namespace outweigh::economics;
using outweigh::core::InvalidInput;
using outweigh::core::NotIdentified;

TEST_CASE("known parameters have no uncertainty", "[economics]") {
  const ModelFit fit = ModelFit::known({"a", "b"}, {1.0, 2.0});
  CHECK(fit.status == FitStatus::estimated);
  CHECK_FALSE(fit.standard_error(0));
  CHECK_FALSE(fit.interval(1));
  CHECK_THROWS_AS(ModelFit::known({"a"}, {0.0}), InvalidInput);
  CHECK_THROWS_AS(ModelFit::known({"a"}, {1.0, 2.0}), InvalidInput);
}

TEST_CASE("errors and intervals come from the logarithms", "[economics]") {
  ModelFit fit = ModelFit::known({"a", "b"}, {2.0, 3.0});
  fit.undetermined = {0, 1};
  fit.log_covariance = {0.01, 0.0, 0.0, 0.0};
  CHECK(fit.standard_error(0).value() == Approx(0.2));
  CHECK(fit.interval(0, 0.95)->lower == Approx(2.0 * std::exp(-0.1959964)));
  CHECK(fit.interval(0, 0.95)->upper == Approx(2.0 * std::exp(0.1959964)));
  CHECK_FALSE(fit.standard_error(1));
  CHECK_THROWS_AS(fit.interval(0, 1.0), InvalidInput);
  fit.status = FitStatus::not_identified;
  fit.cause = "why";
  CHECK_THROWS_AS(fit.require_identified(), NotIdentified);
}
