#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/demand/detail/intervals.hpp>
#include <outweigh/demand/detail/mixture_spread.hpp>
#include <outweigh/demand/detections.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand {

OUTWEIGH_INLINE Histories detection_histories(std::size_t needs, std::size_t accounts,
                                              std::span<const double> detections, std::span<const double> occasions,
                                              std::span<const std::uint32_t> stratum,
                                              std::span<const double> covariate) {
  const bool is_shared = occasions.size() == accounts;
  if (detections.size() != needs * accounts || (!is_shared && occasions.size() != needs * accounts)) {
    throw core::InvalidInput("one number of detections and of occasions an account and need");
  }
  if ((!stratum.empty() && stratum.size() != accounts) || (!covariate.empty() && covariate.size() != accounts)) {
    throw core::InvalidInput("one stratum and one covariate an account, or none at all");
  }
  const auto is_count = [](double x) { return x >= 0.0 && x < 1e9 && x == std::floor(x); };
  for (std::size_t p = 0; p < detections.size(); ++p) {
    const double n = occasions[is_shared ? p % accounts : p];
    if (!is_count(detections[p]) || !is_count(n) || detections[p] > n) {
      throw core::InvalidInput("detections and occasions must be whole numbers, with no more detections than occasions",
                               {.column = "detections", .row = p, .value = std::to_string(detections[p])});
    }
  }
  Histories histories;
  histories.needs = needs;
  histories.accounts = accounts;
  histories.stratum.assign(stratum.begin(), stratum.end());
  histories.stratum.resize(accounts, 0);
  for (const std::uint32_t s : histories.stratum) histories.strata = std::max<std::size_t>(histories.strata, s + 1U);
  histories.covariate.assign(covariate.begin(), covariate.end());
  histories.covariate.resize(accounts, 0.0);
  histories.worth.assign(accounts, 0.0);
  histories.contacted.assign(accounts, 0);
  histories.heard.resize(needs);
  const std::size_t exposures = is_shared ? std::min<std::size_t>(needs, 1) : needs;
  for (std::size_t e = 0; e < exposures; ++e) {
    const auto part = occasions.subspan(e * accounts, accounts);
    histories.exposures.push_back({{part.begin(), part.end()}, std::vector<double>(accounts, 0.0)});
    for (std::size_t a = 0; a < accounts; ++a) {
      if (part[a] > 0.0) histories.contacted[a] = 1;
    }
  }
  for (std::size_t i = 0; i < needs; ++i) {
    histories.exposure_of_need.push_back(static_cast<std::uint32_t>(is_shared ? 0 : i));
    for (std::size_t a = 0; a < accounts; ++a) {
      const double said = detections[i * accounts + a];
      if (said <= 0.0) continue;
      histories.heard[i].push_back({.account = static_cast<std::uint32_t>(a), .mentions = said, .weight = said});
    }
  }
  return histories;
}

OUTWEIGH_INLINE std::vector<OccupancyRow> occupancy_rows(const Histories& histories,
                                                         const OccupancyPosterior& posterior, double level) {
  if (!(level > 0.0 && level < 1.0)) {
    throw core::InvalidInput("a level must lie between 0 and 1", {.column = "level", .value = std::to_string(level)});
  }
  core::Status status = core::Status::estimated;
  std::string reason = "silence was weighed by the number of occasions";
  if (posterior.repeats < 5.0) {
    status = core::Status::bounds_only;
    reason = "hardly any account was detected twice: occupancy cannot be told from detection";
  } else if (posterior.repeats < 25.0) {
    status = core::Status::doubtful;
    reason = "few accounts were detected twice: occupancy is hard to tell from detection";
  } else if (posterior.false_rate > 0.0) {
    status = core::Status::doubtful;
    reason = "repeated occasions look as if some detections were false";
  } else if (posterior.may_be_false()) {
    status = core::Status::doubtful;
    reason = "too few occasions repeat to tell whether some detections were false";
  } else if (posterior.worst_check > 4.0) {
    status = core::Status::doubtful;
    reason = "accounts were detected more or less often than the model expects, by number of occasions";
  }
  std::vector<OccupancyRow> rows;
  const std::size_t strata = histories.strata;
  const std::size_t draws = posterior.draws;
  detail::MixtureSpread spread;
  if (posterior.repeats >= 25.0)
    spread = detail::mixture_spread(posterior, histories.needs, strata, histories.accounts);
  std::vector<double> lower = posterior.counts;
  std::vector<double> upper = posterior.counts;
  detail::widen_by_mixture(spread, posterior, strata, lower, upper);
  const auto interval_of = [&](const std::vector<double>& counts, std::size_t at) {
    std::vector<double> part(counts.begin() + static_cast<std::ptrdiff_t>(at * draws),
                             counts.begin() + static_cast<std::ptrdiff_t>((at + 1) * draws));
    return posterior.superpopulation ? detail::interval_of(part, level) : detail::count_interval_of(part, level);
  };
  for (std::size_t i = 0; i < histories.needs; ++i) {
    std::vector<OccupancyRow> own(strata);
    for (std::size_t a = 0; a < histories.accounts; ++a) {
      OccupancyRow& row = own[histories.stratum[a]];
      ++row.accounts;
      row.occupancy.value += posterior.probabilities[i * histories.accounts + a];
    }
    for (const History& history : histories.heard[i]) ++own[histories.stratum[history.account]].detected;
    for (std::size_t s = 0; s < strata; ++s) {
      OccupancyRow& row = own[s];
      row.need = i;
      row.stratum = s;
      row.detection = posterior.detection[i];
      row.reason = reason;
      row.occupancy.status = status;
      row.occupancy.interval = {0.0, 1.0, level};
      if (row.accounts == 0) {
        row.occupancy.status = core::Status::undefined;
        row.reason = "no account is in the stratum";
        rows.push_back(row);
        continue;
      }
      const double size = static_cast<double>(row.accounts);
      std::vector<double> shares(draws);
      double mean = 0.0;
      for (std::size_t d = 0; d < draws; ++d) {
        shares[d] = posterior.counts[(i * strata + s) * draws + d] / size;
        mean += shares[d] / static_cast<double>(draws);
      }
      double squares = 0.0;
      for (const double share : shares) squares += (share - mean) * (share - mean);
      row.occupancy.standard_error = std::sqrt(squares / static_cast<double>(draws - 1));
      row.occupancy.value = std::clamp(posterior.superpopulation ? mean : row.occupancy.value / size, 0.0, 1.0);
      if (status == core::Status::bounds_only) {
        row.occupancy.interval.lower = posterior.superpopulation ? 0.0 : static_cast<double>(row.detected) / size;
      } else {
        const core::Interval first = interval_of(posterior.counts, i * strata + s);
        const double least = std::min(first.lower, interval_of(lower, i * strata + s).lower);
        const double most = std::max(first.upper, interval_of(upper, i * strata + s).upper);
        row.occupancy.interval.lower = std::clamp(least / size, 0.0, row.occupancy.value);
        row.occupancy.interval.upper = std::clamp(most / size, row.occupancy.value, 1.0);
      }
      if (status == core::Status::estimated && (spread.all_hang || (!spread.hangs.empty() && spread.hangs[i] != 0))) {
        row.occupancy.status = core::Status::doubtful;
        row.reason =
            detail::another_law(posterior) + (spread.shift[i] < 0.0 ? "less" : "more") + "; the interval includes both";
      }
      rows.push_back(row);
    }
  }
  return rows;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::demand
