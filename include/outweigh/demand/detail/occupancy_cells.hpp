// Accounts that are alike to the occupancy model, collapsed into cells.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include <outweigh/demand/occupancy.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand::detail {

/// Points that stand for a standard normal: Gauss-Hermite nodes and weights.
inline constexpr std::size_t voice_points = 5;
inline constexpr std::array<double, voice_points> voice_nodes{-2.8569700138728056, -1.3556261799742659, 0.0,
                                                              1.3556261799742659, 2.8569700138728056};
inline constexpr std::array<double, voice_points> voice_weights{
    0.011257411327720689, 0.22207592200561266, 0.53333333333333333, 0.22207592200561266, 0.011257411327720689};

/// The power of `ratio` that is nearest.
[[nodiscard]] inline double nearest_power(double x, double ratio) noexcept {
  const double step = std::log(ratio);
  return std::exp(step * std::round(std::log(x) / step));
}

/// Weights of single occasions on a grid: 1 exactly, steps of 12 % to both sides, from 0.01 to 10.
[[nodiscard]] inline double weight_on_grid(double weight) noexcept {
  return std::clamp(nearest_power(std::max(weight, 1e-3), 1.12), 0.01, 10.0);
}

/// Occasions on a grid: whole numbers up to 30 exactly, between them steps of 12 % below 2, then quarters and halves;
/// steps of 6 % above 30.
[[nodiscard]] inline double on_grid(double occasions) noexcept {
  if (!(occasions > 0.0)) return 0.0;
  const double whole = std::round(occasions);
  if (whole >= 1.0 && whole <= 30.0 && std::abs(occasions - whole) < 1e-9) return whole;
  if (occasions < 2.0) return std::max(0.01, nearest_power(std::max(occasions, 1e-3), 1.12));
  if (occasions < 4.0) return std::round(occasions * 4.0) / 4.0;
  if (occasions <= 30.0) return std::round(occasions * 2.0) / 2.0;
  constexpr double step = 0.058268908123975775;  // log 1.06
  return 30.0 * std::exp(step * std::round(std::log(occasions / 30.0) / step));
}

/// Times on a grid of at most 16 points: as they are where so few differ, in steps of a sixteenth of their range of
/// logarithms otherwise.
[[nodiscard]] inline std::vector<double> years_on_grid(std::span<const double> years) {
  std::vector<double> distinct(years.begin(), years.end());
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  std::vector<double> result(years.begin(), years.end());
  if (distinct.size() <= 16) return result;
  const double lowest = *std::upper_bound(distinct.begin(), distinct.end(), 0.0);
  const double least = std::log(std::max(lowest, distinct.back() * 1e-3));
  const double step = (std::log(distinct.back()) - least) / 14.0;
  for (double& year : result) {
    if (!(year > 0.0)) continue;
    const double position = std::max(0.0, (std::log(year) - least) / (step > 0.0 ? step : 1.0));
    year = std::exp(least + step * std::round(position));
  }
  return result;
}

/// One way of having been exposed: a number of occasions and a time.
struct Effort {
  std::uint32_t occasions = 0;  ///< position in Group::grid
  double years = 0.0;
  std::uint32_t time = 0;  ///< position in Group::years
};

/// Accounts of equal stratum, covariate and exposure, for the needs that share an exposure.
struct Group {
  std::vector<double> grid{};     ///< ascending numbers of occasions
  std::vector<double> years{};    ///< ascending times
  std::vector<double> weights{};  ///< ascending mean weights of the occasions of an account's mentions
  std::vector<Effort> efforts{};
  std::vector<std::uint32_t> kind{};          ///< by account
  std::vector<std::uint32_t> kind_profile{};  ///< by kind: stratum and covariate
  std::vector<std::uint32_t> kind_effort{};
  std::vector<std::size_t> stratum_begin{};   ///< strata + 1: kinds of a stratum are together
  std::vector<double> counts{};               ///< kinds x voice points: accounts
  std::vector<std::uint32_t> occupied{};      ///< positions in `counts` that are not 0, ascending
  std::vector<std::size_t> occupied_begin{};  ///< strata + 1
  std::vector<std::uint32_t> needs{};
  std::size_t voice = 0;          ///< whose voices it shares
  std::size_t most_mentions = 0;  ///< of one account and need
  std::size_t most_events = 0;

  [[nodiscard]] std::size_t kinds() const noexcept { return kind_profile.size(); }
  /// After `counts` changed.
  void find_occupied() {
    occupied.clear();
    occupied_begin.assign(1, 0);
    for (std::size_t s = 0; s + 1 < stratum_begin.size(); ++s) {
      for (std::size_t c = stratum_begin[s] * voice_points; c < stratum_begin[s + 1] * voice_points; ++c) {
        if (counts[c] > 0.0) occupied.push_back(static_cast<std::uint32_t>(c));
      }
      occupied_begin.push_back(occupied.size());
    }
  }
  [[nodiscard]] std::uint32_t position(double occasions) const noexcept {
    const auto at = std::lower_bound(grid.begin(), grid.end(), on_grid(occasions) - 1e-12);
    return static_cast<std::uint32_t>(
        std::min<std::ptrdiff_t>(at - grid.begin(), static_cast<std::ptrdiff_t>(grid.size()) - 1));
  }
};

/// What all needs share: kinds of accounts by stratum and covariate.
struct Profiles {
  std::vector<std::uint32_t> of_account{};
  std::vector<std::uint32_t> stratum{};
  std::vector<double> covariate{};
};

/// Covariates in at most `bins` bins of about equal size, each standing for its mean.
[[nodiscard]] inline Profiles make_profiles(const Histories& histories, std::size_t bins) {
  const std::size_t accounts = histories.accounts;
  std::vector<double> sorted(histories.covariate);
  std::sort(sorted.begin(), sorted.end());
  std::vector<double> cuts;
  for (std::size_t b = 1; b < bins && !sorted.empty(); ++b) {
    const double cut = sorted[b * sorted.size() / bins];
    if (cuts.empty() || cut > cuts.back()) cuts.push_back(cut);
  }
  std::vector<std::uint32_t> bin(accounts, 0);
  std::vector<double> sum(cuts.size() + 1, 0.0);
  std::vector<double> size(cuts.size() + 1, 0.0);
  for (std::size_t a = 0; a < accounts; ++a) {
    bin[a] =
        static_cast<std::uint32_t>(std::upper_bound(cuts.begin(), cuts.end(), histories.covariate[a]) - cuts.begin());
    sum[bin[a]] += histories.covariate[a];
    size[bin[a]] += 1.0;
  }
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> found;
  for (std::size_t a = 0; a < accounts; ++a) found.try_emplace({histories.stratum[a], bin[a]}, 0U);
  Profiles profiles;
  for (auto& [key, profile] : found) {
    profile = static_cast<std::uint32_t>(profiles.stratum.size());
    profiles.stratum.push_back(key.first);
    profiles.covariate.push_back(sum[key.second] / size[key.second]);
  }
  profiles.of_account.resize(accounts);
  for (std::size_t a = 0; a < accounts; ++a) profiles.of_account[a] = found[{histories.stratum[a], bin[a]}];
  return profiles;
}

/// Mean weight of the occasions of a history's mentions.
[[nodiscard]] inline double said_weight_on_grid(const History& history) noexcept {
  return history.mentions > 0.0 && history.said_weight > 0.0 ? weight_on_grid(history.said_weight) : 1.0;
}

[[nodiscard]] inline Group make_group(const Histories& histories, const Profiles& profiles, std::size_t which) {
  const Exposure& exposure = histories.exposures[which];
  Group group;
  for (std::size_t i = 0; i < histories.needs; ++i) {
    if (histories.exposure_of_need[i] == which) group.needs.push_back(static_cast<std::uint32_t>(i));
  }
  group.voice = histories.voice_of_exposure.empty() ? 0 : histories.voice_of_exposure[which];
  group.grid.push_back(0.0);
  for (const double occasions : exposure.occasions) group.grid.push_back(on_grid(occasions));
  for (const std::uint32_t i : group.needs) {
    for (const History& history : histories.heard[i]) {
      group.grid.push_back(on_grid(exposure.occasions[history.account] - history.weight));
      group.weights.push_back(said_weight_on_grid(history));
      group.most_mentions = std::max(group.most_mentions, static_cast<std::size_t>(std::ceil(history.mentions)));
      group.most_events = std::max(group.most_events, static_cast<std::size_t>(std::ceil(history.events)));
    }
  }
  std::sort(group.grid.begin(), group.grid.end());
  group.grid.erase(std::unique(group.grid.begin(), group.grid.end()), group.grid.end());

  group.weights.push_back(1.0);
  std::sort(group.weights.begin(), group.weights.end());
  group.weights.erase(std::unique(group.weights.begin(), group.weights.end()), group.weights.end());

  const std::vector<double> years = years_on_grid(exposure.years);
  group.years = years;
  std::sort(group.years.begin(), group.years.end());
  group.years.erase(std::unique(group.years.begin(), group.years.end()), group.years.end());
  std::map<std::pair<double, double>, std::uint32_t> efforts;
  for (std::size_t a = 0; a < histories.accounts; ++a) {
    efforts.try_emplace({on_grid(exposure.occasions[a]), years[a]}, 0U);
  }
  for (auto& [key, effort] : efforts) {
    effort = static_cast<std::uint32_t>(group.efforts.size());
    const auto time = std::lower_bound(group.years.begin(), group.years.end(), key.second) - group.years.begin();
    group.efforts.push_back({group.position(key.first), key.second, static_cast<std::uint32_t>(time)});
  }
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> kinds;
  group.kind.resize(histories.accounts);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> keys(histories.accounts);
  for (std::size_t a = 0; a < histories.accounts; ++a) {
    keys[a] = {profiles.of_account[a], efforts[{on_grid(exposure.occasions[a]), years[a]}]};
    kinds.try_emplace(keys[a], 0U);
  }
  group.stratum_begin.assign(histories.strata + 1, 0);
  for (auto& [key, kind] : kinds) {
    kind = static_cast<std::uint32_t>(group.kind_profile.size());
    group.kind_profile.push_back(key.first);
    group.kind_effort.push_back(key.second);
    ++group.stratum_begin[profiles.stratum[key.first] + 1];
  }
  for (std::size_t s = 0; s < histories.strata; ++s) group.stratum_begin[s + 1] += group.stratum_begin[s];
  for (std::size_t a = 0; a < histories.accounts; ++a) group.kind[a] = kinds[keys[a]];
  group.counts.assign(group.kinds() * voice_points, 0.0);
  return group;
}

/// log Gamma(x) - its value's shift by `step`: log Gamma(x + step) - log Gamma(x) for x >= 10.
[[nodiscard]] inline double log_gamma_step(double x, double step) noexcept {
  const auto stirling = [](double z) {
    const double inverse = 1.0 / z;
    return (z - 0.5) * std::log(z) - z + inverse * (1.0 / 12.0 - inverse * inverse / 360.0);
  };
  return stirling(x + step) - stirling(x);
}

/// Probability of silence on each number of occasions of an ascending grid, written to out[position * stride].
inline void fill_silence(std::span<const double> grid, double detection, double correlation, double* out,
                         std::size_t stride) noexcept {
  const double scale = (1.0 - correlation) / correlation;
  const double a = detection * scale;
  const double b = (1.0 - detection) * scale;
  double at = 1.0;  // P(silence on n occasions)
  double n = 0.0;
  double step = 0.0;  // log of P(silence on the next) at n = `stepped`
  double bend = 0.0;  // and how it changes
  double stepped = -1.0;
  for (std::size_t g = 0; g < grid.size(); ++g) {
    const double wanted = grid[g];
    while (n + 1.0 <= wanted && n < 30.0) {
      at *= (b + n) / (a + b + n);
      n += 1.0;
    }
    double value = at;
    if (wanted > n) {
      if (n < 30.0) {
        if (stepped != n) {
          step = std::log((b + n) / (a + b + n));
          bend = std::log((b + n + 1.0) / (a + b + n + 1.0)) - step;
          stepped = n;
        }
        const double part = wanted - n;
        value = at * std::exp(step * part - 0.5 * part * (1.0 - part) * bend);
      } else {
        value = at * std::exp(log_gamma_step(b + n, wanted - n) - log_gamma_step(a + b + n, wanted - n));
      }
    }
    out[g * stride] = std::max(value, 1e-120);
  }
}

/// Memory of this thread, kept to avoid allocation. Never inlined: a library that was loaded looks up each use of a
/// thread_local name, and compilers take that for cheap enough to repeat in every turn of a loop.
template <class Memory>
#if defined(__GNUC__) || defined(__clang__)
[[gnu::noinline]]
#endif
[[nodiscard]] Memory&
memory_of_thread() {
  thread_local Memory memory;
  return memory;
}

/// Sum of count * log(x) for whole counts with few logarithms: digit by binary digit of the count, the digit's weight
/// times the logarithm of a product.
class LogProduct {
 public:
  LogProduct() noexcept { products_.fill(1.0); }
  void times(double x, double count) noexcept {
    x = std::max(x, 1e-140);
    for (auto left = static_cast<std::uint64_t>(count); left != 0; left &= left - 1) {
      const auto digit = static_cast<std::size_t>(std::countr_zero(left));
      double& product = products_[digit];
      product *= x;
      if (product < 1e-150 || product > 1e150) {
        const bool is_small = product < 1.0;
        product *= is_small ? 0x1p500 : 0x1p-500;
        exponent_ += (is_small ? -500.0 : 500.0) * static_cast<double>(std::uint64_t{1} << digit);
      }
    }
  }
  [[nodiscard]] double value() const noexcept {
    double sum = exponent_ * 0.69314718055994531;
    for (std::size_t digit = 0; digit < products_.size(); ++digit) {
      if (products_[digit] != 1.0) sum += static_cast<double>(std::uint64_t{1} << digit) * std::log(products_[digit]);
    }
    return sum;
  }

 private:
  std::array<double, 40> products_{};
  double exponent_ = 0.0;  ///< of 2, taken out lest products underflow or overflow
};

}  // namespace outweigh::inline OUTWEIGH_ABI::demand::detail
