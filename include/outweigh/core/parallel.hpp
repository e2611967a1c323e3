// Loops over blocks on several threads, with errors and stops brought back to the caller.
#pragma once

#include <cstddef>
#include <functional>

#include <outweigh/core/run_control.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

/// Runs `task(0) .. task(count - 1)` on at most `control.threads` threads (the calling one included), or on
/// `control.executor`. The first error by task number is rethrown on the calling thread after all tasks ended, whatever
/// the threads; tasks after a failed one, and all tasks once a stop is seen, are skipped if not yet begun. Throws
/// Cancelled when stopped.
/// To be independent of the number of threads, split work by size only, never by `threads`.
void parallel_for(const RunControl& control, std::size_t count, const std::function<void(std::size_t)>& task);

/// Number of blocks of at most `block` items that cover `size` items. Precondition: block > 0.
[[nodiscard]] constexpr std::size_t block_count(std::size_t size, std::size_t block) noexcept {
  return size / block + (size % block != 0 ? 1 : 0);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::core

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/core/parallel-inl.hpp>
#endif
