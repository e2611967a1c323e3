// How all models of purchase histories are fitted, and their inputs for predictions checked.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include <outweigh/economics/detail/fit_logs.hpp>
#include <outweigh/economics/detail/number_text.hpp>
#include <outweigh/economics/purchase_history.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics::detail {

/// A power of two near the mean age: times in this unit keep their digits, and fits do not depend on the unit of time.
[[nodiscard]] inline double time_unit(const PurchaseHistory& history) {
  const double mean = history.total_age() / history.customers();
  return mean > 0.0 ? std::exp2(std::round(std::log2(mean))) : 1.0;
}

/// A function of four logarithms of parameters with its derivatives.
using JetFunction = std::function<stats::Jet<4>(std::span<const double> point)>;

[[nodiscard]] inline stats::SmoothFunction unpacked(JetFunction function) {
  return [function = std::move(function)](std::span<const double> point) { return unpack<4>(function(point)); };
}

/// Log-likelihood of the history over log parameters. `Model::prepare(theta, x)` makes what rows of frequency x share;
/// `Model::rows_of_one(shared, theta, rows, 1 / unit)` sums the logarithms of their likelihoods.
template <class Model>
[[nodiscard]] JetFunction purchase_likelihood_jet(const PurchaseHistory& history, double unit,
                                                  const core::RunControl& control) {
  // Rows are sorted by frequency; pieces of one frequency of at most `block` rows are the tasks, packed to about that.
  constexpr std::size_t block = 4096;
  struct Piece {
    std::size_t group, begin, end;
  };
  const auto& rows = history.rows();
  if (rows.size() <= 4) {
    // Customers with covariates of their own: nothing to share, and no memory to ask for.
    return [&rows, unit](std::span<const double> point) {
      const auto theta = log_variables<4>(point);
      stats::Jet<4> total;
      for (const auto& row : rows) {
        const auto shared = Model::prepare(theta, std::span<const double>(&row.frequency, 1));
        total += Model::row(shared.front(), theta, row.recency / unit, row.age / unit) * row.weight;
      }
      return total;
    };
  }
  std::vector<Piece> pieces;
  std::vector<std::size_t> tasks = {0};
  std::vector<double> frequencies;
  for (std::size_t begin = 0, packed = 0; begin < rows.size();) {
    if (begin == 0 || rows[begin].frequency != rows[begin - 1].frequency) frequencies.push_back(rows[begin].frequency);
    std::size_t end = begin + 1;
    while (end < rows.size() && end - begin < block && rows[end].frequency == rows[begin].frequency) ++end;
    pieces.push_back({frequencies.size() - 1, begin, end});
    packed += end - begin;
    if (packed >= block || end == rows.size()) {
      tasks.push_back(pieces.size());
      packed = 0;
    }
    begin = end;
  }
  return [&rows, &control, unit, pieces = std::move(pieces), tasks = std::move(tasks),
          frequencies = std::move(frequencies)](std::span<const double> point) {
    constexpr std::size_t size = 4;
    const auto theta = log_variables<size>(point);
    const auto shared = Model::prepare(theta, std::span<const double>(frequencies));
    std::vector<stats::Jet<size>> sums(tasks.size() - 1);
    const auto task = [&](std::size_t t) {
      for (std::size_t p = tasks[t]; p < tasks[t + 1]; ++p) {
        const Piece& piece = pieces[p];
        sums[t] += Model::rows_of_one(shared[piece.group], theta,
                                      std::span(rows).subspan(piece.begin, piece.end - piece.begin), 1.0 / unit);
      }
    };
    if (sums.size() <= 2) {
      for (std::size_t t = 0; t < sums.size(); ++t) task(t);
    } else {
      core::parallel_for(control, sums.size(), task);
    }
    stats::Jet<size> total;
    for (const stats::Jet<size>& sum : sums) total += sum;
    return total;
  };
}
template <class Model>
[[nodiscard]] stats::SmoothFunction purchase_likelihood(const PurchaseHistory& history, double unit,
                                                        const core::RunControl& control) {
  return unpacked(purchase_likelihood_jet<Model>(history, unit, control));
}

/// Do customers pay at a fixed interval, or at one of two, such as monthly and yearly? Mean times between purchases at
/// random scatter from customer to customer; that all of twenty or more lie as near to each other as months do (28 to
/// 31 days) happens only where something sets the interval.
[[nodiscard]] inline bool is_contract(const PurchaseHistory& history) {
  constexpr double spread = 1.12;
  double least = HUGE_VAL;
  for (const auto& row : history.rows()) {
    if (row.frequency > 0.0) least = std::min(least, row.recency / row.frequency);
  }
  struct Interval {
    double customers = 0.0, least = HUGE_VAL, most = 0.0, fewest = HUGE_VAL, greatest = 0.0;
    void add(double interval, double frequency, double weight) {
      customers += weight;
      least = std::min(least, interval);
      most = std::max(most, interval);
      fewest = std::min(fewest, frequency);
      greatest = std::max(greatest, frequency);
    }
  };
  Interval shorter;
  Interval longer;
  for (const auto& row : history.rows()) {
    if (row.frequency == 0.0) continue;
    const double interval = row.recency / row.frequency;
    (interval < spread * least ? shorter : longer).add(interval, row.frequency, row.weight);
  }
  if (shorter.customers < 20.0 || !(shorter.greatest > shorter.fewest)) return false;
  if (longer.customers == 0.0) return true;
  const double ratio = (longer.least + longer.most) / (shorter.least + shorter.most);
  const auto is_near = [&](double times) { return std::abs(ratio / times - 1.0) < 0.06; };
  return longer.customers >= 5.0 && longer.most < spread * longer.least &&
         (is_near(3.0) || is_near(4.0) || is_near(6.0) || is_near(12.0));
}

/// Fits in the history's own unit of time; `times` are the positions of the parameters that are times.
template <class Model>
[[nodiscard]] ModelFit fit_purchases(const PurchaseHistory& history, std::span<const std::size_t> times,
                                     const core::RunControl& control) {
  const double unit = time_unit(history);
  const double rate = std::max(history.repeat_purchases(), 0.5) / std::max(history.total_age() / unit, 0.5);
  std::vector<std::vector<double>> starts = Model::starts(std::log(rate));
  constexpr std::size_t enough = 8192;
  if (history.rows().size() > 4 * enough) {
    // A first maximum on a thinned history leaves two or three steps for the whole one.
    const PurchaseHistory part = history.thinned(history.rows().size() / enough);
    const ModelFit first = fit_logs(Model::limits(), purchase_likelihood<Model>(part, unit, control), starts);
    if (first.status == FitStatus::estimated) {
      std::vector<double> start;
      for (const double value : first.parameters) start.push_back(std::log(value));
      starts = {start};
    }
  }
  ModelFit fit = fit_logs(Model::limits(), purchase_likelihood<Model>(history, unit, control), starts);
  if (fit.status == FitStatus::boundary && Model::departures(fit.parameters, history, unit) < 1e-3) {
    // However it is written, the limit is the one in which everybody stays.
    fit.undetermined[2] = fit.undetermined[3] = 1;
    fit.cause = std::string("the likelihood has its maximum at a limit: ") + fit.names[2] +
                " goes to 0: nobody is seen to leave" +
                (fit.undetermined[0] != 0 ? "; r grows without limit: all customers buy at the same rate" : "");
  }
  for (const std::size_t position : times) fit.parameters[position] *= unit;
  fit.log_likelihood -= history.repeat_purchases() * std::log(unit);
  fit.customers = history.customers();
  fit.distinct_rows = history.rows().size();
  if (history.repeat_purchases() == 0.0) {
    fit.status = FitStatus::not_identified;
    fit.undetermined.assign(fit.size(), 1);
    fit.cause = "no customer bought again: rates of purchase and of leaving cannot be told apart";
  } else if (is_contract(history)) {
    fit.status = FitStatus::not_identified;
    fit.undetermined.assign(fit.size(), 1);
    fit.cause =
        "all customers pay at fixed intervals, as under contract, and do not buy at random: ShiftedBetaGeometric or "
        "BetaDiscreteWeibull fits them";
  }
  return fit;
}

[[nodiscard]] inline double horizon_at(std::span<const double> horizon, std::size_t row) {
  return horizon.size() == 1 ? horizon[0] : horizon[row];
}

inline void check_horizon(std::span<const double> horizon, std::size_t rows) {
  if (horizon.size() != 1 && horizon.size() != rows) {
    throw core::InvalidInput("a horizon is one number or one a row", {.column = "horizon"});
  }
  for (std::size_t i = 0; i < horizon.size(); ++i) {
    if (!(horizon[i] >= 0.0) || !std::isfinite(horizon[i])) {
      throw core::InvalidInput("a horizon is 0 or more and finite",
                               {.column = "horizon", .row = i, .value = number_text(horizon[i])});
    }
  }
}

}  // namespace outweigh::inline OUTWEIGH_ABI::economics::detail
