// Requests that stand for a contact of their own, counted once where they come from one contact.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <tuple>
#include <vector>

#include <outweigh/graph/customer_graph.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

/// Who heard whom, and when. `key` is the caller's.
struct Occurrence {
  std::uint32_t key = 0;
  std::uint32_t source = 0;
  std::uint32_t account = 0;
  std::uint8_t party = 0;
  std::int64_t at = 0;

  [[nodiscard]] auto who() const noexcept { return std::tie(key, source, account, party); }
  friend bool operator<(const Occurrence& a, const Occurrence& b) noexcept {
    return std::tuple_cat(a.who(), std::tie(a.at)) < std::tuple_cat(b.who(), std::tie(b.at));
  }
};

/// Sorts `own` and leaves the first one of each contact: those within `window` of a logged one belong to that, and
/// others that follow a first one within it are the same contact. As estimates of demand join them.
inline void keep_one_a_contact(std::vector<Occurrence>& own, std::vector<Occurrence>& logged, std::int64_t window) {
  std::sort(own.begin(), own.end());
  std::sort(logged.begin(), logged.end());
  const auto is_logged = [&](const Occurrence& request) {
    constexpr std::int64_t first = std::numeric_limits<std::int64_t>::min();
    Occurrence earliest = request;
    earliest.at = request.at < first + window ? first : request.at - window;
    const auto found = std::lower_bound(logged.begin(), logged.end(), earliest);
    return found != logged.end() && found->who() == request.who() && found->at - window <= request.at;
  };
  own.erase(std::remove_if(own.begin(), own.end(), is_logged), own.end());
  std::size_t kept = 0;
  for (std::size_t i = 0; i < own.size(); ++i) {
    const bool follows = kept > 0 && own[kept - 1].who() == own[i].who() && own[i].at - own[kept - 1].at <= window;
    if (!follows) own[kept++] = own[i];
  }
  own.resize(kept);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
