#include <outweigh/demand/detail/deaf_kinds.hpp>

#include <algorithm>
#include <cstdint>
#include <string>

#include <outweigh/demand/prevalence.hpp>
#include <outweigh/lab/simulation.hpp>
#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"

using namespace outweigh;

namespace {

/// Mentions of 20 needs by kinds 2, 5 and 8 in three strata; kind 5 does not hear the first `deaf` needs.
demand::detail::DeafKinds mentions_of(stats::Random& random, std::size_t deaf, double spread) {
  demand::detail::DeafKinds counts(3, 20);
  for (std::size_t i = 0; i < 20; ++i) {
    const double level = random.lognormal(2.0, 0.7);
    for (std::size_t s = 0; s < 3; ++s) {
      for (const std::size_t kind : {2U, 5U, 8U}) {
        if (kind == 5 && i < deaf) continue;
        const double mean = level * random.gamma(1.0 / spread, spread) * (kind == 8 ? 0.5 : 1.0);
        for (auto n = random.poisson(mean); n > 0; --n) counts.add(s, kind, i);
      }
    }
  }
  counts.find();
  return counts;
}

}  // namespace

TEST_CASE("kinds that never hear of some needs are found", "[demand]") {
  stats::Random random(1);
  std::size_t found = 0;
  std::size_t wrong = 0;
  for (int world = 0; world < 50; ++world) {
    const auto counts = mentions_of(random, 8, 0.02);
    for (std::size_t i = 0; i < 20; ++i) {
      CHECK((counts.deaf()[i] & ~(1U << 5U)) == 0);
      const bool is_deaf = (counts.deaf()[i] >> 5U & 1U) != 0;
      found += is_deaf && i < 8 ? 1U : 0U;
      wrong += is_deaf && i >= 8 ? 1U : 0U;
    }
  }
  CHECK(found > 320);  // of 400, some of them hardly ever mentioned
  CHECK(wrong <= 2);
}

TEST_CASE("chance and overdispersion make no kind deaf", "[demand]") {
  stats::Random random(2);
  std::size_t found = 0;
  for (const double spread : {0.02, 0.2, 0.8}) {
    for (int world = 0; world < 100; ++world) {
      const auto counts = mentions_of(random, 0, spread);
      for (const std::uint16_t mask : counts.deaf()) found += mask != 0 ? 1U : 0U;
    }
  }
  CHECK(found <= 6);
}

TEST_CASE("in the simulated company support does not hear of what does not hurt", "[demand]") {
  lab::SimulationOptions options;
  options.seed = 3;
  options.accounts = 900;
  const auto graph = lab::simulate(options).graph();
  const demand::Evidence evidence = demand::collect_evidence(graph);
  const auto support = static_cast<unsigned>(graph::SourceKind::pooled_support) + 1U;
  std::size_t deaf = 0;
  for (std::size_t i = 0; i < evidence.needs.size(); ++i) {
    if ((evidence.deaf[i] >> support & 1U) == 0) continue;
    ++deaf;
    std::size_t mentioned = 0;
    const auto& requests = graph.requests();
    for (std::size_t row = 0; row < requests.rows; ++row) {
      const auto source = requests.source[row].value();
      mentioned += requests.need.has(row) && requests.need[row].value() == evidence.needs[i] &&
                           graph.sources().kind[source] == graph::SourceKind::pooled_support
                       ? 1U
                       : 0U;
    }
    CHECK(mentioned <= 1);
  }
  CHECK(deaf >= 20);
  CHECK(deaf <= 27);
  // Needs that support hears of have voices apart from the others'.
  const auto& voices = evidence.histories.voice_of_exposure;
  CHECK(*std::max_element(voices.begin(), voices.end()) == 1);
  const auto demand = demand::demand(graph, {.draws = 100});
  CHECK(demand.assumptions().back().find("not there to hear it") != std::string::npos);
  std::size_t named = 0;
  for (const auto& row : demand.overall()) named += row.reason.find("pooled_support") != std::string::npos ? 1U : 0U;
  CHECK(named == deaf);
}
