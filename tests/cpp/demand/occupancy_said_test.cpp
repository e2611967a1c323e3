#include <outweigh/demand/occupancy.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <outweigh/demand/detail/occupancy_said.hpp>

#include "../support/catch.hpp"

using namespace outweigh;
using namespace outweigh::demand::detail;

namespace {

/// E[(1 - p)^n] for p ~ Beta(a, b).
double beta_silence(double n, double a, double b) {
  return std::exp(std::lgamma(b + n) + std::lgamma(a + b) - std::lgamma(b) - std::lgamma(a + b + n));
}

double binomial_of(int n, int k) {
  return std::round(std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1)));
}

/// E[(1 - p)^silent (1 - (1 - p)^weight)^mentions]
double exact_chance(double silent, double weight, int mentions, double a, double b) {
  double sum = 0.0;
  for (int i = 0; i <= mentions; ++i) {
    sum += (i % 2 == 0 ? 1.0 : -1.0) * binomial_of(mentions, i) * beta_silence(silent + weight * i, a, b);
  }
  return sum;
}

}  // namespace

TEST_CASE("mentions on occasions of any weight have the chance that the beta law gives them", "[demand]") {
  constexpr int occasions = 6;
  for (const double weight :
       {1.0, weight_on_grid(0.8), weight_on_grid(0.5), weight_on_grid(0.3), weight_on_grid(2.0)}) {
    Group group;
    group.weights = {weight};
    if (weight != 1.0) group.weights.push_back(1.0);
    std::sort(group.weights.begin(), group.weights.end());
    const std::uint32_t position = weight > 1.0 ? 1 : 0;
    const std::uint32_t usual = weight < 1.0 ? 1 : 0;
    group.years = {0.0};
    group.efforts = {{0, 0.0, 0}};
    group.most_mentions = occasions;
    for (int k = 0; k <= occasions; ++k) group.grid.push_back(weight * (occasions - k));
    std::sort(group.grid.begin(), group.grid.end());
    Signatures signatures;
    for (int k = 0; k <= occasions; ++k) {
      Heard heard;
      heard.silent = static_cast<std::uint32_t>(occasions - k);
      heard.mentions = k;
      heard.weight = k == 0 ? usual : position;
      if (k > 0 && weight != 1.0) {
        heard.weighted = static_cast<std::uint32_t>(signatures.weighted.size());
        signatures.weighted.push_back({heard.silent, heard.weight, heard.mentions});
      }
      signatures.list.push_back(heard);
    }
    signatures.weighted_at.resize(signatures.weighted.size() * voice_points);
    std::iota(signatures.weighted_at.begin(), signatures.weighted_at.end(), 0U);
    for (const double detection : {-3.0, -1.4, 0.0}) {
      for (const double correlation : {0.02, 0.2}) {
        Shared shared;
        shared.correlation_logit = logit(correlation);
        Said said;
        said.fill(group, signatures, detection, -1.0, shared);
        std::vector<double> quiet;
        said.fill_silence(group, quiet);
        for (std::size_t voice = 0; voice < voice_points; ++voice) {
          const double mean = logistic(detection + shared.voice_deviation * voice_nodes[voice]);
          const double total = (1.0 - correlation) / correlation;
          double apart = 0.0;
          NeedState need;
          double logarithm = 0.0;
          for (int k = 0; k <= occasions; ++k) {
            CAPTURE(weight, detection, correlation, voice, k);
            Heard heard = signatures.list[static_cast<std::size_t>(k)];
            heard.voice = static_cast<std::uint32_t>(voice);
            const double chance = said.mentions(group, heard, voice, quiet[heard.silent * voice_points + voice]);
            const double expected =
                exact_chance(group.grid[heard.silent], weight, k, mean * total, (1.0 - mean) * total);
            // Two points stand for the law: they are furthest off where nearly every occasion brought a mention.
            if (k <= 2) CHECK(chance == Approx(expected).epsilon(0.02));
            apart += 0.5 * binomial_of(occasions, k) * std::abs(chance - expected);
            need.heard.push_back(heard);
            logarithm += std::log(chance);
          }
          CHECK(apart < (mean < 0.4 ? 0.003 : 0.03));
          need.said_factors.fill(group, signatures, need.heard);
          CHECK(said.mentions_log(group, need, quiet) == Approx(logarithm).epsilon(1e-9));
        }
      }
    }
  }
}
