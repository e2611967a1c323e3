#include <outweigh/lab/simulation.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/core/read_column.hpp>
#include <outweigh/core/text_field.hpp>

#include "../support/catch.hpp"

using namespace outweigh;

namespace {

lab::SimulationOptions small(std::uint64_t seed, std::size_t accounts = 300) {
  lab::SimulationOptions options;
  options.seed = seed;
  options.accounts = accounts;
  return options;
}

std::size_t count_of(const core::Table& table, std::string_view column, std::string_view word) {
  const core::TextField words(table[column]);
  std::size_t count = 0;
  for (std::size_t row = 0; row < words.size(); ++row) count += words.has(row) && words[row] == word ? 1U : 0U;
  return count;
}

/// How many of a table's rows come from each source.
std::map<std::string, std::size_t> by_source(const core::Table& table) {
  std::map<std::string, std::size_t> counts;
  const core::TextField sources(table["source_id"]);
  for (std::size_t row = 0; row < sources.size(); ++row) ++counts[std::string(sources[row])];
  return counts;
}

double mean_truth(const lab::Simulation& simulation) {
  const auto values = core::read_float64s(simulation.truth.needs()["prevalence"]);
  double sum = 0.0;
  for (const double value : values.values()) sum += value;
  return sum / static_cast<double>(values.size());
}

}  // namespace

TEST_CASE("the same seed gives the same company for any number of threads", "[lab]") {
  auto options = small(5, 9000);
  const lab::Simulation one = lab::simulate(options);
  options.control.threads = 4;
  const lab::Simulation four = lab::simulate(options);
  CHECK(one == four);
  options.seed = 6;
  CHECK_FALSE(lab::simulate(options) == one);
}

TEST_CASE("needs, solutions and sources do not depend on the number of accounts", "[lab]") {
  const lab::Simulation few = lab::simulate(small(3, 50));
  const lab::Simulation more = lab::simulate(small(3, 400));
  for (const std::string_view name : {"needs", "solutions", "covers", "dependencies", "efforts", "sources"}) {
    CHECK(few.table(name) == more.table(name));
  }
}

TEST_CASE("the truth is the finite share of the base", "[lab]") {
  const lab::Simulation simulation = lab::simulate(small(8));
  const core::Table& prevalence = simulation.truth.prevalence();
  const core::TextField needs(prevalence["need_id"]);
  const core::TextField segments(prevalence["segment_id"]);
  const auto shares = core::read_float64s(prevalence["prevalence"]);
  const core::TextField member_segment(simulation.table("segments")["segment_id"]);
  const core::TextField member(simulation.table("segments")["account_id"]);
  const core::TextField kinds(simulation.table("accounts")["kind"]);
  const core::TextField ids(simulation.table("accounts")["account_id"]);
  std::set<std::string, std::less<>> base;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const bool in_base = kinds[i] == "customer" && simulation.table("accounts")["ended"].is_null(i);
    CHECK(simulation.truth.in_base(i) == in_base);
    if (in_base) base.emplace(ids[i]);
  }
  REQUIRE(prevalence.rows() == 40 * 5);
  for (std::size_t row = 0; row < prevalence.rows(); ++row) {
    double members = 0.0;
    double with_need = 0.0;
    for (std::size_t i = 0; i < member.size(); ++i) {
      if (member_segment[i] != segments[row] || base.find(member[i]) == base.end()) continue;
      members += 1.0;
      with_need += simulation.truth.has(needs[row], member[i]) ? 1.0 : 0.0;
    }
    REQUIRE(shares[row] == with_need / members);
  }
  CHECK(simulation.truth.to_table().rows() == 300);
  CHECK(simulation.truth.to_table().columns() == 42);
}

TEST_CASE("reports are true unless the dial says otherwise", "[lab]") {
  for (const double dial : {0.0, 0.5}) {
    auto options = small(4, 1000);
    options.false_reports = dial;
    options.unlabelled = 0.0;
    const lab::Simulation simulation = lab::simulate(options);
    const core::TextField account(simulation.table("requests")["account_id"]);
    const core::TextField need(simulation.table("requests")["need_id"]);
    std::size_t lies = 0;
    for (std::size_t row = 0; row < account.size(); ++row) {
      lies += simulation.truth.has(need[row], account[row]) ? 0U : 1U;
    }
    CHECK((lies == 0) == (dial == 0.0));
    CHECK(lies < account.size());
  }
}

TEST_CASE("every kind of source and every table is there", "[lab]") {
  const lab::Simulation simulation = lab::simulate(small(1, 2000));
  CHECK(simulation.table("sources").rows() == 13);
  for (const std::string_view kind : graph::Vocabulary<graph::SourceKind>::words) {
    CHECK(count_of(simulation.table("sources"), "kind", kind) >= 1);
  }
  for (const auto& [name, table] : simulation.tables) {
    INFO(name);
    CHECK(table.rows() > 0);
  }
  CHECK(simulation.tables.size() == 23);
  const auto contacts = by_source(simulation.table("interactions"));
  // Twelve sources talk; the thirteenth is usage data.
  CHECK(contacts.size() == 12);
  CHECK(count_of(simulation.table("asked"), "answer", "no") > 0);
  CHECK(count_of(simulation.table("requests"), "basis", "relayed") > 0);
  CHECK(count_of(simulation.table("requests"), "basis", "inferred") > 0);
  CHECK_THROWS_AS(simulation.table("nonsense"), core::MissingInput);
}

TEST_CASE("executives hear the large and the angry", "[lab]") {
  const auto mean_revenue = [](double bias) {
    auto options = small(2, 3000);
    options.hearing_bias = bias;
    const lab::Simulation simulation = lab::simulate(options);
    const core::TextField ids(simulation.table("accounts")["account_id"]);
    const auto arr = core::read_float64s(simulation.table("accounts")["arr"]);
    std::map<std::string, double, std::less<>> revenue;
    for (std::size_t i = 0; i < ids.size(); ++i) revenue.emplace(ids[i], arr.value_or(i, 0.0));
    const core::TextField source(simulation.table("interactions")["source_id"]);
    const core::TextField account(simulation.table("interactions")["account_id"]);
    double sum = 0.0;
    double calls = 0.0;
    for (std::size_t row = 0; row < source.size(); ++row) {
      if (source[row] != "V001") continue;
      sum += revenue.find(account[row])->second;
      calls += 1.0;
    }
    return sum / calls;
  };
  CHECK(mean_revenue(1.0) > 2.0 * mean_revenue(0.0));
}

TEST_CASE("each dial moves what it names", "[lab]") {
  const auto rows = [](const lab::SimulationOptions& options, std::string_view table) {
    return lab::simulate(options).table(table).rows();
  };
  auto options = small(9, 1500);
  const std::size_t calls = rows(options, "interactions");
  const std::size_t requests = rows(options, "requests");

  auto louder = options;
  louder.contact_rate = 2.0;
  CHECK(rows(louder, "interactions") > calls * 3 / 2);

  auto unlogged = options;
  unlogged.unlogged_silent_calls = 1.0;
  const lab::Simulation only_mentions = lab::simulate(unlogged);
  CHECK(only_mentions.table("interactions").rows() < calls);

  auto silent = options;
  silent.contact_rate = 0.0;
  CHECK(rows(silent, "interactions") == 0);

  auto repeated = options;
  repeated.follow_ups = 0.8;
  CHECK(rows(repeated, "requests") > requests);

  auto nameless = options;
  nameless.unlabelled = 1.0;
  CHECK(lab::simulate(nameless).table("requests")["need_id"].null_count() == rows(nameless, "requests"));

  auto spread = options;
  spread.overdispersion = 2.0;
  const lab::Simulation dispersed = lab::simulate(spread);
  CHECK(mean_truth(dispersed) == mean_truth(lab::simulate(options)));
  CHECK_FALSE(dispersed.table("requests") == lab::simulate(options).table("requests"));
}

TEST_CASE("tiny and odd companies", "[lab]") {
  for (std::size_t accounts = 1; accounts <= 4; ++accounts) {
    const lab::Simulation simulation = lab::simulate(small(accounts, accounts));
    CHECK(simulation.table("accounts").rows() == accounts);
    CHECK(simulation.truth.in_base(0));
    CHECK(simulation.graph().base().size() >= 1);
  }
  auto options = small(1, 20);
  options.needs = 1;
  options.solutions = 1;
  CHECK(lab::simulate(options).table("covers").rows() == 1);
  options.needs = 130;
  options.solutions = 300;
  const lab::Simulation wide = lab::simulate(options);
  CHECK(wide.table("needs").rows() == 130);
  CHECK(wide.truth.to_table().columns() == 132);
}

TEST_CASE("solutions require only solutions that require nothing", "[lab]") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    auto options = small(seed, 20);
    options.solutions = 20 + 10 * seed;
    const lab::Simulation simulation = lab::simulate(options);
    const core::TextField from(simulation.table("dependencies")["solution_id"]);
    const core::TextField on(simulation.table("dependencies")["on"]);
    std::set<std::string> required;
    for (std::size_t row = 0; row < on.size(); ++row) required.emplace(on[row]);
    for (std::size_t row = 0; row < from.size(); ++row) CHECK(required.count(std::string(from[row])) == 0);
  }
}

TEST_CASE("options out of range are refused by name", "[lab]") {
  const auto refused = [](auto change) {
    lab::SimulationOptions options;
    change(options);
    CHECK_THROWS_AS(lab::simulate(options), core::InvalidInput);
  };
  refused([](auto& options) { options.accounts = 0; });
  refused([](auto& options) { options.needs = 0; });
  refused([](auto& options) { options.solutions = 1001; });
  refused([](auto& options) { options.days = 1.0; });
  refused([](auto& options) { options.false_reports = -0.1; });
  refused([](auto& options) { options.follow_ups = 1.1; });
  refused([](auto& options) { options.frailty = std::numeric_limits<double>::quiet_NaN(); });
  lab::SimulationOptions options;
  options.overdispersion = 99.0;
  CHECK_THROWS_WITH(lab::simulate(options), test::contains("overdispersion"));
}

TEST_CASE("a stop ends the simulation", "[lab]") {
  auto options = small(1, 50000);
  options.control.progress = [](std::string_view, double done) { return done < 0.2; };
  CHECK_THROWS_AS(lab::simulate(options), core::Cancelled);
}

TEST_CASE("the graph of a simulation has its base", "[lab]") {
  const lab::Simulation simulation = lab::simulate(small(12, 500));
  const graph::CustomerGraph graph = simulation.graph();
  CHECK(graph.size(graph::NodeKind::account) == 500);
  CHECK(graph.size(graph::NodeKind::need) == 40);
  CHECK(graph.problems().empty());
  std::size_t base = 0;
  for (std::size_t i = 0; i < 500; ++i) base += simulation.truth.in_base(i) ? 1U : 0U;
  CHECK(graph.base().size() == base);
}
