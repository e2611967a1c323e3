#include <outweigh/graph/discover_segments.hpp>

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/stats/partition_agreement.hpp>
#include <outweigh/stats/random.hpp>

#include "cpp/graph/want_base.hpp"
#include "cpp/support/catch.hpp"

using namespace outweigh::graph;
using outweigh::core::InvalidInput;
using outweigh::core::Status;
using outweigh::test::want_base;
using WantPairs = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

namespace {

/// `groups` equal groups; each wants its own tenth of the needs often and the others seldom.
WantPairs grouped_wants(std::uint64_t seed, std::uint32_t accounts, std::uint32_t groups, double own, double other) {
  outweigh::stats::Random random(seed);
  WantPairs pairs;
  for (std::uint32_t account = 0; account < accounts; ++account) {
    for (std::uint32_t need = 0; need < groups * 8; ++need) {
      if (random.bernoulli(account % groups == need / 8 ? own : other)) pairs.emplace_back(account, need);
    }
  }
  return pairs;
}

}  // namespace

TEST_CASE("segments that were put in are found, and hold among accounts held out") {
  const CustomerGraph graph = want_base(300, 24, grouped_wants(1, 300, 3, 0.5, 0.05));
  for (const auto method : {CommunityMethod::leiden, CommunityMethod::louvain}) {
    const DiscoveredSegments found = discover_segments(graph, {.method = method});
    CHECK(found.status == Status::estimated);
    CHECK(found.tested);
    REQUIRE(found.sizes.size() == 3);
    CHECK(found.confirmed == 3);
    CHECK(!found.agreement);  // one declared segment
    std::vector<std::uint32_t> truth;
    std::vector<std::uint32_t> segment;
    for (std::size_t i = 0; i < found.accounts.size(); ++i) {
      if (found.segment[i] == DiscoveredSegments::unassigned) continue;
      truth.push_back(static_cast<std::uint32_t>(
          std::stoi(graph.ids(NodeKind::account).text(found.accounts[i].value()).substr(1)) % 3));
      segment.push_back(found.segment[i]);
    }
    CHECK(outweigh::stats::partition_agreement(truth, segment).adjusted > 0.8);
    for (const SegmentDescription& row : found.descriptions) CHECK(row.share != row.share_elsewhere);
    CHECK(found.to_table(graph).rows() == 300);
    CHECK(found.descriptions_table().rows() == found.descriptions.size());
  }
}

TEST_CASE("those who say more are no segment") {
  std::size_t confirmed = 0;
  std::size_t segments = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    outweigh::stats::Random random(seed + 100);
    std::vector<double> common;
    for (int need = 0; need < 8; ++need) common.push_back(random.uniform(0.05, 0.4));
    WantPairs pairs;
    for (std::uint32_t account = 0; account < 1000; ++account) {
      const double says = random.lognormal(0.0, 1.5);
      for (std::uint32_t need = 0; need < 8; ++need) {
        if (random.bernoulli(std::min(0.95, says * common[need]))) pairs.emplace_back(account, need);
      }
    }
    DiscoverOptions options;
    options.control.seed = seed;
    const DiscoveredSegments found = discover_segments(want_base(1000, 8, pairs), options);
    confirmed += found.confirmed;
    segments += found.sizes.size();
  }
  CHECK(segments > 40);
  CHECK(confirmed <= segments / 10);
}

TEST_CASE("wants without structure are seldom called a finding") {
  std::size_t confirmed = 0;
  std::size_t segments = 0;
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const CustomerGraph graph = want_base(200, 24, grouped_wants(seed, 200, 3, 0.12, 0.12));
    DiscoverOptions options;
    options.control.seed = seed;
    const DiscoveredSegments found = discover_segments(graph, options);
    confirmed += found.confirmed;
    segments += found.sizes.size();
  }
  CHECK(confirmed * 10 <= segments);
}

TEST_CASE("too few accounts are only described, and the same whatever the threads") {
  const CustomerGraph graph = want_base(60, 24, grouped_wants(4, 60, 3, 0.6, 0.02));
  DiscoverOptions options;
  const DiscoveredSegments one = discover_segments(graph, options);
  CHECK(!one.tested);
  CHECK(one.status == Status::doubtful);
  CHECK(one.sizes.size() == 3);
  for (const SegmentDescription& row : one.descriptions) CHECK(!row.q_value);
  options.control.threads = 3;
  CHECK(one == discover_segments(graph, options));
  options.smallest = 31;
  CHECK(discover_segments(graph, options).status == Status::not_identified);
  const CustomerGraph silent = want_base(3, 2, {});
  CHECK(discover_segments(silent, {}).status == Status::undefined);
  CHECK(discover_segments(silent, {}).to_table(silent).rows() == 3);
  CHECK_THROWS_AS((void)discover_segments(graph, {.resolution = 0.0}), InvalidInput);
  CHECK_THROWS_AS((void)discover_segments(graph, {.held_out = 1.0}), InvalidInput);
  CHECK_THROWS_AS((void)discover_segments(graph, {.smallest = 0}), InvalidInput);
}
