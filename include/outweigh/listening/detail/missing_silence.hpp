// Are contacts at which nothing was asked for logged at all? Only then does silence tell.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

/// How many contacts of ours there are, and how many with no need, one and two.
struct LoggedContacts {
  double all = 0.0;
  std::array<double, 3> with{};

  void add(std::size_t needs) {
    all += 1.0;
    if (needs < with.size()) with[needs] += 1.0;
  }
};

/// From contacts with one and with two needs follows how many with none there are at least (Chao's bound for mixtures
/// of Poisson counts; of m needs that are alike it is (m - 1) / m of it). They are missing where they are far fewer, by
/// three standard errors of the bound (Chao 1987, doi:10.2307/2531532) unless hardly any contact is silent. A log that
/// never names two needs at once gives no bound, and one need none at all: there, fewer than a tenth must be silent.
/// Where most contacts are silent they are logged, whatever the bound says: it is for counts that vary as mixtures of
/// Poisson ones do, and a contact that hardly ever names two needs has others.
[[nodiscard]] inline bool silent_contacts_are_missing(const LoggedContacts& logged, std::size_t needs) {
  if (logged.all == 0.0) return false;
  const auto [none, one, two] = logged.with;
  const bool hardly_any = none < 0.1 * logged.all;
  if (needs < 2) return hardly_any;
  if (none > 0.5 * logged.all || (two == 0.0 && !hardly_any)) return false;
  const double m = static_cast<double>(needs);
  const double least = one * one / (2.0 * two + 1.0) * (m - 1.0) / m;
  if (hardly_any) return none < 0.4 * (least - 2.0 * std::sqrt(least + 1.0));  // of a few, a few more prove nothing
  const double ratio = one / two;
  const double error = std::sqrt(two * ratio * ratio * (0.5 + ratio + 0.25 * ratio * ratio));
  return none < 0.4 * (least - error) && none < least - 3.0 * error;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
