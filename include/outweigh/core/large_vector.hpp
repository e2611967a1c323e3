// Vectors that leave new elements unset, in large pages where they are long and the system has such pages.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

#include <outweigh/config.hpp>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace outweigh::inline OUTWEIGH_ABI::core {

namespace detail {

/// Long blocks that were given back, for the next vector of their length: the system clears each page that it hands
/// out, which costs as much as the pass that fills it.
class SpareBlocks {
 public:
  /// At most this many bytes are kept: as many as the C library's own allocator keeps.
  static constexpr std::size_t capacity = std::size_t{1} << 26U;

  /// A kept block of `bytes` bytes, or null.
  [[nodiscard]] void* take(std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = count_; i-- > 0;) {
      if (blocks_[i].bytes == bytes) return remove(i).memory;
    }
    return nullptr;
  }
  /// Keeps `memory` in the place of the blocks kept longest; false when it is too long. `release` frees a block.
  template <class Release>
  [[nodiscard]] bool keep(void* memory, std::size_t bytes, Release release) {
    if (bytes > capacity) return false;
    const std::lock_guard lock(mutex_);
    while (count_ == blocks_.size() || kept_ + bytes > capacity) release(remove(0).memory);
    blocks_[count_++] = {memory, bytes};
    kept_ += bytes;
    return true;
  }
  [[nodiscard]] std::size_t bytes() {
    const std::lock_guard lock(mutex_);
    return kept_;
  }

 private:
  struct Block {
    void* memory;
    std::size_t bytes;
  };
  Block remove(std::size_t at) {
    const Block block = blocks_[at];
    for (--count_; at < count_; ++at) blocks_[at] = blocks_[at + 1];
    kept_ -= block.bytes;
    return block;
  }

  std::mutex mutex_;
  std::array<Block, 16> blocks_{};
  std::size_t count_ = 0;
  std::size_t kept_ = 0;
};

/// Of the process. Never destroyed: static vectors of a program may outlive any other static object.
inline SpareBlocks& spare_blocks() {
  static auto* const blocks = new SpareBlocks();
  return *blocks;
}

}  // namespace detail

/// A column of millions of rows is written once: setting it to zero first, and small pages, cost as much as that.
template <class T>
struct LargeAllocator {
  using value_type = T;
  LargeAllocator() = default;
  template <class U>
  explicit LargeAllocator(const LargeAllocator<U>&) noexcept {}

  [[nodiscard]] T* allocate(std::size_t count) {
    const std::size_t bytes = count * sizeof(T);
    if (bytes < large) return std::allocator<T>().allocate(count);
    const std::size_t whole = whole_pages(bytes);
    if (void* spare = detail::spare_blocks().take(whole)) return static_cast<T*>(spare);
    void* memory = ::operator new(whole, std::align_val_t{page});
#if defined(__linux__) && defined(MADV_HUGEPAGE)
    (void)::madvise(memory, whole, MADV_HUGEPAGE);  // a hint: small pages do as well
#endif
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t count) noexcept {
    const std::size_t bytes = count * sizeof(T);
    if (bytes < large) {
      std::allocator<T>().deallocate(memory, count);
    } else if (!detail::spare_blocks().keep(memory, whole_pages(bytes), release)) {
      release(memory);
    }
  }
  template <class U>
  void construct(U* at) noexcept {
    ::new (static_cast<void*>(at)) U;
  }
  template <class U, class... Arguments>
  void construct(U* at, Arguments&&... arguments) {
    ::new (static_cast<void*>(at)) U(std::forward<Arguments>(arguments)...);
  }
  friend bool operator==(const LargeAllocator&, const LargeAllocator&) noexcept { return true; }

 private:
  static constexpr std::size_t page = std::size_t{1} << 21U;
  static constexpr std::size_t large = page / 2;

  static std::size_t whole_pages(std::size_t bytes) noexcept { return (bytes + page - 1) / page * page; }
  static void release(void* memory) noexcept { ::operator delete(memory, std::align_val_t{page}); }
};

/// `resize` leaves new elements unset.
template <class T>
using LargeVector = std::vector<T, LargeAllocator<T>>;

}  // namespace outweigh::inline OUTWEIGH_ABI::core
