#include <outweigh/stats/cox.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"
#include "survival_sample.hpp"

using namespace outweigh::stats;

TEST_CASE("coefficients, errors and likelihoods are those of R, for both treatments of ties", "[stats]") {
  const SurvivalSample sample;
  struct Golden {
    Ties ties;
    double x, z, se_x, se_z, null_likelihood, likelihood, robust_x, robust_z, cluster_x, strata_x, strata_likelihood;
  };
  for (const Golden& golden :
       {Golden{Ties::efron, 0.329378905136112, -0.041124407764668, 0.296616243106726, 0.287705074605292,
               -30.329215010352378, -29.635874353588044, 0.279938234566834, 0.265146375706234, 0.304766395558360,
               0.4120130150557549, -21.2553080982864984},
        Golden{Ties::breslow, 0.3271779934634025, -0.0476090709235682, 0.2958727839555405, 0.2873727634782463,
               -30.6533074465000013, -29.9625026619979025, 0.268196046403395, 0.253141428643218, 0.292828448791525,
               0.3934511548273442, -21.4333420792869163}}) {
    CoxColumns columns{sample.time, sample.event, {sample.x, sample.z}, {"x", "z"}};
    const CoxFit fit = fit_cox(columns, {golden.ties, false});
    CHECK(fit.status == FitStatus::estimated);
    CHECK(fit.coefficients[0] == Approx(golden.x).epsilon(1e-8));
    CHECK(fit.coefficients[1] == Approx(golden.z).epsilon(1e-7));
    CHECK(fit.standard_error(0).value() == Approx(golden.se_x).epsilon(1e-8));
    CHECK(fit.standard_error(1).value() == Approx(golden.se_z).epsilon(1e-8));
    CHECK(fit.null_log_likelihood == Approx(golden.null_likelihood).epsilon(1e-13));
    CHECK(fit.log_likelihood == Approx(golden.likelihood).epsilon(1e-12));
    const CoxFit robust = fit_cox(columns, {golden.ties, true});
    CHECK(robust.standard_error(0).value() == Approx(golden.robust_x).epsilon(1e-7));
    CHECK(robust.standard_error(1).value() == Approx(golden.robust_z).epsilon(1e-7));
    columns.clusters = sample.id;
    CHECK(fit_cox(columns, {golden.ties, true}).standard_error(0).value() == Approx(golden.cluster_x).epsilon(1e-7));
    columns.clusters = {};
    columns.strata = sample.group;
    const CoxFit stratified = fit_cox(columns, {golden.ties, false});
    CHECK(stratified.coefficients[0] == Approx(golden.strata_x).epsilon(1e-8));
    CHECK(stratified.log_likelihood == Approx(golden.strata_likelihood).epsilon(1e-12));
    if (golden.ties == Ties::efron) {
      REQUIRE(fit.baseline_time.size() == 10);
      CHECK(fit.baseline_hazard.front() == Approx(0.0975690198660559).epsilon(1e-8));
      CHECK(fit.baseline_hazard.back() == Approx(2.9058496918530730).epsilon(1e-8));
    }
  }
}

TEST_CASE("the order of the rows and the units of covariates change what they should", "[stats]") {
  SurvivalSample sample;
  const CoxFit fit = fit_cox({sample.time, sample.event, {sample.x, sample.z}, {"x", "z"}});
  Random random(5);
  std::vector<std::size_t> order(sample.time.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  random.shuffle(order);
  std::vector<double> time, event, x, z;
  for (const std::size_t i : order) {
    time.push_back(sample.time[i]);
    event.push_back(sample.event[i]);
    x.push_back(sample.x[i] * 1e6 + 5e8);
    z.push_back(sample.z[i] * 1e-6);
  }
  const CoxFit moved = fit_cox({time, event, {x, z}, {"x", "z"}});
  CHECK(moved.coefficients[0] * 1e6 == Approx(fit.coefficients[0]).epsilon(1e-7));
  CHECK(moved.coefficients[1] * 1e-6 == Approx(fit.coefficients[1]).epsilon(1e-6));
  CHECK(moved.standard_error(0).value() * 1e6 == Approx(fit.standard_error(0).value()).epsilon(1e-6));
}

TEST_CASE("covariates that cannot tell are named", "[stats]") {
  const SurvivalSample sample;
  const auto fit_with = [&](const std::vector<double>& other) {
    return fit_cox({sample.time, sample.event, {sample.x, other}, {"x", "other"}});
  };
  const CoxFit alone = fit_cox({sample.time, sample.event, {sample.x}, {"x"}});
  const CoxFit constant = fit_with(std::vector<double>(20, 3.0));
  CHECK(constant.status == FitStatus::not_identified);
  CHECK(constant.cause == "'other' has one value only");
  CHECK(constant.coefficients[0] == Approx(alone.coefficients[0]));
  CHECK_FALSE(constant.standard_error(1));
  std::vector<double> twice = sample.x;
  for (double& value : twice) value = 2.0 * value + 1.0;
  const CoxFit collinear = fit_with(twice);
  CHECK(collinear.status == FitStatus::not_identified);
  CHECK(collinear.cause.find("'x', 'other' are collinear") != std::string::npos);
  // Everyone with 1 has the event before anybody else.
  std::vector<double> first;
  for (std::size_t i = 0; i < 20; ++i) first.push_back(sample.time[i] < 3.0 && sample.event[i] != 0.0 ? 1.0 : 0.0);
  const CoxFit separated = fit_with(first);
  CHECK(separated.status == FitStatus::separated);
  CHECK(separated.cause.find("'other'") != std::string::npos);
  CHECK(separated.cause.find("'x'") == std::string::npos);
  CHECK_FALSE(separated.standard_error(1));
  CHECK(separated.standard_error(0));
  CHECK(std::isfinite(separated.log_likelihood));
  const std::vector<double> none(20, 0.0);
  const CoxFit censored = fit_cox({sample.time, none, {sample.x}, {"x"}});
  CHECK(censored.status == FitStatus::not_identified);
  CHECK(censored.cause.find("no event") != std::string::npos);
  const CoxFit empty = fit_cox({sample.time, sample.event, {}, {}});
  CHECK(empty.log_likelihood == Approx(alone.null_log_likelihood));
  std::vector<double> unknown = sample.x;
  unknown[4] = NAN;
  CHECK_THROWS_WITH(fit_with(unknown), Catch::Contains("column 'other', row 4"));
}
