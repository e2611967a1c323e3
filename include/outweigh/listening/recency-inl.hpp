#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <tuple>
#include <utility>

#include <outweigh/core/detail/number.hpp>
#include <outweigh/listening/detail/cells.hpp>
#include <outweigh/listening/detail/q_values.hpp>
#include <outweigh/listening/recency.hpp>
#include <outweigh/stats/distributions.hpp>
#include <outweigh/stats/proportion.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

namespace detail {

/// Checked records: cell = period * groups + group of each row, and the base of each cell.
struct HearingGrid {
  std::size_t periods = 0;
  std::size_t groups = 0;
  std::vector<std::uint32_t> cell;
  std::vector<double> base;
};

inline void require_interval_level(double level) {
  if (!(level > 0.0 && level < 1.0)) {
    throw core::InvalidInput("the level of an interval must lie between 0 and 1",
                             {.column = "level", .value = core::detail::number_text(level)});
  }
}

inline HearingGrid make_grid(const HearingRecords& records) {
  HearingGrid grid;
  grid.periods = records.period.levels.size();
  grid.groups = records.group.levels.size();
  const std::size_t rows = records.period.codes.size();
  if (records.base.size() != grid.groups && records.base.size() != grid.groups * grid.periods) {
    throw core::InvalidInput("the base has neither one count a group nor one a period and group",
                             {.table = "base", .value = std::to_string(records.base.size())});
  }
  for (std::size_t cell = 0; cell < grid.periods * grid.groups; ++cell) {
    const std::size_t group = cell % grid.groups;
    const double accounts = records.base.size() == grid.groups ? records.base[group] : records.base[cell];
    if (!(accounts >= 0.0 && accounts <= 1e15)) {
      throw core::InvalidInput(
          "the base of a group must be finite and not negative",
          {.table = "base", .column = records.group.levels[group], .value = std::to_string(accounts)});
    }
    grid.base.push_back(accounts);
  }
  if (records.group.codes.size() != rows) {
    throw core::InvalidInput("the column '" + records.group.name + "' has another length than the rest",
                             {.column = records.group.name, .value = std::to_string(records.group.codes.size())});
  }
  for (std::size_t row = 0; row < rows; ++row) {
    const std::int64_t period = records.period.codes[row];
    const std::int64_t group = records.group.codes[row];
    if (period < 0 || static_cast<std::size_t>(period) >= grid.periods) throw_bad_code(records.period, row);
    if (group < 0 || static_cast<std::size_t>(group) >= grid.groups) throw_bad_code(records.group, row);
    grid.cell.push_back(
        static_cast<std::uint32_t>(static_cast<std::size_t>(period) * grid.groups + static_cast<std::size_t>(group)));
  }
  return grid;
}

inline void require_accounts(const HearingRecords& records, const HearingGrid& grid) {
  if (records.account.size() != grid.cell.size()) {
    throw core::InvalidInput("the accounts and the periods differ in length",
                             {.column = "account", .value = std::to_string(records.account.size())});
  }
  for (std::size_t row = 0; row < grid.cell.size(); ++row) {
    if (records.account[row] < 0)
      throw core::InvalidInput("the account of a row is unknown", {.column = "account", .row = row});
  }
}

/// Distinct accounts by `of(row)`, below `number`.
template <class Of>
std::vector<std::size_t> distinct_accounts(const HearingRecords& records, std::size_t number, const Of& of) {
  std::vector<std::pair<std::size_t, std::int64_t>> pairs;
  for (std::size_t row = 0; row < records.account.size(); ++row) pairs.emplace_back(of(row), records.account[row]);
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  std::vector<std::size_t> distinct(number, 0);
  for (const auto& [place, account] : pairs) ++distinct[place];
  return distinct;
}

/// Distinct accounts of each cell.
inline std::vector<std::size_t> heard_accounts(const HearingRecords& records, const HearingGrid& grid) {
  require_accounts(records, grid);
  const std::vector<std::size_t> heard =
      distinct_accounts(records, grid.periods * grid.groups, [&](std::size_t row) { return grid.cell[row]; });
  for (std::size_t cell = 0; cell < heard.size(); ++cell) {
    if (static_cast<double>(heard[cell]) <= grid.base[cell]) continue;
    throw core::InvalidInput("more accounts were heard than the base has",
                             {.table = "base",
                              .column = records.group.levels[cell % grid.groups],
                              .value = records.period.levels[cell / grid.groups] + ": " + std::to_string(heard[cell])});
  }
  return heard;
}

/// One account's interactions of one cell.
struct CellVoice {
  std::uint32_t cell = 0;
  std::int64_t account = 0;
  double interactions = 0.0;
  double events = 0.0;
};

/// By cell and account; without accounts each interaction stands alone.
inline std::vector<CellVoice> make_voices(const HearingRecords& records, const HearingGrid& grid,
                                          std::span<const double> events) {
  const bool knows_accounts = records.account.size() != 0;
  if (knows_accounts) require_accounts(records, grid);
  std::vector<CellVoice> voices;
  for (std::size_t row = 0; row < grid.cell.size(); ++row) {
    const std::int64_t account = knows_accounts ? records.account[row] : static_cast<std::int64_t>(row);
    voices.push_back({grid.cell[row], account, 1.0, events[row]});
  }
  std::sort(voices.begin(), voices.end(), [](const CellVoice& x, const CellVoice& y) {
    return std::tie(x.cell, x.account, x.events) < std::tie(y.cell, y.account, y.events);
  });
  std::size_t kept = 0;
  for (const CellVoice& voice : voices) {
    if (kept > 0 && voices[kept - 1].cell == voice.cell && voices[kept - 1].account == voice.account) {
      voices[kept - 1].interactions += 1.0;
      voices[kept - 1].events += voice.events;
    } else {
      voices[kept++] = voice;
    }
  }
  voices.resize(kept);
  return voices;
}

/// How far the rate of accounts' events per interaction is known.
struct RateError {
  double variance = 0.0;                                     ///< of the rate
  double effect = 1.0;                                       ///< over that of independent events; at least 1
  double degrees = std::numeric_limits<double>::infinity();  ///< of freedom of a t distribution
};

/// Between accounts, as a ratio of sums over them: what an account of a share h of the interactions is apart from the
/// rate has 1 - h of its variance (Bell and McCaffrey 2002), and few accounts with most of the interactions tell little
/// of that variance, by their effective number (Kish 1965). Where nothing, or one account, shows a spread: as if each
/// account said the same in all of its interactions.
inline RateError rate_error(std::span<const CellVoice> voices) {
  double interactions = 0.0;
  double events = 0.0;
  double sizes = 0.0;
  for (const CellVoice& voice : voices) {
    interactions += voice.interactions;
    events += voice.events;
    sizes += voice.interactions * voice.interactions;
  }
  RateError error;
  if (!(interactions > 0.0)) return error;
  if (voices.size() < 2 || events == 0.0) {
    error.effect = std::max(1.0, sizes / interactions);
    error.variance = error.effect * events / (interactions * interactions);
    return error;
  }
  for (const CellVoice& voice : voices) {
    const double apart = voice.events - events / interactions * voice.interactions;
    error.variance += apart * apart / (1.0 - voice.interactions / interactions);
  }
  error.effect = std::max(1.0, error.variance / events);
  error.variance /= interactions * interactions;
  error.degrees = std::max(1.0, interactions * interactions / sizes - 1.0);
  return error;
}

/// Size of the beta prior that moments give for shares heard out of bases.
inline double prior_size(std::span<const double> heard, std::span<const double> base) {
  double hits = 0.0;
  double total = 0.0;
  for (std::size_t i = 0; i < heard.size(); ++i) {
    hits += heard[i];
    total += base[i];
  }
  if (!(total > 0.0)) return 0.0;
  const double mean = hits / total;
  double squares = 0.0;
  double sizes = 0.0;
  std::size_t count = 0;
  for (std::size_t i = 0; i < heard.size(); ++i) {
    if (!(base[i] > 0.0)) continue;
    squares += base[i] * (heard[i] / base[i] - mean) * (heard[i] / base[i] - mean);
    sizes += base[i] * base[i];
    ++count;
  }
  const double noise = mean * (1.0 - mean);
  const double n = total - sizes / total;
  if (count < 2 || !(noise > 0.0) || !(n > 0.0)) return total;
  const double between = (squares - static_cast<double>(count - 1) * noise) / n;
  if (!(between > 0.0)) return total;
  return std::clamp(noise / between - 1.0, 0.0, total);
}

/// Pearson's chi-square of two rows of counts over groups; false when a margin is empty.
inline bool compare_mixes(std::span<const double> here, std::span<const double> elsewhere, double& p_value,
                          bool& small) {
  const double n_here = std::accumulate(here.begin(), here.end(), 0.0);
  const double n_else = std::accumulate(elsewhere.begin(), elsewhere.end(), 0.0);
  small = false;
  if (!(n_here > 0.0) || !(n_else > 0.0)) return false;
  double statistic = 0.0;
  double used = 0.0;
  for (std::size_t g = 0; g < here.size(); ++g) {
    const double both = here[g] + elsewhere[g];
    if (!(both > 0.0)) continue;
    used += 1.0;
    for (const auto& [count, n] : {std::pair{here[g], n_here}, std::pair{elsewhere[g], n_else}}) {
      const double expected = both * n / (n_here + n_else);
      small = small || expected < 5.0;
      statistic += (count - expected) * (count - expected) / expected;
    }
  }
  p_value = used > 1.0 ? stats::chi_squared(statistic, used - 1.0).upper : 1.0;
  return true;
}

}  // namespace detail

OUTWEIGH_INLINE std::vector<double> decay_weights(std::span<const double> age, double half_life) {
  if (!(half_life > 0.0)) {
    throw core::InvalidInput("a half-life must be positive",
                             {.column = "half_life", .value = core::detail::number_text(half_life)});
  }
  std::vector<double> weights;
  weights.reserve(age.size());
  for (std::size_t row = 0; row < age.size(); ++row) {
    if (!(age[row] >= 0.0 && std::isfinite(age[row]))) {
      throw core::InvalidInput("an age must be finite and not negative",
                               {.column = "age", .row = row, .value = core::detail::number_text(age[row])});
    }
    weights.push_back(std::exp2(-age[row] / half_life));
  }
  return weights;
}

OUTWEIGH_INLINE HearingDrift hearing_drift(const HearingRecords& records, double level) {
  detail::require_interval_level(level);
  const detail::HearingGrid grid = detail::make_grid(records);
  const std::vector<std::size_t> heard = detail::heard_accounts(records, grid);
  // Whichever groups they were in.
  const std::vector<std::size_t> heard_of_period =
      detail::distinct_accounts(records, grid.periods, [&](std::size_t row) { return grid.cell[row] / grid.groups; });
  std::vector<std::size_t> interactions(heard.size(), 0);
  for (const std::uint32_t cell : grid.cell) ++interactions[cell];
  HearingDrift result;

  std::vector<double> mean(grid.groups, 0.0);
  std::vector<double> prior(grid.groups, 0.0);
  for (std::size_t g = 0; g < grid.groups; ++g) {
    std::vector<double> of_period;
    std::vector<double> base;
    for (std::size_t t = 0; t < grid.periods; ++t) {
      of_period.push_back(static_cast<double>(heard[t * grid.groups + g]));
      base.push_back(grid.base[t * grid.groups + g]);
    }
    const double total = std::accumulate(base.begin(), base.end(), 0.0);
    mean[g] = total > 0.0 ? std::accumulate(of_period.begin(), of_period.end(), 0.0) / total : 0.0;
    prior[g] = detail::prior_size(of_period, base);
  }
  std::vector<double> all(grid.groups, 0.0);
  for (std::size_t cell = 0; cell < heard.size(); ++cell) all[cell % grid.groups] += static_cast<double>(heard[cell]);

  for (std::size_t t = 0; t < grid.periods; ++t) {
    HearingPeriod period;
    period.period = records.period.levels[t];
    period.heard_accounts = heard_of_period[t];
    std::vector<double> here(grid.groups);
    std::vector<double> elsewhere(grid.groups);
    double base_sum = 0.0;
    for (std::size_t g = 0; g < grid.groups; ++g) {
      const std::size_t cell = t * grid.groups + g;
      here[g] = static_cast<double>(heard[cell]);
      elsewhere[g] = all[g] - here[g];
      period.interactions += interactions[cell];
      base_sum += grid.base[cell];
    }
    const double heard_sum = std::accumulate(here.begin(), here.end(), 0.0);
    const double other_sum = std::accumulate(elsewhere.begin(), elsewhere.end(), 0.0);
    for (std::size_t g = 0; g < grid.groups; ++g) {
      const std::size_t cell = t * grid.groups + g;
      HearingCell row;
      row.period = period.period;
      row.group = records.group.levels[g];
      row.base_accounts = grid.base[cell];
      row.heard_accounts = heard[cell];
      row.interactions = interactions[cell];
      row.heard_share = heard_sum > 0.0 ? here[g] / heard_sum : 0.0;
      row.base_share = base_sum > 0.0 ? grid.base[cell] / base_sum : 0.0;
      const double size = grid.base[cell] + prior[g];
      row.propensity = size > 0.0 ? (here[g] + prior[g] * mean[g]) / size : 0.0;
      row.propensity_interval = {0.0, 1.0, level};
      if (grid.base[cell] > 0.0) {
        // Half an account of either kind keeps the ends inside where the group has no mean to be drawn to.
        const double yes = here[g] + prior[g] * mean[g] + 0.5;
        const double no = grid.base[cell] - here[g] + prior[g] * (1.0 - mean[g]) + 0.5;
        row.propensity_interval.lower = std::min(row.propensity, stats::beta_quantile(0.5 - 0.5 * level, yes, no));
        row.propensity_interval.upper = std::max(row.propensity, stats::beta_quantile(0.5 + 0.5 * level, yes, no));
      }
      if (heard_sum > 0.0) {
        period.distance += 0.5 * std::abs(row.heard_share - row.base_share);
        if (other_sum > 0.0) period.drift += 0.5 * std::abs(row.heard_share - elsewhere[g] / other_sum);
      }
      result.cells.push_back(std::move(row));
    }
    if (period.heard_accounts > 0) {
      bool small = false;
      period.status = detail::compare_mixes(here, elsewhere, period.p_value, small) && !small ? core::Status::estimated
                                                                                              : core::Status::doubtful;
    }
    result.periods.push_back(std::move(period));
  }

  std::vector<std::size_t> tested;  // periods in which anybody was heard
  std::vector<double> p_values;
  for (std::size_t t = 0; t < grid.periods; ++t) {
    if (result.periods[t].heard_accounts == 0) continue;
    tested.push_back(t);
    p_values.push_back(result.periods[t].p_value);
  }
  const std::vector<double> q = detail::q_values(p_values);
  for (std::size_t i = 0; i < tested.size(); ++i) result.periods[tested[i]].q_value = q[i];

  // An interaction stands for base / interactions accounts of its period and group.
  for (const std::uint32_t cell : grid.cell) {
    result.weights.push_back(grid.base[cell] / static_cast<double>(interactions[cell]));
  }
  return result;
}

OUTWEIGH_INLINE std::vector<ExposureRate> rates_by_exposure(const HearingRecords& records,
                                                            std::span<const double> events, double level) {
  detail::require_interval_level(level);
  const detail::HearingGrid grid = detail::make_grid(records);
  if (events.size() != grid.cell.size()) {
    throw core::InvalidInput("the events and the periods differ in length",
                             {.column = "events", .value = std::to_string(events.size())});
  }
  for (std::size_t row = 0; row < events.size(); ++row) {
    if (!(events[row] >= 0.0 && events[row] <= 1e15)) {
      throw core::InvalidInput("a count of events must be finite and not negative",
                               {.column = "events", .row = row, .value = core::detail::number_text(events[row])});
    }
  }
  const std::vector<detail::CellVoice> voices = detail::make_voices(records, grid, events);
  std::vector<double> count(grid.base.size(), 0.0);
  std::vector<double> sum(grid.base.size(), 0.0);
  std::vector<std::size_t> begin(grid.base.size() + 1, 0);
  for (const detail::CellVoice& voice : voices) {
    count[voice.cell] += voice.interactions;
    sum[voice.cell] += voice.events;
    ++begin[voice.cell + 1];
  }
  std::partial_sum(begin.begin(), begin.end(), begin.begin());
  const auto quantile = [&](double degrees) { return stats::student_t_quantile(0.5 + 0.5 * level, degrees); };
  std::vector<ExposureRate> rates;
  for (std::size_t t = 0; t < grid.periods; ++t) {
    const auto voices_of = [&](std::size_t cell, std::size_t cells) {
      return std::span(voices).subspan(begin[cell], begin[cell + cells] - begin[cell]);
    };
    ExposureRate rate;
    rate.period = records.period.levels[t];
    double interactions = 0.0;
    double base = 0.0;
    for (std::size_t cell = t * grid.groups; cell < (t + 1) * grid.groups; ++cell) {
      interactions += count[cell];
      rate.events += sum[cell];
      base += grid.base[cell];
    }
    rate.interactions = static_cast<std::size_t>(interactions);
    if (interactions > 0.0) {
      rate.rate = rate.events / interactions;
      const detail::RateError error = detail::rate_error(voices_of(t * grid.groups, grid.groups));
      // Byar's interval for as many events and interactions as these are worth where accounts repeat themselves.
      const double k = rate.events / error.effect;
      const double z = quantile(error.degrees);
      const double lower =
          k > 0.0 ? k * std::pow(std::max(0.0, 1.0 - 1.0 / (9.0 * k) - z / (3.0 * std::sqrt(k))), 3.0) : 0.0;
      const double upper = (k + 1.0) * std::pow(1.0 - 1.0 / (9.0 * (k + 1.0)) + z / (3.0 * std::sqrt(k + 1.0)), 3.0);
      rate.interval = {lower / interactions * error.effect, upper / interactions * error.effect, level};
      rate.status = core::Status::estimated;

      double covered = 0.0;
      double variance = 0.0;
      double squares = 0.0;
      for (std::size_t cell = t * grid.groups; cell < (t + 1) * grid.groups; ++cell) {
        if (count[cell] == 0.0) continue;
        covered += grid.base[cell];
        rate.standardized += grid.base[cell] * sum[cell] / count[cell];
        detail::RateError own = detail::rate_error(voices_of(cell, 1));
        if (sum[cell] == 0.0 || own.degrees < 2.0 || begin[cell + 1] - begin[cell] < 2) {
          // Too few accounts or events to show a spread: that of all groups.
          own.variance = std::max(own.degrees < 2.0 ? own.variance : 0.0, error.effect * rate.rate / count[cell]);
          own.degrees = error.degrees;
        }
        const double part = grid.base[cell] * grid.base[cell] * own.variance;
        variance += part;
        squares += part * part / own.degrees;
      }
      rate.standardized_interval = rate.interval;
      if (covered > 0.0) {
        rate.standardized /= covered;
        rate.standardized_se = std::sqrt(variance) / covered;
        rate.base_covered = covered / base;
        if (rate.events > 0.0) {
          // Degrees of freedom of a sum by Satterthwaite 1946, doi:10.2307/3002019.
          const double degrees = squares > 0.0 ? variance * variance / squares : error.degrees;
          const double half = quantile(degrees) * rate.standardized_se;
          rate.standardized_interval = {std::max(0.0, rate.standardized - half), rate.standardized + half, level};
        }
      }
      if (rate.base_covered < 0.9) rate.status = core::Status::doubtful;
    }
    rates.push_back(std::move(rate));
  }
  return rates;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
