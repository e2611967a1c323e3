// Next release problems drawn at random, of the kinds of the public ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <outweigh/roadmap/problem.hpp>

namespace outweigh::inline OUTWEIGH_ABI::lab {

/// What an instance resembles. The classic ones have levels of requirements, each of which may require some of the
/// level before (Bagnall et al. 2001, doi:10.1016/S0950-5849(01)00194-X). In those mined from bug trackers (Xuan et al.
/// 2012, doi:10.1109/TSE.2011.92) there are no dependencies, nearly each requirement is asked for by somebody, and most
/// by one.
enum class NrpKind : std::uint8_t {
  classic_small,   ///< 140 requirements on 3 levels, 100 customers
  classic_medium,  ///< 620 on 5 levels, 500 customers
  classic_large,   ///< 3250 on 5 levels, 750 customers
  classic_flat,    ///< 1500 on 3 levels, 1000 customers that ask for one thing each
  eclipse,         ///< about 3500 requirements, 500 customers that ask for 4 to 20 each
  mozilla,         ///< about 4000 and 700
  gnome            ///< about 2500 and 400
};

/// "classic_small" and so on. Throws InvalidInput for another word.
[[nodiscard]] NrpKind nrp_kind(std::string_view word);
[[nodiscard]] std::string_view to_string(NrpKind kind) noexcept;

struct NrpOptions {
  std::uint64_t seed = 0;
  NrpKind kind = NrpKind::classic_small;
  double size = 1.0;  ///< 0 < size <= 1000: multiplies the numbers of requirements and customers
};

/// A random instance: the same options give the same one on every platform. Solutions and customers have their number,
/// from "1", as id. Throws InvalidInput when `size` is out of range. Linear in the size of the instance.
[[nodiscard]] roadmap::RoadmapProblem simulate_nrp(const NrpOptions& options);

}  // namespace outweigh::inline OUTWEIGH_ABI::lab

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/lab/nrp_instances-inl.hpp>
#endif
