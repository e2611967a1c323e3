#include <outweigh/economics/purchase_history.hpp>

#include <string>
#include <vector>

#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"

using namespace outweigh::economics;
using outweigh::core::InvalidInput;

namespace {

std::string complaint(std::vector<double> x, std::vector<double> recency, std::vector<double> age,
                      std::vector<double> weight = {}) {
  try {
    PurchaseHistory({x, recency, age, weight});
  } catch (const InvalidInput& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("equal rows are collapsed, in whatever order", "[economics]") {
  outweigh::stats::Random random(3);
  // The second case has too many distinct rows for the small table.
  for (const std::size_t kinds : {std::size_t{50}, std::size_t{40'000}}) {
    std::vector<double> x, recency, age;
    for (std::size_t i = 0; i < 60'000; ++i) {
      const auto kind = random.below(kinds);
      x.push_back(static_cast<double>(kind % 5));
      recency.push_back(kind % 5 == 0 ? 0.0 : 1.0 + static_cast<double>(kind) * 0.25);
      age.push_back(2.0 + static_cast<double>(kind));
    }
    const PurchaseHistory history({x, recency, age});
    CHECK(history.customers() == 60'000.0);
    CHECK(history.rows().size() <= kinds);
    std::vector<std::size_t> order(x.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    random.shuffle(order);
    std::vector<double> x2, recency2, age2;
    for (const std::size_t i : order) {
      x2.push_back(x[i]);
      recency2.push_back(recency[i]);
      age2.push_back(age[i]);
    }
    CHECK(PurchaseHistory({x2, recency2, age2}).rows() == history.rows());
  }
}

TEST_CASE("bad rows are named", "[economics]") {
  CHECK(complaint({1, 2}, {1, 9}, {5, 8}).find("column 'recency', row 1, value '9'") != std::string::npos);
  CHECK(complaint({1}, {-1}, {5}).find("recency") != std::string::npos);
  CHECK(complaint({0}, {0}, {-5}).find("age") != std::string::npos);
  CHECK(complaint({1.5}, {1}, {5}).find("frequency") != std::string::npos);
  CHECK(complaint({0}, {1}, {5}).find("without a repeat purchase") != std::string::npos);
  CHECK(complaint({2}, {0}, {5}).find("time 0") != std::string::npos);
  CHECK(complaint({1}, {1, 2}, {5}).find("length") != std::string::npos);
  CHECK(complaint({1}, {1}, {5}, {-1}).find("weights") != std::string::npos);
  CHECK(complaint({1}, {NAN}, {5}).find("recency") != std::string::npos);
  CHECK(complaint({}, {}, {}).find("no customer") != std::string::npos);
  CHECK(complaint({1}, {1}, {5}, {0}).find("no customer") != std::string::npos);
}
