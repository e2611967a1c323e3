#pragma once

#include <cmath>
#include <string>
#include <utility>

#include <outweigh/stats/moments.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

OUTWEIGH_INLINE void Moments::add(double value) {
  if (!(std::abs(value) < 1e150)) {
    throw core::InvalidInput("a value to average must be finite and below 1e150", {.value = std::to_string(value)});
  }
  const double square = value * value;
  sum_.add(value);
  squares_.add(square);
  squares_.add(std::fma(value, value, -square));
  ++count_;
}

OUTWEIGH_INLINE void Moments::merge(const Moments& other) {
  count_ += other.count_;
  sum_.merge(other.sum_);
  squares_.merge(other.squares_);
}

OUTWEIGH_INLINE double Moments::mean() const { return count_ == 0 ? 0.0 : sum_.value() / static_cast<double>(count_); }

OUTWEIGH_INLINE double Moments::variance() const {
  if (count_ < 2) return 0.0;
  // sum (x - m)^2 = squares - 2 m total + n m^2 for the rounded mean m, every product exact.
  const double n = static_cast<double>(count_);
  ExactSum left = sum_;
  const double total = left.value();
  left.add(-total);
  const double total_low = left.value();
  const double average = total / n;
  ExactSum deviations = squares_;
  const auto add_product = [&deviations](double a, double b) {
    const double product = a * b;
    deviations.add(product);
    deviations.add(std::fma(a, b, -product));
  };
  add_product(-2.0 * average, total);
  add_product(-2.0 * average, total_low);
  const double square = average * average;
  add_product(n, square);
  add_product(n, std::fma(average, average, -square));
  const double sum_of_squares = deviations.value();
  return sum_of_squares > 0.0 ? sum_of_squares / (n - 1.0) : 0.0;
}

OUTWEIGH_INLINE core::Bytes Moments::to_bytes() const {
  core::ByteWriter writer("moments", 1);
  writer.write(count_);
  sum_.write(writer);
  squares_.write(writer);
  return std::move(writer).finish();
}

OUTWEIGH_INLINE Moments Moments::from_bytes(std::span<const std::byte> bytes) {
  core::ByteReader reader(bytes, "moments", 1);
  Moments moments;
  moments.count_ = reader.read_uint64();
  moments.sum_ = ExactSum::read(reader);
  moments.squares_ = ExactSum::read(reader);
  reader.finish();
  return moments;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::stats
