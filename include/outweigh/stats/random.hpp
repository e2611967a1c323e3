// Random numbers by counting: the same seed and stream give the same numbers on every platform and thread count.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <outweigh/core/errors.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

/// Philox 4x32 with ten rounds (Salmon et al. 2011, doi:10.1145/2063384.2063405): a bijection of the counter under
/// the key. `counter` and `key` are little-endian words.
[[nodiscard]] std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                                  std::array<std::uint32_t, 2> key) noexcept;

/// A stream of random numbers: position `i` of stream `s` under a seed is a pure function of (seed, s, i).
/// Work that runs in parallel takes one stream a task (`random.stream(task)`), never one stream a thread.
/// A value type of 48 bytes; copies continue independently with the same numbers. Own distributions throughout,
/// since those of <random> differ between standard libraries. Compiled with contracted floating point (the default
/// of some compilers on ARM) the last digit may differ.
class Random {
 public:
  explicit Random(std::uint64_t seed, std::uint64_t stream = 0) noexcept : seed_(seed), stream_(stream) {}

  /// The stream named by `key` below this one, from its start; does not advance this one.
  [[nodiscard]] Random stream(std::uint64_t key) const noexcept;
  [[nodiscard]] Random stream(std::string_view name) const noexcept;

  [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }

  /// 64 random bits.
  std::uint64_t bits() noexcept;
  /// Uniform on [0, 1), a multiple of 2^-53.
  double uniform() noexcept { return static_cast<double>(bits() >> 11U) * 0x1p-53; }
  /// Uniform on (0, 1), never an end.
  double uniform_open() noexcept { return (static_cast<double>(bits() >> 12U) + 0.5) * 0x1p-52; }
  /// Uniform on [low, high). Throws InvalidInput unless both are finite and low <= high.
  double uniform(double low, double high);
  /// Uniform integer on 0 .. count - 1, without bias. Throws InvalidInput when `count` is 0.
  std::uint64_t below(std::uint64_t count);
  /// True with probability `probability`, 0..1.
  bool bernoulli(double probability);

  /// Standard normal, by inversion.
  double normal() noexcept;
  double normal(double mean, double standard_deviation);
  /// Mean 1 / rate.
  double exponential(double rate = 1.0);
  /// Mean shape * scale. Marsaglia and Tsang 2000, doi:10.1145/358407.358414.
  double gamma(double shape, double scale = 1.0);
  /// Mean alpha / (alpha + beta).
  double beta(double alpha, double beta);
  /// exp of a normal with `mean_log` and `deviation_log`.
  double lognormal(double mean_log, double deviation_log);
  /// Density shape * scale^shape / x^(shape + 1) for x >= scale.
  double pareto(double scale, double shape);
  /// Hoermann 1993 (PTRS), doi:10.1016/0167-6687(93)90997-4; inversion below a mean of 10.
  std::int64_t poisson(double mean);
  /// Hoermann 1993 (BTRS), doi:10.1080/00949659308811496; inversion below a mean of 10.
  std::int64_t binomial(std::int64_t trials, double probability);
  /// Poisson whose mean is gamma distributed: mean `mean`, variance mean + mean^2 / size.
  std::int64_t negative_binomial(double mean, double size);
  /// Position drawn with probability proportional to `weights` (finite, not negative, not all zero).
  std::size_t categorical(std::span<const double> weights);

  /// Fisher-Yates.
  template <class T>
  void shuffle(std::span<T> values) {
    for (std::size_t left = values.size(); left > 1; --left) {
      using std::swap;
      swap(values[left - 1], values[static_cast<std::size_t>(below(left))]);
    }
  }
  template <class T>
  void shuffle(std::vector<T>& values) {
    shuffle(std::span<T>(values));
  }
  /// `count` distinct positions of 0 .. population - 1 in ascending order, each set equally likely.
  std::vector<std::size_t> sample_without_replacement(std::size_t population, std::size_t count);
  /// `count` distinct positions in ascending order, drawn one after another with probability proportional to the
  /// weights left (Efraimidis and Spirakis 2006, doi:10.1016/j.ipl.2005.11.003). Positions of weight 0 are never
  /// drawn; throws InvalidInput when fewer than `count` have a positive weight.
  std::vector<std::size_t> sample_without_replacement(std::span<const double> weights, std::size_t count);

 private:
  std::uint64_t seed_;
  std::uint64_t stream_;
  std::uint64_t block_ = 0;
  std::array<std::uint64_t, 2> buffer_{};
  unsigned left_ = 0;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::stats

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/stats/random-inl.hpp>
#endif
