#pragma once

#include <algorithm>
#include <array>
#include <limits>

#include <outweigh/core/detail/hash.hpp>
#include <outweigh/core/detail/prefetch.hpp>
#include <outweigh/core/integer_dictionary.hpp>
#include <outweigh/core/parallel.hpp>
#include <outweigh/core/read_column.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

namespace detail {

/// The column itself, or its values as int64, as long as they are plain integers in chunks that can be read directly.
[[nodiscard]] OUTWEIGH_INLINE Column plain_integers(const Column& column, const Place& where) {
  const Layout layout = column.data().format.layout;
  if (layout == Layout::null) return column;
  if (is_integer(layout) && layout != Layout::uint64 && !column.is_dictionary()) return column;
  return Column::from(read_int64s(column, where));
}

}  // namespace detail

OUTWEIGH_INLINE std::uint32_t IntegerDictionary::find_hashed(std::int64_t key, std::uint32_t hash) const noexcept {
  if (slots_.empty()) return unknown;
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    if (slots_[at].code == null_row) return unknown;
    if (slots_[at].key == key) return slots_[at].code;
  }
}

OUTWEIGH_INLINE std::uint32_t IntegerDictionary::add_hashed(std::int64_t key, std::uint32_t hash) {
  if (keys_.size() * 2 >= slots_.size()) grow(std::max<std::size_t>(64, slots_.size() * 4));
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  for (;; at = (at + 1) & mask) {
    if (slots_[at].code == null_row) break;
    if (slots_[at].key == key) return slots_[at].code;
  }
  if (keys_.size() >= max_size) throw InvalidInput("there are more distinct ids than can be numbered");
  const auto code = static_cast<std::uint32_t>(keys_.size());
  keys_.push_back(key);
  slots_[at] = {key, code};
  return code;
}

OUTWEIGH_INLINE void IntegerDictionary::grow(std::size_t capacity) {
  std::vector<Slot> slots(capacity);
  const std::size_t mask = capacity - 1;
  for (std::size_t code = 0; code < keys_.size(); ++code) {
    std::size_t at = detail::hash_integer(keys_[code]) & mask;
    while (slots[at].code != null_row) at = (at + 1) & mask;
    slots[at] = {keys_[code], static_cast<std::uint32_t>(code)};
  }
  slots_ = std::move(slots);
}

OUTWEIGH_INLINE std::optional<std::uint32_t> IntegerDictionary::find(std::int64_t key) const noexcept {
  const std::uint32_t code = find_hashed(key, detail::hash_integer(key));
  return code == unknown ? std::nullopt : std::optional(code);
}

OUTWEIGH_INLINE std::uint32_t IntegerDictionary::add(std::int64_t key) {
  return add_hashed(key, detail::hash_integer(key));
}

template <bool adds, class Integer, class Self>
void IntegerDictionary::run(Self& self, const detail::Chunk& chunk, std::size_t begin, std::size_t end,
                            std::uint32_t* codes) {
  constexpr std::size_t block = 64;
  std::array<std::int64_t, block> keys{};
  std::array<std::uint32_t, block> hashes{};
  const bool all_known = chunk.values.nulls == 0;
  for (std::size_t start = begin; start < end; start += block) {
    const std::size_t count = std::min(block, end - start);
    if constexpr (adds) {
      const std::size_t wanted = (self.keys_.size() + block) * 2;
      if (wanted > self.slots_.size()) self.grow(std::max<std::size_t>(1024, self.slots_.size() * 4));
    }
    for (std::size_t i = 0; i < count; ++i) {
      keys[i] = static_cast<std::int64_t>(detail::load<Integer>(chunk.values.data, chunk.values.offset + start + i));
      hashes[i] = detail::hash_integer(keys[i]);
      if (!self.slots_.empty()) detail::prefetch(&self.slots_[hashes[i] & (self.slots_.size() - 1)]);
    }
    for (std::size_t i = 0; i < count; ++i) {
      std::uint32_t& code = codes[start - begin + i];
      if (!all_known && !detail::is_known(chunk.values, start + i)) {
        code = null_row;
      } else if constexpr (adds) {
        code = self.add_hashed(keys[i], hashes[i]);
      } else {
        code = self.find_hashed(keys[i], hashes[i]);
      }
    }
  }
}

template <bool adds, class Self>
void IntegerDictionary::run_column(Self& self, const Column& column, std::size_t begin, std::size_t end,
                                   std::uint32_t* codes) {
  const detail::ColumnData& data = column.data();
  if (data.format.layout == detail::Layout::null) {
    std::fill(codes, codes + (end - begin), null_row);
    return;
  }
  for (std::size_t c = 0; c < data.chunks.size(); ++c) {
    const detail::Chunk& chunk = data.chunks[c];
    const std::size_t from = std::max(begin, data.starts[c]);
    const std::size_t to = std::min(end, data.starts[c] + chunk.values.length);
    if (from >= to) continue;
    detail::with_integer(data.format.layout, [&](auto zero) {
      run<adds, decltype(zero)>(self, chunk, from - data.starts[c], to - data.starts[c], codes + (from - begin));
    });
  }
}

OUTWEIGH_INLINE std::vector<std::uint32_t> IntegerDictionary::encode(const Column& column, const Place& where,
                                                                     const RunControl& control) {
  control.check();
  const Column plain = detail::plain_integers(column, where);
  std::vector<std::uint32_t> codes(plain.size());
  run_column<true>(*this, plain, 0, plain.size(), codes.data());
  return codes;
}

OUTWEIGH_INLINE std::vector<std::uint32_t> IntegerDictionary::lookup(const Column& column, const Place& where,
                                                                     const RunControl& control) const {
  const Column plain = detail::plain_integers(column, where);
  std::vector<std::uint32_t> codes(plain.size());
  constexpr std::size_t block = std::size_t{1} << 18U;
  parallel_for(control, block_count(plain.size(), block), [&](std::size_t task) {
    const std::size_t begin = task * block;
    run_column<false>(*this, plain, begin, std::min(plain.size(), begin + block), codes.data() + begin);
  });
  return codes;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::core
