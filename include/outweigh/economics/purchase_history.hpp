// Purchases of customers as buy-till-you-die models read them, equal rows collapsed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <outweigh/core/errors.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

/// Columns of equal length, one row a customer.
struct PurchaseColumns {
  std::span<const double> frequency;  ///< purchases after the first: whole numbers, 0 or more
  std::span<const double> recency;    ///< time of the last purchase, from the first: 0 for frequency 0
  std::span<const double> age;        ///< time observed, from the first purchase: at least the recency
  std::span<const double> weight{};   ///< customers a row stands for; empty: 1 each
};

/// Distinct rows in ascending order of frequency, age and recency, with the number of customers of each. The order of
/// the rows that came in does not matter.
class PurchaseHistory {
 public:
  struct Row {
    double frequency = 0.0;
    double recency = 0.0;
    double age = 0.0;
    double weight = 0.0;
    friend bool operator==(const Row&, const Row&) = default;
  };

  /// Throws InvalidInput, naming column, row and value, for lengths that differ, values that are not finite, negative
  /// durations, frequencies that are not whole, a recency beyond the age, a recency without a repeat purchase, a repeat
  /// purchase at time 0 (under which the likelihood has no bound), and when there is no customer. O(n log n).
  explicit PurchaseHistory(const PurchaseColumns& columns);

  [[nodiscard]] const std::vector<Row>& rows() const noexcept { return rows_; }
  [[nodiscard]] double customers() const noexcept { return customers_; }
  [[nodiscard]] double repeat_purchases() const noexcept { return purchases_; }
  [[nodiscard]] double total_age() const noexcept { return total_age_; }
  /// Every `stride`-th row.
  [[nodiscard]] PurchaseHistory thinned(std::size_t stride) const;

 private:
  PurchaseHistory() = default;
  void count();

  std::vector<Row> rows_;
  double customers_ = 0.0;
  double purchases_ = 0.0;
  double total_age_ = 0.0;
};

/// Checks columns for predictions as PurchaseHistory does, without collapsing; a repeat purchase at time 0 is allowed.
void check_purchases(const PurchaseColumns& columns);

}  // namespace outweigh::inline OUTWEIGH_ABI::economics

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/economics/purchase_history-inl.hpp>
#endif
