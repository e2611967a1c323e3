#include <outweigh/stats/partition_agreement.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"

using outweigh::stats::partition_agreement;
using Groups = std::vector<std::uint32_t>;

TEST_CASE("the expected mutual information is the mean over all orders") {
  outweigh::stats::Random random(6);
  for (int round = 0; round < 20; ++round) {
    Groups a(6);
    Groups b(6);
    for (auto* groups : {&a, &b}) {
      for (auto& group : *groups) group = static_cast<std::uint32_t>(random.below(4));
    }
    const auto found = partition_agreement(a, b);
    Groups order = b;
    std::sort(order.begin(), order.end());
    double sum = 0.0;
    double count = 0.0;
    do {
      sum += partition_agreement(a, order).mutual_information;
      count += 1.0;
    } while (std::next_permutation(order.begin(), order.end()));
    CHECK(std::abs(found.expected - sum / count) < 1e-12);
  }
}

TEST_CASE("agreement of groupings at its ends") {
  CHECK(partition_agreement({}, {}).adjusted == 1.0);
  CHECK(partition_agreement(Groups{0, 0}, Groups{5, 5}).adjusted == 1.0);
  CHECK(std::abs(partition_agreement(Groups{0, 0, 1, 1, 2}, Groups{7, 7, 3, 3, 1}).adjusted - 1.0) < 1e-12);
  CHECK(std::abs(partition_agreement(Groups{0, 0, 1, 1}, Groups{0, 0, 0, 0}).adjusted) < 1e-12);
  CHECK(partition_agreement(Groups{0, 1, 2}, Groups{2, 0, 1}).adjusted == 1.0);
  // scikit-learn 1.5: adjusted_mutual_info_score([0, 0, 1, 1], [0, 1, 0, 1])
  CHECK(std::abs(partition_agreement(Groups{0, 0, 1, 1}, Groups{0, 1, 0, 1}).adjusted + 0.5) < 1e-12);
  CHECK_THROWS_AS((void)partition_agreement(Groups{0}, Groups{}), outweigh::core::InvalidInput);
}
