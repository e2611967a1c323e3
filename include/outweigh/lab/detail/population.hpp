// The simulated accounts: who they are, what they pay, what they need.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <outweigh/core/parallel.hpp>
#include <outweigh/lab/detail/world.hpp>

namespace outweigh::inline OUTWEIGH_ABI::lab::detail {

inline constexpr std::size_t account_block = 4096;

struct SimulatedAccount {
  graph::AccountKind kind = graph::AccountKind::customer;
  std::uint8_t segment = 0;
  std::uint8_t region = 0;
  std::uint8_t people = 1;
  std::int8_t adjacent_use = -1;
  bool lighthouse = false;
  bool ends = false;
  core::Instant started{};
  core::Instant ended{};
  double revenue = 0.0;           ///< a year, in whole units; 0 for accounts that pay nothing
  double revenue_position = 0.0;  ///< standard deviations of log revenue from its segment's mean
  double sentiment = 0.0;
  double voice = 0.0;  ///< log odds of speaking up
  double power = 0.0;  ///< share of accounts that use the product less
  std::uint32_t employees = 1;
};

struct Population {
  std::vector<SimulatedAccount> accounts;
  std::vector<std::uint64_t> need_bits;       ///< need_words words an account
  std::vector<std::uint64_t> first_customer;  ///< accounts + 1 offsets into the people
  double whale_revenue = 0.0;                 ///< the 98th percentile among active customers
  double large_revenue = 0.0;                 ///< the 90th
  std::array<std::size_t, 3> largest{};       ///< positions of the largest active customers, or `none`

  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  [[nodiscard]] bool active(std::size_t i) const noexcept {
    return accounts[i].kind == graph::AccountKind::customer && !accounts[i].ends;
  }
};

[[nodiscard]] inline bool has_need(const std::vector<std::uint64_t>& bits, std::size_t words, std::size_t account,
                                   std::size_t need) noexcept {
  return (bits[account * words + need / 64] >> (need % 64) & 1U) != 0;
}

inline SimulatedAccount simulate_account(const World& world, std::size_t i, std::uint64_t* need_bits) {
  stats::Random random = stats::Random(world.options.seed).stream("accounts").stream(i);
  SimulatedAccount account;
  double left = random.uniform();
  for (std::size_t s = 0; s + 1 < segment_count; ++s) {
    if (left < segment_stories[s].share) break;
    left -= segment_stories[s].share;
    ++account.segment;
  }
  const SegmentStory& segment = segment_stories[account.segment];
  constexpr std::array<double, regions.size()> region_shares{0.2, 0.15, 0.3, 0.35};
  account.region = static_cast<std::uint8_t>(random.categorical(region_shares));

  // Lognormal inside a segment, with a Pareto tail for one in forty.
  const double position = random.normal();
  const double tail = random.bernoulli(0.025) ? random.pareto(1.5, 1.3) : 1.0;
  const double log_revenue = segment.revenue_log_mean + segment.revenue_log_deviation * position +
                             stats::detail::portable_log(std::min(tail, 60.0));
  account.revenue = std::floor(stats::detail::portable_exp(log_revenue) + 0.5);
  account.revenue_position = (log_revenue - segment.revenue_log_mean) / segment.revenue_log_deviation;
  account.employees =
      static_cast<std::uint32_t>(std::clamp(account.revenue / 900.0 * random.lognormal(0.0, 0.5), 1.0, 400'000.0));

  const double kind = random.uniform();
  if (kind < 0.04) {
    account.kind = graph::AccountKind::prospect;
  } else if (kind < 0.085) {
    account.kind = graph::AccountKind::former;
  } else if (kind < 0.095) {
    account.kind = graph::AccountKind::partner;
  } else if (kind < 0.098) {
    account.kind = graph::AccountKind::internal;
  }
  const double age = 60.0 + random.exponential(1.0 / 900.0);
  account.started = before(world.options.as_of, std::min(age, 3600.0));
  if (account.kind == graph::AccountKind::former) {
    account.ends = true;
    account.ended = before(world.options.as_of, random.uniform(1.0, std::min(age - 20.0, world.options.days * 1.5)));
  }
  if (account.kind == graph::AccountKind::prospect || account.kind == graph::AccountKind::partner ||
      account.kind == graph::AccountKind::internal) {
    account.revenue = 0.0;
  }
  // Most are quietly content; one in eight is angry.
  const double mood = random.bernoulli(0.13) ? random.normal(-0.65, 0.2) : random.normal(0.35, 0.3);
  account.sentiment = std::clamp(to_cents(mood), -1.0, 1.0);
  account.voice = random.normal(0.0, world.options.frailty);
  account.power = random.uniform();
  account.people = static_cast<std::uint8_t>(std::min<std::int64_t>(
      12, 1 + random.poisson(std::min(6.0, 0.4 + static_cast<double>(account.employees) / 60.0))));
  account.lighthouse = random.bernoulli(account.sentiment > 0.6 ? 0.03 : 0.002);
  if (random.bernoulli(0.08)) account.adjacent_use = static_cast<std::int8_t>(random.below(adjacent_stories));

  for (std::size_t k = 0; k < world.needs.size(); ++k) {
    const SimulatedNeed& need = world.needs[k];
    double probability = 0.0;
    const double u = random.uniform();
    if (need.adjacent >= 0) {
      probability = account.adjacent_use == need.adjacent ? 0.75 : 0.006;
    } else {
      probability = sigmoid(need.log_odds[account.segment] + need.slope * account.revenue_position -
                            need.anger * account.sentiment);
    }
    if (u < probability) need_bits[k / 64] |= std::uint64_t{1} << (k % 64);
  }
  return account;
}

inline Population simulate_population(const World& world) {
  const std::size_t count = world.options.accounts;
  Population population;
  population.accounts.resize(count);
  population.need_bits.assign(count * world.need_words, 0);
  core::parallel_for(world.options.control, core::block_count(count, account_block), [&](std::size_t block) {
    const std::size_t end = std::min(count, (block + 1) * account_block);
    for (std::size_t i = block * account_block; i < end; ++i) {
      population.accounts[i] = simulate_account(world, i, &population.need_bits[i * world.need_words]);
    }
  });
  // The first account is always a customer, so that a base exists.
  if (population.accounts.front().kind != graph::AccountKind::customer) {
    SimulatedAccount& first = population.accounts.front();
    first.kind = graph::AccountKind::customer;
    first.ends = false;
    first.revenue = std::max(1.0, first.revenue);
  }
  population.first_customer.resize(count + 1);
  std::vector<std::size_t> active;
  for (std::size_t i = 0; i < count; ++i) {
    population.first_customer[i + 1] = population.first_customer[i] + population.accounts[i].people;
    if (population.active(i)) active.push_back(i);
  }
  const auto larger = [&](std::size_t a, std::size_t b) {
    const double x = population.accounts[a].revenue;
    const double y = population.accounts[b].revenue;
    return x != y ? x > y : a < b;
  };
  std::sort(active.begin(), active.end(), larger);
  population.whale_revenue = population.accounts[active[active.size() / 50]].revenue;
  population.large_revenue = population.accounts[active[active.size() / 10]].revenue;
  for (std::size_t i = 0; i < population.largest.size(); ++i) {
    population.largest[i] = i < active.size() ? active[i] : Population::none;
  }
  return population;
}

[[nodiscard]] inline std::string padded(char letter, std::size_t number, std::size_t digits) {
  std::string text = std::to_string(number);
  return letter + std::string(text.size() < digits ? digits - text.size() : 0, '0') + text;
}

/// Digits of the largest of `count` numbers that begin with 1, at least 3.
[[nodiscard]] inline std::size_t digits_for(std::size_t count) {
  return std::max<std::size_t>(3, std::to_string(count).size());
}

}  // namespace outweigh::inline OUTWEIGH_ABI::lab::detail
