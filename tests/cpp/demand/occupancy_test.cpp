#include <outweigh/demand/occupancy.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/demand/detail/occupancy_likelihood.hpp>
#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"

using namespace outweigh;

namespace {

struct World {
  demand::Histories histories;
  std::vector<double> truth;      // needs x strata: accounts that have the need
  std::vector<std::uint8_t> has;  // needs x accounts
};

/// A world of the model's own kind.
World simulate(std::uint64_t seed, std::size_t accounts, std::size_t needs, double correlation, double voice) {
  constexpr std::size_t strata = 3;
  stats::Random random(seed);
  World world;
  demand::Histories& h = world.histories;
  h.needs = needs;
  h.accounts = accounts;
  h.strata = strata;
  demand::Exposure exposure;
  std::vector<double> u(accounts);
  for (std::size_t a = 0; a < accounts; ++a) {
    h.stratum.push_back(static_cast<std::uint32_t>(random.below(strata)));
    h.covariate.push_back(random.normal());
    h.worth.push_back(random.lognormal(2.0, 1.0));
    exposure.occasions.push_back(static_cast<double>(random.negative_binomial(2.5, 0.8)));
    exposure.years.push_back(0.0);
    h.contacted.push_back(exposure.occasions.back() > 0.0 ? 1 : 0);
    u[a] = random.normal(0.0, voice);
  }
  h.heard.resize(needs);
  h.exposure_of_need.assign(needs, 0);
  world.truth.assign(needs * strata, 0.0);
  world.has.assign(needs * accounts, 0);
  for (std::size_t i = 0; i < needs; ++i) {
    const double level = random.normal(-1.0, 0.9);
    const double detection = random.normal(-1.3, 0.4);
    std::vector<double> segment(strata);
    for (double& s : segment) s = random.normal(0.0, 0.4);
    for (std::size_t a = 0; a < accounts; ++a) {
      const double psi = 1.0 / (1.0 + std::exp(-(level + segment[h.stratum[a]] + 0.3 * h.covariate[a])));
      if (!random.bernoulli(psi)) continue;
      world.truth[i * strata + h.stratum[a]] += 1.0;
      world.has[i * accounts + a] = 1;
      double p = 1.0 / (1.0 + std::exp(-(detection + u[a])));
      if (correlation > 0.0) {
        const double scale = (1.0 - correlation) / correlation;
        p = random.beta(p * scale, (1.0 - p) * scale);
      }
      const auto said = static_cast<double>(random.binomial(static_cast<std::int64_t>(exposure.occasions[a]), p));
      if (said > 0.0)
        h.heard[i].push_back({.account = static_cast<std::uint32_t>(a), .mentions = said, .weight = said});
    }
  }
  h.exposures.push_back(std::move(exposure));
  return world;
}

}  // namespace

TEST_CASE("the probability of silence is that of the beta-binomial distribution", "[demand]") {
  for (const double p : {0.02, 0.2, 0.7}) {
    for (const double rho : {0.01, 0.2, 0.6}) {
      const double a = p * (1 - rho) / rho;
      const double b = (1 - p) * (1 - rho) / rho;
      for (const double n : {0.0, 1.0, 2.0, 7.0, 30.0, 31.0, 200.0, 5000.0}) {
        const double exact =
            std::exp(std::lgamma(b + n) - std::lgamma(b) + std::lgamma(a + b) - std::lgamma(a + b + n));
        CHECK(demand::silence(n, p, rho) == Approx(exact).epsilon(1e-8).margin(1e-100));
      }
      CHECK(demand::silence(1.0, p, rho) == Approx(1.0 - p));
      CHECK(demand::silence(0.5, p, rho) < 1.0);
      CHECK(demand::silence(0.5, p, rho) > 1.0 - p);
    }
  }
  CHECK_THROWS_AS(demand::silence(-1.0, 0.5, 0.1), core::InvalidInput);
  CHECK_THROWS_AS(demand::silence(1.0, 0.0, 0.1), core::InvalidInput);
  CHECK_THROWS_AS(demand::silence(1.0, 0.5, 1.0), core::InvalidInput);
}

TEST_CASE("intervals cover in worlds of the model's kind, and beat the raw share", "[demand]") {
  double covered = 0.0;
  double rows = 0.0;
  double error = 0.0;
  double raw_error = 0.0;
  int world_number = 0;
  for (const auto& [correlation, voice] : {std::pair{0.0, 0.0}, {0.25, 0.6}}) {
    const World world = simulate(11 + static_cast<std::uint64_t>(world_number++), 600, 16, correlation, voice);
    const demand::Histories& h = world.histories;
    const auto posterior = demand::occupancy(h, {.draws = 300});
    std::vector<double> sizes(3, 0.0);
    for (const std::uint32_t s : h.stratum) sizes[s] += 1.0;
    for (std::size_t i = 0; i < h.needs; ++i) {
      std::vector<double> heard(3, 0.0);
      for (const auto& pair : h.heard[i]) heard[h.stratum[pair.account]] += 1.0;
      for (std::size_t s = 0; s < 3; ++s) {
        std::vector<double> draws(posterior.counts.begin() + static_cast<std::ptrdiff_t>((i * 3 + s) * 300),
                                  posterior.counts.begin() + static_cast<std::ptrdiff_t>((i * 3 + s + 1) * 300));
        std::sort(draws.begin(), draws.end());
        double expected = 0.0;
        for (std::size_t a = 0; a < h.accounts; ++a) {
          if (h.stratum[a] == s) expected += posterior.probabilities[i * h.accounts + a];
        }
        const double truth = world.truth[i * 3 + s];
        covered += draws[15] <= truth && truth <= draws[284] ? 1.0 : 0.0;
        rows += 1.0;
        error += std::pow((expected - truth) / sizes[s], 2.0);
        raw_error += std::pow((heard[s] - truth) / sizes[s], 2.0);
        CHECK(draws.front() >= heard[s]);
        CHECK(draws.back() <= sizes[s]);
      }
    }
  }
  // 96 rows: two standard deviations of the share around 0.9 are 0.06, and rows of one need are alike.
  CHECK(covered / rows > 0.8);
  CHECK(covered / rows < 0.99);
  CHECK(std::sqrt(error / rows) < 0.7 * std::sqrt(raw_error / rows));
}

TEST_CASE("accounts heard apart from their occasions leave fewer among the silent", "[demand]") {
  double bias = 0.0;
  double bias_before = 0.0;
  double revealed = 0.0;
  const auto bias_of = [](const World& world, const demand::OccupancyPosterior& posterior) {
    double sum = 0.0;
    for (std::size_t c = 0; c < world.truth.size(); ++c) {
      for (std::size_t d = 0; d < 100; ++d) sum += (posterior.counts[c * 100 + d] - world.truth[c]) / 100.0;
    }
    return sum;
  };
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    World world = simulate(seed, 400, 6, 0.05, 0.2);
    demand::Histories& h = world.histories;
    bias_before += bias_of(world, demand::occupancy(h, {.draws = 100}));
    // Of the contacted that have a need but were silent, half are heard elsewhere.
    stats::Random random(seed + 100);
    for (std::size_t i = 0; i < h.needs; ++i) {
      auto& heard = h.heard[i];
      const std::vector<demand::History> spoke = heard;
      for (std::uint32_t a = 0; a < h.accounts; ++a) {
        const bool is_heard =
            std::any_of(spoke.begin(), spoke.end(), [&](const demand::History& pair) { return pair.account == a; });
        if (is_heard || h.contacted[a] == 0 || world.has[i * h.accounts + a] == 0 || !random.bernoulli(0.5)) continue;
        heard.push_back({.account = a, .known = 1, .apart = 1.0});
        revealed += 1.0;
      }
      std::sort(heard.begin(), heard.end(), [](const auto& x, const auto& y) { return x.account < y.account; });
    }
    bias += bias_of(world, demand::occupancy(h, {.draws = 100}));
  }
  // Where the odds of the others stay as they were, about half of the revealed come on top.
  CHECK(std::abs(bias - bias_before) < 0.25 * revealed);
  CHECK(std::abs(bias) < std::abs(bias_before) + 0.1 * revealed);
}

TEST_CASE("what is known stays known, and threads do not matter", "[demand]") {
  World world = simulate(5, 150, 5, 0.1, 0.3);
  demand::Histories& h = world.histories;
  std::vector<demand::History> pairs;
  for (const demand::History& pair : h.heard[0]) pairs.push_back(pair);
  const auto is_heard = [&](std::uint32_t account) {
    return std::any_of(pairs.begin(), pairs.end(), [&](const auto& pair) { return pair.account == account; });
  };
  std::uint32_t silent = 0;
  while (is_heard(silent)) ++silent;
  h.heard[0].push_back({.account = silent, .known = -1, .asked = true});
  std::sort(h.heard[0].begin(), h.heard[0].end(), [](const auto& x, const auto& y) { return x.account < y.account; });

  demand::OccupancyOptions options{.draws = 100, .sweeps = 300, .false_rate = 0.0};
  const auto one = demand::occupancy(h, options);
  options.control.threads = 4;
  const auto four = demand::occupancy(h, options);
  CHECK(one.probabilities == four.probabilities);
  CHECK(one.counts == four.counts);
  CHECK(one.worths == four.worths);
  for (const demand::History& pair : pairs) CHECK(one.probabilities[pair.account] == 1.0);
  CHECK(one.probabilities[silent] == 0.0);
  for (const double p : one.probabilities) {
    CHECK(p >= 0.0);
    CHECK(p <= 1.0);
  }
  options.control.seed = 1;
  CHECK_FALSE(demand::occupancy(h, options).counts == one.counts);
}

TEST_CASE("an account that was asked often and stayed silent is less likely to have the need", "[demand]") {
  const World world = simulate(8, 400, 8, 0.0, 0.0);
  const demand::Histories& h = world.histories;
  const auto posterior = demand::occupancy(h, {.draws = 150});
  double never = 0.0;
  double never_count = 0.0;
  double often = 0.0;
  double often_count = 0.0;
  for (std::size_t i = 0; i < h.needs; ++i) {
    std::vector<std::uint8_t> heard(h.accounts, 0);
    for (const auto& pair : h.heard[i]) heard[pair.account] = 1;
    for (std::size_t a = 0; a < h.accounts; ++a) {
      if (heard[a] != 0) continue;
      const double p = posterior.probabilities[i * h.accounts + a];
      if (h.exposures[0].occasions[a] == 0.0) {
        never += p;
        never_count += 1.0;
      } else if (h.exposures[0].occasions[a] >= 6.0) {
        often += p;
        often_count += 1.0;
      }
    }
  }
  CHECK(often / often_count < 0.6 * never / never_count);
}

TEST_CASE("the odds ratio moves only accounts never contacted, and widens the band", "[demand]") {
  const World world = simulate(21, 300, 6, 0.0, 0.0);
  const auto plain = demand::occupancy(world.histories, {.draws = 120, .sweeps = 400});
  const auto band = demand::occupancy(world.histories, {.draws = 120, .sweeps = 400, .odds_ratio = {0.5, 2.0}});
  CHECK(plain.counts_lower.empty());
  double lower = 0.0;
  double middle = 0.0;
  double upper = 0.0;
  for (std::size_t k = 0; k < band.counts.size(); ++k) {
    lower += band.counts_lower[k];
    middle += band.counts[k];
    upper += band.counts_upper[k];
  }
  CHECK(lower < middle);
  CHECK(middle < upper);
}

TEST_CASE("nothing to fit gives nothing, and histories that do not fit are refused", "[demand]") {
  demand::Histories empty;
  CHECK(demand::occupancy(empty).probabilities.empty());
  World world = simulate(1, 30, 2, 0.0, 0.0);
  world.histories.heard[0] = {{.account = 3, .mentions = 99.0, .weight = 99.0}};
  CHECK_THROWS_AS(demand::occupancy(world.histories), core::InvalidInput);
  world = simulate(1, 30, 2, 0.0, 0.0);
  world.histories.stratum[0] = 9;
  CHECK_THROWS_AS(demand::occupancy(world.histories), core::InvalidInput);
  world = simulate(1, 30, 2, 0.0, 0.0);
  world.histories.covariate[0] = std::nan("");
  CHECK_THROWS_AS(demand::occupancy(world.histories), core::InvalidInput);
  world = simulate(1, 30, 2, 0.0, 0.0);
  world.histories.heard[0].clear();
  world.histories.heard[1].clear();
  for (const double p : demand::occupancy(world.histories, {.draws = 100, .sweeps = 200}).probabilities) {
    CHECK(std::isfinite(p));
  }
  demand::OccupancyOptions options;
  options.control.stop.request_stop();
  CHECK_THROWS_AS(demand::occupancy(world.histories, options), core::Cancelled);
}

TEST_CASE("on one occasion of any weight silence and a mention are all that can happen", "[demand]") {
  demand::Histories h;
  h.needs = 1;
  h.accounts = 3;
  h.strata = 1;
  h.stratum.assign(3, 0);
  h.covariate.assign(3, 0.0);
  h.exposures.push_back({{0.3, 0.05, 1.0}, {0.0, 0.0, 0.0}});
  h.exposure_of_need = {0};
  h.heard = {{{.account = 0, .mentions = 1.0, .weight = 0.3, .said_weight = 0.3},
              {.account = 1, .mentions = 1.0, .weight = 0.05, .said_weight = 0.05},
              {.account = 2, .mentions = 1.0, .weight = 1.0, .said_weight = 1.0}}};
  const auto profiles = demand::detail::make_profiles(h, 6);
  const auto group = demand::detail::make_group(h, profiles, 0);
  demand::detail::Shared shared;
  demand::detail::Said said;
  for (const double detection : {-3.0, -1.0, 1.5}) {
    for (const double correlation : {-6.0, -1.0}) {
      shared.correlation_logit = correlation;
      const auto signatures = demand::detail::make_signatures(group, h.exposures[0], h.heard[0]);
      said.fill(group, signatures, detection, 0.0, shared);
      for (std::size_t pair = 0; pair < h.heard[0].size(); ++pair) {
        const demand::History& history = h.heard[0][pair];
        const auto& heard = signatures.list[signatures.of_pair[pair]];
        for (std::size_t f = 0; f < demand::detail::voice_points; ++f) {
          const double weight = demand::detail::said_weight_on_grid(history);
          const double silence = demand::silence(weight, said.mean(f), shared.correlation());
          // The constant that is left out is P(mention) = mean at weight 1.
          CHECK(said(group, heard, f, 1.0) + silence == Approx(1.0).epsilon(1e-10));
        }
      }
    }
  }
}

TEST_CASE("occasions of different weight tell no less and no more than they should", "[demand]") {
  struct Setting {
    double small;     // weight of the one kind of occasions; the other's is 1
    double of_small;  // how many an account has
    double of_large;
    double least, most;  // chance of a mention at weight 1
    double correlation;
  };
  for (const auto& [small, of_small, of_large, least, most, correlation] :
       {Setting{0.15, 4.0, 0.4, 0.4, 0.7, 0.0}, Setting{0.4, 4.0, 1.0, 0.2, 0.5, 0.15},
        Setting{2.5, 1.0, 3.0, 0.1, 0.3, 0.15}}) {
    CAPTURE(small, correlation);
    constexpr std::size_t worlds = 4;
    double bias = 0.0;
    double covered = 0.0;
    for (std::uint64_t seed = 8; seed < 8 + worlds; ++seed) {
      stats::Random random(seed);
      demand::Histories h;
      h.needs = 12;
      h.accounts = 900;
      h.strata = 1;
      h.heard.resize(h.needs);
      h.exposure_of_need.assign(h.needs, 0);
      demand::Exposure exposure;
      std::vector<std::array<std::int64_t, 2>> contacts;
      for (std::size_t a = 0; a < h.accounts; ++a) {
        contacts.push_back({random.poisson(of_small), random.poisson(of_large)});
        exposure.occasions.push_back(small * static_cast<double>(contacts[a][0]) + static_cast<double>(contacts[a][1]));
        exposure.years.push_back(0.0);
        h.stratum.push_back(0);
        h.covariate.push_back(0.0);
        h.worth.push_back(1.0);
        h.contacted.push_back(exposure.occasions.back() > 0.0 ? 1 : 0);
      }
      std::vector<double> truth(h.needs, 0.0);
      for (std::size_t i = 0; i < h.needs; ++i) {
        const double psi = random.uniform(0.1, 0.5);
        const double mean = random.uniform(least, most);
        for (std::size_t a = 0; a < h.accounts; ++a) {
          if (!random.bernoulli(psi)) continue;
          truth[i] += 1.0;
          const double total = correlation > 0.0 ? (1.0 - correlation) / correlation : 0.0;
          const double p = correlation > 0.0 ? random.beta(mean * total, (1.0 - mean) * total) : mean;
          const auto of_one = static_cast<double>(random.binomial(contacts[a][0], 1.0 - std::pow(1.0 - p, small)));
          const auto of_other = static_cast<double>(random.binomial(contacts[a][1], p));
          if (of_one + of_other == 0.0) continue;
          h.heard[i].push_back({.account = static_cast<std::uint32_t>(a),
                                .mentions = of_one + of_other,
                                .weight = small * of_one + of_other,
                                .said_weight = std::pow(small, of_one / (of_one + of_other))});
        }
      }
      h.exposures.push_back(std::move(exposure));
      const auto posterior = demand::occupancy(h, {.draws = 300});
      for (std::size_t i = 0; i < h.needs; ++i) {
        std::vector<double> draws(posterior.counts.begin() + static_cast<std::ptrdiff_t>(i * 300),
                                  posterior.counts.begin() + static_cast<std::ptrdiff_t>((i + 1) * 300));
        std::sort(draws.begin(), draws.end());
        covered += draws[9] <= truth[i] && truth[i] <= draws[290] ? 1.0 : 0.0;
        bias += (draws[150] - truth[i]) / 900.0;
      }
    }
    CHECK(covered / (worlds * 12.0) > 0.85);
    CHECK(std::abs(bias) / (worlds * 12.0) < 0.02);
  }
}

TEST_CASE("needs that go together in accounts are noticed", "[demand]") {
  for (const double trait : {0.0, 0.9}) {
    stats::Random random(17);
    World world = simulate(3, 1200, 14, 0.0, 0.4);
    if (trait > 0.0) {
      // One trait moves every need, half of them the other way.
      demand::Histories& h = world.histories;
      std::vector<double> t(h.accounts);
      for (double& x : t) x = random.normal();
      for (std::size_t i = 0; i < h.needs; ++i) {
        h.heard[i].clear();
        for (std::size_t a = 0; a < h.accounts; ++a) {
          const double psi = 1.0 / (1.0 + std::exp(1.0 - (i % 2 == 0 ? trait : -trait) * t[a]));
          if (!random.bernoulli(psi)) continue;
          const auto said =
              static_cast<double>(random.binomial(static_cast<std::int64_t>(h.exposures[0].occasions[a]), 0.25));
          if (said > 0.0) {
            h.heard[i].push_back({.account = static_cast<std::uint32_t>(a), .mentions = said, .weight = said});
          }
        }
      }
    }
    const auto posterior = demand::occupancy(world.histories, {.draws = 120, .odds_ratio_if_together = 2.0});
    CHECK(posterior.go_together() == (trait > 0.0));
    CHECK(posterior.counts_lower.empty() == (trait == 0.0));
    if (trait > 0.0) CHECK(posterior.together == Approx(trait * trait).margin(0.35));
  }
}
