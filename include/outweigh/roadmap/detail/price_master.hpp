// Prices of several budgets at which the best mixture of closed sets known is worth least.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail {

/// Mixtures of sets, which keep to the budgets on average and are worth most (Dantzig and Wolfe 1960,
/// doi:10.1287/opre.8.1.101): a linear program of one row a budget and one for the mixture, solved by the simplex
/// method from where the last one ended as sets are added. Its dual values are the prices; once no set is worth more at
/// them than the mixture, they are those of the lowest Lagrangian bound.
class PriceMaster {
 public:
  explicit PriceMaster(std::vector<double> budgets) : budgets_(std::move(budgets)), rows_(budgets_.size() + 1) {
    for (double& budget : budgets_) budget = std::max(budget, 0.0);
    // to begin with, nothing is chosen and nothing used
    for (std::size_t r = 0; r + 1 < rows_; ++r) {
      columns_.emplace_back(rows_, 0.0);
      columns_.back()[r] = 1.0;
      worth_.push_back(0.0);
    }
    add(0.0, std::vector<double>(budgets_.size(), 0.0));
    inverse_.assign(rows_ * rows_, 0.0);
    for (std::size_t r = 0; r < rows_; ++r) {
      basis_.push_back(r);
      inverse_[r * rows_ + r] = 1.0;
      level_.push_back(r + 1 < rows_ ? (budgets_[r] > 0.0 ? 1.0 : 0.0) : 1.0);
    }
    solve();
  }

  /// A set, by its worth and what it takes of each budget.
  void add(double worth, const std::vector<double>& costs) {
    std::vector<double>& column = columns_.emplace_back(rows_, 1.0);
    // rows in units of their budget
    for (std::size_t r = 0; r + 1 < rows_; ++r) column[r] = costs[r] / std::max(budgets_[r], 1.0);
    worth_.push_back(worth);
  }

  void solve() {
    for (int step = 0; step < 2000; ++step) {
      find_duals();
      double scale = 1.0;
      for (const double w : worth_) scale = std::max(scale, std::abs(w));
      std::size_t entering = columns_.size();
      double most = 1e-11 * scale;
      for (std::size_t j = 0; j < columns_.size(); ++j) {
        double gain = worth_[j];
        for (std::size_t r = 0; r < rows_; ++r) gain -= duals_[r] * columns_[j][r];
        if (gain > most) {
          most = gain;
          entering = j;
        }
      }
      if (entering == columns_.size() || !pivot(entering)) return;
    }
  }

  /// Of a unit of a budget.
  [[nodiscard]] double price(std::size_t budget) const noexcept {
    return std::max(0.0, duals_[budget]) / std::max(budgets_[budget], 1.0);
  }
  /// What the best mixture is worth.
  [[nodiscard]] double value() const noexcept {
    double sum = 0.0;
    for (std::size_t r = 0; r < rows_; ++r) sum += worth_[basis_[r]] * level_[r];
    return sum;
  }
  /// Its part of a set, the first being the empty one.
  [[nodiscard]] double part(std::size_t set) const noexcept {
    for (std::size_t r = 0; r < rows_; ++r) {
      if (basis_[r] == set + rows_ - 1) return level_[r];
    }
    return 0.0;
  }

 private:
  void find_duals() {
    duals_.assign(rows_, 0.0);
    for (std::size_t k = 0; k < rows_; ++k) {
      for (std::size_t r = 0; r < rows_; ++r) duals_[r] += worth_[basis_[k]] * inverse_[k * rows_ + r];
    }
  }

  bool pivot(std::size_t entering) {
    std::vector<double> change(rows_, 0.0);
    for (std::size_t k = 0; k < rows_; ++k) {
      for (std::size_t r = 0; r < rows_; ++r) change[k] += inverse_[k * rows_ + r] * columns_[entering][r];
    }
    std::size_t leaving = rows_;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < rows_; ++k) {
      if (change[k] <= 1e-9) continue;
      const double ratio = std::max(0.0, level_[k]) / change[k];
      // of those that tie the largest pivot
      if (ratio < least - 1e-12 || (ratio <= least + 1e-12 && change[k] > change[leaving])) {
        least = std::min(least, ratio);
        leaving = k;
      }
    }
    if (leaving == rows_) return false;
    const double by = change[leaving];
    for (std::size_t k = 0; k < rows_; ++k) {
      if (k != leaving) level_[k] -= least * change[k];
    }
    level_[leaving] = least;
    for (std::size_t r = 0; r < rows_; ++r) inverse_[leaving * rows_ + r] /= by;
    for (std::size_t k = 0; k < rows_; ++k) {
      if (k == leaving || change[k] == 0.0) continue;
      for (std::size_t r = 0; r < rows_; ++r) {
        inverse_[k * rows_ + r] -= change[k] * inverse_[leaving * rows_ + r];
      }
    }
    basis_[leaving] = entering;
    return true;
  }

  std::vector<double> budgets_;
  std::size_t rows_;
  std::vector<std::vector<double>> columns_;  // what is left of the budgets first, then the sets
  std::vector<double> worth_, inverse_, level_, duals_;
  std::vector<std::size_t> basis_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail
