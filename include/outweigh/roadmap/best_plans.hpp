// Plans of nearly equal value, and what they share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <outweigh/roadmap/problem.hpp>
#include <outweigh/roadmap/selection.hpp>
#include <outweigh/roadmap/solve.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap {

struct Alternatives {
  std::vector<Selection> plans{};       ///< best first; their rules say how the search was divided
  std::vector<std::uint32_t> shared{};  ///< positions of the solutions that all of them hold, increasing
  bool complete = true;                 ///< was every search finished? Otherwise a better plan may be missing

  friend bool operator==(const Alternatives&, const Alternatives&) = default;
};

/// The `count` best plans of a problem under the options; fewer where there are no more. The plans that differ from
/// those known are divided by the first solution in which they differ (Lawler 1972, doi:10.1287/mnsc.18.7.401), each
/// part being a search of its own: at most count times as many searches as there are solutions. Plans that differ only
/// in what adds nothing count as two; with positions in `apart`, plans that are alike in these solutions count as one,
/// the best of them. Throws InvalidInput when `count` is 0, and what `solve` throws, but Infeasible: then there is no
/// plan at all and none is returned.
[[nodiscard]] Alternatives best_plans(const RoadmapProblem& problem, std::size_t count, const SolveOptions& options,
                                      std::span<const std::uint32_t> apart = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/roadmap/best_plans-inl.hpp>
#endif
