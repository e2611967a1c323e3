// Pairs of activities and paths of cases as numbers.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include <outweigh/journey/event_log.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey::detail {

/// Number of each pair of activities that occurs, dense where the square of the activities is small.
class PairNumbers {
 public:
  explicit PairNumbers(std::size_t activities) : activities_(activities) {
    if (activities <= 1024) dense_.assign(activities * activities, EventLog::none);
  }
  std::uint32_t number(std::uint32_t from, std::uint32_t to) {
    const std::uint64_t key = std::uint64_t{from} * activities_ + to;
    std::uint32_t& slot = dense_.empty() ? sparse_.try_emplace(key, EventLog::none).first->second : dense_[key];
    if (slot == EventLog::none) {
      slot = static_cast<std::uint32_t>(pairs_.size());
      pairs_.emplace_back(from, to);
    }
    return slot;
  }
  [[nodiscard]] const std::vector<std::pair<std::uint32_t, std::uint32_t>>& pairs() const noexcept { return pairs_; }

 private:
  std::uint64_t activities_;
  std::vector<std::uint32_t> dense_;
  std::unordered_map<std::uint64_t, std::uint32_t> sparse_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs_;
};

inline std::span<const std::uint32_t> path_of(const EventLog& log, std::size_t c) {
  return std::span(log.activity).subspan(log.case_begin[c], log.case_begin[c + 1] - log.case_begin[c]);
}

inline std::uint64_t hash_of_path(std::span<const std::uint32_t> path) {
  std::uint64_t hash = 0x9E37'79B9'7F4A'7C15U ^ path.size();
  for (const std::uint32_t code : path) {
    hash ^= code;
    hash *= 0xFF51'AFD7'ED55'8CCDU;
    hash ^= hash >> 32U;
  }
  return hash;
}

/// Different paths in order of first appearance: the first case of each, how many cases it has, and each case's number.
struct PathNumbers {
  std::vector<std::uint32_t> example{};
  std::vector<std::int64_t> cases{};
  std::vector<std::uint32_t> of_case{};
};

/// Equal hashes are compared.
inline PathNumbers number_paths(const EventLog& log) {
  const std::size_t cases = log.case_count();
  std::size_t capacity = 16;
  while (capacity < 2 * cases) capacity *= 2;
  struct Slot {
    std::uint32_t tag = 0;
    std::uint32_t path = EventLog::none;
  };
  std::vector<Slot> slots(capacity);
  PathNumbers numbers;
  numbers.of_case.resize(cases);
  for (std::size_t c = 0; c < cases; ++c) {
    const auto path = path_of(log, c);
    const std::uint64_t hash = hash_of_path(path);
    const auto tag = static_cast<std::uint32_t>(hash >> 32U);
    std::size_t at = hash & (capacity - 1);
    while (true) {
      Slot& slot = slots[at];
      if (slot.path == EventLog::none) {
        slot = {tag, static_cast<std::uint32_t>(numbers.example.size())};
        numbers.example.push_back(static_cast<std::uint32_t>(c));
        numbers.cases.push_back(0);
      } else if (slot.tag != tag || !std::ranges::equal(path, path_of(log, numbers.example[slot.path]))) {
        at = (at + 1) & (capacity - 1);
        continue;
      }
      numbers.of_case[c] = slot.path;
      ++numbers.cases[slot.path];
      break;
    }
  }
  return numbers;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::journey::detail
