// Several laws of how readily accounts speak, side by side.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <outweigh/demand/detail/intervals.hpp>
#include <outweigh/demand/detail/occupancy_chain.hpp>
#include <outweigh/demand/detail/occupancy_draw.hpp>
#include <outweigh/demand/occupancy.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand::detail {

/// What was heard more than once tells how much accounts differ, hardly by which law, and the law says how many were
/// never heard (Link 2003, doi:10.1111/j.0006-341X.2003.00129.x). The chain is fitted under the first law, goes on from
/// there under each of the others, and all are compared by their mean log likelihood with voices summed out (the D-bar
/// of Spiegelhalter et al. 2002, doi:10.1111/1467-9868.00353; all have the same parameters) and by the numbers of
/// accounts that they give.
class Mixtures {
 public:
  /// `burn`: sweeps of the first chain before its draws are kept; 0: nothing is compared. `odds_ratio`: of accounts
  /// never contacted, as in the figures that are compared with.
  Mixtures(const Histories& histories, const core::RunControl& control, bool superpopulation, std::size_t burn,
           double odds_ratio, bool has_both)
      : burn_(burn), kept_(std::min(burn, std::max<std::size_t>(60, burn / 5))), settles_(kept_) {
    if (kept_ == 0) return;
    laws_ = {Mixture::normal, Mixture::parts};
    if (has_both) laws_.push_back(Mixture::common);
    for (std::size_t law = 0; law <= laws_.size(); ++law) {
      Fit& fit = fits_.emplace_back(Fit{Drawer(histories, control, superpopulation)});
      fit.drawer.set_ratios({odds_ratio, 1.0, 1.0}, false);
      fit.posterior.draws = (kept_ + 1) / 2;
      fit.posterior.counts.assign(histories.needs * histories.strata * fit.posterior.draws, 0.0);
      fit.posterior.worths = fit.posterior.counts;
    }
  }

  /// Those that are compared with beta; `common` where mentions and events both tell.
  [[nodiscard]] std::span<const Mixture> laws() const noexcept { return laws_; }
  /// Sweeps that the chain of each other law takes.
  [[nodiscard]] std::size_t sweeps() const noexcept { return kept_ == 0 ? 0 : settles_ + kept_; }

  /// After each sweep of the first chain; its last ones are kept.
  void first(const OccupancyChain& chain, std::size_t sweep) {
    if (kept_ > 0 && sweep + kept_ >= burn_) keep(chain, sweep + kept_ - burn_, of(Mixture::beta));
  }
  /// Takes a step of the chain of another law, as its sweep of this number.
  void other(OccupancyChain& chain, Mixture law, std::size_t step, std::size_t number) {
    chain.sweep(number, step < settles_);
    if (step >= settles_) keep(chain, step - settles_, of(law));
  }

  /// The law to rest on, and of the others the one that moves the numbers of accounts most, of those that are not
  /// refuted; the likeliest one if all are.
  void compare(OccupancyPosterior& posterior) const {
    const Fit* shown = nullptr;
    double most = 0.0;
    const bool is_common = laws_.back() == Mixture::common && is_refuted(Mixture::beta, Mixture::common);
    posterior.mixture = is_common ? Mixture::common : Mixture::beta;
    const Fit& first = of(posterior.mixture);
    for (std::size_t fit = 0; fit < fits_.size(); ++fit) {
      const auto law = static_cast<Mixture>(fit);
      if (law == posterior.mixture) continue;
      const double gain = mean_of(first.likelihoods).first - mean_of(of(law).likelihoods).first;
      const bool refuted = is_refuted(law, posterior.mixture);
      const double rank = refuted ? -gain : shift_of(of(law), first);
      if (shown != nullptr && (refuted != posterior.mixture_is_plain ? refuted : rank <= most)) continue;
      shown = &of(law);
      most = rank;
      posterior.other_mixture = law;
      posterior.mixture_gain = gain;
      posterior.mixture_is_plain = refuted;
    }
    posterior.other_draws = shown->posterior.draws;
    posterior.other_counts = shown->posterior.counts;
  }

 private:
  struct Fit {
    Drawer drawer;
    OccupancyPosterior posterior{};
    std::vector<double> likelihoods{};
  };

  [[nodiscard]] Fit& of(Mixture law) noexcept { return fits_[static_cast<std::size_t>(law)]; }
  [[nodiscard]] const Fit& of(Mixture law) const noexcept { return fits_[static_cast<std::size_t>(law)]; }

  /// Is the law so much less likely than another that chance is no excuse?
  [[nodiscard]] bool is_refuted(Mixture law, Mixture other) const {
    const auto [mean, error] = mean_of(of(law).likelihoods);
    const auto [first_mean, first_error] = mean_of(of(other).likelihoods);
    return first_mean - mean > 10.0 && first_mean - mean > 3.0 * std::hypot(error, first_error);
  }
  /// Sum over needs and strata of the distance of the mean numbers of accounts.
  [[nodiscard]] static double shift_of(const Fit& a, const Fit& b) {
    double sum = 0.0;
    const std::size_t draws = a.posterior.draws;
    for (std::size_t c = 0; c < a.posterior.counts.size(); c += draws) {
      double shift = 0.0;
      for (std::size_t d = 0; d < draws; ++d) shift += a.posterior.counts[c + d] - b.posterior.counts[c + d];
      sum += std::abs(shift);
    }
    return sum;
  }
  void keep(const OccupancyChain& chain, std::size_t number, Fit& fit) {
    fit.likelihoods.push_back(chain.log_likelihood());
    if (number % 2 == 0 && number / 2 < fit.posterior.draws) fit.drawer.add(chain, number / 2, false, fit.posterior);
  }
  /// Mean and its standard error, of draws that are not independent.
  [[nodiscard]] static std::pair<double, double> mean_of(std::span<const double> values) {
    if (values.empty()) return {0.0, 0.0};
    const double size = static_cast<double>(values.size());
    double mean = 0.0;
    for (const double value : values) mean += value / size;
    double squares = 0.0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    return {mean, std::sqrt(squares / size / effective_draws(values))};
  }

  std::vector<Mixture> laws_{};
  std::size_t burn_ = 0, kept_ = 0, settles_ = 0;
  std::vector<Fit> fits_{};  ///< by Mixture; none where nothing is compared
};

}  // namespace outweigh::inline OUTWEIGH_ABI::demand::detail
