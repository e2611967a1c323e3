// What is true in a simulated customer base, and hidden from everyone who estimates it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include <outweigh/core/table.hpp>

namespace outweigh::inline OUTWEIGH_ABI::lab {

namespace detail {
struct TruthData;
}

/// Who really has which need. Immutable; copies share the data.
class Truth {
 public:
  explicit Truth(std::shared_ptr<const detail::TruthData> data) : data_(std::move(data)) {}

  /// One row per need and segment: `need_id`, `segment_id`, `prevalence` (the finite share of the segment's accounts of
  /// the base that have the need), `accounts` (of the base in the segment), `accounts_with_need`, and
  /// `revenue_with_need` (sum of their `arr`). Segments without an account of the base have no rows.
  [[nodiscard]] const core::Table& prevalence() const;
  /// One row per need over the whole base: `need_id`, `prevalence`, `accounts`, `accounts_with_need`,
  /// `revenue_with_need`.
  [[nodiscard]] const core::Table& needs() const;
  /// Does the account have the need? Positions as in the tables `needs` and `accounts`. Throws InvalidInput out of
  /// range.
  [[nodiscard]] bool has(std::size_t need, std::size_t account) const;
  /// The same by ids; O(1). Throws InvalidInput for an id that is not there.
  [[nodiscard]] bool has(std::string_view need_id, std::string_view account_id) const;
  /// Is the account a customer active at `as_of`?
  [[nodiscard]] bool in_base(std::size_t account) const;

  /// One row per account: `account_id`, `in_base`, and one boolean column per need, named by its id.
  [[nodiscard]] core::Table to_table() const;

  friend bool operator==(const Truth& a, const Truth& b);

 private:
  std::shared_ptr<const detail::TruthData> data_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::lab

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/lab/truth-inl.hpp>
#endif
