#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <outweigh/core/detail/number.hpp>
#include <outweigh/listening/detail/positive_inverse.hpp>
#include <outweigh/listening/detail/revenue_bands.hpp>
#include <outweigh/listening/representativity.hpp>
#include <outweigh/stats/distributions.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

/// Cells in the order of their codes, so that sums do not depend on the order of accounts.
struct RepresentativityModel::Cells {
  struct Variable {
    std::string name;
    std::vector<std::string> levels;
    std::size_t first = 0;  ///< coefficient of the second level; the first has none
  };
  std::size_t accounts = 0;
  std::vector<Variable> variables;
  std::vector<std::uint32_t> code;     ///< [cell * variables + variable]
  std::vector<double> size;            ///< accounts of each cell
  std::vector<std::uint32_t> cell_of;  ///< by account
  std::size_t coefficients = 1;

  /// Calls with each coefficient of a cell that is not 0; the design is made of ones.
  template <class Visit>
  void each_coefficient(std::size_t cell, Visit visit) const {
    visit(std::size_t{0});
    for (std::size_t v = 0; v < variables.size(); ++v) {
      const std::uint32_t level = code[cell * variables.size() + v];
      if (level > 0) visit(variables[v].first + level - 1);
    }
  }
  [[nodiscard]] double dot(std::size_t cell, std::span<const double> coefficient) const {
    double sum = 0.0;
    each_coefficient(cell, [&](std::size_t k) { sum += coefficient[k]; });
    return sum;
  }
  /// Adds `weight` x x'.
  void add_outer(std::size_t cell, double weight, std::vector<double>& matrix) const {
    each_coefficient(cell, [&](std::size_t i) {
      each_coefficient(cell, [&](std::size_t j) { matrix[i * coefficients + j] += weight; });
    });
  }
  [[nodiscard]] double quadratic(std::size_t cell, const std::vector<double>& matrix) const {
    double sum = 0.0;
    each_coefficient(cell, [&](std::size_t i) {
      each_coefficient(cell, [&](std::size_t j) { sum += matrix[i * coefficients + j]; });
    });
    return sum;
  }
};

OUTWEIGH_INLINE RepresentativityModel::RepresentativityModel(std::size_t accounts,
                                                             std::span<const Dimension> variables) {
  auto cells = std::make_shared<Cells>();
  cells->accounts = accounts;
  const std::size_t width = variables.size();
  std::vector<std::uint32_t> code(accounts * width, detail::no_level);
  for (std::size_t v = 0; v < width; ++v) {
    const Dimension& dimension = variables[v];
    cells->variables.push_back({dimension.name, dimension.levels, cells->coefficients});
    if (!dimension.levels.empty()) cells->coefficients += dimension.levels.size() - 1;
    std::size_t covered = 0;
    for (std::size_t level = 0; level < dimension.members.size(); ++level) {
      for (const std::uint32_t slot : dimension.members[level]) {
        if (slot >= accounts || code[slot * width + v] != detail::no_level) {
          throw core::InvalidInput("representativity needs dimensions in which each account has one level",
                                   {.column = dimension.name, .value = dimension.levels[level]});
        }
        code[slot * width + v] = static_cast<std::uint32_t>(level);
        ++covered;
      }
    }
    if (covered != accounts) {
      throw core::InvalidInput("representativity needs dimensions in which each account has one level; some have none",
                               {.column = dimension.name, .value = std::to_string(accounts - covered)});
    }
  }
  if (cells->coefficients > 500) {
    throw core::InvalidInput(
        "representativity is modelled with at most 500 coefficients: join levels, or take fewer dimensions",
        {.column = "by", .value = std::to_string(cells->coefficients)});
  }
  std::vector<std::uint32_t> order(accounts);
  std::iota(order.begin(), order.end(), 0U);
  const auto row = [&](std::uint32_t slot) { return std::span(code).subspan(slot * width, width); };
  const auto before = [&](std::uint32_t a, std::uint32_t b) {
    const auto x = row(a);
    const auto y = row(b);
    return std::lexicographical_compare(x.begin(), x.end(), y.begin(), y.end());
  };
  std::sort(order.begin(), order.end(), before);
  cells->cell_of.resize(accounts);
  for (std::size_t i = 0; i < accounts; ++i) {
    if (i == 0 || before(order[i - 1], order[i])) {
      const auto codes = row(order[i]);
      cells->code.insert(cells->code.end(), codes.begin(), codes.end());
      cells->size.push_back(0.0);
    }
    cells->size.back() += 1.0;
    cells->cell_of[order[i]] = static_cast<std::uint32_t>(cells->size.size() - 1);
  }
  cells_ = std::move(cells);
}

OUTWEIGH_INLINE Representativity RepresentativityModel::fit(std::span<const std::uint8_t> heard, double level) const {
  const Cells& cells = *cells_;
  if (heard.size() != cells.accounts) {
    throw core::InvalidInput("there must be one flag an account",
                             {.column = "heard", .value = std::to_string(heard.size())});
  }
  if (!(level > 0.0 && level < 1.0)) {
    throw core::InvalidInput("this option must lie between 0 and 1",
                             {.column = "level", .value = core::detail::number_text(level)});
  }
  const std::size_t count = cells.size.size();
  const std::size_t p = cells.coefficients;
  const double n = static_cast<double>(cells.accounts);
  std::vector<double> hits(count, 0.0);
  Representativity result;
  result.accounts = static_cast<std::int64_t>(cells.accounts);
  for (std::size_t slot = 0; slot < heard.size(); ++slot) {
    if (heard[slot] == 0) continue;
    hits[cells.cell_of[slot]] += 1.0;
    ++result.heard;
  }
  if (cells.accounts == 0) {
    result.reason = "the base is empty";
    return result;
  }
  const double mean = static_cast<double>(result.heard) / n;
  result.propensity = mean;
  if (result.heard == 0) {
    result.reason = "nobody was heard";
    return result;
  }

  std::vector<double> fitted(count, mean);
  std::vector<double> variance;
  const bool all_heard = result.heard == result.accounts;
  bool converged = true;
  bool is_separated = false;
  std::vector<double> weight(count, 0.0);
  if (!all_heard) {
    std::vector<double> beta(p, 0.0);
    beta[0] = std::log(mean / (1.0 - mean));
    std::vector<double> eta(count);
    const auto log_likelihood = [&](std::span<const double> coefficient) {
      double sum = 0.0;
      for (std::size_t c = 0; c < count; ++c) {
        const double e = cells.dot(c, coefficient);
        sum += hits[c] * e - cells.size[c] * (e > 0.0 ? e + std::log1p(std::exp(-e)) : std::log1p(std::exp(e)));
      }
      return sum;
    };
    double likelihood = log_likelihood(beta);
    converged = false;
    for (int iteration = 0; iteration < 100 && !converged; ++iteration) {
      std::vector<double> information(p * p, 0.0);
      std::vector<double> gradient(p, 0.0);
      for (std::size_t c = 0; c < count; ++c) {
        eta[c] = cells.dot(c, beta);
        fitted[c] = 1.0 / (1.0 + std::exp(-eta[c]));
        cells.add_outer(c, cells.size[c] * fitted[c] * (1.0 - fitted[c]), information);
        cells.each_coefficient(c, [&](std::size_t k) { gradient[k] += hits[c] - cells.size[c] * fitted[c]; });
      }
      variance = detail::positive_inverse(std::move(information), p);
      std::vector<double> step(p, 0.0);
      for (std::size_t i = 0; i < p; ++i) {
        for (std::size_t j = 0; j < p; ++j) step[i] += variance[i * p + j] * gradient[j];
      }
      double scale = 1.0;
      std::vector<double> next(p);
      double reached = likelihood;
      for (int halving = 0; halving < 30; ++halving, scale *= 0.5) {
        for (std::size_t i = 0; i < p; ++i) next[i] = beta[i] + scale * step[i];
        reached = log_likelihood(next);
        if (std::isfinite(reached) && reached >= likelihood - 1e-12 * std::abs(likelihood)) break;
      }
      if (!std::isfinite(reached)) break;
      // Where a level is heard by all or by none the coefficients grow without end, and only the fit settles.
      double change = 0.0;
      for (std::size_t c = 0; c < count; ++c) {
        const double then = 1.0 / (1.0 + std::exp(-cells.dot(c, next)));
        change = std::max(change, std::abs(then - fitted[c]));
        fitted[c] = then;
      }
      beta = next;
      likelihood = reached;
      converged = change < 1e-13;
    }
    // A level that is heard wholly, or not at all, leaves no variance: there it is that of half an account more, heard,
    // and half a one, not heard.
    std::vector<double> information(p * p, 0.0);
    for (std::size_t c = 0; c < count; ++c) {
      double share = fitted[c];
      if (std::min(share, 1.0 - share) < 1e-6) {
        share = (hits[c] + 0.5) / (cells.size[c] + 1.0);
        is_separated = true;
      }
      weight[c] = share * (1.0 - share);
      cells.add_outer(c, cells.size[c] * weight[c], information);
    }
    variance = detail::positive_inverse(std::move(information), p);
  }

  const double freedom = std::max(1.0, n - 1.0);
  double spread = 0.0;
  double bias = 0.0;
  double error = 0.0;
  if (!all_heard) {
    std::vector<double> slope(p, 0.0);  // gradient of S^2 in the coefficients
    std::vector<double> curvature(p * p, 0.0);
    std::vector<double> centre(p, 0.0);
    for (std::size_t c = 0; c < count; ++c) {
      const double w = weight[c];
      const double gap = fitted[c] - mean;
      spread += cells.size[c] * gap * gap / freedom;
      bias += cells.size[c] * w * w * cells.quadratic(c, variance) / n;
      cells.add_outer(c, cells.size[c] * w * w / freedom, curvature);
      cells.each_coefficient(c, [&](std::size_t k) {
        slope[k] += 2.0 * cells.size[c] * gap * w / freedom;
        centre[k] += cells.size[c] * w;
      });
    }
    for (std::size_t i = 0; i < p; ++i) {
      for (std::size_t j = 0; j < p; ++j) curvature[i * p + j] -= centre[i] * centre[j] / (n * freedom);
    }
    // Variance of a quadratic form in the fitted coefficients: its slope and its curvature.
    std::vector<double> product(p * p, 0.0);
    double first = 0.0;
    double second = 0.0;
    for (std::size_t i = 0; i < p; ++i) {
      for (std::size_t k = 0; k < p; ++k) {
        const double v = variance[i * p + k];
        if (v == 0.0) continue;
        first += slope[i] * v * slope[k];
        for (std::size_t j = 0; j < p; ++j) product[i * p + j] += v * curvature[k * p + j];
      }
    }
    for (std::size_t i = 0; i < p; ++i) {
      for (std::size_t j = 0; j < p; ++j) second += 2.0 * product[i * p + j] * product[j * p + i];
    }
    error = std::sqrt(std::max(0.0, first + second));
  }
  const auto indicator = [](double squared) { return std::max(0.0, 1.0 - 2.0 * std::sqrt(std::max(0.0, squared))); };
  const double adjusted = std::max(0.0, spread - bias);
  const double z = stats::normal_two_sided(1.0 - level);
  result.unadjusted = indicator(spread);
  result.adjusted = indicator(adjusted);
  result.lower = indicator(adjusted + z * error);
  result.upper = indicator(adjusted - z * error);
  result.bias = bias;
  result.variance = spread;
  result.coefficient_of_variation = std::sqrt(adjusted) / mean;

  const std::size_t width = cells.variables.size();
  std::vector<std::uint32_t> order(count);
  for (std::size_t v = 0; v < width; ++v) {
    const auto& variable = cells.variables[v];
    const std::size_t levels = variable.levels.size();
    std::vector<PartialIndicator> category(levels);
    for (std::size_t c = 0; c < count; ++c) {
      PartialIndicator& part = category[cells.code[c * width + v]];
      part.accounts += static_cast<std::int64_t>(cells.size[c]);
      part.heard += static_cast<std::int64_t>(hits[c]);
      part.propensity += cells.size[c] * fitted[c];
    }
    // Cells of all other variables are runs of an order that leaves this one out.
    const auto key = [&](std::uint32_t cell, std::size_t other) { return cells.code[cell * width + other]; };
    const auto compare = [&](std::uint32_t a, std::uint32_t b) {
      for (std::size_t other = 0; other < width; ++other) {
        if (other != v && key(a, other) != key(b, other)) return key(a, other) < key(b, other);
      }
      return false;
    };
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), compare);
    for (std::size_t begin = 0; begin < count;) {
      std::size_t end = begin;
      double sum = 0.0;
      double size = 0.0;
      for (; end < count && !compare(order[begin], order[end]); ++end) {
        sum += cells.size[order[end]] * fitted[order[end]];
        size += cells.size[order[end]];
      }
      for (; begin < end; ++begin) {
        const std::uint32_t cell = order[begin];
        const double gap = fitted[cell] - sum / size;
        category[key(cell, v)].conditional += cells.size[cell] * gap * gap / freedom;
      }
    }
    PartialIndicator whole;
    whole.variable = variable.name;
    whole.accounts = result.accounts;
    whole.heard = result.heard;
    whole.propensity = mean;
    for (std::size_t k = 0; k < levels; ++k) {
      PartialIndicator& part = category[k];
      part.variable = variable.name;
      part.category = variable.levels[k];
      if (part.accounts > 0) {
        part.propensity /= static_cast<double>(part.accounts);
        part.unconditional = std::sqrt(static_cast<double>(part.accounts) / n) * (part.propensity - mean);
      }
      whole.unconditional += part.unconditional * part.unconditional;
      whole.conditional += part.conditional;
      part.conditional = std::sqrt(part.conditional);
    }
    whole.unconditional = std::sqrt(whole.unconditional);
    whole.conditional = std::sqrt(whole.conditional);
    result.partial.push_back(std::move(whole));
    result.partial.insert(result.partial.end(), std::make_move_iterator(category.begin()),
                          std::make_move_iterator(category.end()));
  }

  if (all_heard) {
    result.status = core::Status::exact;
    result.reason = "all accounts were heard";
  } else if (!converged) {
    result.status = core::Status::doubtful;
    result.reason = "the fit of the propensities did not settle";
  } else if (result.heard < 5 || result.accounts - result.heard < 5) {
    result.status = core::Status::doubtful;
    result.reason = "fewer than five accounts were heard, or not heard";
  } else if (is_separated) {
    result.status = core::Status::doubtful;
    result.reason = "some levels are heard wholly or not at all, so the error is a guess";
  } else if (n < 5.0 * static_cast<double>(p)) {
    result.status = core::Status::doubtful;
    result.reason = "there are fewer than five accounts for each level of the dimensions";
  } else {
    result.status = core::Status::estimated;
  }
  return result;
}

OUTWEIGH_INLINE Representativity representativity(std::span<const std::uint8_t> heard,
                                                  std::span<const Dimension> variables, double level) {
  return RepresentativityModel(heard.size(), variables).fit(heard, level);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
