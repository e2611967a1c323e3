// Power series whose coefficients all customers with one number of purchases share, and their sums in lanes.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <outweigh/core/parallel.hpp>
#include <outweigh/economics/purchase_history.hpp>
#include <outweigh/stats/detail/lanes.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics::detail {

/// sum_k coefficients[k] z^k for 0 <= z <= limit, to a rounding; and, where `chebyshev` is not empty, what is made of
/// that sum as a polynomial in Chebyshev's form of (z - middle) / half.
template <class S>
struct PurchaseSeries {
  std::vector<S> coefficients;
  double limit = -1.0;
  std::vector<double> chebyshev;
  double middle = 0.0;
  double half = 1.0;

  [[nodiscard]] S operator()(const S& z) const {
    S sum = coefficients.back();
    for (std::size_t k = coefficients.size() - 1; k-- > 0;) sum = sum * z + coefficients[k];
    return sum;
  }
};

/// The same for many z at once; all arrays have a multiple of 16 numbers.
struct SeriesSums {
  static constexpr std::size_t width = 16;
  std::span<const double> coefficients;
  std::span<const double> z;
  double* sums;

  OUTWEIGH_LANE void operator()() const {
    using stats::detail::Lanes;
    for (std::size_t i = 0; i < z.size(); i += width) {
      const double* at = z.data() + i;
      const Lanes a = Lanes::load(at), b = Lanes::load(at + 4), c = Lanes::load(at + 8), d = Lanes::load(at + 12);
      Lanes sa(coefficients.back()), sb = sa, sc = sa, sd = sa;
      for (std::size_t k = coefficients.size() - 1; k-- > 0;) {
        const Lanes next(coefficients[k]);
        sa = sa * a + next;
        sb = sb * b + next;
        sc = sc * c + next;
        sd = sd * d + next;
      }
      sa.store(sums + i);
      sb.store(sums + i + 4);
      sc.store(sums + i + 8);
      sd.store(sums + i + 12);
    }
  }
};

/// The same for Chebyshev's polynomials, by Clenshaw's recurrence.
struct ChebyshevSums {
  const PurchaseSeries<double>& series;
  std::span<const double> z;
  double* sums;

  OUTWEIGH_LANE void operator()() const {
    using stats::detail::Lanes;
    const std::span<const double> c = series.chebyshev;
    const Lanes middle(series.middle), scale(2.0 / series.half);
    for (std::size_t i = 0; i < z.size(); i += 8) {
      const Lanes ta = (Lanes::load(z.data() + i) - middle) * scale;
      const Lanes tb = (Lanes::load(z.data() + i + 4) - middle) * scale;
      Lanes a(c.back()), b(c.back()), a_before(0.0), b_before(0.0);
      for (std::size_t k = c.size() - 1; k-- > 1;) {
        const Lanes next(c[k]);
        const Lanes a_next = (next - a_before) + ta * a;
        const Lanes b_next = (next - b_before) + tb * b;
        a_before = a;
        b_before = b;
        a = a_next;
        b = b_next;
      }
      ((Lanes(c[0]) - a_before) + Lanes(0.5) * ta * a).store(sums + i);
      ((Lanes(c[0]) - b_before) + Lanes(0.5) * tb * b).store(sums + i + 4);
    }
  }
};

/// Fills in `chebyshev` for `value(z)` on [least, greatest] if few polynomials give all its digits (Trefethen 2013,
/// Approximation Theory and Approximation Practice, chapters 3 and 8).
template <class Value>
void interpolate(PurchaseSeries<double>& series, double least, double greatest, const Value& value) {
  series.middle = 0.5 * (least + greatest);
  series.half = std::max(0.5 * (greatest - least), 1e-3 * greatest);
  if (!(series.half > 0.0)) return;
  for (const std::size_t size : {12U, 18U, 26U, 36U}) {
    std::vector<double> at(size);
    for (std::size_t j = 0; j < size; ++j) {
      const double angle = std::numbers::pi * (static_cast<double>(j) + 0.5) / static_cast<double>(size);
      at[j] = value(std::max(0.0, series.middle + series.half * std::cos(angle)));
    }
    std::vector<double> c(size);
    double most = 0.0;
    for (std::size_t k = 0; k < size; ++k) {
      for (std::size_t j = 0; j < size; ++j) {
        c[k] += at[j] * std::cos(std::numbers::pi * static_cast<double>(k) * (static_cast<double>(j) + 0.5) /
                                 static_cast<double>(size));
      }
      c[k] *= (k == 0 ? 1.0 : 2.0) / static_cast<double>(size);
      most = std::max(most, std::abs(c[k]));
    }
    const double least_value = *std::min_element(at.begin(), at.end());
    // The last three vanish where all digits are there.
    const double rest = std::abs(c[size - 1]) + std::abs(c[size - 2]) + std::abs(c[size - 3]);
    if (rest < 4e-15 * least_value && most < 1e3 * least_value) {
      while (c.size() > 3 && std::abs(c.back()) < 2e-17 * most) c.pop_back();
      series.chebyshev = std::move(c);
      return;
    }
  }
}

/// The range of a number z over the rows of each frequency below `frequencies`.
struct SeriesRange {
  static constexpr std::size_t frequencies = 1024;
  std::array<std::uint32_t, frequencies> rows{};
  std::array<double, frequencies> least{}, greatest{};

  /// `z(row)` is a pair: the least and the greatest z of a row.
  template <class Z>
  static SeriesRange of(std::span<const double> frequency, const core::RunControl& control, const Z& z) {
    constexpr std::size_t block = std::size_t{1} << 15U;
    std::vector<SeriesRange> ranges(std::max<std::size_t>(1, core::block_count(frequency.size(), block)));
    core::parallel_for(control, ranges.size(), [&](std::size_t b) {
      ranges[b].least.fill(HUGE_VAL);
      const std::size_t end = std::min(frequency.size(), (b + 1) * block);
      for (std::size_t i = b * block; i < end; ++i) {
        if (!(frequency[i] < static_cast<double>(frequencies))) continue;
        const auto x = static_cast<std::size_t>(frequency[i]);
        const auto [low, high] = z(i);
        ranges[b].add(x, 1, low, high);
      }
    });
    for (std::size_t b = 1; b < ranges.size(); ++b) {
      for (std::size_t x = 0; x < frequencies; ++x) {
        ranges[0].add(x, ranges[b].rows[x], ranges[b].least[x], ranges[b].greatest[x]);
      }
    }
    return std::move(ranges[0]);
  }

 private:
  void add(std::size_t x, std::uint32_t more, double low, double high) {
    rows[x] = more > 0xFFFFFFFFU - rows[x] ? 0xFFFFFFFFU : rows[x] + more;
    least[x] = low < least[x] ? low : least[x];
    greatest[x] = greatest[x] < high ? high : greatest[x];
  }
};

/// Series by frequency, where enough rows share one to be worth it.
template <class S>
class SeriesByFrequency {
 public:
  static constexpr std::size_t most_terms = 512;
  static constexpr std::uint32_t enough = 12;

  static constexpr std::uint32_t many = 100;

  /// `make(x, z, series)` fills in the series of frequency x for numbers up to z, with at most `most_terms` terms, and
  /// says whether it can. `finish(x, z, sum)` is what is wanted of the sum of a series, for Chebyshev's form.
  template <class Make, class Finish>
  SeriesByFrequency(const SeriesRange& range, const Make& make, const Finish& finish) {
    for (std::size_t x = 0; x < SeriesRange::frequencies; ++x) {
      if (range.rows[x] < enough) continue;
      PurchaseSeries<S> series;
      double z = range.greatest[x];
      // Rows beyond the limit are left to the slow way.
      for (int shrinking = 0; shrinking < 12; ++shrinking, z *= 0.85) {
        if (make(static_cast<double>(x), z, series)) break;
        series = {};
      }
      if (series.coefficients.empty()) continue;
      if constexpr (std::is_same_v<S, double>) {
        if (range.rows[x] >= many && range.least[x] <= z) {
          interpolate(series, range.least[x], z,
                      [&](double at) { return finish(static_cast<double>(x), at, series(at)); });
        }
      }
      if (places_.size() <= x) places_.resize(x + 1, 0);
      series_.push_back(std::move(series));
      places_[x] = static_cast<std::uint32_t>(series_.size());
    }
  }

  /// Null where there is none for this frequency and z.
  [[nodiscard]] const PurchaseSeries<S>* find(double frequency, double z) const noexcept {
    const std::uint32_t place = at(frequency);
    return place != 0 && z <= series_[place - 1].limit ? &series_[place - 1] : nullptr;
  }
  /// 1 + position of the series of a frequency; 0: none.
  [[nodiscard]] std::uint32_t at(double frequency) const noexcept {
    return frequency < static_cast<double>(places_.size()) ? places_[static_cast<std::size_t>(frequency)] : 0;
  }
  [[nodiscard]] const std::vector<PurchaseSeries<S>>& all() const noexcept { return series_; }

 private:
  std::vector<PurchaseSeries<S>> series_;
  std::vector<std::uint32_t> places_;
};

/// sums[i] is `finish(frequency[i], z[i], sum)` of the series of frequency[i] at z[i] for the rows of a block, and
/// `exact(i)` where there is no series.
class BlockSums {
 public:
  static constexpr std::size_t block = 1024;

  template <class Finish, class Exact>
  void operator()(const SeriesByFrequency<double>& series, std::span<const double> frequency, const double* z,
                  double* sums, const Finish& finish, const Exact& exact) {
    const std::size_t groups = series.all().size() + 1;
    starts_.assign(groups + 1, 0);
    const std::size_t count = frequency.size();
    for (std::size_t i = 0; i < count; ++i) {
      std::uint32_t group = series.at(frequency[i]);
      if (group != 0 && !(z[i] <= series.all()[group - 1].limit)) group = 0;
      group_[i] = group;
      ++starts_[group + 1];
    }
    for (std::size_t g = 1; g <= groups; ++g) starts_[g] += starts_[g - 1];
    ends_.assign(starts_.begin(), starts_.end() - 1);
    for (std::size_t i = 0; i < count; ++i) order_[ends_[group_[i]]++] = static_cast<std::uint32_t>(i);
    for (std::size_t at = 0; at < starts_[1]; ++at) sums[order_[at]] = exact(order_[at]);
    for (std::size_t g = 1; g < groups; ++g) {
      const std::size_t from = starts_[g];
      const std::size_t size = starts_[g + 1] - from;
      if (size == 0) continue;
      const PurchaseSeries<double>& own = series.all()[g - 1];
      const std::size_t padded = (size + SeriesSums::width - 1) / SeriesSums::width * SeriesSums::width;
      for (std::size_t i = 0; i < size; ++i) own_[i] = z[order_[from + i]];
      for (std::size_t i = size; i < padded; ++i) own_[i] = own_[0];
      const auto points = std::span<const double>(own_).first(padded);
      if (!own.chebyshev.empty()) {
        stats::detail::in_lanes(ChebyshevSums{own, points, result_.data()});
        for (std::size_t i = 0; i < size; ++i) sums[order_[from + i]] = result_[i];
      } else {
        stats::detail::in_lanes(SeriesSums{own.coefficients, points, result_.data()});
        const double x = frequency[order_[from]];
        for (std::size_t i = 0; i < size; ++i) sums[order_[from + i]] = finish(x, own_[i], result_[i]);
      }
    }
  }

 private:
  std::array<std::uint32_t, block> group_{}, order_{};
  std::array<double, block + SeriesSums::width> own_{}, result_{};
  std::vector<std::size_t> starts_, ends_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::economics::detail
