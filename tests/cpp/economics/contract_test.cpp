#include <outweigh/economics/contract.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"

using namespace outweigh::economics;

namespace {

// Renewals of 1000 customers over seven years; Fader and Hardie 2007, the cohort called high end.
const std::vector<double> cohort_periods = {1, 2, 3, 4, 5, 6, 7, 7};
const std::vector<double> cohort_left = {1, 1, 1, 1, 1, 1, 1, 0};
const std::vector<double> cohort_weight = {131, 126, 90, 60, 42, 34, 26, 491};

}  // namespace

TEST_CASE("shifted-beta-geometric gives the published estimates", "[economics]") {
  const ModelFit fit = fit_contract({cohort_periods, cohort_left, cohort_weight});
  REQUIRE(fit.status == FitStatus::estimated);
  CHECK(fit.parameters[0] == Approx(0.668).margin(5e-4));
  CHECK(fit.parameters[1] == Approx(3.806).margin(5e-4));
  CHECK(fit.log_likelihood == Approx(-1611.158).margin(1e-3));
  const std::array<double, 3> periods = {1.0, 7.0, 12.0};
  const Predictions retention = contract_retention(fit, periods, true);
  CHECK(retention.values[0] == Approx(0.8506792652214086).epsilon(1e-6));
  CHECK(contract_survival(fit, periods).values[2] == Approx(0.37799908139904226).epsilon(1e-6));
  CHECK(retention.standard_errors[0] > 0.0);
}

TEST_CASE("beta-discrete-Weibull contains the shifted-beta-geometric", "[economics]") {
  const ModelFit simple = known_shifted_beta_geometric(0.7, 3.0);
  const ModelFit general = known_beta_discrete_weibull(0.7, 3.0, 1.0);
  const std::array<double, 5> periods = {1.0, 2.0, 5.0, 70.0, 400.0};
  const auto a = contract_survival(simple, periods).values;
  const auto b = contract_survival(general, periods).values;
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(a[i] == Approx(b[i]).epsilon(1e-12));
  const ModelFit first = fit_contract({cohort_periods, cohort_left, cohort_weight});
  const ModelFit second =
      fit_contract({cohort_periods, cohort_left, cohort_weight}, ContractModel::beta_discrete_weibull);
  CHECK(second.status == FitStatus::estimated);
  CHECK(second.log_likelihood > first.log_likelihood);
  for (const double c : {0.97, 1.03}) {
    ModelFit moved = second;
    moved.parameters[2] *= c;
    double likelihood = 0.0;
    for (std::size_t i = 0; i < cohort_periods.size(); ++i) {
      const std::array<double, 2> ends = {cohort_periods[i] - 1.0, cohort_periods[i]};
      const auto there = contract_survival(moved, ends).values;
      likelihood += cohort_weight[i] * std::log(cohort_left[i] != 0.0 ? there[0] - there[1] : there[1]);
    }
    CHECK(likelihood < second.log_likelihood);
  }
}

TEST_CASE("beta-discrete-Weibull survives large powers of tenure", "[economics]") {
  const ModelFit steep = known_beta_discrete_weibull(0.5, 1776.0, 17.0);
  const std::array<double, 2> periods = {1.0, 20.0};
  const auto survival = contract_survival(steep, periods).values;
  // B(1/2, b + t) / B(1/2, b) with t = 20^17: Gamma(x + 1/2) / Gamma(x) is sqrt(x) to all digits where x is that large.
  const double expected =
      std::exp(std::lgamma(1776.5) - std::lgamma(1776.0)) / std::sqrt(std::pow(20.0, 17.0) + 1776.0);
  CHECK(survival[1] == Approx(expected).epsilon(1e-9));
  CHECK(survival[0] < 1.0);
  const ModelFit large = known_beta_discrete_weibull(4.22, 1e5, 8.101);
  for (double period = 1.0; period < 200.0; period += 1.0) {
    const std::array<double, 1> at = {period};
    const double kept = contract_retention(large, at).values[0];
    CHECK(kept > 0.0);
    CHECK(kept <= 1.0);
  }
}

TEST_CASE("customers who leave at much the same tenure are fitted, not called alike", "[economics]") {
  outweigh::stats::Random random(5);
  std::vector<double> periods;
  std::vector<double> left;
  for (int i = 0; i < 300; ++i) {
    periods.push_back(std::max(1.0, std::round(random.normal(12.0, 1.2))));
    left.push_back(1.0);
  }
  const ModelFit fit = fit_contract({periods, left, {}}, ContractModel::beta_discrete_weibull);
  double still_there = 0.0;
  for (const double period : periods) still_there += period > 10.0 ? 1.0 / 300.0 : 0.0;
  const std::array<double, 1> ten = {10.0};
  CHECK(contract_survival(fit, ten).values[0] == Approx(still_there).margin(0.05));
}

TEST_CASE("discounted periods are the discounted sum of survival", "[economics]") {
  const ModelFit fit = known_shifted_beta_geometric(0.668, 3.806);
  const double inf = std::numeric_limits<double>::infinity();
  for (const double renewals : {0.0, 1.0, 4.0}) {
    const std::array<double, 1> done = {renewals};
    double sum = 0.0;
    const auto at = [&](double t) { return contract_survival(fit, std::array<double, 1>{t}).values[0]; };
    for (int j = 0; j < 400; ++j) sum += at(renewals + j) / at(renewals) / std::pow(1.1, j);
    CHECK(contract_discounted_periods(fit, done, 0.1, inf).values[0] == Approx(sum).epsilon(1e-10));
    CHECK(contract_discounted_periods(fit, done, 0.0, 1.0).values[0] == Approx(1.0));
    CHECK_THROWS_AS(contract_discounted_periods(fit, done, 0.0, inf), outweigh::core::InvalidInput);
  }
}

TEST_CASE("customers who are all alike are at a limit, however many they are", "[economics]") {
  // Less spread than any customers who differ would have.
  std::vector<double> periods, left, weights;
  const auto survival = [](double t) { return std::exp(-0.024 * std::pow(t, 1.65)); };
  for (double t = 1.0; t <= 11.0; t += 1.0) {
    for (const double gone : {0.0, 1.0}) {
      periods.push_back(t);
      left.push_back(gone);
      weights.push_back(gone != 0.0 ? survival(t - 1.0) - survival(t) : 0.1 * survival(t));
    }
  }
  for (const double customers : {1e4, 3e4, 1e5, 3e5, 1e6, 3e6, 1e7}) {
    std::vector<double> counts;
    for (const double weight : weights) counts.push_back(customers * weight);
    const ModelFit fit = fit_contract({periods, left, counts}, ContractModel::beta_discrete_weibull);
    CAPTURE(customers, fit.parameters[0], fit.cause);
    CHECK(fit.status == FitStatus::boundary);
    CHECK_FALSE(fit.standard_error(0).has_value());
    CHECK(fit.standard_error(2).has_value());
  }
}

TEST_CASE("contracts that cannot tell are diagnosed", "[economics]") {
  for (const auto model : {ContractModel::shifted_beta_geometric, ContractModel::beta_discrete_weibull}) {
    const std::vector<double> periods = {3, 4, 5}, stays = {0, 0, 0}, ones = {1, 1, 1}, zeros = {0, 0, 0};
    const ModelFit nobody = fit_contract({periods, stays}, model);
    CHECK(nobody.status == FitStatus::boundary);
    CHECK(contract_survival(nobody, periods).values[2] == Approx(1.0));
    CHECK(fit_contract({ones, ones}, model).status == FitStatus::not_identified);
    CHECK(fit_contract({zeros, stays}, model).status == FitStatus::not_identified);
    CHECK_THROWS_WITH(fit_contract({zeros, ones}, model), Catch::Contains("row 0"));
    const std::vector<double> half = {1.5, 1, 1}, two = {2, 0, 0};
    CHECK_THROWS_AS(fit_contract({half, ones}, model), outweigh::core::InvalidInput);
    CHECK_THROWS_WITH(fit_contract({std::vector<double>{1.0}, std::vector<double>{1.0, 0.0}}, model),
                      Catch::Contains("periods has 1 row, left has 2"));
    CHECK_THROWS_AS(fit_contract({ones, two}, model), outweigh::core::InvalidInput);
  }
}

TEST_CASE("survival after any number of periods is a share", "[economics]") {
  const ModelFit fit = known_beta_discrete_weibull(0.2, 4.0, 1.5);
  const std::vector<double> periods = {1e100, 1e180, 1e300, 1e308};
  const auto survival = contract_survival(fit, periods, true).values;
  const auto retention = contract_retention(fit, periods).values;
  for (std::size_t i = 0; i < periods.size(); ++i) {
    CHECK(std::isfinite(survival[i]));
    CHECK(retention[i] == Approx(1.0));
    // B(alpha, beta + t) / B(alpha, beta) goes as Gamma(alpha + beta) / Gamma(beta) t^-alpha.
    CHECK(std::log(survival[i]) == Approx(std::lgamma(4.2) - std::lgamma(4.0) - 0.2 * 1.5 * std::log(periods[i])));
  }
}
