#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>

#include <outweigh/core/errors.hpp>
#include <outweigh/core/parallel.hpp>
#include <outweigh/graph/detail/row_blocks.hpp>
#include <outweigh/graph/similarity.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

namespace detail {

struct Similar {
  double value;
  std::uint32_t other;
  std::uint32_t shared;
  /// More similar first, ties by position.
  friend bool operator<(const Similar& a, const Similar& b) noexcept {
    return a.value != b.value ? a.value > b.value : a.other < b.other;
  }
};

/// The best `top` of what is offered, as a heap whose front is the worst that is kept.
class Best {
 public:
  explicit Best(std::size_t top) : top_(top) {}
  void offer(const Similar& candidate) {
    if (kept_.size() < top_) {
      kept_.push_back(candidate);
      std::push_heap(kept_.begin(), kept_.end());
    } else if (candidate < kept_.front()) {
      std::pop_heap(kept_.begin(), kept_.end());
      kept_.back() = candidate;
      std::push_heap(kept_.begin(), kept_.end());
    }
  }
  /// Appends what was kept, the best first, and begins anew.
  void move_to(std::vector<Similar>& list) {
    std::sort_heap(kept_.begin(), kept_.end());
    list.insert(list.end(), kept_.begin(), kept_.end());
    kept_.clear();
  }

 private:
  std::size_t top_;
  std::vector<Similar> kept_;
};

struct SimilarityKernel {
  const Adjacency& by_row;
  const Adjacency& by_column;
  SimilarityMethod method;
  std::size_t top;
  std::vector<double> row_weight{};  // adamic_adar: of each row
  std::vector<double> inverse{};     // cosine: 1 / length of each column

  [[nodiscard]] bool counts_only() const noexcept {
    return method != SimilarityMethod::adamic_adar && (method != SimilarityMethod::cosine || by_row.weights.empty());
  }
  [[nodiscard]] double rows_of(std::uint32_t column) const noexcept {
    return static_cast<double>(by_column.offsets[column + 1] - by_column.offsets[column]);
  }
  [[nodiscard]] double value(std::uint32_t a, std::uint32_t b, double shared, double sum) const noexcept {
    switch (method) {
      case SimilarityMethod::common_neighbours:
        return shared;
      case SimilarityMethod::jaccard:
        return shared / (rows_of(a) + rows_of(b) - shared);
      case SimilarityMethod::cosine:
        return std::min(1.0, sum * inverse[a] * inverse[b]);
      case SimilarityMethod::adamic_adar:
        return sum;
    }
    return shared;
  }

  /// Appends the most similar of columns begin .. end - 1 to `list`, and says how many each has.
  void run(std::uint32_t begin, std::uint32_t end, std::vector<Similar>& list, std::uint32_t* found) const {
    const std::size_t columns = by_column.rows();
    struct Cell {
      double sum;
      std::uint32_t shared;
    };
    const bool weighs = !counts_only();
    std::vector<std::uint32_t> shared(weighs ? 0 : columns, 0);
    std::vector<Cell> cells(weighs ? columns : 0, Cell{0.0, 0});
    std::vector<std::uint32_t> touched;
    Best best(top);
    for (std::uint32_t column = begin; column < end; ++column) {
      std::size_t work = 0;
      for (std::size_t i = by_column.offsets[column]; i < by_column.offsets[column + 1]; ++i) {
        const std::uint32_t row = by_column.neighbours[i];
        work += by_row.offsets[row + 1] - by_row.offsets[row];
      }
      const bool dense = work > columns / 4;
      for (std::size_t i = by_column.offsets[column]; i < by_column.offsets[column + 1]; ++i) {
        const std::uint32_t row = by_column.neighbours[i];
        const std::size_t first = by_row.offsets[row];
        const std::size_t last = by_row.offsets[row + 1];
        if (weighs) {
          const bool flat = method == SimilarityMethod::adamic_adar;
          const double weight = flat ? row_weight[row] : by_column.weight(i);
          const auto add = [&](std::size_t j) -> Cell& {
            Cell& cell = cells[by_row.neighbours[j]];
            cell.sum += flat ? weight : weight * by_row.weights[j];
            return cell;
          };
          if (dense) {
            for (std::size_t j = first; j < last; ++j) ++add(j).shared;
          } else {
            for (std::size_t j = first; j < last; ++j) {
              if (add(j).shared++ == 0) touched.push_back(by_row.neighbours[j]);
            }
          }
        } else if (dense) {
          for (std::size_t j = first; j < last; ++j) ++shared[by_row.neighbours[j]];
        } else {
          for (std::size_t j = first; j < last; ++j) {
            if (shared[by_row.neighbours[j]]++ == 0) touched.push_back(by_row.neighbours[j]);
          }
        }
      }
      const auto offer = [&](std::uint32_t other) {
        const std::uint32_t count = weighs ? cells[other].shared : shared[other];
        if (count == 0) return;
        const double sum = weighs ? cells[other].sum : count;
        if (weighs) {
          cells[other] = {0.0, 0};
        } else {
          shared[other] = 0;
        }
        if (other != column) best.offer({value(column, other, count, sum), other, count});
      };
      if (dense) {
        for (std::uint32_t other = 0; other < columns; ++other) offer(other);
      } else {
        for (const std::uint32_t other : touched) offer(other);
        touched.clear();
      }
      const std::size_t before = list.size();
      best.move_to(list);
      found[column] = static_cast<std::uint32_t>(list.size() - before);
    }
  }
};

/// What weights are divided by so that their squares stay finite and above 0: 1, or the largest.
[[nodiscard]] inline double scale_of(std::span<const double> weights, const core::RunControl& control) {
  constexpr std::size_t block = std::size_t{1} << 17U;
  struct Range {
    double least = 1.0;
    double most = 1.0;
  };
  std::vector<Range> ranges(core::block_count(weights.size(), block));
  core::parallel_for(control, ranges.size(), [&](std::size_t b) {
    for (const double weight : weights.subspan(b * block, std::min(block, weights.size() - b * block))) {
      ranges[b].least = std::min(ranges[b].least, weight);
      ranges[b].most = std::max(ranges[b].most, weight);
    }
  });
  Range all;
  for (const Range& range : ranges) all = {std::min(all.least, range.least), std::max(all.most, range.most)};
  if (all.least >= 1e-70 && all.most <= 1e70) return 1.0;
  return *std::max_element(weights.begin(), weights.end());
}

}  // namespace detail

OUTWEIGH_INLINE Similarities similar_columns(const Adjacency& by_row, std::size_t columns,
                                             const SimilarityOptions& options) {
  if (options.top == 0)
    throw core::InvalidInput("at least one similar column must be kept", {.column = "top", .value = "0"});
  Adjacency columns_scaled = transpose(by_row, columns, options.control);
  Adjacency scaled;
  const Adjacency* rows = &by_row;
  if (const double largest = detail::scale_of(by_row.weights, options.control); largest != 1.0) {
    scaled = by_row;
    for (double& weight : scaled.weights) weight /= largest;
    for (double& weight : columns_scaled.weights) weight /= largest;
    rows = &scaled;
  }
  detail::SimilarityKernel kernel{
      .by_row = *rows, .by_column = columns_scaled, .method = options.method, .top = options.top};
  if (options.method == SimilarityMethod::adamic_adar) {
    kernel.row_weight.resize(by_row.rows(), 0.0);
    for (std::size_t row = 0; row < by_row.rows(); ++row) {
      const auto degree = static_cast<double>(by_row.offsets[row + 1] - by_row.offsets[row]);
      if (degree > 1.0) kernel.row_weight[row] = 1.0 / std::log(degree);
    }
  }
  const bool cosine = options.method == SimilarityMethod::cosine;
  kernel.inverse.resize(cosine ? columns : 0, 0.0);
  std::vector<std::size_t> work(columns, 1);
  const std::vector<std::uint32_t> blocks = detail::row_blocks(columns_scaled.offsets);
  core::parallel_for(options.control, blocks.size() - 1, [&](std::size_t b) {
    for (std::size_t column = blocks[b]; column < blocks[b + 1]; ++column) {
      double squares = 0.0;
      for (std::size_t i = columns_scaled.offsets[column]; i < columns_scaled.offsets[column + 1]; ++i) {
        const std::uint32_t row = columns_scaled.neighbours[i];
        work[column] += by_row.offsets[row + 1] - by_row.offsets[row];
        squares += columns_scaled.weight(i) * columns_scaled.weight(i);
      }
      if (cosine && squares > 0.0) kernel.inverse[column] = 1.0 / std::sqrt(squares);
    }
  });

  // Blocks of about equal work; few, since each has an array of its own over the columns.
  const std::size_t total = std::accumulate(work.begin(), work.end(), std::size_t{0});
  std::vector<std::uint32_t> first{0};
  std::size_t done = 0;
  const std::size_t share = std::max<std::size_t>(total / 64, std::size_t{1} << 16);
  for (std::size_t column = 0; column < columns; ++column) {
    done += work[column];
    if (done >= share || column + 1 == columns) {
      first.push_back(static_cast<std::uint32_t>(column + 1));
      done = 0;
    }
  }
  std::vector<std::vector<detail::Similar>> lists(first.size() - 1);
  Similarities result;
  result.offsets.assign(columns + 1, 0);
  core::parallel_for(options.control, lists.size(),
                     [&](std::size_t b) { kernel.run(first[b], first[b + 1], lists[b], result.offsets.data() + 1); });

  for (std::size_t column = 0; column < columns; ++column) result.offsets[column + 1] += result.offsets[column];
  const std::size_t size = result.offsets[columns];
  result.others.reserve(size);
  result.values.reserve(size);
  result.shared.reserve(size);
  for (const auto& list : lists) {
    for (const detail::Similar& similar : list) {
      result.others.push_back(similar.other);
      result.values.push_back(similar.value);
      result.shared.push_back(similar.shared);
    }
  }
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph
