// Vectors that leave new elements unset, in large pages where they are long and the system has such pages.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include <outweigh/config.hpp>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace outweigh::inline OUTWEIGH_ABI::core::detail {

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
    const std::size_t whole = (bytes + page - 1) / page * page;
    void* memory = ::operator new(whole, std::align_val_t{page});
#if defined(__linux__) && defined(MADV_HUGEPAGE)
    (void)::madvise(memory, whole, MADV_HUGEPAGE);  // a hint: small pages do as well
#endif
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t count) noexcept {
    if (count * sizeof(T) < large) {
      std::allocator<T>().deallocate(memory, count);
    } else {
      ::operator delete(static_cast<void*>(memory), std::align_val_t{page});
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
};

/// `resize` leaves new elements unset.
template <class T>
using LargeVector = std::vector<T, LargeAllocator<T>>;

}  // namespace outweigh::inline OUTWEIGH_ABI::core::detail
