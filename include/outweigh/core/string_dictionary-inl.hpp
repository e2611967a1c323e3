#pragma once

#include <algorithm>
#include <array>
#include <cstring>

#include <outweigh/core/detail/hash.hpp>
#include <outweigh/core/detail/prefetch.hpp>
#include <outweigh/core/parallel.hpp>
#include <outweigh/core/string_dictionary.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

OUTWEIGH_INLINE std::uint32_t StringDictionary::find_hashed(std::string_view key, std::uint32_t hash) const noexcept {
  if (slots_.empty()) return unknown;
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    const Slot slot = slots_[at];
    if (slot.code == null_row) return unknown;
    if (slot.hash == hash) {
      const Key& known = keys_[slot.code];
      if (known.size == key.size() && (known.size == 0 || std::memcmp(known.data, key.data(), known.size) == 0)) {
        return slot.code;
      }
    }
  }
}

OUTWEIGH_INLINE std::uint32_t StringDictionary::add_hashed(std::string_view key, std::uint32_t hash, bool borrowed) {
  if (keys_.size() * 2 >= slots_.size()) grow(std::max<std::size_t>(64, slots_.size() * 4));
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  for (;; at = (at + 1) & mask) {
    const Slot slot = slots_[at];
    if (slot.code == null_row) break;
    if (slot.hash == hash) {
      const Key& known = keys_[slot.code];
      if (known.size == key.size() && (known.size == 0 || std::memcmp(known.data, key.data(), known.size) == 0)) {
        return slot.code;
      }
    }
  }
  if (keys_.size() >= max_size) throw InvalidInput("there are more distinct ids than can be numbered");
  if (!borrowed) {
    auto copy = std::make_shared<const std::string>(key);
    key = *copy;
    owners_.push_back(std::move(copy));
  }
  const auto code = static_cast<std::uint32_t>(keys_.size());
  keys_.push_back({key.data(), key.size()});
  slots_[at] = {hash, code};
  return code;
}

OUTWEIGH_INLINE void StringDictionary::grow(std::size_t capacity) {
  std::vector<Slot> slots(capacity);
  const std::size_t mask = capacity - 1;
  for (const Slot& slot : slots_) {
    if (slot.code == null_row) continue;
    std::size_t at = slot.hash & mask;
    while (slots[at].code != null_row) at = (at + 1) & mask;
    slots[at] = slot;
  }
  slots_ = std::move(slots);
}

OUTWEIGH_INLINE std::optional<std::uint32_t> StringDictionary::find(std::string_view key) const noexcept {
  const std::uint32_t code = find_hashed(key, detail::hash_text(key.data(), key.size()));
  return code == unknown ? std::nullopt : std::optional(code);
}

OUTWEIGH_INLINE std::uint32_t StringDictionary::add(std::string_view key) {
  return add_hashed(key, detail::hash_text(key.data(), key.size()), false);
}

template <bool adds, detail::Layout layout, class Self>
void StringDictionary::run_plain(Self& self, const detail::Chunk& chunk, std::size_t begin, std::size_t end,
                                 std::uint32_t* codes) {
  // Hashing a block first lets the memory of its slots, then of its keys, arrive while the rest is hashed.
  constexpr std::size_t block = 64;
  std::array<std::string_view, block> texts;
  std::array<std::uint32_t, block> hashes{};
  const bool all_known = chunk.values.nulls == 0;
  for (std::size_t start = begin; start < end; start += block) {
    const std::size_t count = std::min(block, end - start);
    if constexpr (adds) {
      const std::size_t wanted = (self.keys_.size() + block) * 2;
      if (wanted > self.slots_.size()) self.grow(std::max<std::size_t>(1024, self.slots_.size() * 4));
    } else if (self.slots_.empty()) {
      for (std::size_t i = 0; i < count; ++i) {
        codes[start - begin + i] = detail::is_known(chunk.values, start + i) ? unknown : null_row;
      }
      continue;
    }
    const std::size_t mask = self.slots_.size() - 1;
    for (std::size_t i = 0; i < count; ++i) {
      if (!all_known && !detail::is_known(chunk.values, start + i)) {
        texts[i] = {};
        hashes[i] = 0;
        continue;
      }
      texts[i] = detail::string_at<layout>(chunk.values, start + i);
      hashes[i] = detail::hash_text(texts[i].data(), texts[i].size());
      detail::prefetch(&self.slots_[hashes[i] & mask]);
    }
    for (std::size_t i = 0; i < count; ++i) {
      const Slot& slot = self.slots_[hashes[i] & mask];
      if (slot.hash == hashes[i] && slot.code != null_row) detail::prefetch(&self.keys_[slot.code]);
    }
    for (std::size_t i = 0; i < count; ++i) {
      const Slot& slot = self.slots_[hashes[i] & mask];
      if (slot.hash == hashes[i] && slot.code != null_row) detail::prefetch(self.keys_[slot.code].data);
    }
    for (std::size_t i = 0; i < count; ++i) {
      std::uint32_t& code = codes[start - begin + i];
      if (!all_known && !detail::is_known(chunk.values, start + i)) {
        code = null_row;
      } else if constexpr (adds) {
        code = self.add_hashed(texts[i], hashes[i], true);
      } else {
        code = self.find_hashed(texts[i], hashes[i]);
      }
    }
  }
}

template <bool adds, class Self>
void StringDictionary::run(Self& self, const Column& column, std::size_t begin, std::size_t end, std::uint32_t* codes) {
  using detail::Layout;
  const detail::ColumnData& data = column.data();
  const Layout layout = data.format.layout;
  if (!detail::is_string(layout)) {
    std::fill(codes, codes + (end - begin), null_row);
    return;
  }
  for (std::size_t c = 0; c < data.chunks.size(); ++c) {
    const detail::Chunk& chunk = data.chunks[c];
    const std::size_t from = std::max(begin, data.starts[c]);
    const std::size_t to = std::min(end, data.starts[c] + chunk.values.length);
    if (from >= to) continue;
    const std::size_t first = from - data.starts[c];
    const std::size_t last = to - data.starts[c];
    std::uint32_t* const out = codes + (from - begin);
    if (chunk.encoded) {
      // Only entries that rows point at get codes; each is looked up once.
      constexpr std::uint32_t not_yet = 0xFFFF'FFFDU;
      std::vector<std::uint32_t> of_entry(chunk.dictionary.length, not_yet);
      for (std::size_t i = first; i < last; ++i) {
        std::uint32_t& code = out[i - first];
        code = null_row;
        if (!detail::is_known(chunk.values, i)) continue;
        const std::size_t entry = detail::dictionary_position(chunk, i);
        if (of_entry[entry] == not_yet) {
          if (!detail::is_known(chunk.dictionary, entry)) {
            of_entry[entry] = null_row;
          } else {
            const std::string_view text = detail::string_at(layout, chunk.dictionary, entry);
            const std::uint32_t hash = detail::hash_text(text.data(), text.size());
            if constexpr (adds) {
              of_entry[entry] = self.add_hashed(text, hash, true);
            } else {
              of_entry[entry] = self.find_hashed(text, hash);
            }
          }
        }
        code = of_entry[entry];
      }
    } else if (layout == Layout::utf8) {
      run_plain<adds, Layout::utf8>(self, chunk, first, last, out);
    } else if (layout == Layout::large_utf8) {
      run_plain<adds, Layout::large_utf8>(self, chunk, first, last, out);
    } else {
      run_plain<adds, Layout::utf8_view>(self, chunk, first, last, out);
    }
  }
}

OUTWEIGH_INLINE std::vector<std::uint32_t> StringDictionary::encode(const Column& column, const RunControl& control) {
  control.check();
  std::vector<std::uint32_t> codes(column.size());
  const std::size_t before = size();
  run<true>(*this, column, 0, column.size(), codes.data());
  if (size() != before) owners_.push_back(column.shared());
  return codes;
}

OUTWEIGH_INLINE std::vector<std::uint32_t> StringDictionary::lookup(const Column& column,
                                                                    const RunControl& control) const {
  std::vector<std::uint32_t> codes(column.size());
  constexpr std::size_t block = std::size_t{1} << 18U;
  parallel_for(control, block_count(column.size(), block), [&](std::size_t task) {
    const std::size_t begin = task * block;
    run<false>(*this, column, begin, std::min(column.size(), begin + block), codes.data() + begin);
  });
  return codes;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::core
