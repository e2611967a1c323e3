#include <outweigh/stats/cox.hpp>

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
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

TEST_CASE("predictions and their errors are those of R", "[stats]") {
  const SurvivalSample sample;
  CoxColumns columns{sample.time, sample.event, {sample.x, sample.z}, {"x", "z"}};
  const std::vector<double> x = {0.0, 3.0};
  const std::vector<double> z = {-1.0, 1.5};
  struct Golden {
    Ties ties;
    std::vector<double> at_2, error_at_2, at_6, error_at_6, score, score_error;
  };
  for (const Golden& golden : {Golden{Ties::efron,
                                      {0.811207696406815, 0.602222094323657},
                                      {0.119262077764763, 0.266950160794475},
                                      {0.572323481826563, 0.258569922230268},
                                      {0.200656838405217, 0.288468784362903},
                                      {-0.294031096609436, 0.591294599387231},
                                      {0.538635059367754, 0.758035937834537}},
                               Golden{Ties::breslow,
                                      {0.818560200325347, 0.622311740900633},
                                      {0.115127702957671, 0.255618157249138},
                                      {0.578303763671348, 0.273226718696690},
                                      {0.198217634941002, 0.291337916281686},
                                      {-0.283549463772877, 0.578961839308410},
                                      {0.535346250583951, 0.753416380985095}}}) {
    const CoxFit fit = fit_cox(columns, {golden.ties, false});
    const auto early = cox_survival(fit, {x, z}, 2.5);
    const auto late = cox_survival(fit, {x, z}, 6.0);
    const auto risk = cox_relative_risk(fit, {x, z});
    for (std::size_t i = 0; i < 2; ++i) {
      CHECK(early.values[i] == Approx(golden.at_2[i]).epsilon(1e-8));
      CHECK(early.standard_errors[i] == Approx(golden.error_at_2[i]).epsilon(1e-7));
      CHECK(late.values[i] == Approx(golden.at_6[i]).epsilon(1e-8));
      CHECK(late.standard_errors[i] == Approx(golden.error_at_6[i]).epsilon(1e-7));
      CHECK(std::log(risk.values[i]) == Approx(golden.score[i]).epsilon(1e-7));
      CHECK(risk.standard_errors[i] == Approx(risk.values[i] * golden.score_error[i]).epsilon(1e-7));
    }
    CHECK(cox_survival(fit, {x, z}, 0.5).values == std::vector<double>{1.0, 1.0});
    CHECK(cox_survival(fit, {x, z}, 0.5).standard_errors == std::vector<double>{0.0, 0.0});
  }
  columns.strata = sample.group;
  const CoxFit stratified = fit_cox(columns);
  const std::vector<double> one_x = {3.0}, one_z = {1.5};
  const auto early = cox_survival(stratified, {one_x, one_z}, 2.0, 1);
  CHECK(early.values[0] == Approx(0.692285648001212).epsilon(1e-8));
  CHECK(early.standard_errors[0] == Approx(0.259187176396866).epsilon(1e-7));
  const auto late = cox_survival(stratified, {one_x, one_z}, 6.0, 1);
  CHECK(late.values[0] == Approx(0.197705997948031).epsilon(1e-7));
  CHECK(late.standard_errors[0] == Approx(0.269921196251751).epsilon(1e-7));
  CHECK_THROWS_AS(cox_survival(stratified, {one_x, one_z}, 2.0, 2), outweigh::core::InvalidInput);
  CHECK_THROWS_AS(cox_survival(stratified, {one_x}, 2.0), outweigh::core::InvalidInput);
  CHECK_THROWS_AS(cox_relative_risk(stratified, {one_x, std::vector<double>{1.0, 2.0}}), outweigh::core::InvalidInput);
}

TEST_CASE("any number of covariates gives what the same without the others gives", "[stats]") {
  // Five and six covariates go by another way than up to four: a covariate apart in a stratum of its own changes
  // nothing.
  const SurvivalSample sample;
  for (const Ties ties : {Ties::efron, Ties::breslow}) {
    const CoxFit two = fit_cox({sample.time, sample.event, {sample.x, sample.z}, {"x", "z"}}, {ties, true});
    std::vector<double> time = sample.time, event = sample.event;
    std::vector<std::vector<double>> columns = {sample.x, sample.z};
    std::vector<std::size_t> strata(time.size(), 0);
    Random random(3);
    for (std::size_t k = 0; k < 4; ++k) {
      columns.emplace_back(time.size(), 0.0);
      const CoxFit more = [&] {
        std::vector<std::span<const double>> views(columns.begin(), columns.end());
        std::vector<std::string> names;
        for (std::size_t i = 0; i < columns.size(); ++i) names.push_back(std::to_string(i));
        for (int i = 0; i < 12; ++i) {
          time.push_back(1.0 + static_cast<double>(random.below(6)));
          event.push_back(1.0);
          strata.push_back(k + 1);
          for (std::size_t c = 0; c < columns.size(); ++c)
            columns[c].push_back(c + 1 == columns.size() ? random.normal() : 0.0);
        }
        views.assign(columns.begin(), columns.end());
        return fit_cox({time, event, views, names, strata}, {ties, true});
      }();
      REQUIRE(more.coefficients.size() == 3 + k);
      for (std::size_t i = 0; i < 2; ++i) {
        CHECK(more.coefficients[i] == Approx(two.coefficients[i]).epsilon(1e-7));
        CHECK(more.standard_error(i).value() == Approx(two.standard_error(i).value()).epsilon(1e-7));
      }
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

TEST_CASE("units that are out of all proportion", "[stats]") {
  const SurvivalSample sample;
  const CoxFit fit = fit_cox({sample.time, sample.event, {sample.z}, {"z"}});
  for (const double unit : {1e-140, 1e140}) {
    std::vector<double> z = sample.z;
    for (double& value : z) value *= unit;
    const CoxFit moved = fit_cox({sample.time, sample.event, {z}, {"z"}});
    REQUIRE(moved.status == FitStatus::estimated);
    CHECK(moved.coefficients[0] * unit == Approx(fit.coefficients[0]).epsilon(1e-9));
    CHECK(moved.standard_error(0).value() * unit == Approx(fit.standard_error(0).value()).epsilon(1e-9));
  }
  for (const double unit : {1e-200, 1e200, 1e308}) {
    std::vector<double> z = sample.z;
    for (double& value : z) value *= 0.5 * unit;
    CHECK_THROWS_WITH(fit_cox({sample.time, sample.event, {z}, {"z"}}), Catch::Contains("unit"));
  }
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
