// Predictions for many customers at once.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <type_traits>
#include <vector>

#include <outweigh/economics/detail/fit_purchases.hpp>
#include <outweigh/economics/detail/purchase_series.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics::detail {

/// Rows of a block; behind them there is room for as many as fill the lanes.
struct PredictionBlock {
  static constexpr std::size_t size = BlockSums::block;
  using Column = std::array<double, size>;
  std::size_t count = 0;
  std::size_t padded = 0;
  const double* frequency = nullptr;
  const double* recency = nullptr;
  const double* age = nullptr;
  const double* horizon = nullptr;
  Column alive{}, z{}, z_last{}, sum{}, sum_last{}, factor{};

  void read(const PurchaseColumns& rows, std::span<const double> ahead, std::size_t from, std::size_t to) {
    count = to - from;
    padded = (count + 3) / 4 * 4;
    const auto view = [&](std::span<const double> column, Column& own) {
      if (count == padded) return column.data() + from;
      own.fill(0.0);
      std::copy_n(column.data() + from, count, own.data());
      return static_cast<const double*>(own.data());
    };
    frequency = view(rows.frequency, frequency_);
    recency = view(rows.recency, recency_);
    age = view(rows.age, age_);
    if (ahead.size() > 1) {
      horizon = view(ahead, horizon_);
    } else if (horizon == nullptr) {
      horizon_.fill(ahead.empty() ? 0.0 : ahead[0]);
      horizon = horizon_.data();
    }
  }

 private:
  Column frequency_{}, recency_{}, age_{}, horizon_{};
};

/// Values for blocks of rows: `work(block, sums, from)` leaves them in `block.alive`.
template <class Work>
[[nodiscard]] Predictions predict_blocks(const PurchaseColumns& rows, std::span<const double> horizon,
                                         const core::RunControl& control, const Work& work) {
  Predictions result;
  const std::size_t count = rows.frequency.size();
  result.values.resize(count);
  constexpr std::size_t task = 8 * PredictionBlock::size;
  core::parallel_for(control, core::block_count(count, task), [&](std::size_t t) {
    PredictionBlock block;
    BlockSums sums;
    const std::size_t end = std::min(count, (t + 1) * task);
    for (std::size_t from = t * task; from < end; from += PredictionBlock::size) {
      const std::size_t to = std::min(end, from + PredictionBlock::size);
      block.read(rows, horizon, from, to);
      work(block, sums);
      std::copy(block.alive.begin(), block.alive.begin() + static_cast<std::ptrdiff_t>(to - from),
                result.values.begin() + static_cast<std::ptrdiff_t>(from));
    }
  });
  return result;
}

[[nodiscard]] inline std::array<double, 4> four_parameters(const ModelFit& fit) {
  fit.require_identified();
  if (fit.size() != 4) throw core::InvalidInput("the fit is one of another model");
  return {fit.parameters[0], fit.parameters[1], fit.parameters[2], fit.parameters[3]};
}

}  // namespace outweigh::inline OUTWEIGH_ABI::economics::detail
