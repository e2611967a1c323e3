// Customers simulated from the models' own stories.
#pragma once

#include <algorithm>
#include <vector>

#include <outweigh/economics/purchase_history.hpp>
#include <outweigh/stats/random.hpp>

struct SimulatedPurchases {
  std::vector<double> frequency, recency, age;

  [[nodiscard]] outweigh::economics::PurchaseColumns columns() const { return {frequency, recency, age}; }

  /// `leaves(random)` draws a function that says after each purchase at time t whether the customer is gone by then.
  template <class Leaves>
  static SimulatedPurchases draw(std::size_t customers, double r, double alpha, const Leaves& leaves,
                                 std::uint64_t seed) {
    SimulatedPurchases result;
    for (std::size_t i = 0; i < customers; ++i) {
      outweigh::stats::Random random(seed, i);
      const double rate = random.gamma(r, 1.0 / alpha);
      auto gone = leaves(random);
      const double age = 20.0 + static_cast<double>(random.below(30));
      double x = 0.0;
      double last = 0.0;
      double t = 0.0;
      while (!gone(t)) {
        t += random.exponential(rate);
        if (t > age || gone.before(t)) break;
        x += 1.0;
        last = t;
      }
      result.frequency.push_back(x);
      result.recency.push_back(last);
      result.age.push_back(age);
    }
    return result;
  }
};
