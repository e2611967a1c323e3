#include <outweigh/demand/detail/mixture_spread.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <outweigh/demand/detail/occupancy_likelihood.hpp>
#include <outweigh/demand/occupancy.hpp>
#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"

using namespace outweigh;

namespace {

/// One need, one account with `occasions` occasions of weight 1 and `years`, heard on `mentions` and `events`.
struct OnePair {
  demand::Histories histories;
  demand::detail::Profiles profiles;
  demand::detail::Group group;

  OnePair(double occasions, double mentions, double years, double events) {
    histories.needs = 1;
    histories.accounts = 1;
    histories.strata = 1;
    histories.stratum = {0};
    histories.covariate = {0.0};
    histories.worth = {1.0};
    histories.contacted = {1};
    histories.exposures.push_back({{occasions}, {years}});
    histories.exposure_of_need = {0};
    histories.heard = {{{.account = 0, .mentions = mentions, .weight = mentions, .events = events}}};
    profiles = demand::detail::make_profiles(histories, 6);
    group = demand::detail::make_group(histories, profiles, 0);
  }
  [[nodiscard]] double likelihood(const demand::detail::Shared& shared, double detection, double rate,
                                  std::size_t voice) const {
    demand::detail::Said said;
    const auto signatures = demand::detail::make_signatures(group, histories.exposures[0], histories.heard[0]);
    said.fill(group, signatures, detection, rate, shared);
    std::vector<double> silence;
    said.fill_silence(group, silence);
    const auto heard = demand::detail::make_heard(group, histories.exposures[0], histories.heard[0][0], 0);
    return said(group, heard, voice, silence[heard.silent * demand::detail::voice_points + voice]);
  }
};

double chance_of(double x) { return 1.0 / (1.0 + std::exp(-x)); }

/// Binomial mentions whose log odds are normal, by the trapezoidal rule.
double logit_normal(double mentions, double silent, double mean, double deviation) {
  double sum = 0.0;
  for (int k = -800; k <= 800; ++k) {
    const double z = 0.01 * k;
    const double p = chance_of(mean + deviation * z);
    sum += 0.01 * std::exp(-0.5 * z * z) / std::sqrt(2.0 * 3.14159265358979324) * std::pow(p, mentions) *
           std::pow(1.0 - p, silent);
  }
  return sum;
}

demand::Histories histories_of_law(std::uint64_t seed) {
  stats::Random random(seed);
  demand::Histories h;
  h.needs = 10;
  h.accounts = 300;
  h.strata = 1;
  h.exposure_of_need.assign(h.needs, 0);
  h.heard.resize(h.needs);
  demand::Exposure exposure;
  for (std::size_t a = 0; a < h.accounts; ++a) {
    h.stratum.push_back(0);
    h.covariate.push_back(0.0);
    h.worth.push_back(1.0);
    exposure.occasions.push_back(static_cast<double>(random.poisson(12.0)));
    exposure.years.push_back(0.0);
    h.contacted.push_back(1);
  }
  for (std::size_t i = 0; i < h.needs; ++i) {
    const double psi = random.uniform(0.2, 0.6);
    for (std::size_t a = 0; a < h.accounts; ++a) {
      if (!random.bernoulli(psi)) continue;
      const double p = random.beta(0.6, 1.8);
      const auto said = static_cast<double>(random.binomial(static_cast<std::int64_t>(exposure.occasions[a]), p));
      if (said > 0.0) {
        h.heard[i].push_back({.account = static_cast<std::uint32_t>(a), .mentions = said, .weight = said, .known = 1});
      }
    }
  }
  h.exposures.push_back(std::move(exposure));
  return h;
}

}  // namespace

TEST_CASE("tables of silence agree with the probability of silence", "[demand]") {
  demand::detail::Group group;
  group.grid = {0.0, 0.3, 1.0, 1.7, 2.0, 5.5, 12.0, 30.0, 33.7, 240.0};
  group.weights = {1.0};
  group.years = {0.0};
  demand::detail::Shared shared;
  demand::detail::Said said;
  std::vector<double> silence;
  for (const double detection : {-4.0, -1.0, 2.0}) {
    for (const double correlation : {-6.0, -2.0, 0.5}) {
      shared.correlation_logit = correlation;
      said.fill(group, {}, detection, 0.0, shared);
      said.fill_silence(group, silence);
      for (std::size_t g = 0; g < group.grid.size(); ++g) {
        for (std::size_t f = 0; f < demand::detail::voice_points; ++f) {
          CHECK(silence[g * demand::detail::voice_points + f] ==
                Approx(demand::silence(group.grid[g], said.mean(f), shared.correlation())).epsilon(1e-10));
        }
      }
    }
  }
}

TEST_CASE("normal mixing is the integral over normal log odds", "[demand]") {
  demand::detail::Shared shared;
  shared.mixing = demand::Mixture::normal;
  shared.correlation_logit = -1.5;
  shared.voice_deviation = 0.4;
  const double deviation = std::sqrt(3.14159265358979324 * 3.14159265358979324 / 3.0 * std::exp(-1.5));
  for (const double occasions : {1.0, 4.0, 9.0}) {
    for (double mentions = 0.0; mentions <= occasions; mentions += 1.0) {
      for (const std::size_t voice : {0UL, 2UL, 3UL}) {
        const double mean = -0.7 + 0.4 * demand::detail::voice_nodes[voice];
        CHECK(OnePair(occasions, mentions, 0.0, 0.0).likelihood(shared, -0.7, 0.0, voice) ==
              Approx(logit_normal(mentions, occasions - mentions, mean, deviation)).epsilon(0.01));
      }
    }
  }
}

TEST_CASE("under any law what can be said adds up to one", "[demand]") {
  for (const auto mixing :
       {demand::Mixture::beta, demand::Mixture::normal, demand::Mixture::parts, demand::Mixture::common}) {
    demand::detail::Shared shared;
    shared.mixing = mixing;
    shared.correlation_logit = -1.0;
    double sum = 0.0;
    double ways = 1.0;
    for (double m = 0.0; m <= 6.0; m += 1.0) {
      sum += ways * OnePair(6.0, m, 0.0, 0.0).likelihood(shared, -0.5, 0.0, 1);
      ways *= (6.0 - m) / (m + 1.0);
    }
    CHECK(sum == Approx(1.0).epsilon(1e-10));
    double events = 0.0;
    double mean = 0.0;
    for (double e = 0.0; e <= 60.0; e += 1.0) {
      const double chance = OnePair(0.0, 0.0, 1.5, e).likelihood(shared, 0.0, 0.2, 2);
      events += chance;
      mean += e * chance;
    }
    CHECK(events == Approx(1.0).margin(0.002));
    CHECK(mean == Approx(1.5 * std::exp(0.2)).epsilon(0.02));
  }
}

TEST_CASE("parts are a quarter that speaks less and the rest", "[demand]") {
  demand::detail::Shared shared;
  shared.mixing = demand::Mixture::parts;
  shared.correlation_logit = -1.0;
  const double deviation = std::sqrt(3.14159265358979324 * 3.14159265358979324 / 3.0 * std::exp(-1.0));
  const double less = chance_of(-0.5 - std::sqrt(3.0) * deviation);
  const double more = chance_of(-0.5 + std::sqrt(1.0 / 3.0) * deviation);
  CHECK(OnePair(5.0, 2.0, 0.0, 0.0).likelihood(shared, -0.5, 0.0, 2) ==
        Approx(0.25 * std::pow(less, 2.0) * std::pow(1.0 - less, 3.0) +
               0.75 * std::pow(more, 2.0) * std::pow(1.0 - more, 3.0)));
}

TEST_CASE("a common readiness moves mentions and events alike", "[demand]") {
  demand::detail::Shared shared;
  shared.mixing = demand::Mixture::common;
  shared.correlation_logit = -1.5;
  shared.size_log = 0.3;
  const double deviation = std::sqrt(3.14159265358979324 * 3.14159265358979324 / 3.0 * std::exp(-1.5));
  const double of_rates = std::sqrt(std::log1p(std::exp(-0.3)));
  const double step = 0.01;
  for (const double events : {0.0, 1.0, 3.0}) {
    double sum = 0.0;
    for (int k = -800; k <= 800; ++k) {
      const double z = step * k;
      const double p = chance_of(-0.7 + deviation * z);
      const double rate = 1.5 * std::exp(-0.2 + of_rates * z - 0.5 * of_rates * of_rates);
      sum += step * std::exp(-0.5 * z * z) / std::sqrt(2.0 * 3.14159265358979324) * std::pow(p, 2.0) *
             std::pow(1.0 - p, 3.0) * std::pow(rate, events) / std::tgamma(events + 1.0) * std::exp(-rate);
    }
    CHECK(OnePair(5.0, 2.0, 1.5, events).likelihood(shared, -0.7, -0.2, 2) == Approx(sum).epsilon(0.02));
  }
}

TEST_CASE("who hardly mentions a need and hardly calls about it is found to be one", "[demand]") {
  stats::Random random(11);
  demand::Histories h;
  h.needs = 12;
  h.accounts = 500;
  h.strata = 1;
  h.stratum.assign(h.accounts, 0);
  h.covariate.assign(h.accounts, 0.0);
  h.worth.assign(h.accounts, 1.0);
  h.contacted.assign(h.accounts, 1);
  h.exposure_of_need.assign(h.needs, 0);
  h.heard.resize(h.needs);
  h.exposures.push_back({std::vector<double>(h.accounts, 4.0), std::vector<double>(h.accounts, 1.5)});
  std::vector<double> truth(h.needs, 0.0);
  for (std::size_t i = 0; i < h.needs; ++i) {
    const double psi = random.uniform(0.1, 0.7);
    for (std::size_t a = 0; a < h.accounts; ++a) {
      if (!random.bernoulli(psi)) continue;
      truth[i] += 1.0;
      const double urgency = std::exp(0.9 * random.normal() - 0.405);
      const auto said = static_cast<double>(random.binomial(4, 1.0 - std::exp(-0.25 * urgency)));
      const auto calls = static_cast<double>(random.poisson(1.2 * urgency));
      if (said + calls == 0.0) continue;
      h.heard[i].push_back(
          {.account = static_cast<std::uint32_t>(a), .mentions = said, .weight = said, .events = calls, .known = 1});
    }
  }
  const auto posterior = demand::occupancy(h, {.draws = 200, .compares_mixtures = true});
  CHECK(posterior.mixture == demand::Mixture::common);
  const auto bias_of = [&](const demand::OccupancyPosterior& of) {
    double bias = 0.0;
    for (std::size_t p = 0; p < of.probabilities.size(); ++p) bias += of.probabilities[p];
    for (const double count : truth) bias -= count;
    return bias / static_cast<double>(h.needs * h.accounts);
  };
  const auto apart = demand::occupancy(h, {.draws = 200});
  CHECK(apart.mixture == demand::Mixture::beta);
  CHECK(bias_of(apart) < -0.02);
  CHECK(std::abs(bias_of(posterior)) < 0.6 * std::abs(bias_of(apart)));
}

TEST_CASE("without spread all laws are one", "[demand]") {
  demand::detail::Shared shared;
  shared.correlation_logit = -9.0;
  for (double m = 0.0; m <= 5.0; m += 1.0) {
    const OnePair pair(5.0, m, 0.0, 0.0);
    shared.mixing = demand::Mixture::beta;
    const double beta = pair.likelihood(shared, -1.0, 0.0, 2);
    for (const auto mixing : {demand::Mixture::normal, demand::Mixture::parts}) {
      shared.mixing = mixing;
      CHECK(pair.likelihood(shared, -1.0, 0.0, 2) == Approx(beta).epsilon(0.01));
    }
  }
}

TEST_CASE("another law is fitted where it is asked for", "[demand]") {
  const auto posterior =
      demand::occupancy(histories_of_law(4), {.draws = 100, .sweeps = 300, .compares_mixtures = true});
  CHECK(posterior.other_draws > 0);
  CHECK(posterior.other_counts.size() == 10 * posterior.other_draws);
  CHECK(posterior.other_mixture != demand::Mixture::beta);
  for (const double count : posterior.other_counts) CHECK((count >= 0.0 && count <= 300.0));
  const auto alone = demand::occupancy(histories_of_law(4), {.draws = 100, .sweeps = 300});
  CHECK(alone.other_draws == 0);
  CHECK(alone.other_counts.empty());
  // The other laws leave the first one's draws as they are.
  CHECK(alone.counts == posterior.counts);
}

TEST_CASE("a need hangs on the law where the other one lies outside its draws", "[demand]") {
  demand::OccupancyPosterior posterior;
  posterior.draws = 101;
  posterior.other_draws = 3;
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t d = 0; d < posterior.draws; ++d) {
      posterior.counts.push_back(50.0 + static_cast<double>(d) / 10.0);  // mean 55, deviation 2.9
    }
  }
  posterior.other_counts = {55.0, 56.0, 57.0, 70.0, 71.0, 72.0, 40.0, 41.0, 42.0};
  const auto spread = demand::detail::mixture_spread(posterior, 3, 1, 200);
  CHECK(spread.other == std::vector<double>{56.0, 71.0, 41.0});
  CHECK(spread.hangs == std::vector<std::uint8_t>{0, 1, 1});
  CHECK(spread.all_hang);
  std::vector<double> lower;
  std::vector<double> upper;
  demand::detail::widen_by_mixture(spread, posterior, 1, lower, upper);
  CHECK(*std::max_element(upper.begin() + 101, upper.begin() + 202) == 72.0);
  CHECK(*std::min_element(lower.begin() + 202, lower.end()) == 40.0);
  CHECK(lower[101] == posterior.counts[101]);

  // A difference of few accounts in many does not matter, nor does a law that is refuted.
  CHECK(demand::detail::mixture_spread(posterior, 3, 1, 5000).hangs == std::vector<std::uint8_t>{0, 0, 0});
  posterior.mixture_is_plain = true;
  CHECK(demand::detail::mixture_spread(posterior, 3, 1, 200).hangs == std::vector<std::uint8_t>{0, 0, 0});
  posterior.other_draws = 0;
  CHECK(demand::detail::mixture_spread(posterior, 3, 1, 200).other.empty());
}
