#include <outweigh/economics/purchase_covariates.hpp>
#include <outweigh/economics/purchase_model.hpp>

#include <array>
#include <cmath>
#include <span>
#include <vector>

#include <outweigh/economics/bg_bb.hpp>
#include <outweigh/economics/bg_nbd.hpp>
#include <outweigh/economics/pareto_nbd.hpp>

#include "../support/catch.hpp"
#include "simulated_purchases.hpp"

using namespace outweigh::economics;

namespace {

struct CovariateSample {
  SimulatedPurchases purchases;
  std::vector<double> z;  ///< two columns
  [[nodiscard]] CovariateColumns covariates() const { return {z, {"big", "size"}}; }
};

/// Pareto/NBD customers; "big" doubles the rate of purchase and "size" halves that of leaving for each unit.
CovariateSample draw_covariate_sample(std::size_t count, bool continuous) {
  CovariateSample sample;
  for (std::size_t i = 0; i < count; ++i) {
    outweigh::stats::Random random(77, i);
    const double big = random.bernoulli(0.4) ? 1.0 : 0.0;
    const double size = continuous ? random.uniform() * 2.0 : static_cast<double>(random.below(3));
    const double rate = random.gamma(1.0, 1.0 / 6.0) * std::exp(0.7 * big);
    const double end = random.exponential(random.gamma(1.2, 1.0 / 15.0) * std::exp(-0.7 * size));
    double t = 0.0, x = 0.0, last = 0.0;
    const double age = 20.0 + static_cast<double>(random.below(20));
    while ((t += random.exponential(rate)) < std::min(end, age)) {
      x += 1.0;
      last = t;
    }
    sample.purchases.frequency.push_back(x);
    sample.purchases.recency.push_back(last);
    sample.purchases.age.push_back(age);
    sample.z.push_back(big);
    sample.z.push_back(size);
  }
  return sample;
}

double joint_log_likelihood(const CovariateSample& sample, const ModelFit& joint, PurchaseModel model) {
  double sum = 0.0;
  for (std::size_t i = 0; i < sample.purchases.frequency.size(); ++i) {
    const auto& p = sample.purchases;
    const PurchaseHistory one(
        {std::span(p.frequency).subspan(i, 1), std::span(p.recency).subspan(i, 1), std::span(p.age).subspan(i, 1)});
    const ModelFit own = at_covariates(joint, model, std::span(sample.z).subspan(2 * i, 2));
    sum += model == PurchaseModel::pareto_nbd ? pareto_nbd_log_likelihood(own, one)
                                              : bg_nbd_log_likelihood(own, one, Leaving::after_repeat);
  }
  return sum;
}

}  // namespace

TEST_CASE("covariates are recovered, at a maximum of the likelihood", "[economics]") {
  for (const bool continuous : {false, true}) {
    const auto sample = draw_covariate_sample(continuous ? 500 : 2000, continuous);
    const ModelFit fit =
        fit_with_covariates(sample.purchases.columns(), sample.covariates(), PurchaseModel::pareto_nbd);
    REQUIRE(fit.status == FitStatus::estimated);
    REQUIRE(fit.names ==
            std::vector<std::string>{"r", "alpha", "s", "beta", "alpha:big", "alpha:size", "beta:big", "beta:size"});
    const std::array<double, 4> truth = {0.7, 0.0, 0.0, -0.7};
    for (std::size_t i = 0; i < 4; ++i) {
      const double error = std::sqrt(fit.log_covariance[(4 + i) * 9]);
      CHECK(std::abs(std::log(fit.parameters[4 + i]) - truth[i]) < 4.0 * error);
    }
    CHECK(fit.interval(0, 0.9999)->contains(1.0));
    CHECK(fit.interval(1, 0.9999)->contains(6.0));
    const double here = joint_log_likelihood(sample, fit, PurchaseModel::pareto_nbd);
    CHECK(here == Approx(fit.log_likelihood).epsilon(1e-9));
    for (std::size_t i = 0; i < fit.size(); ++i) {
      ModelFit moved = fit;
      moved.parameters[i] *= 1.03;
      CHECK(joint_log_likelihood(sample, moved, PurchaseModel::pareto_nbd) < here);
    }
  }
}

TEST_CASE("BG/NBD takes covariates, whatever their units", "[economics]") {
  const auto sample = draw_covariate_sample(1200, false);
  const ModelFit fit = fit_with_covariates(sample.purchases.columns(), sample.covariates(), PurchaseModel::bg_nbd);
  REQUIRE(fit.size() == 10);
  REQUIRE(fit.status == FitStatus::estimated);
  CHECK(std::log(fit.parameters[4]) > 0.3);
  CHECK(joint_log_likelihood(sample, fit, PurchaseModel::bg_nbd) == Approx(fit.log_likelihood).epsilon(1e-9));
  CHECK(fit.log_likelihood > fit_bg_nbd(PurchaseHistory(sample.purchases.columns())).log_likelihood + 10.0);
  auto scaled = sample;
  for (std::size_t i = 1; i < scaled.z.size(); i += 2) scaled.z[i] = 1000.0 * scaled.z[i] + 5.0;
  const ModelFit other = fit_with_covariates(scaled.purchases.columns(), scaled.covariates(), PurchaseModel::bg_nbd);
  CHECK(other.log_likelihood == Approx(fit.log_likelihood).epsilon(1e-10));
  CHECK(std::log(other.parameters[5]) * 1000.0 == Approx(std::log(fit.parameters[5])).epsilon(1e-4));
  const std::array<double, 2> z = {1.0, 2.0}, same = {1.0, 2005.0};
  const ModelFit a = at_covariates(fit, PurchaseModel::bg_nbd, z),
                 b = at_covariates(other, PurchaseModel::bg_nbd, same);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(a.parameters[i] == Approx(b.parameters[i]).epsilon(1e-4));
    CHECK(a.standard_error(i).value() == Approx(b.standard_error(i).value()).epsilon(1e-3));
  }
  outweigh::core::RunControl two;
  two.threads = 2;
  CHECK(fit_with_covariates(sample.purchases.columns(), sample.covariates(), PurchaseModel::bg_nbd, two) == fit);
}

TEST_CASE("covariates that cannot tell are named", "[economics]") {
  auto sample = draw_covariate_sample(300, false);
  const auto fit = [&](CovariateColumns covariates) {
    return fit_with_covariates(sample.purchases.columns(), covariates, PurchaseModel::bg_nbd);
  };
  const std::vector<double> constant(300, 4.0);
  const ModelFit flat = fit({constant, {"flat"}});
  CHECK(flat.cause.find("flat is the same for all customers") != std::string::npos);
  CHECK_FALSE(flat.standard_error(4));
  std::vector<double> twice;
  for (std::size_t i = 0; i < 300; ++i) {
    twice.push_back(sample.z[2 * i]);
    twice.push_back(1.0 - sample.z[2 * i]);
  }
  const ModelFit collinear = fit({twice, {"big", "small"}});
  CHECK(collinear.cause.find("small follows from the covariates before it") != std::string::npos);
  CHECK(collinear.standard_error(4));
  // Who never buys again, as a covariate.
  std::vector<double> never;
  for (const double x : sample.purchases.frequency) never.push_back(x == 0.0 ? 1.0 : 0.0);
  const ModelFit separated = fit({never, {"never"}});
  CHECK(separated.status != FitStatus::estimated);
  CHECK(separated.cause.find("separates") != std::string::npos);
  for (const double value : separated.parameters) CHECK(std::isfinite(value));
  never[3] = std::nan("");
  CHECK_THROWS_WITH(fit({never, {"never"}}), Catch::Contains("row 3"));
  CHECK_THROWS_AS(at_covariates(flat, PurchaseModel::bg_nbd, std::vector<double>{1.0, 2.0}),
                  outweigh::core::InvalidInput);
}

TEST_CASE("BG/BB takes covariates", "[economics]") {
  // Who is loyal buys more often and stays longer.
  std::vector<double> x, last, age, z;
  for (std::uint64_t i = 0; i < 6000; ++i) {
    outweigh::stats::Random random(41, i);
    const double loyal = random.bernoulli(0.5) ? 1.0 : 0.0;
    const double buys = random.beta(1.2 * std::exp(0.8 * loyal), 1.0);
    const double leaves = random.beta(0.6, 2.5 * std::exp(0.9 * loyal));
    double bought = 0.0, at = 0.0;
    for (int occasion = 1; occasion <= 6 && !random.bernoulli(leaves); ++occasion) {
      if (!random.bernoulli(buys)) continue;
      bought += 1.0;
      at = occasion;
    }
    x.push_back(bought);
    last.push_back(at);
    age.push_back(6.0);
    z.push_back(loyal);
  }
  const PurchaseColumns columns{x, last, age};
  const ModelFit joint = fit_with_covariates(columns, {z, {"loyal"}}, PurchaseModel::bg_bb);
  REQUIRE(joint.status == FitStatus::estimated);
  REQUIRE(joint.size() == 8);
  CHECK(joint.names[4] == "alpha:loyal");
  // Two groups, each with four parameters of its own: the same as two fits.
  std::array<double, 2> logs{};
  for (const double group : {0.0, 1.0}) {
    std::vector<double> weight;
    for (const double value : z) weight.push_back(value == group ? 1.0 : 0.0);
    const ModelFit own = fit_bg_bb(PurchaseHistory({x, last, age, weight}));
    const std::array<double, 1> at = {group};
    const ModelFit part = at_covariates(joint, PurchaseModel::bg_bb, at);
    for (std::size_t k = 0; k < 4; ++k) {
      CHECK(part.parameters[k] == Approx(own.parameters[k]).epsilon(1e-4));
      CHECK(part.log_covariance[k * 5] == Approx(own.log_covariance[k * 5]).epsilon(1e-3));
    }
    logs[static_cast<std::size_t>(group)] = own.log_likelihood;
  }
  CHECK(joint.log_likelihood == Approx(logs[0] + logs[1]).epsilon(1e-9));
}

TEST_CASE("predictions by covariates are those of each customer's model", "[economics]") {
  const CovariateSample sample = draw_covariate_sample(300, true);
  const PurchaseColumns columns = sample.purchases.columns();
  const std::array<double, 1> horizon = {10.0};
  for (const auto model : {PurchaseModel::bg_nbd, PurchaseModel::pareto_nbd}) {
    const ModelFit joint = fit_with_covariates(columns, sample.covariates(), model);
    for (const bool with_errors : {false, true}) {
      const auto ahead = [&](const ModelFit& fit, std::span<const double> h, const PurchaseColumns& rows,
                             const outweigh::core::RunControl& control) {
        return model == PurchaseModel::bg_nbd
                   ? bg_nbd_expected_purchases(fit, h, rows, Leaving::after_repeat, with_errors, control)
                   : pareto_nbd_expected_purchases(fit, h, rows, with_errors, control);
      };
      const Predictions all = predict_with_covariates(joint, model, sample.z, horizon, columns, ahead);
      CHECK(all.standard_errors.empty() != with_errors);
      for (std::size_t i = 0; i < 300; i += 17) {
        const auto& p = sample.purchases;
        const ModelFit own = at_covariates(joint, model, std::span(sample.z).subspan(2 * i, 2));
        const Predictions alone = ahead(
            own, horizon,
            {std::span(p.frequency).subspan(i, 1), std::span(p.recency).subspan(i, 1), std::span(p.age).subspan(i, 1)},
            {});
        CHECK(all.values[i] == Approx(alone.values[0]).epsilon(1e-10));
        if (with_errors) CHECK(all.standard_errors[i] == Approx(alone.standard_errors[0]).epsilon(1e-8));
      }
      std::vector<double> unknown = sample.z;
      unknown[11] = NAN;
      CHECK_THROWS_AS(predict_with_covariates(joint, model, unknown, horizon, columns, ahead),
                      outweigh::core::InvalidInput);
      unknown.pop_back();
      CHECK_THROWS_AS(predict_with_covariates(joint, model, unknown, horizon, columns, ahead),
                      outweigh::core::InvalidInput);
    }
  }
}
