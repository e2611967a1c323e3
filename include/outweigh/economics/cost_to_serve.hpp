// What serving each customer costs, by function: time-driven activity-based costing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <outweigh/core/errors.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

/// A function such as support, what it costs in the period, and the minutes that its people can really work.
struct CostPool {
  std::string function;
  double cost = 0.0;
  double minutes = 0.0;
};

/// An activity of a function and the minutes that one takes.
struct CostActivity {
  std::string name;
  std::size_t pool = 0;
  double minutes = 0.0;
};

/// `quantity` times `activity` for `account`.
struct CostUse {
  std::uint32_t account = 0;
  std::uint32_t activity = 0;
  double quantity = 0.0;
};

struct CostToServe {
  std::size_t accounts = 0;
  std::vector<double> cost;  ///< accounts * pools
  std::vector<double> activity_quantity, activity_minutes, activity_cost;
  std::vector<double> used_minutes, used_cost;      ///< by pool
  std::vector<double> unused_minutes, unused_cost;  ///< by pool; negative when more was done than the capacity holds
};

/// Kaplan and Anderson 2004: each minute costs the pool's cost over its practical capacity; an account bears the
/// minutes spent on it, and capacity that nobody used stays apart. Throws InvalidInput, naming the place, for
/// capacities that are not positive, negative quantities, positions out of range. O(uses).
[[nodiscard]] CostToServe cost_to_serve(std::span<const CostPool> pools, std::span<const CostActivity> activities,
                                        std::span<const CostUse> uses, std::size_t accounts);

}  // namespace outweigh::inline OUTWEIGH_ABI::economics

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/economics/cost_to_serve-inl.hpp>
#endif
