// What accounts of a source said, counted, and the laws by which those that have a need may speak.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>

#include <outweigh/stats/special.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

/// How long an account could have got in touch of its own accord, in quarters of the time that was watched.
inline constexpr std::int64_t whole_exposure = 4;

/// What was heard of accounts that have it.
struct BreadthHeard {
  std::int64_t contacts = 0;
  std::int64_t mentions = 0;  ///< at so many of the contacts
  std::int64_t events = 0;    ///< how often they got in touch because of it
  std::int64_t exposure = whole_exposure;
  friend auto operator<=>(const BreadthHeard&, const BreadthHeard&) = default;
};
struct BreadthSilent {
  std::int64_t contacts = 0;
  std::int64_t exposure = whole_exposure;
  friend auto operator<=>(const BreadthSilent&, const BreadthSilent&) = default;
};

/// Sufficient statistics.
struct BreadthCounts {
  std::int64_t no = 0;
  std::map<BreadthHeard, std::int64_t> has{};      ///< accounts that have it
  std::map<BreadthSilent, std::int64_t> silent{};  ///< accounts that never mentioned it

  [[nodiscard]] std::int64_t yes() const {
    std::int64_t sum = 0;
    for (const auto& [heard, accounts] : has) sum += accounts;
    return sum;
  }
  [[nodiscard]] std::int64_t open() const {
    std::int64_t sum = 0;
    for (const auto& [history, accounts] : silent) sum += accounts;
    return sum;
  }
  [[nodiscard]] bool has_events() const {
    return std::any_of(has.begin(), has.end(), [](const auto& entry) { return entry.first.events > 0; });
  }
  [[nodiscard]] bool has_contacts() const {
    return std::any_of(has.begin(), has.end(), [](const auto& entry) { return entry.first.contacts > 0; }) ||
           std::any_of(silent.begin(), silent.end(), [](const auto& entry) { return entry.first.contacts > 0; });
  }
  /// After asking `asked` of the open accounts, those with the fewest contacts first, who all say yes.
  [[nodiscard]] BreadthCounts with_yes(std::int64_t asked) const {
    BreadthCounts result = *this;
    for (auto& [history, accounts] : result.silent) {
      const std::int64_t some = std::min(asked, accounts);
      if (some == 0) continue;
      accounts -= some;
      asked -= some;
      result.has[{history.contacts, 0, 0, history.exposure}] += some;
    }
    return result;
  }
};

/// How those speak that have it: the chance of a mention and the number of times that they get in touch.
struct BreadthLaw {
  double mean = 0.5;
  double total = 1.0;   ///< a + b
  double number = 0.0;  ///< m / (1 + m)
  double size = 1.0;
  double spread = 0.0;        ///< of one voice for both; 0: they are independent
  std::uint32_t mention = 0;  ///< positions of what it is made of
  std::uint32_t call = 0;
  double told = 0.0;  ///< logarithm of its weight and of what was heard

  /// Logarithm of the chance of these mentions, in one order, at so many contacts.
  [[nodiscard]] double log_chance(std::int64_t contacts, std::int64_t mentions) const {
    const double a = mean * total;
    const double b = (1.0 - mean) * total;
    return stats::log_beta(a + static_cast<double>(mentions), b + static_cast<double>(contacts - mentions)) -
           stats::log_beta(a, b);
  }
  /// Logarithm of the chance of so many events, but for a constant.
  [[nodiscard]] double log_events(std::int64_t events, std::int64_t exposure) const {
    const double m = number / (1.0 - number) * static_cast<double>(exposure) / static_cast<double>(whole_exposure);
    const double e = static_cast<double>(events);
    double sum = -size * std::log1p(m / size);
    if (events > 0) sum += stats::log_gamma(size + e) - stats::log_gamma(size) + e * std::log(m / (size + m));
    return sum;
  }
};

/// One normal voice for mentions and calls: d and m of the law are medians.
class BreadthVoice {
 public:
  explicit BreadthVoice(const BreadthLaw& law) {
    double weights = 0.0;
    for (std::size_t v = 0; v < nodes.size(); ++v) weights += std::exp(-0.5 * nodes[v] * nodes[v]);
    for (std::size_t v = 0; v < nodes.size(); ++v) {
      const double louder = std::exp(law.spread * nodes[v]);
      const double odds = law.mean / (1.0 - law.mean) * louder;
      weight_[v] = -0.5 * nodes[v] * nodes[v] - std::log(weights);
      log_quiet_[v] = -std::log1p(odds);
      log_said_[v] = std::log(odds) + log_quiet_[v];
      number_[v] = law.number / (1.0 - law.number) * louder;
      log_number_[v] = std::log(number_[v]);
    }
  }
  /// Logarithm of the chance of all that was heard, but for a constant.
  [[nodiscard]] double log_chance(const BreadthHeard& heard) const {
    const double silent = static_cast<double>(heard.contacts - heard.mentions);
    const double time = static_cast<double>(heard.exposure) / static_cast<double>(whole_exposure);
    std::array<double, nodes.size()> terms{};
    for (std::size_t v = 0; v < nodes.size(); ++v) {
      terms[v] = weight_[v] + silent * log_quiet_[v] + static_cast<double>(heard.mentions) * log_said_[v] -
                 number_[v] * time + static_cast<double>(heard.events) * log_number_[v];
    }
    const double top = *std::max_element(terms.begin(), terms.end());
    double sum = 0.0;
    for (const double term : terms) sum += std::exp(term - top);
    return top + std::log(sum);
  }

 private:
  static constexpr std::array<double, 9> nodes{-2.8, -2.1, -1.4, -0.7, 0.0, 0.7, 1.4, 2.1, 2.8};
  std::array<double, nodes.size()> weight_{};
  std::array<double, nodes.size()> log_quiet_{};
  std::array<double, nodes.size()> log_said_{};
  std::array<double, nodes.size()> number_{};
  std::array<double, nodes.size()> log_number_{};
};

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
