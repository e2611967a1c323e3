// Rows with numbers in the order of their cells, so that all rows dealt with at once have the same levels.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <outweigh/listening/detail/calibration_link.hpp>
#include <outweigh/listening/detail/calibration_problem.hpp>
#include <outweigh/stats/detail/lanes.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

/// Rows of positive base weight with their numbers, cell by cell. Each cell begins a new lane; what is left of its
/// last one has base weight 0.
class RowsByCell {
 public:
  /// Rows that are dealt with at once.
  static constexpr std::size_t block = 256;
  /// Positions begin .. end - 1, whole lanes of one cell.
  struct Run {
    std::size_t cell;
    std::size_t begin;
    std::size_t end;
  };

  RowsByCell() = default;
  RowsByCell(const Cells& cells, std::span<const double> base, std::span<const NumericTotal> numeric) {
    constexpr std::size_t lanes = stats::detail::Lanes::size;
    std::vector<std::size_t> at(cells.count, 0);
    cells.of_row.visit([&](auto of_row) {
      for (std::size_t row = 0; row < base.size(); ++row) at[of_row[row]] += static_cast<std::size_t>(base[row] > 0.0);
    });
    std::size_t size = 0;
    for (std::size_t cell = 0; cell < cells.count; ++cell) {
      const std::size_t end = size + (at[cell] + lanes - 1) / lanes * lanes;
      at[cell] = size;
      for (; size < end; size = std::min(end, size + block)) runs_.push_back({cell, size, std::min(end, size + block)});
    }
    // Rows without weight go to a lane of their own behind all others.
    base_.resize(size + lanes);
    for (std::size_t k = 0; k < numeric.size(); ++k) columns_.emplace_back().resize(size + lanes);
    cells.of_row.visit([&](auto of_row) {
      std::array<std::size_t, row_block> position;
      for (std::size_t from = 0; from < base.size(); from += row_block) {
        const std::size_t count = std::min(row_block, base.size() - from);
        std::size_t* next = at.data();
        for (std::size_t i = 0; i < count; ++i) {
          const bool counts = base[from + i] > 0.0;
          std::size_t& of_cell = next[of_row[from + i]];
          position[i] = counts ? of_cell : size;
          of_cell += static_cast<std::size_t>(counts);
        }
        place(base.data() + from, position.data(), count, base_.data());
        for (std::size_t k = 0; k < numeric.size(); ++k) {
          place(numeric[k].values.data() + from, position.data(), count, columns_[k].data());
        }
      }
    });
    for (const Run& run : runs_) {
      for (; at[run.cell] < run.end && at[run.cell] >= run.begin; ++at[run.cell]) {
        base_[at[run.cell]] = 0.0;
        for (auto& column : columns_) column[at[run.cell]] = 0.0;
      }
    }
    base_.resize(size);
    for (auto& column : columns_) column.resize(size);
  }

  [[nodiscard]] std::span<const Run> runs() const noexcept { return runs_; }
  [[nodiscard]] std::span<const double> base() const noexcept { return base_; }
  [[nodiscard]] std::span<const double> column(std::size_t k) const noexcept { return columns_[k]; }

  [[nodiscard]] UnitSums sums(std::size_t cells) const {
    UnitSums result;
    result.cell_mass.assign(cells, 0.0);
    stats::detail::in_lanes([&]() OUTWEIGH_LANE_CALL {
      for (const Run& run : runs_) {
        Lanes mass;
        for (std::size_t i = run.begin; i < run.end; i += Lanes::size) mass += Lanes::load(base_.data() + i);
        result.cell_mass[run.cell] += mass.sum();
      }
    });
    for (const auto& column : columns_) result.columns.push_back(sums_of(column));
    return result;
  }

  void scale(std::size_t k, double centre, double factor) {
    for (double& x : columns_[k]) x = (x - centre) * factor;
  }
  [[nodiscard]] double squares(std::size_t k, double centre) const {
    Lanes total;
    stats::detail::in_lanes([&]() OUTWEIGH_LANE_CALL {
      Lanes sum;
      for (std::size_t i = 0; i < base_.size(); i += Lanes::size) {
        const Lanes away = Lanes::load(columns_[k].data() + i) - Lanes(centre);
        sum += Lanes::load(base_.data() + i) * away * away;
      }
      total = sum;
    });
    return total.sum();
  }

  /// Adds the sums of runs first .. last - 1 at coefficients `of_cell` and `slopes`: to `by_cell`, in groups of two and
  /// as many as there are columns, the weight, its slope, and the slope times each column; to `totals` the weight times
  /// each column; to `squares` the slope times each pair of columns, the lower triangle of a full square.
  void add_sums(const Link& link, std::span<const double> of_cell, std::span<const double> slopes, std::size_t first,
                std::size_t last, double* by_cell, double* totals, double* squares) const {
    with_lanes(link, [&](auto of) OUTWEIGH_LANE_CALL {
      std::array<double, block> weight;
      std::array<double, block> slope;
      for (std::size_t r = first; r < last; ++r) {
        const Run& run = runs_[r];
        double* sums = by_cell + run.cell * (2 + slopes.size());
        add_run(of, run, of_cell[run.cell], slopes, weight.data(), slope.data(), sums, totals, squares);
      }
    });
  }

 private:
  using Lanes = stats::detail::Lanes;

  static void place(const double* values, const std::size_t* position, std::size_t count, double* to) {
    for (std::size_t i = 0; i < count; ++i) to[position[i]] = values[i];
  }

  [[nodiscard]] UnitSums::Column sums_of(const LargeVector<double>& x) const {
    UnitSums::Column column;
    stats::detail::in_lanes([&]() OUTWEIGH_LANE_CALL {
      Lanes least(column.least);
      Lanes most(column.most);
      Lanes sum;
      Lanes absolute;
      for (std::size_t i = 0; i < base_.size(); i += Lanes::size) {
        const Lanes base = Lanes::load(base_.data() + i);
        const Lanes value = Lanes::load(x.data() + i);
        least = min(least, Lanes::less(Lanes(0.0), base, value, least));
        most = max(most, Lanes::less(Lanes(0.0), base, value, most));
        sum += base * value;
        absolute += base * max(value, Lanes(0.0) - value);
      }
      for (std::size_t i = 0; i < Lanes::size; ++i) {
        column.least = std::min(column.least, double{least.v[i]});
        column.most = std::max(column.most, double{most.v[i]});
      }
      column.sum = sum.sum();
      column.absolute = absolute.sum();
    });
    return column;
  }

  template <class Of>
  OUTWEIGH_LANE void add_run(const Of& of, const Run& run, double constant, std::span<const double> slopes,
                             double* weight, double* slope, double* sums, double* totals, double* squares) const {
    const std::size_t count = run.end - run.begin;
    std::fill(weight, weight + count, constant);
    for (std::size_t k = 0; k < slopes.size(); ++k) {
      const double* x = columns_[k].data() + run.begin;
      const Lanes times(slopes[k]);
      for (std::size_t i = 0; i < count; i += Lanes::size) {
        (Lanes::load(weight + i) + times * Lanes::load(x + i)).store(weight + i);
      }
    }
    const double* base = base_.data() + run.begin;
    Lanes weights;
    Lanes all_slopes;
    for (std::size_t i = 0; i < count; i += Lanes::size) {
      Lanes change;
      const Lanes ratio = of(Lanes::load(weight + i), change) * Lanes::load(base + i);
      change = change * Lanes::load(base + i);
      weights += ratio;
      all_slopes += change;
      ratio.store(weight + i);
      change.store(slope + i);
    }
    sums[0] += weights.sum();
    sums[1] += all_slopes.sum();
    for (std::size_t k = 0; k < slopes.size(); ++k) {
      const double* x = columns_[k].data() + run.begin;
      Lanes total;
      Lanes cross;
      for (std::size_t i = 0; i < count; i += Lanes::size) {
        total += Lanes::load(weight + i) * Lanes::load(x + i);
        cross += Lanes::load(slope + i) * Lanes::load(x + i);
      }
      totals[k] += total.sum();
      sums[2 + k] += cross.sum();
      for (std::size_t l = 0; l <= k; ++l) {
        const double* other = columns_[l].data() + run.begin;
        Lanes square;
        for (std::size_t i = 0; i < count; i += Lanes::size) {
          square += Lanes::load(slope + i) * Lanes::load(x + i) * Lanes::load(other + i);
        }
        squares[k * slopes.size() + l] += square.sum();
      }
    }
  }

  std::vector<Run> runs_;
  LargeVector<double> base_;
  std::vector<LargeVector<double>> columns_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
