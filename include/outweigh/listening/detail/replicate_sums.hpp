// Weighted sums by domain in every replicate, with the rows summed up before.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/core/parallel.hpp>
#include <outweigh/listening/detail/replicate_plan.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

/// [replicate][domain][column]; column 0 is the sum of weights, the others are weighted sums of outcomes.
class ReplicateSums {
 public:
  ReplicateSums(const ReplicatePlan& plan, std::vector<std::span<const double>> columns, const Cells* domains,
                const core::RunControl& control)
      : plan_(plan),
        outcomes_(std::move(columns)),
        domain_(domains),
        width_(outcomes_.size() + 1),
        domains_(domains == nullptr ? 1 : domains->count),
        control_(control) {
    values_.assign(plan.replicates * domains_ * width_, 0.0);
    trouble_.resize(plan.replicates);
    if (!plan.by_cell) {
      each_by_rows();
    } else {
      prepare_groups();
      if (plan.counts_by_position()) {
        each_by_position();
      } else if (plan.is_jackknife()) {
        each_left_out();
      } else {
        each_by_unit();
      }
    }
    settle();
  }

  [[nodiscard]] std::size_t domains() const { return domains_; }
  [[nodiscard]] std::size_t failed() const { return failed_; }
  [[nodiscard]] bool used(std::size_t r) const { return !trouble_[r] && plan_.scale(r) > 0.0; }
  [[nodiscard]] double sum(std::size_t r, std::size_t domain, std::size_t column) const {
    return values_[(r * domains_ + domain) * width_ + column];
  }

 private:
  [[nodiscard]] std::size_t rows() const { return plan_.base.size(); }
  [[nodiscard]] std::size_t domain_of(std::size_t row) const { return domain_ == nullptr ? 0 : domain_->of_row[row]; }
  [[nodiscard]] const Adjustment* adjustment() const {
    return plan_.weights.adjustments().empty() ? nullptr : plan_.weights.adjustments().front().get();
  }
  [[nodiscard]] std::size_t cell_of(std::size_t row) const {
    return adjustment() == nullptr ? 0 : adjustment()->cells.of_row[row];
  }
  [[nodiscard]] double column(std::size_t k, std::size_t row) const { return k == 0 ? 1.0 : outcomes_[k - 1][row]; }

  template <class Make>
  void guard(std::size_t r, Make make) {
    try {
      make();
    } catch (const core::Infeasible&) {
      trouble_[r] = std::current_exception();
    }
  }

  void settle() {
    std::exception_ptr first;
    for (const auto& trouble : trouble_) {
      if (!trouble) continue;
      ++failed_;
      if (!first) first = trouble;
    }
    if (!first) return;
    if (plan_.is_jackknife()) std::rethrow_exception(first);
    if (20 * failed_ > plan_.replicates) {
      try {
        std::rethrow_exception(first);
      } catch (const core::Infeasible& error) {
        throw core::NotIdentified(std::to_string(failed_) + " of " + std::to_string(plan_.replicates) +
                                      " replicates cannot meet the totals, for instance because " + error.message(),
                                  error.place());
      }
    }
  }

  /// Rows of one cell and domain form a group.
  void prepare_groups() {
    cells_ = adjustment() == nullptr ? 1 : adjustment()->cells.count;
    groups_ = cells_ * domains_;
    full_.assign(groups_ * width_, 0.0);
    rows_of_.assign(groups_, 0);
    std::vector<double> mass(cells_, 0.0);
    for (const std::uint32_t row : plan_.order) {
      const std::size_t group = cell_of(row) * domains_ + domain_of(row);
      ++rows_of_[group];
      mass[cell_of(row)] += plan_.base[row];
      for (std::size_t k = 0; k < width_; ++k) full_[group * width_ + k] += plan_.base[row] * column(k, row);
    }
    if (adjustment() != nullptr) near_ = readjust_cells(*adjustment(), mass, {});
  }

  /// Adjusts sums by group and adds them up by domain.
  void finish(std::size_t r, std::span<const double> sums) {
    std::vector<double> ratio;
    if (adjustment() != nullptr) {
      std::vector<double> mass(cells_, 0.0);
      for (std::size_t group = 0; group < groups_; ++group) mass[group / domains_] += sums[group * width_];
      ratio = readjust_cells(*adjustment(), mass, near_);
    }
    double* out = &values_[r * domains_ * width_];
    for (std::size_t group = 0; group < groups_; ++group) {
      const double factor = ratio.empty() ? 1.0 : ratio[group / domains_];
      double* of_domain = out + group % domains_ * width_;
      for (std::size_t k = 0; k < width_; ++k) of_domain[k] += factor * sums[group * width_ + k];
    }
  }

  static double dot(const double* a, const double* b, std::size_t size) {
    // Four sums at once, always in the same order.
    double s0 = 0.0;
    double s1 = 0.0;
    double s2 = 0.0;
    double s3 = 0.0;
    std::size_t i = 0;
    for (; i + 4 <= size; i += 4) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
    }
    for (; i < size; ++i) s0 += a[i] * b[i];
    return (s0 + s1) + (s2 + s3);
  }

  /// The Poisson bootstrap of rows: several replicates a pass, so that the rows are read from memory once.
  void each_by_position() {
    constexpr std::size_t block = PoissonCounts::at_once;
    constexpr std::size_t together = 8;
    const std::size_t n = rows();
    std::vector<std::vector<double>> sorted(width_, std::vector<double>(n));
    std::vector<std::uint32_t> domain_at(domain_ == nullptr ? 0 : n);
    std::vector<std::size_t> end_of(cells_, 0);
    for (std::size_t i = 0; i < n; ++i) {
      const std::uint32_t row = plan_.order[i];
      for (std::size_t k = 0; k < width_; ++k) sorted[k][i] = plan_.base[row] * column(k, row);
      if (domain_ != nullptr) domain_at[i] = domain_->of_row[row];
      end_of[cell_of(row)] = i + 1;
    }
    for (std::size_t cell = 1; cell < cells_; ++cell) end_of[cell] = std::max(end_of[cell], end_of[cell - 1]);
    const double damping = poisson_damping(plan_.drawn[0], plan_.left[0]);

    const std::size_t tasks = core::block_count(plan_.replicates, together);
    core::parallel_for(control_, tasks, [&](std::size_t task) {
      const std::size_t first = task * together;
      const std::size_t last = std::min(plan_.replicates, first + together);
      std::vector<PoissonCounts> sources;
      for (std::size_t r = first; r < last; ++r) sources.emplace_back(plan_.seed, r);
      std::vector<std::vector<double>> sums(last - first, std::vector<double>(full_.size(), 0.0));
      std::vector<std::uint64_t> totals(last - first, 0);
      std::array<std::uint16_t, block> counts;
      std::array<double, block> multiplier;
      std::size_t first_cell = 0;
      for (std::size_t from = 0; from < n; from += block) {
        const std::size_t to = std::min(n, from + block);
        while (end_of[first_cell] <= from) ++first_cell;
        for (std::size_t s = 0; s < sources.size(); ++s) {
          sources[s].block(from / block, counts);
          std::uint32_t total = 0;
          for (std::size_t i = 0; i < to - from; ++i) total += counts[i];
          totals[s] += total;
          for (std::size_t i = 0; i < block; ++i) multiplier[i] = static_cast<double>(counts[i]);
          std::vector<double>& out = sums[s];
          for (std::size_t cell = first_cell, begin = from; begin < to; ++cell) {
            const std::size_t end = std::min(to, end_of[cell]);
            if (end <= begin) continue;
            if (domain_ == nullptr) {
              for (std::size_t k = 0; k < width_; ++k) {
                out[cell * width_ + k] += dot(&multiplier[begin - from], &sorted[k][begin], end - begin);
              }
            } else {
              for (std::size_t i = begin; i < end; ++i) {
                double* of_group = &out[(cell * domains_ + domain_at[i]) * width_];
                for (std::size_t k = 0; k < width_; ++k) of_group[k] += multiplier[i - from] * sorted[k][i];
              }
            }
            begin = end;
          }
        }
      }
      for (std::size_t s = 0; s < sources.size(); ++s) {
        const double factor =
            damping * static_cast<double>(n) / static_cast<double>(std::max<std::uint64_t>(1, totals[s]));
        for (std::size_t i = 0; i < full_.size(); ++i) sums[s][i] = (1.0 - damping) * full_[i] + factor * sums[s][i];
        guard(first + s, [&] { finish(first + s, sums[s]); });
      }
    });
  }

  struct Item {
    std::uint32_t group;
    std::uint32_t unit;
    std::uint32_t rows;
  };

  /// Rows of one group and unit become one item, in the order of groups or of units.
  void prepare_items(bool units_first) {
    const std::size_t n = rows();
    std::vector<std::uint32_t> sorted(n);
    std::vector<std::uint32_t> group_of(n);
    std::iota(sorted.begin(), sorted.end(), 0U);
    for (std::size_t row = 0; row < n; ++row) {
      group_of[row] = static_cast<std::uint32_t>(cell_of(row) * domains_ + domain_of(row));
    }
    std::sort(sorted.begin(), sorted.end(), [&](std::uint32_t a, std::uint32_t b) {
      const auto key = [&](std::uint32_t row) {
        return units_first ? std::array{plan_.unit_of(row), group_of[row], row}
                           : std::array{group_of[row], plan_.unit_of(row), row};
      };
      return key(a) < key(b);
    });
    for (const std::uint32_t row : sorted) {
      const Item item{group_of[row], plan_.unit_of(row), 1};
      if (items_.empty() || items_.back().group != item.group || items_.back().unit != item.unit) {
        items_.push_back(item);
        item_sums_.insert(item_sums_.end(), width_, 0.0);
      } else {
        ++items_.back().rows;
      }
      double* sums = &item_sums_[(items_.size() - 1) * width_];
      for (std::size_t k = 0; k < width_; ++k) sums[k] += plan_.base[row] * column(k, row);
    }
  }

  void each_by_unit() {
    prepare_items(false);
    core::parallel_for(control_, plan_.replicates, [&](std::size_t r) {
      const std::vector<double> of_unit = multipliers(plan_, r);
      std::vector<double> sums(full_.size(), 0.0);
      for (std::size_t i = 0; i < items_.size(); ++i) {
        const double m = of_unit[items_[i].unit];
        double* out = &sums[items_[i].group * width_];
        const double* in = &item_sums_[i * width_];
        for (std::size_t k = 0; k < width_; ++k) out[k] += m * in[k];
      }
      guard(r, [&] { finish(r, sums); });
    });
  }

  /// The jackknife: what a stratum has in each group, less what the unit left out has.
  void each_left_out() {
    prepare_items(true);
    std::vector<std::size_t> first_item(plan_.units + 1, items_.size());
    for (std::size_t i = items_.size(); i-- > 0;) first_item[items_[i].unit] = i;
    for (std::size_t u = plan_.units; u-- > 0;) first_item[u] = std::min(first_item[u], first_item[u + 1]);

    struct Share {
      std::uint32_t group;
      std::vector<double> sums;
    };
    const std::size_t strata = plan_.drawn.size();
    std::vector<std::vector<Share>> of_stratum(strata);
    constexpr std::uint32_t none = 0xFFFFFFFFU;
    std::vector<std::uint32_t> slot(groups_, none);
    std::vector<std::vector<std::uint32_t>> units_of = plan_.units_of;
    if (units_of.empty()) {
      units_of.resize(1);
      units_of[0].resize(plan_.units);
      std::iota(units_of[0].begin(), units_of[0].end(), 0U);
    }
    for (std::size_t h = 0; h < strata; ++h) {
      for (const std::uint32_t u : units_of[h]) {
        for (std::size_t i = first_item[u]; i < first_item[u + 1]; ++i) {
          const std::uint32_t group = items_[i].group;
          if (slot[group] == none) {
            slot[group] = static_cast<std::uint32_t>(of_stratum[h].size());
            of_stratum[h].push_back({group, std::vector<double>(width_, 0.0)});
          }
          for (std::size_t k = 0; k < width_; ++k) of_stratum[h][slot[group]].sums[k] += item_sums_[i * width_ + k];
        }
      }
      for (const Share& share : of_stratum[h]) slot[share.group] = none;
    }

    core::parallel_for(control_, plan_.replicates, [&](std::size_t r) {
      const std::size_t h = plan_.stratum(static_cast<std::uint32_t>(r));
      if (!(plan_.drawn[h] > 1.0)) return;
      const double grown = plan_.drawn[h] / (plan_.drawn[h] - 1.0);
      std::vector<double> sums = full_;
      for (const Share& share : of_stratum[h]) {
        for (std::size_t k = 0; k < width_; ++k) sums[share.group * width_ + k] += (grown - 1.0) * share.sums[k];
      }
      for (std::size_t i = first_item[r]; i < first_item[r + 1]; ++i) {
        const std::size_t group = items_[i].group;
        // A group that is gone is gone exactly.
        const bool gone = rows_of_[group] == items_[i].rows;
        for (std::size_t k = 0; k < width_; ++k) {
          double& sum = sums[group * width_ + k];
          sum = gone ? 0.0 : sum - grown * item_sums_[i * width_ + k];
        }
      }
      guard(r, [&] { finish(r, sums); });
    });
  }

  void each_by_rows() {
    core::parallel_for(control_, plan_.replicates, [&](std::size_t r) {
      guard(r, [&] {
        const std::vector<double> of_unit = multipliers(plan_, r);
        std::vector<double> weights(plan_.base);
        for (std::size_t row = 0; row < rows(); ++row) weights[row] *= of_unit[plan_.unit_of(row)];
        for (const auto& step : plan_.weights.adjustments()) weights = readjust_rows(*step, std::move(weights));
        double* out = &values_[r * domains_ * width_];
        for (std::size_t row = 0; row < rows(); ++row) {
          double* of_domain = out + domain_of(row) * width_;
          for (std::size_t k = 0; k < width_; ++k) of_domain[k] += weights[row] * column(k, row);
        }
      });
    });
  }

  const ReplicatePlan& plan_;
  std::vector<std::span<const double>> outcomes_;
  const Cells* domain_;
  std::size_t width_;
  std::size_t domains_;
  const core::RunControl& control_;
  std::vector<double> values_;
  std::vector<std::exception_ptr> trouble_;
  std::size_t failed_ = 0;
  std::size_t cells_ = 1;
  std::size_t groups_ = 1;
  std::vector<double> full_;
  std::vector<std::uint32_t> rows_of_;
  std::vector<double> near_;
  std::vector<Item> items_;
  std::vector<double> item_sums_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
