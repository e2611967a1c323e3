#include <outweigh/economics/purchase_history.hpp>

#include <array>
#include <cmath>
#include <map>
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

TEST_CASE("rows collapse as a map collapses them, whatever their digits", "[economics]") {
  outweigh::stats::Random random(8);
  const auto time_of = [&](int kind) {
    switch (kind) {
      case 0:
        return 1.0 + static_cast<double>(random.below(40));  // whole
      case 1:
        return (1.0 + static_cast<double>(random.below(40))) / 7.0;  // few distinct
      case 2:
        return std::exp(20.0 * random.uniform() - 10.0);  // all different
      default:
        return 1.0 + 1e-12 * static_cast<double>(random.below(40));  // different in their last digits
    }
  };
  for (int trial = 0; trial < 60; ++trial) {
    const std::size_t rows = trial % 3 == 0 ? 30'000 : 200;
    std::vector<double> x, recency, age, weight;
    for (std::size_t i = 0; i < rows; ++i) {
      const bool again = i > 10 && random.bernoulli(0.5);
      const std::size_t same = again ? random.below(i) : 0;
      x.push_back(again ? x[same] : static_cast<double>(random.below(trial % 7 == 0 ? 1'000'000'000 : 6)));
      recency.push_back(again ? recency[same] : x.back() == 0.0 ? -0.0 : time_of(trial % 4));
      age.push_back(again ? age[same] : recency.back() + time_of(trial / 4 % 4));
      weight.push_back(static_cast<double>(random.below(4)) * (trial % 2 == 0 ? 0.1 : 1.0));
    }
    const bool weighted = trial % 5 > 1;
    std::map<std::array<double, 3>, double> expected;
    double customers = 0.0;
    for (std::size_t i = 0; i < rows; ++i) {
      const double w = weighted ? weight[i] : 1.0;
      if (w > 0.0) expected[{x[i], age[i], recency[i]}] += w;
      customers += w;
    }
    const PurchaseHistory history({x, recency, age, weighted ? weight : std::vector<double>()});
    REQUIRE(history.rows().size() == expected.size());
    CHECK(history.customers() == Approx(customers));
    std::size_t at = 0;
    for (const auto& [key, w] : expected) {
      const auto& row = history.rows()[at++];
      CHECK((row.frequency == key[0] && row.age == key[1] && row.recency == key[2]));
      CHECK(row.weight == Approx(w));
    }
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
  // Among many, too.
  for (const std::size_t bad : {std::size_t{0}, std::size_t{1023}, std::size_t{1024}, std::size_t{2999}}) {
    std::vector<double> many_x(3000, 1.0), many_recency(3000, 2.0), many_age(3000, 3.0);
    many_recency[bad] = 4.0;
    CHECK(complaint(many_x, many_recency, many_age).find("row " + std::to_string(bad)) != std::string::npos);
    many_recency[bad] = 2.0;
    many_x[bad] = 0.0;
    CHECK(complaint(many_x, many_recency, many_age).find("without a repeat purchase") != std::string::npos);
    many_x[bad] = NAN;
    CHECK(complaint(many_x, many_recency, many_age).find("frequency") != std::string::npos);
    many_x[bad] = 1.0;
    many_age[bad] = INFINITY;
    CHECK(complaint(many_x, many_recency, many_age).find("age") != std::string::npos);
  }
  CHECK(complaint({1, 1}, {1, 1}, {1e308, 1e308}).find("unit of time") != std::string::npos);
  CHECK(complaint({}, {}, {}).find("no customer") != std::string::npos);
  CHECK(complaint({1}, {1}, {5}, {0}).find("no customer") != std::string::npos);
}
