#include <outweigh/graph/who_else.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/stats/random.hpp>

#include "cpp/graph/sample.hpp"
#include "cpp/graph/want_base.hpp"
#include "cpp/support/catch.hpp"

using namespace outweigh::graph;
using outweigh::core::InvalidInput;
using outweigh::core::Status;
using outweigh::test::want_base;
using Pairs = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

namespace {

/// Scores from their definitions, over a dense matrix.
std::vector<double> dense_scores(const std::vector<std::vector<int>>& wants, std::size_t need, WhoElseMethod method) {
  const std::size_t needs = wants.front().size();
  std::vector<double> result(wants.size(), 0.0);
  const auto size_of = [&](std::size_t n) {
    double sum = 0.0;
    for (const auto& row : wants) sum += row[n];
    return sum;
  };
  double pairs = 0.0;
  for (std::size_t n = 0; n < needs; ++n) pairs += size_of(n);
  for (std::size_t a = 0; a < wants.size(); ++a) {
    double own = 0.0;
    for (std::size_t n = 0; n < needs; ++n) own += wants[a][n];
    if (method == WhoElseMethod::popularity) {
      result[a] = own * size_of(need) / pairs;
      continue;
    }
    for (std::size_t n = 0; n < needs; ++n) {
      if (n == need || wants[a][n] == 0) continue;
      double both = 0.0;
      double adamic = 0.0;
      for (const auto& row : wants) {
        if (row[need] == 0 || row[n] == 0) continue;
        both += 1.0;
        adamic += 1.0 / std::log(static_cast<double>(std::count(row.begin(), row.end(), 1)));
      }
      if (method == WhoElseMethod::common_neighbours) result[a] += both;
      if (method == WhoElseMethod::adamic_adar) result[a] += adamic;
      if (method == WhoElseMethod::cosine && both > 0.0) result[a] += both / std::sqrt(size_of(need) * size_of(n));
    }
  }
  return result;
}

}  // namespace

TEST_CASE("who else: the scores are those of the definitions, over random bases") {
  outweigh::stats::Random random(12);
  for (int round = 0; round < 25; ++round) {
    const auto accounts = static_cast<std::size_t>(3 + random.below(9));
    const auto needs = static_cast<std::size_t>(2 + random.below(6));
    std::vector<std::vector<int>> dense(accounts, std::vector<int>(needs, 0));
    Pairs pairs;
    for (std::uint32_t a = 0; a < accounts; ++a) {
      for (std::uint32_t n = 0; n < needs; ++n) {
        if (!random.bernoulli(0.4)) continue;
        dense[a][n] = 1;
        pairs.emplace_back(a, n);
        if (random.bernoulli(0.3)) pairs.emplace_back(a, n);  // said twice is wanted once
      }
    }
    const CustomerGraph graph = want_base(accounts, needs, pairs);
    const std::size_t need = random.below(needs);
    for (const auto method : {WhoElseMethod::common_neighbours, WhoElseMethod::adamic_adar, WhoElseMethod::cosine,
                              WhoElseMethod::popularity}) {
      const WhoElse found = who_else(graph, "n" + std::to_string(need), {.method = method});
      const std::vector<double> expected = dense_scores(dense, need, method);
      std::size_t listed = 0;
      for (std::size_t a = 0; a < accounts; ++a) {
        listed += dense[a][need] == 0 && expected[a] > 0.0 ? 1U : 0U;
      }
      CHECK(found.accounts.size() == listed);
      CHECK(found.candidates + found.wanted_by == accounts);
      for (std::size_t i = 0; i < found.accounts.size(); ++i) {
        const std::string id = graph.ids(NodeKind::account).text(found.accounts[i].value());
        const auto a = static_cast<std::size_t>(std::stoi(id.substr(1)));
        CHECK(dense[a][need] == 0);
        CHECK(std::abs(found.scores[i] - expected[a]) < 1e-12);
        if (i > 0) CHECK(found.scores[i - 1] >= found.scores[i]);
      }
    }
  }
}

TEST_CASE("who else: every method finds the account of the block, with what is shared") {
  Pairs pairs;
  for (std::uint32_t a = 0; a < 8; ++a) {
    for (std::uint32_t n = 0; n < 3; ++n) {
      if (!(a == 7 && n == 2)) pairs.emplace_back(a, n);
    }
  }
  for (std::uint32_t a = 8; a < 14; ++a) {
    pairs.emplace_back(a, 3);
    pairs.emplace_back(a, 4);
  }
  const CustomerGraph graph = want_base(16, 6, pairs);  // a14 and a15 said nothing, nobody wants n5
  for (const WhoElseMethod method : who_else_methods) {
    const WhoElse found = who_else(graph, "n2", {.method = method, .factors = {.factors = 2}});
    REQUIRE(!found.accounts.empty());
    if (method != WhoElseMethod::popularity) {
      CHECK(graph.ids(NodeKind::account).text(found.accounts[0].value()) == "a7");
      CHECK(found.both[0] == 7);
    }
    CHECK(found.evidence.size() >= 2);
    CHECK(found.status == Status::estimated);
    CHECK(found.to_table(graph).rows() == found.accounts.size());
  }
  const WhoElse nobody = who_else(graph, "n5", {});
  CHECK(nobody.status == Status::undefined);
  CHECK(nobody.accounts.empty());
  CHECK(nobody.to_table(graph).rows() == 0);
  CHECK(who_else(graph, "n2", {.top = 1, .control = {}}).accounts.size() == 1);
  CHECK_THROWS_AS((void)who_else(graph, "none", {}), InvalidInput);
  CHECK_THROWS_AS((void)who_else(graph, "n2", {.top = 0}), InvalidInput);
  CHECK_THROWS_AS((void)who_else(graph, "n2", {.neighbours = 0}), InvalidInput);
  CHECK_THROWS_AS((void)who_else(graph, "n2", {.damping = 1.0}), InvalidInput);
}

TEST_CASE("who else: accounts that said no are not listed, and few that want it make it doubtful") {
  const CustomerGraph graph = outweigh::test::build(outweigh::test::sample());
  const WhoElse found = who_else(graph, "n2", {});  // b wants it, a said no
  CHECK(found.wanted_by == 1);
  CHECK(found.denied_by == 1);
  CHECK(found.candidates == 0);
  CHECK(found.accounts.empty());
  CHECK(found.status == Status::doubtful);
}

TEST_CASE("who else: needs in the evidence are called by their titles") {
  using namespace outweigh::test;
  Tables tables = sample();
  tables.erase("asked");
  tables["requests"] = Table()
                           .add("request_id", words({"r1", "r2", "r3", "r4"}))
                           .add("account_id", words({"a", "a", "b", "d"}))
                           .add("source_id", words({"desk", "desk", "desk", "desk"}))
                           .add("at", days({3, 4, 5, 6}))
                           .add("need_id", words({"n1", "n2", "n1", "n1"}));
  tables["accounts"] = without_column(tables["accounts"], "ended");
  const CustomerGraph graph = build(tables);
  const WhoElse found = who_else(graph, "n2", {.method = WhoElseMethod::common_neighbours});
  REQUIRE(!found.accounts.empty());
  CHECK(found.to_table(graph)["evidence"].text(0) == "Export (1 account wants both)");
}

TEST_CASE("look-alikes share needs, rare ones first") {
  // a0: n0, n1, n2. a1 shares the rare n2, a2 the common n0 and n1, a3 n0.
  const CustomerGraph graph = want_base(6, 4, {{0, 0}, {0, 1}, {0, 2}, {1, 2}, {2, 0}, {2, 1}, {3, 0}, {4, 3}});
  const LookAlikes found = look_alikes(graph, "a0", {});
  REQUIRE(found.accounts.size() == 3);
  CHECK(graph.ids(NodeKind::account).text(found.accounts[0].value()) == "a2");
  CHECK(std::abs(found.similarities[0] - (1 / std::log(3.0) + 1 / std::log(2.0))) < 1e-12);
  CHECK(std::abs(found.similarities[1] - 1 / std::log(2.0)) < 1e-12);
  CHECK(found.shared_needs[0] == 2);
  CHECK(found.evidence[0] == "need n1 (2 accounts); need n0 (3 accounts)");
  const LookAlikes cosine = look_alikes(graph, "a0", {.method = SimilarityMethod::cosine});
  CHECK(std::abs(cosine.similarities[0] - 2 / std::sqrt(6.0)) < 1e-12);
  const LookAlikes jaccard = look_alikes(graph, "a0", {.method = SimilarityMethod::jaccard, .top = 1});
  CHECK(jaccard.accounts.size() == 1);
  CHECK(std::abs(jaccard.similarities[0] - 2.0 / 3.0) < 1e-12);
  const LookAlikes nothing = look_alikes(graph, "a5", {});
  CHECK(nothing.accounts.empty());
  CHECK(nothing.status == Status::undefined);
  CHECK(look_alikes(graph, "a3", {}).status == Status::doubtful);
  CHECK_THROWS_AS((void)look_alikes(graph, "z", {}), InvalidInput);
  CHECK_THROWS_AS((void)look_alikes(graph, "a0", {.top = 0}), InvalidInput);
}
