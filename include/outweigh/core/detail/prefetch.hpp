// A hint to the processor; does nothing where there is none.
#pragma once

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core::detail {

#if defined(__GNUC__) || defined(__clang__)
// Inlined before the compiler can find that a call has no effect on any value, and drop it.
[[gnu::always_inline]] inline void prefetch(const void* address) noexcept { __builtin_prefetch(address); }
#else
inline void prefetch(const void*) noexcept {}
#endif

}  // namespace outweigh::inline OUTWEIGH_ABI::core::detail
