// Contacted accounts as known, the others predicted from the rates of their group.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include <outweigh/core/parallel.hpp>
#include <outweigh/demand/evidence.hpp>
#include <outweigh/demand/fit.hpp>
#include <outweigh/stats/random.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand::detail {

struct GroupRates {
  std::vector<double> mean{};                                        ///< by group
  std::function<void(stats::Random&, std::vector<double>&)> draw{};  ///< one joint draw of the groups' rates
};

[[nodiscard]] inline Fit predict_uncontacted(
    const Evidence& evidence, const DemandOptions& options, std::span<const std::uint32_t> group, std::size_t groups,
    std::string_view name,
    const std::function<GroupRates(std::span<const double>, std::span<const double>)>& rates_of) {
  const std::size_t needs = evidence.needs.size();
  const std::size_t accounts = evidence.accounts.size();
  const std::size_t strata = evidence.strata;
  Fit fit;
  fit.draws = options.draws;
  fit.probabilities.assign(needs * accounts, 0.0);
  fit.counts.assign(needs * strata * fit.draws, 0.0);
  fit.worths.assign(needs * strata * fit.draws, 0.0);
  fit.status = core::Status::doubtful;
  fit.reason = "takes silence on contact for absence, so it is too low where contacts miss needs";
  fit.need_status.assign(needs, core::Status::doubtful);
  fit.need_reason.assign(needs, "");
  const stats::Random root = stats::Random(options.control.seed).stream(name);
  core::parallel_for(options.control, needs, [&](std::size_t i) {
    std::vector<double> successes(groups, 0.0);
    std::vector<double> trials(groups, 0.0);
    std::vector<double> known(strata, 0.0);
    std::vector<double> known_worth(strata, 0.0);
    struct FreeCell {
      double size = 0.0, worth = 0.0, squares = 0.0;
    };
    std::vector<FreeCell> free(groups * strata);
    std::vector<FreeCell> all(groups * strata);
    for (std::size_t a = 0; a < accounts; ++a) {
      const Voice voice = evidence.voice(i, a);
      const bool has = voice == Voice::requested || voice == Voice::confirmed;
      all[group[a] * strata + evidence.stratum[a]].size += 1.0;
      all[group[a] * strata + evidence.stratum[a]].worth += evidence.revenue[a];
      if (has || voice == Voice::denied || evidence.was_contacted(i, a)) {
        trials[group[a]] += 1.0;
        if (!has) continue;
        successes[group[a]] += 1.0;
        known[evidence.stratum[a]] += 1.0;
        known_worth[evidence.stratum[a]] += evidence.revenue[a];
      } else {
        FreeCell& cell = free[group[a] * strata + evidence.stratum[a]];
        cell.size += 1.0;
        cell.worth += evidence.revenue[a];
        cell.squares += evidence.revenue[a] * evidence.revenue[a];
      }
    }
    const GroupRates rates = rates_of(successes, trials);
    for (std::size_t a = 0; a < accounts; ++a) {
      const Voice voice = evidence.voice(i, a);
      double& p = fit.probabilities[i * accounts + a];
      if (voice == Voice::requested || voice == Voice::confirmed) {
        p = 1.0;
      } else if (voice != Voice::denied && !evidence.was_contacted(i, a)) {
        p = rates.mean[group[a]];
      }
    }
    stats::Random random = root.stream(i);
    std::vector<double> theta(groups, 0.0);
    for (std::size_t d = 0; d < fit.draws; ++d) {
      rates.draw(random, theta);
      for (std::size_t s = 0; s < strata; ++s) {
        if (options.target == Target::superpopulation) {
          for (std::size_t g = 0; g < groups; ++g) {
            fit.counts[(i * strata + s) * fit.draws + d] += theta[g] * all[g * strata + s].size;
            fit.worths[(i * strata + s) * fit.draws + d] += theta[g] * all[g * strata + s].worth;
          }
          continue;
        }
        double count = known[s];
        double worth = known_worth[s];
        for (std::size_t g = 0; g < groups; ++g) {
          const FreeCell& cell = free[g * strata + s];
          if (cell.size == 0.0) continue;
          const auto drawn = static_cast<double>(
              random.binomial(static_cast<std::int64_t>(cell.size), std::clamp(theta[g], 0.0, 1.0)));
          count += drawn;
          // Revenue of `drawn` of the cell's accounts, taken without putting back.
          const double share = drawn / cell.size;
          const double spread =
              cell.size > 1.0 ? (cell.squares - cell.worth * cell.worth / cell.size) / (cell.size - 1.0) : 0.0;
          const double deviation = std::sqrt(std::max(0.0, drawn * (1.0 - share) * spread));
          worth += std::clamp(share * cell.worth + deviation * random.normal(), 0.0, cell.worth);
        }
        fit.counts[(i * strata + s) * fit.draws + d] = count;
        fit.worths[(i * strata + s) * fit.draws + d] = worth;
      }
    }
  });
  return fit;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::demand::detail
