// BG/BB for numbers and for jets.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include <outweigh/economics/detail/fit_purchases.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics::detail {

/// Logarithms of the rising factorials of alpha, beta, alpha + beta, delta and gamma + delta.
template <class S>
struct BgBbLogs {
  std::vector<S> alpha, beta, sum, delta, leaving;
  S log_gamma_parameter{};

  template <std::size_t N>
  BgBbLogs(const std::array<S, N>& theta, std::size_t most) {
    using std::log;
    const std::array<S, 5> bases = {theta[0], theta[1], theta[0] + theta[1], theta[3], theta[2] + theta[3]};
    const std::array<std::vector<S>*, 5> targets = {&alpha, &beta, &sum, &delta, &leaving};
    for (std::size_t k = 0; k < 5; ++k) {
      targets[k]->resize(most + 2);
      for (std::size_t i = 0; i <= most; ++i) {
        (*targets[k])[i + 1] = (*targets[k])[i] + log(bases[k] + static_cast<double>(i));
      }
    }
    log_gamma_parameter = log(theta[2]);
  }

  /// log of the probability of one sequence with x purchases in `occasions` while active.
  [[nodiscard]] S sequence(std::size_t x, std::size_t occasions) const {
    return alpha[x] + beta[occasions - x] - sum[occasions];
  }
  [[nodiscard]] S active(std::size_t occasions) const { return delta[occasions] - leaving[occasions]; }
  /// Left right after `occasions`.
  [[nodiscard]] S left(std::size_t occasions) const {
    return log_gamma_parameter + delta[occasions] - leaving[occasions + 1];
  }
  [[nodiscard]] S row(std::size_t x, std::size_t recency, std::size_t occasions) const {
    using stats::log1p_exp;
    S total = sequence(x, occasions) + active(occasions);
    for (std::size_t i = recency; i < occasions; ++i) {
      total = total + log1p_exp(sequence(x, i) + left(i) - total);
    }
    return total;
  }
};

inline void check_occasions(const PurchaseColumns& rows) {
  constexpr double most = 100'000.0;
  for (std::size_t i = 0; i < rows.frequency.size(); ++i) {
    const auto check = [&](double value, const char* column, bool holds) {
      if (!holds) {
        throw core::InvalidInput(
            "occasions are counted: whole numbers, no more purchases than occasions up to the last one",
            {.column = column, .row = i, .value = number_text(value)});
      }
    };
    check(rows.age[i], "age", rows.age[i] == std::floor(rows.age[i]) && rows.age[i] <= most);
    check(rows.recency[i], "recency", rows.recency[i] == std::floor(rows.recency[i]));
    check(rows.frequency[i], "frequency", rows.frequency[i] <= rows.recency[i]);
  }
}

inline void check_occasions_ahead(std::span<const double> horizon, std::size_t rows) {
  check_horizon(horizon, rows);
  for (std::size_t i = 0; i < horizon.size(); ++i) {
    if (horizon[i] != std::floor(horizon[i]) || horizon[i] > 1e7) {
      throw core::InvalidInput("the horizon is a whole number of occasions",
                               {.column = "horizon", .row = i, .value = number_text(horizon[i])});
    }
  }
}

[[nodiscard]] inline std::size_t whole(double value) { return static_cast<std::size_t>(value); }

inline std::vector<ParameterLimits> bg_bb_limits() {
  return {{"alpha", 1e-8, 1e7, "hardly anybody buys again", "all customers buy with the same probability"},
          {"beta", 1e-8, 1e7, "customers buy at every occasion", "all customers buy with the same probability"},
          {"gamma", 1e-8, 1e7, "nobody is seen to leave", "all customers leave with the same probability"},
          {"delta", 1e-8, 1e7, "customers leave at once or never", "all customers leave with the same probability"}};
}

/// Throws InvalidInput unless the history counts occasions.
inline JetFunction bg_bb_likelihood(const PurchaseHistory& history, const core::RunControl& control) {
  std::size_t most = 0;
  for (const auto& row : history.rows()) {
    const std::array<double, 1> x = {row.frequency};
    const std::array<double, 1> recency = {row.recency};
    const std::array<double, 1> age = {row.age};
    check_occasions({x, recency, age});
    most = std::max(most, whole(row.age));
  }
  return [&history, &control, most](std::span<const double> point) {
    const BgBbLogs<stats::Jet<4>> logs(log_variables<4>(point), most);
    return sum_rows<4>(history.rows().size(), control, [&](std::size_t i) {
      const auto& row = history.rows()[i];
      return logs.row(whole(row.frequency), whole(row.recency), whole(row.age)) * row.weight;
    });
  };
}

}  // namespace outweigh::inline OUTWEIGH_ABI::economics::detail
