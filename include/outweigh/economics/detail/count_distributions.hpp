// How many purchases an active customer makes, count by count, each in a few operations.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include <outweigh/economics/purchase_model.hpp>
#include <outweigh/stats/quadrature.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics::detail {

/// Probabilities of 0, 1, 2, ... of a negative binomial count with size n and odds h of a purchase against time;
/// numbers that would underflow are kept as logarithms until they matter.
class NegativeBinomialSteps {
 public:
  NegativeBinomialSteps(double n, double odds)
      : n_(n), ratio_(std::isinf(odds) ? 1.0 : odds / (1.0 + odds)), log_(-n * std::log1p(odds)) {
    if (log_ > smallest) value_ = std::exp(log_);
  }
  [[nodiscard]] double value() const noexcept { return value_; }
  void step() noexcept {
    const double factor = ratio_ * (n_ + count_) / (count_ + 1.0);
    count_ += 1.0;
    if (value_ > 0.0) {
      value_ *= factor;
    } else if (ratio_ > 0.0) {
      log_ += std::log(factor);
      if (log_ > smallest) value_ = std::exp(log_);
    }
  }

 private:
  static constexpr double smallest = -600.0;
  double n_, ratio_, log_;
  double count_ = 0.0;
  double value_ = 0.0;
};

/// BG/NBD: rates Gamma(n, rest), chances of leaving after a purchase Beta(a, b). P(X = c) = S(c) P(N = c) + S(c - 1) a
/// / (a
/// + b + c - 1) P(N >= c), where N are the purchases of one who never leaves and S(c) is the chance to stay after c.
class BgNbdCounts {
 public:
  BgNbdCounts(const std::array<double, 4>& active, double horizon)
      : a_(active[2]), b_(active[3]), steps_(active[0], horizon / active[1]) {}

  [[nodiscard]] double next() noexcept {
    const double exact = steps_.value();
    const double probability = survival_ * exact + leaving_ * std::max(0.0, at_least_);
    at_least_ -= exact;
    leaving_ = survival_ * a_ / (a_ + b_ + count_);
    survival_ *= (b_ + count_) / (a_ + b_ + count_);
    count_ += 1.0;
    steps_.step();
    return probability;
  }

 private:
  double a_, b_;
  double count_ = 0.0, survival_ = 1.0, leaving_ = 0.0, at_least_ = 1.0;
  NegativeBinomialSteps steps_;
};

/// Pareto/NBD: rates Gamma(n, rest), rates of leaving Gamma(s, beta). P(X = c) is the mean of the negative binomial
/// over the time until leaving, by Gauss-Legendre panels.
class ParetoNbdCounts {
 public:
  ParetoNbdCounts(const std::array<double, 4>& active, double horizon) {
    const auto [n, alpha, s, beta] = active;
    // Counts as a function of time are as narrow as the square root of the greatest.
    const double part = std::min(1.0, 4.0 / std::sqrt(1.0 + n * (horizon / (alpha + horizon))));
    const double scale = std::min(alpha, beta / std::max(1.0, s));
    for (double from = 0.0; from < horizon;) {
      const double to = std::min(horizon, from + part * std::min(alpha + from, scale + from));
      stats::gauss_legendre(from, to, [&](double u, double weight) {
        weights_.push_back(weight * s / beta * std::exp(-(s + 1.0) * std::log1p(u / beta)));
        steps_.emplace_back(n, u / alpha);
      });
      from = to;
      if (-s * std::log1p(from / beta) < -50.0) break;
    }
    weights_.push_back(std::exp(-s * std::log1p(horizon / beta)));
    steps_.emplace_back(n, horizon / alpha);
  }

  [[nodiscard]] double next() noexcept {
    double sum = 0.0;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      sum += weights_[i] * steps_[i].value();
      steps_[i].step();
    }
    return sum;
  }

 private:
  std::vector<double> weights_;
  std::vector<NegativeBinomialSteps> steps_;
};

/// BG/BB: chances of buying at an occasion Beta(alpha, beta), of leaving before one Beta(gamma, delta): a mixture of
/// beta-binomial counts over the number of occasions before leaving.
class BgBbCounts {
 public:
  BgBbCounts(const std::array<double, 4>& active, double horizon) : alpha_(active[0]), beta_(active[1]) {
    const auto occasions = static_cast<std::size_t>(horizon);
    terms_.resize(occasions + 1);
    double none = 1.0;
    double stays = 1.0;
    for (std::size_t i = 0; i <= occasions; ++i) {
      const auto seen = static_cast<double>(i);
      const double leaves = i < occasions ? active[2] / (active[2] + active[3] + seen) : 1.0;
      terms_[i] = none * stays * leaves;
      none *= (beta_ + seen) / (alpha_ + beta_ + seen);
      stays *= (active[3] + seen) / (active[2] + active[3] + seen);
    }
  }

  [[nodiscard]] double next() noexcept {
    double sum = 0.0;
    for (std::size_t i = count_; i < terms_.size(); ++i) {
      sum += terms_[i];
      const auto left = static_cast<double>(i - count_);
      // Whoever bought at every one of i occasions cannot buy more often.
      terms_[i] = i == count_ ? 0.0
                              : terms_[i] * left / static_cast<double>(count_ + 1) *
                                    (alpha_ + static_cast<double>(count_)) / (beta_ + left - 1.0);
    }
    ++count_;
    return sum;
  }

 private:
  double alpha_, beta_;
  std::size_t count_ = 0;
  std::vector<double> terms_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::economics::detail
