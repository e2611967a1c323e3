// How much more often a need is mentioned on one kind of contact than on another.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include <outweigh/config.hpp>
#include <outweigh/stats/detail/small_matrix.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand::detail {

struct ContactClass {
  static constexpr std::uint32_t nobody = 0xFFFFFFFFU;
  std::uint32_t account = 0;
  std::uint32_t caused_by = nobody;  ///< the need for which the account began it
  std::int64_t at = 0;
  std::uint8_t source_kind = 0;  ///< 0 unknown, as in all that follow
  std::uint8_t purpose = 0;
  std::uint8_t side = 0;
  std::uint8_t length = 0;  ///< under 10 minutes, under 30, longer
  std::uint8_t talk = 0;    ///< the customer talks less than half of the time, less than three quarters, more
  bool is_occasion = false;
};

/// When a need was open, both ends included, and the kinds of sources that are deaf to it.
struct Audible {
  std::int64_t since = 0;
  std::int64_t until = 0;
  std::uint16_t deaf = 0;
};

/// Relative odds of a mention by kind of contact, from pairs that mentioned a need on some of several occasions: given
/// how often, on which of them depends on the kinds alone, not on prevalence, on the need or on the account's voice
/// (conditional logit, Breslow's form, normal prior of deviation 1). No occasions for a need are contacts that it
/// caused, those while it was not open, and those of kinds that are deaf to it. `said` holds distinct (need, contact)
/// on occasions, sorted; contacts are sorted by account. Writes weights, 1 for the commonest kind, and returns true
/// when kinds differ beyond chance (likelihood ratio against the 0.99 point of chi-squared); otherwise leaves all
/// weights 1.
[[nodiscard]] inline bool fit_contact_weights(std::span<const ContactClass> contacts,
                                              std::span<const std::pair<std::uint32_t, std::uint32_t>> said,
                                              std::span<const Audible> audible, std::vector<double>& weights) {
  constexpr std::size_t features = 10 + 5 + 3 + 4 + 4;
  using Kind = std::array<std::size_t, 5>;
  const auto features_of = [](const ContactClass& c) {
    return Kind{c.source_kind, std::size_t{10} + c.purpose, std::size_t{15} + c.side, std::size_t{18} + c.length,
                std::size_t{22} + c.talk};
  };
  std::vector<Kind> kinds;
  std::array<double, features> used{};
  for (const ContactClass& c : contacts) {
    if (!c.is_occasion) continue;
    kinds.push_back(features_of(c));
    for (const std::size_t f : kinds.back()) used[f] += 1.0;
  }
  std::sort(kinds.begin(), kinds.end());
  kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
  std::vector<std::uint32_t> kind_of(contacts.size(), 0);
  for (std::size_t c = 0; c < contacts.size(); ++c) {
    const auto at = std::lower_bound(kinds.begin(), kinds.end(), features_of(contacts[c]));
    kind_of[c] = static_cast<std::uint32_t>(at - kinds.begin());
  }
  double freedom = 0.0;
  for (const auto& [from, to] : {std::pair<std::size_t, std::size_t>{0, 10}, {10, 15}, {15, 18}, {18, 22}, {22, 26}}) {
    double levels = 0.0;
    for (std::size_t f = from; f < to; ++f) levels += used[f] > 0.0 ? 1.0 : 0.0;
    freedom += std::max(0.0, levels - 1.0);
  }
  if (freedom < 1.0 || said.empty()) return false;

  // Where each account's occasions are.
  std::vector<std::pair<std::size_t, std::size_t>> range;
  for (std::size_t c = 0; c < contacts.size(); ++c) {
    if (range.size() <= contacts[c].account) range.resize(contacts[c].account + 1, {0, 0});
    auto& r = range[contacts[c].account];
    // Inferred contacts stand behind all logged ones.
    if (!contacts[c].is_occasion) continue;
    if (r.second == 0) r = {c, c + 1};
    r.second = c + 1;
  }
  std::array<double, features> observed{};
  // The occasions that a pair could have chosen for its mentions, by kind and number, and mentions of all such pairs.
  std::map<std::vector<std::pair<std::uint32_t, double>>, double> sets;
  std::vector<double> counts(kinds.size(), 0.0);
  for (std::size_t m = 0; m < said.size();) {
    const std::uint32_t need = said[m].first;
    const std::uint32_t account = contacts[said[m].second].account;
    std::size_t end = m;
    while (end < said.size() && said[end].first == need && contacts[said[end].second].account == account) ++end;
    std::vector<std::pair<std::uint32_t, double>> set;
    for (std::size_t c = range[account].first; c < range[account].second; ++c) {
      const ContactClass& contact = contacts[c];
      if (!contact.is_occasion || contact.account != account || contact.caused_by == need) continue;
      if (contact.at < audible[need].since || contact.at > audible[need].until) continue;
      if ((audible[need].deaf >> contact.source_kind & 1U) != 0) continue;
      const std::uint32_t kind = kind_of[c];
      if (counts[kind] == 0.0) set.emplace_back(kind, 0.0);
      counts[kind] += 1.0;
    }
    for (auto& [kind, count] : set) count = std::exchange(counts[kind], 0.0);
    std::sort(set.begin(), set.end());
    sets[std::move(set)] += static_cast<double>(end - m);
    for (std::size_t k = m; k < end; ++k) {
      for (const std::size_t f : features_of(contacts[said[k].second])) observed[f] += 1.0;
    }
    m = end;
  }

  std::array<double, features> theta{};
  const auto evaluate = [&](const std::array<double, features>& at, std::array<double, features>* gradient,
                            stats::detail::SmallMatrix<double>* hessian) {
    double value = 0.0;
    for (std::size_t f = 0; f < features; ++f) value += observed[f] * at[f] - 0.5 * at[f] * at[f];
    if (gradient != nullptr) {
      for (std::size_t f = 0; f < features; ++f) (*gradient)[f] = observed[f] - at[f];
      for (std::size_t f = 0; f < features; ++f) (*hessian)(f, f) = 1.0;
    }
    std::vector<double> relative(kinds.size());
    for (std::size_t k = 0; k < kinds.size(); ++k) {
      double sum = 0.0;
      for (const std::size_t f : kinds[k]) sum += at[f];
      relative[k] = std::exp(sum);
    }
    for (const auto& [set, mentions] : sets) {
      double sum = 0.0;
      for (const auto& [kind, count] : set) sum += count * relative[kind];
      value -= mentions * std::log(sum);
      if (gradient == nullptr) continue;
      std::array<double, features> first{};
      for (const auto& [kind, count] : set) {
        const double share = count * relative[kind] / sum;
        for (const std::size_t f : kinds[kind]) {
          first[f] += share;
          for (const std::size_t g : kinds[kind]) (*hessian)(f, g) += mentions * share;
        }
      }
      for (std::size_t f = 0; f < features; ++f) {
        if (first[f] == 0.0) continue;
        (*gradient)[f] -= mentions * first[f];
        for (std::size_t g = 0; g < features; ++g) (*hessian)(f, g) -= mentions * first[f] * first[g];
      }
    }
    return value;
  };
  const double null_value = evaluate(theta, nullptr, nullptr);
  double value = null_value;
  for (int iteration = 0; iteration < 25; ++iteration) {
    std::array<double, features> gradient{};
    stats::detail::SmallMatrix<double> hessian(features);
    value = evaluate(theta, &gradient, &hessian);
    if (!hessian.factor(1e-12)) break;  // the prior makes it positive definite, but for rounding
    std::array<double, features> step = gradient;
    hessian.solve(step.data());
    double scale = 1.0;
    double largest = 0.0;
    for (const double s : step) largest = std::max(largest, std::abs(s));
    std::array<double, features> next{};
    double next_value = value;
    for (int half = 0; half < 20; ++half) {
      for (std::size_t f = 0; f < features; ++f) next[f] = theta[f] + scale * step[f];
      next_value = evaluate(next, nullptr, nullptr);
      if (next_value >= value) break;
      scale *= 0.5;
    }
    if (next_value < value) break;
    theta = next;
    value = next_value;
    if (largest * scale < 1e-8) break;
  }
  // Wilson and Hilferty's 0.99 point of chi-squared.
  const double c = 2.0 / (9.0 * freedom);
  const double bound = freedom * std::pow(1.0 - c + 2.3263478740408408 * std::sqrt(c), 3.0);
  if (2.0 * (value - null_value) < bound) return false;
  // By the commonest kind, and not by the loudest: that may be a rare one, and all others far from it.
  std::vector<std::size_t> contacts_of(kinds.size(), 0);
  for (std::size_t k = 0; k < contacts.size(); ++k) contacts_of[kind_of[k]] += contacts[k].is_occasion ? 1U : 0U;
  const auto commonest = std::max_element(contacts_of.begin(), contacts_of.end()) - contacts_of.begin();
  const auto log_weight = [&](const Kind& kind) {
    double sum = 0.0;
    for (const std::size_t f : kind) sum += theta[f];
    return sum;
  };
  const double usual = log_weight(kinds[static_cast<std::size_t>(commonest)]);
  for (std::size_t k = 0; k < contacts.size(); ++k) {
    weights[k] = std::clamp(std::exp(log_weight(features_of(contacts[k])) - usual), 0.02, 10.0);
  }
  return true;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::demand::detail
