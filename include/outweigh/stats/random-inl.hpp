#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include <outweigh/stats/detail/portable_math.hpp>
#include <outweigh/stats/random.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

namespace detail {

/// The finaliser of splitmix64.
inline std::uint64_t mix(std::uint64_t x) noexcept {
  x += 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27U)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31U);
}

/// High and low halves of a * b.
inline std::array<std::uint64_t, 2> multiply(std::uint64_t a, std::uint64_t b) noexcept {
  const std::uint64_t a_low = a & 0xFFFFFFFFU;
  const std::uint64_t a_high = a >> 32U;
  const std::uint64_t b_low = b & 0xFFFFFFFFU;
  const std::uint64_t b_high = b >> 32U;
  const std::uint64_t low = a_low * b_low;
  const std::uint64_t middle = a_high * b_low + (low >> 32U);
  const std::uint64_t other = a_low * b_high + (middle & 0xFFFFFFFFU);
  return {a_high * b_high + (middle >> 32U) + (other >> 32U), (other << 32U) | (low & 0xFFFFFFFFU)};
}

inline void require_parameter(bool holds, const char* name, double value) {
  if (!holds) {
    throw core::InvalidInput(std::string("the parameter '") + name + "' of a random draw is out of range",
                             {.column = name, .value = std::to_string(value)});
  }
}

inline bool is_positive(double x) noexcept { return x > 0.0 && x <= std::numeric_limits<double>::max(); }
inline bool is_not_negative(double x) noexcept { return x >= 0.0 && x <= std::numeric_limits<double>::max(); }
inline bool is_probability(double x) noexcept { return x >= 0.0 && x <= 1.0; }

}  // namespace detail

OUTWEIGH_INLINE std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                                    std::array<std::uint32_t, 2> key) noexcept {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t first = 0xD2511F53ULL * counter[0];
    const std::uint64_t second = 0xCD9E8D57ULL * counter[2];
    counter = {static_cast<std::uint32_t>(second >> 32U) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(second),
               static_cast<std::uint32_t>(first >> 32U) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(first)};
    key[0] += 0x9E3779B9U;
    key[1] += 0xBB67AE85U;
  }
  return counter;
}

OUTWEIGH_INLINE Random Random::stream(std::uint64_t key) const noexcept {
  return Random(seed_, detail::mix(detail::mix(stream_) ^ detail::mix(key ^ 0x5851F42D4C957F2DULL)));
}

OUTWEIGH_INLINE Random Random::stream(std::string_view name) const noexcept {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  return stream(hash ^ name.size());
}

OUTWEIGH_INLINE std::uint64_t Random::bits() noexcept {
  if (left_ == 0) {
    const auto words = philox({static_cast<std::uint32_t>(block_), static_cast<std::uint32_t>(block_ >> 32U),
                               static_cast<std::uint32_t>(stream_), static_cast<std::uint32_t>(stream_ >> 32U)},
                              {static_cast<std::uint32_t>(seed_), static_cast<std::uint32_t>(seed_ >> 32U)});
    ++block_;
    buffer_ = {words[0] | (std::uint64_t{words[1]} << 32U), words[2] | (std::uint64_t{words[3]} << 32U)};
    left_ = 2;
  }
  return buffer_[2 - left_--];
}

OUTWEIGH_INLINE double Random::uniform(double low, double high) {
  detail::require_parameter(std::isfinite(low), "low", low);
  detail::require_parameter(std::isfinite(high) && low <= high, "high", high);
  const double value = low + (high - low) * uniform();
  return value < high || low == high ? value : std::nextafter(high, low);
}

OUTWEIGH_INLINE std::uint64_t Random::below(std::uint64_t count) {
  detail::require_parameter(count > 0, "count", 0.0);
  // Lemire 2019, doi:10.1145/3230636.
  auto product = detail::multiply(bits(), count);
  if (product[1] < count) {
    const std::uint64_t threshold = (0 - count) % count;
    while (product[1] < threshold) product = detail::multiply(bits(), count);
  }
  return product[0];
}

OUTWEIGH_INLINE bool Random::bernoulli(double probability) {
  detail::require_parameter(detail::is_probability(probability), "probability", probability);
  return uniform() < probability;
}

OUTWEIGH_INLINE double Random::normal() noexcept {
  const double p = uniform_open();
  return detail::wichura_quantile(p, 1.0 - p, detail::portable_log);
}

OUTWEIGH_INLINE double Random::normal(double mean, double standard_deviation) {
  detail::require_parameter(std::isfinite(mean), "mean", mean);
  detail::require_parameter(detail::is_not_negative(standard_deviation), "standard_deviation", standard_deviation);
  return mean + standard_deviation * normal();
}

OUTWEIGH_INLINE double Random::exponential(double rate) {
  detail::require_parameter(detail::is_positive(rate), "rate", rate);
  return -detail::portable_log(uniform_open()) / rate;
}

OUTWEIGH_INLINE double Random::gamma(double shape, double scale) {
  detail::require_parameter(detail::is_positive(shape), "shape", shape);
  detail::require_parameter(detail::is_positive(scale), "scale", scale);
  if (shape < 1.0) {
    const double base = gamma(shape + 1.0, scale);
    return base * detail::portable_exp(detail::portable_log(uniform_open()) / shape);
  }
  const double d = shape - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(9.0 * d);
  for (;;) {
    const double x = normal();
    const double root = 1.0 + c * x;
    if (root <= 0.0) continue;
    const double v = root * root * root;
    const double u = uniform_open();
    if (detail::portable_log(u) < 0.5 * x * x + d - d * v + d * detail::portable_log(v)) return d * v * scale;
  }
}

OUTWEIGH_INLINE double Random::beta(double alpha, double beta) {
  detail::require_parameter(detail::is_positive(alpha), "alpha", alpha);
  detail::require_parameter(detail::is_positive(beta), "beta", beta);
  if (alpha <= 1.0 && beta <= 1.0) {
    // Johnk's method, in logarithms: the gammas of tiny shapes underflow.
    for (;;) {
      const double x = detail::portable_log(uniform_open()) / alpha;
      const double y = detail::portable_log(uniform_open()) / beta;
      const double largest = std::max(x, y);
      const double sum =
          largest + detail::portable_log(detail::portable_exp(x - largest) + detail::portable_exp(y - largest));
      if (sum <= 0.0) return detail::portable_exp(x - sum);
    }
  }
  const double x = gamma(alpha);
  const double y = gamma(beta);
  return x + y > 0.0 ? x / (x + y) : (alpha >= beta ? 1.0 : 0.0);
}

OUTWEIGH_INLINE double Random::lognormal(double mean_log, double deviation_log) {
  return detail::portable_exp(normal(mean_log, deviation_log));
}

OUTWEIGH_INLINE double Random::pareto(double scale, double shape) {
  detail::require_parameter(detail::is_positive(scale), "scale", scale);
  detail::require_parameter(detail::is_positive(shape), "shape", shape);
  return scale * detail::portable_exp(-detail::portable_log(uniform_open()) / shape);
}

OUTWEIGH_INLINE std::int64_t Random::poisson(double mean) {
  detail::require_parameter(mean >= 0.0 && mean <= 1e15, "mean", mean);
  if (mean == 0.0) return 0;
  if (mean < 10.0) {
    double probability = detail::portable_exp(-mean);
    double left = uniform() - probability;
    std::int64_t k = 0;
    while (left >= 0.0 && k < 200) {
      ++k;
      probability *= mean / static_cast<double>(k);
      left -= probability;
    }
    return k;
  }
  const double log_mean = detail::portable_log(mean);
  const double b = 0.931 + 2.53 * std::sqrt(mean);
  const double a = -0.059 + 0.02483 * b;
  const double log_inverse_alpha = detail::portable_log(1.1239 + 1.1328 / (b - 3.4));
  const double v_r = 0.9277 - 3.6224 / (b - 2.0);
  for (;;) {
    const double u = uniform_open() - 0.5;
    const double v = uniform_open();
    const double us = 0.5 - std::abs(u);
    const double k = std::floor((2.0 * a / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= v_r) return static_cast<std::int64_t>(k);
    if (k < 0.0 || (us < 0.013 && v > us)) continue;
    if (detail::portable_log(v) + log_inverse_alpha - detail::portable_log(a / (us * us) + b) <=
        -mean + k * log_mean - detail::portable_log_gamma(k + 1.0)) {
      return static_cast<std::int64_t>(k);
    }
  }
}

OUTWEIGH_INLINE std::int64_t Random::binomial(std::int64_t trials, double probability) {
  detail::require_parameter(trials >= 0 && trials <= 1'000'000'000'000'000, "trials", static_cast<double>(trials));
  detail::require_parameter(detail::is_probability(probability), "probability", probability);
  if (probability > 0.5) return trials - binomial(trials, 1.0 - probability);
  const double n = static_cast<double>(trials);
  const double p = probability;
  if (trials == 0 || p == 0.0) return 0;
  if (n * p < 10.0) {
    // log1p(-p) by its series where 1 - p would round.
    const double log_q = p < 1e-5 ? -p * (1.0 + p * (0.5 + p / 3.0)) : detail::portable_log(1.0 - p);
    const double odds = p / (1.0 - p);
    double mass = detail::portable_exp(n * log_q);
    double left = uniform() - mass;
    std::int64_t k = 0;
    while (left >= 0.0 && k < trials && k < 200) {
      mass *= odds * static_cast<double>(trials - k) / static_cast<double>(k + 1);
      ++k;
      left -= mass;
    }
    return k;
  }
  const double spread = std::sqrt(n * p * (1.0 - p));
  const double b = 1.15 + 2.53 * spread;
  const double a = -0.0873 + 0.0248 * b + 0.01 * p;
  const double c = n * p + 0.5;
  const double v_r = 0.92 - 4.2 / b;
  const double alpha = (2.83 + 5.1 / b) * spread;
  const double log_odds = detail::portable_log(p / (1.0 - p));
  const double mode = std::floor((n + 1.0) * p);
  const double height = detail::portable_log_gamma(mode + 1.0) + detail::portable_log_gamma(n - mode + 1.0);
  for (;;) {
    const double u = uniform_open() - 0.5;
    const double v = uniform_open();
    const double us = 0.5 - std::abs(u);
    const double k = std::floor((2.0 * a / us + b) * u + c);
    if (k < 0.0 || k > n) continue;
    if (us >= 0.07 && v <= v_r) return static_cast<std::int64_t>(k);
    if (detail::portable_log(v * alpha / (a / (us * us) + b)) <= height - detail::portable_log_gamma(k + 1.0) -
                                                                     detail::portable_log_gamma(n - k + 1.0) +
                                                                     (k - mode) * log_odds) {
      return static_cast<std::int64_t>(k);
    }
  }
}

OUTWEIGH_INLINE std::int64_t Random::negative_binomial(double mean, double size) {
  detail::require_parameter(detail::is_not_negative(mean) && mean <= 1e12, "mean", mean);
  detail::require_parameter(detail::is_positive(size), "size", size);
  if (mean == 0.0) return 0;
  return poisson(std::min(1e15, gamma(size, mean / size)));
}

OUTWEIGH_INLINE std::size_t Random::categorical(std::span<const double> weights) {
  double total = 0.0;
  for (const double weight : weights) {
    detail::require_parameter(detail::is_not_negative(weight), "weights", weight);
    total += weight;
  }
  detail::require_parameter(detail::is_positive(total), "weights", total);
  double left = uniform() * total;
  std::size_t last = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] == 0.0) continue;
    last = i;
    left -= weights[i];
    if (left < 0.0) break;
  }
  return last;
}

OUTWEIGH_INLINE std::vector<std::size_t> Random::sample_without_replacement(std::size_t population, std::size_t count) {
  detail::require_parameter(count <= population, "count", static_cast<double>(count));
  // Floyd's method (Bentley and Floyd 1987, doi:10.1145/30401.315746).
  std::vector<bool> taken(population, false);
  for (std::size_t last = population - count; last < population; ++last) {
    const auto drawn = static_cast<std::size_t>(below(last + 1));
    taken[taken[drawn] ? last : drawn] = true;
  }
  std::vector<std::size_t> positions;
  positions.reserve(count);
  for (std::size_t i = 0; i < population; ++i) {
    if (taken[i]) positions.push_back(i);
  }
  return positions;
}

OUTWEIGH_INLINE std::vector<std::size_t> Random::sample_without_replacement(std::span<const double> weights,
                                                                            std::size_t count) {
  std::vector<std::pair<double, std::size_t>> keys;
  keys.reserve(weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    detail::require_parameter(detail::is_not_negative(weights[i]), "weights", weights[i]);
    if (weights[i] > 0.0) keys.emplace_back(exponential() / weights[i], i);
  }
  detail::require_parameter(count <= keys.size(), "count", static_cast<double>(count));
  std::nth_element(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(count), keys.end());
  std::vector<std::size_t> positions(count);
  for (std::size_t i = 0; i < count; ++i) positions[i] = keys[i].second;
  std::sort(positions.begin(), positions.end());
  return positions;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::stats
