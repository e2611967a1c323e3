// A roadmap problem in whole numbers, made smaller where that loses nothing.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <outweigh/roadmap/detail/closure_problem.hpp>
#include <outweigh/roadmap/problem.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail {

/// How numbers become whole.
struct Scale {
  double factor = 1.0;  // whole number = factor * the user's
  bool exact = true;
  std::int64_t divisor = 1;  // of all whole numbers, when exact

  [[nodiscard]] std::int64_t up(double number) const {
    const double scaled = number * factor;
    if (exact) return static_cast<std::int64_t>(std::round(scaled)) / divisor;
    // What is too small for the scale still counts, or a bound would lie.
    return scaled == 0.0 && number > 0.0 ? 1 : static_cast<std::int64_t>(std::ceil(scaled));
  }
  [[nodiscard]] double unit() const { return static_cast<double>(divisor) / factor; }
};

/// The scale of some numbers; `exact_limit` and `rounded_limit` bound the sum of the magnitudes.
[[nodiscard]] Scale choose_scale(std::span<const double> numbers, double exact_limit, double rounded_limit);

/// Is a cost within a limit, both as given? Sums of efforts have roundings of their own.
[[nodiscard]] inline bool fits(double cost, double limit) noexcept { return cost <= limit * (1.0 + 1e-12); }

/// Do all of them fit together? Told from the numbers as given, since rounding up would say no where they just do.
[[nodiscard]] bool all_fit(std::span<const double> efforts, double limit);

struct ScaledProblem {
  ClosureProblem closure;
  std::int64_t budget = 0;        ///< what fits this, fits the budget in the user's unit
  std::int64_t loose_budget = 0;  ///< what fits the budget in the user's unit, fits this; equal when efforts are exact
  double value_unit = 1.0;        ///< the worth of 1
  double cost_unit = 1.0;         ///< the effort of 1
  double constant = 0.0;          ///< worth of customers that asked for nothing
  bool exact_values = true;       ///< otherwise values are rounded up
  bool exact_efforts = true;      ///< otherwise efforts are rounded up
  Rows<std::uint32_t> members;    ///< by node: the solutions that it stands for
  std::vector<std::uint32_t> node_of{};  ///< by solution; no_node for one that no best plan needs or the budget allows
  std::vector<std::uint32_t> customer_of{};  ///< by node: a customer that it stands for; no_node where none
  /// By need of the closure: the need, and the shares of it that it lies between (0 and 0: all of it).
  struct PartOfNeed {
    std::uint32_t need;
    double above, share;
  };
  std::vector<PartOfNeed> need_of{};
  /// By need of the closure beyond these: nodes that exclude each other, whose fine the need is (see fine_exclusions).
  std::vector<std::vector<std::uint32_t>> exclusive{};
};

inline constexpr std::uint32_t no_node = std::numeric_limits<std::uint32_t>::max();

/// Efforts and values become whole numbers exactly when a power of ten up to 10^6 makes them whole, and are
/// otherwise rounded up at a resolution of their sum / 2^34 and / 2^38. Nodes are groups of solutions that a best plan
/// holds together, because the same worth depends on them, and customers that are not part of such a group. Solutions
/// in `wanted` are kept whether they are worth anything or not.
[[nodiscard]] ScaledProblem scale(const RoadmapProblem& problem, double budget,
                                  const std::vector<std::uint32_t>& wanted = {});

/// The nodes of which all members are chosen, and the customers' nodes that these serve.
[[nodiscard]] std::vector<std::uint8_t> nodes_of(const ScaledProblem& scaled, const std::vector<std::uint8_t>& chosen);

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/roadmap/detail/scaled_problem-inl.hpp>
#endif
