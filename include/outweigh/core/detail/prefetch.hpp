// A hint to the processor; does nothing where there is none.
#pragma once

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core::detail {

inline void prefetch([[maybe_unused]] const void* address) noexcept {
#if defined(__GNUC__) || defined(__clang__)
  __builtin_prefetch(address);
#endif
}

}  // namespace outweigh::inline OUTWEIGH_ABI::core::detail
