// Rows of the tables of discovery.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include <outweigh/core/money.hpp>
#include <outweigh/listening/detail/rows.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

/// A part of the base: one level of each dimension.
struct DiscoveryCell {
  std::string cell{};
  std::int64_t accounts = 0;
  std::int64_t heard_accounts = 0;  ///< in any way
  std::int64_t visited = 0;         ///< accounts
  std::int64_t target = 0;
  std::int64_t gap = 0;    ///< max(0, target - visited)
  double deviation = 0.0;  ///< S_h of what is being decided, 0..0.5
  std::int64_t next = 0;   ///< of the accounts proposed

  static constexpr auto members() {
    using R = DiscoveryCell;
    using detail::Member;
    return std::make_tuple(Member{"cell", &R::cell}, Member{"accounts", &R::accounts},
                           Member{"heard_accounts", &R::heard_accounts}, Member{"visited", &R::visited},
                           Member{"target", &R::target}, Member{"gap", &R::gap}, Member{"deviation", &R::deviation},
                           Member{"next", &R::next});
  }
  friend bool operator==(const DiscoveryCell&, const DiscoveryCell&) = default;
};

/// An account to talk to next.
struct DiscoveryAccount {
  std::int64_t rank = 0;
  std::string account_id{};
  std::optional<std::string> name{};
  std::string cell{};
  std::int64_t contacts = 0;  ///< so far, none of them a visit
  std::optional<core::Money> revenue{};
  std::optional<double> standard_error{};  ///< of the share of the base, after this visit and those above
  std::string reason{};

  static constexpr auto members() {
    using R = DiscoveryAccount;
    using detail::Member;
    return std::make_tuple(Member{"rank", &R::rank}, Member{"account_id", &R::account_id}, Member{"name", &R::name},
                           Member{"cell", &R::cell}, Member{"contacts", &R::contacts}, Member{"revenue", &R::revenue},
                           Member{"standard_error", &R::standard_error}, Member{"reason", &R::reason});
  }
  friend bool operator==(const DiscoveryAccount&, const DiscoveryAccount&) = default;
};

/// The visits of one colleague in one week.
struct DiscoveryWeek {
  std::string person{};
  std::string week{};  ///< its Monday, "2026-03-02"
  std::int64_t visits = 0;
  std::optional<double> hours{};  ///< absent where no visit of the week has known minutes; 0 without visits
  std::optional<bool>
      enough{};  ///< absent in weeks before the hours are asked for, that are not over, or without known hours
  std::optional<double> gap{};  ///< hours that are lacking

  static constexpr auto members() {
    using R = DiscoveryWeek;
    using detail::Member;
    return std::make_tuple(Member{"person", &R::person}, Member{"week", &R::week}, Member{"visits", &R::visits},
                           Member{"hours", &R::hours}, Member{"enough", &R::enough}, Member{"gap", &R::gap});
  }
  friend bool operator==(const DiscoveryWeek&, const DiscoveryWeek&) = default;
};

/// A colleague who makes visits.
struct DiscoveryPerson {
  std::string person{};
  std::int64_t visits = 0;
  std::int64_t accounts = 0;
  std::int64_t weeks = 0;         ///< in which the hours were asked for and are known
  std::int64_t weeks_enough = 0;  ///< of them, with enough

  static constexpr auto members() {
    using R = DiscoveryPerson;
    using detail::Member;
    return std::make_tuple(Member{"person", &R::person}, Member{"visits", &R::visits}, Member{"accounts", &R::accounts},
                           Member{"weeks", &R::weeks}, Member{"weeks_enough", &R::weeks_enough});
  }
  friend bool operator==(const DiscoveryPerson&, const DiscoveryPerson&) = default;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
