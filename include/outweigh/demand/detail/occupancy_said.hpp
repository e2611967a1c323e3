// How likely accounts that have a need are to say what they said.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <outweigh/demand/detail/occupancy_cells.hpp>
#include <outweigh/demand/detail/occupancy_state.hpp>
#include <outweigh/demand/detail/weighted_mentions.hpp>
#include <outweigh/stats/detail/lane_arrays.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand::detail {

/// Points that stand for a law of mean 0 and variance 1 of how readily an account speaks of a need.
struct MixturePoints {
  static constexpr std::size_t most = 8;
  std::size_t size = 0;
  std::array<double, most> nodes{};
  std::array<double, most> weights{};
};
/// Gauss-Hermite nodes and weights.
inline constexpr MixturePoints normal_points{
    8,
    {-4.1445471861258945, -2.8024858612875416, -1.636519042435108, -0.5390798113513751, 0.5390798113513751,
     1.636519042435108, 2.8024858612875416, 4.1445471861258945},
    {0.00011261453837536762, 0.009635220120788256, 0.11723990766175904, 0.3730122576790773, 0.3730122576790773,
     0.11723990766175904, 0.009635220120788256, 0.00011261453837536762}};
/// A quarter lies apart, below.
inline constexpr MixturePoints parts_points{2, {-1.7320508075688772, 0.5773502691896258}, {0.25, 0.75}};

/// Probability of what was said under the parameters of one need, up to a constant that is the same for all: mentions
/// that are beta-binomial or binomial with log odds at points, events that are negative binomial or Poisson with log
/// rates at points; tabulated by what few values their parts take.
class Said {
 public:
  void fill(const Group& group, const Signatures& signatures, double detection, double rate, const Shared& shared) {
    fill_mentions(group, signatures, signatures.weighted_at, detection, shared);
    fill_events(group, rate, shared);
  }
  /// What bears on mentions alone. `weighted_at`: the positions in Signatures::weighted x voices that will be asked
  /// for.
  void fill_mentions(const Group& group, const Signatures& signatures, std::span<const std::uint32_t> weighted_at,
                     double detection, const Shared& shared) {
    mix(shared.mixing);
    if (mixing_ == Mixture::beta) {
      fill_beta(group, detection, shared);
      if (!weighted_at.empty()) {
        quiet_.resize(group.weights.size() * voice_points);
        fill_beta_silence(group.weights, quiet_);
        weighted_.fill(group, signatures.weighted, weighted_at, mean_, total_, quiet_);
      }
    } else {
      fill_points(group, detection, shared);
    }
    silent_ = -1.0;
  }

  /// What bears on events alone.
  void fill_events(const Group& group, double rate, const Shared& shared) {
    mix(shared.mixing);
    const std::size_t cells = group.years.size() * voice_points;
    calm_.assign(cells, 1.0);
    odds_.assign(cells, 1.0);
    has_events_ = !group.years.empty() && group.years.back() > 0.0;
    if (!has_events_) return;
    const double size = std::exp(shared.size_log);
    Voices intensity{};
    for (std::size_t f = 0; f < voice_points; ++f) {
      intensity[f] = std::exp(std::clamp(rate + shared.event_deviation[group.voice] * voice_nodes[f], -30.0, 30.0));
    }
    if (mixing_ != Mixture::beta) {
      // Of the mean of the gamma law; normal log rates of its variance, too.
      const double deviation = std::sqrt(std::log1p(1.0 / size));
      std::array<double, MixturePoints::most> factor{};
      double mean = 0.0;
      for (std::size_t k = 0; k < points_.size; ++k) {
        factor[k] = std::exp(deviation * points_.nodes[k]);
        mean += points_.weights[k] * factor[k];
      }
      for (double& x : factor) x /= mean;
      means_.resize(cells * points_.size);
      for (std::size_t t = 0; t < group.years.size(); ++t) {
        for (std::size_t f = 0; f < voice_points; ++f) {
          for (std::size_t k = 0; k < points_.size; ++k) {
            means_[column(t, f) + k] = intensity[f] * std::max(group.years[t], 0.0) * factor[k];
          }
        }
      }
      calms_ = means_;
      for (double& x : calms_) x = -x;
      stats::detail::exp_all(calms_);
      for (std::size_t c = 0; c < cells; ++c) {
        calm_[c] = 0.0;
        for (std::size_t k = 0; k < points_.size; ++k) {
          calm_[c] += points_.weights[k] * calms_[c * points_.size + k];
        }
        calm_[c] = std::max(calm_[c], 1e-120);
      }
      return;
    }
    for (std::size_t t = 0; t < group.years.size(); ++t) {
      for (std::size_t f = 0; f < voice_points; ++f) {
        const double mean = intensity[f] * std::max(group.years[t], 0.0);
        calm_[t * voice_points + f] = 1.0 + mean / size;
        odds_[t * voice_points + f] = mean / (size + mean);
      }
    }
    stats::detail::log_all(calm_);
    for (double& x : calm_) x *= -size;
    stats::detail::exp_all(calm_);
    events_.assign(group.most_events + 1, 1.0);
    for (std::size_t e = 1; e < events_.size(); ++e) {
      events_[e] = events_[e - 1] * (size + static_cast<double>(e - 1)) / static_cast<double>(e);
    }
  }

  /// P(no mention) on each number of occasions of the grid: grid x voices.
  void fill_silence(const Group& group, std::vector<double>& out) {
    out.resize(group.grid.size() * voice_points);
    if (mixing_ == Mixture::beta) {
      fill_beta_silence(group.grid, out);
      return;
    }
    for (std::size_t g = 0; g < group.grid.size(); ++g) {
      for (std::size_t f = 0; f < voice_points; ++f) {
        double sum = 0.0;
        for (std::size_t k = 0; k < points_.size; ++k) sum += points_.weights[k] * quiet_[column(g, f) + k];
        out[g * voice_points + f] = std::max(sum, 1e-120);
      }
    }
  }

  /// P(no mention and no event) of each effort: efforts x voices, for a readiness that is common to both.
  void fill_common_silence(const Group& group, std::vector<double>& out) const {
    out.resize(group.efforts.size() * voice_points);
    for (std::size_t e = 0; e < group.efforts.size(); ++e) {
      for (std::size_t f = 0; f < voice_points; ++f) {
        const double* quiet = quiet_.data() + column(group.efforts[e].occasions, f);
        const double* calm = calms_.data() + column(group.efforts[e].time, f);
        double sum = 0.0;
        for (std::size_t k = 0; k < points_.size; ++k) sum += points_.weights[k] * quiet[k] * calm[k];
        out[e * voice_points + f] = std::max(sum, 1e-120);
      }
    }
  }

  /// Beta mixing only: mean chance of a mention on an occasion of weight 1.
  [[nodiscard]] double mean(std::size_t voice) const noexcept { return mean_[voice]; }
  /// P(no event in the time): times x voices.
  [[nodiscard]] std::span<const double> calm() const noexcept { return calm_; }
  /// Does one readiness move mentions and events? Then their probability is one, and that of mentions holds it.
  [[nodiscard]] bool is_joint() const noexcept { return mixing_ == Mixture::common && has_events_; }
  /// `silence`: P(no mention on the occasions without one).
  [[nodiscard]] double mentions(const Group& group, const Heard& h, std::size_t voice, double silence) noexcept {
    if (mixing_ == Mixture::beta) return beta_mentions(group, h, voice, silence);
    return is_joint() ? common(group, h, voice) : point_mentions(h, voice);
  }
  [[nodiscard]] double events(const Group& group, const Heard& h, std::size_t voice) const noexcept {
    const Effort& effort = group.efforts[h.effort];
    return effort.years > 0.0 && !is_joint() ? events(effort, h.events, voice) : 1.0;
  }
  /// Sum of the logarithms of the probabilities of all that heard accounts mentioned. `silence` is that of the grid.
  [[nodiscard]] double mentions_log(const Group& group, const NeedState& need, std::span<const double> silence) {
    LogProduct product;
    if (mixing_ != Mixture::beta) {
      for (const Heard& h : need.heard) {
        product.times(mentions(group, h, h.voice, silence[h.silent * voice_points + h.voice]), h.count);
      }
      return product.value();
    }
    const SaidFactors& factors = need.said_factors;
    for (const auto& [at, count] : factors.silence) product.times(silence[at], count);
    for (const auto& [at, count] : factors.mentions) product.times(mentions_[at], count);
    for (const auto& [at, count] : factors.weighted) product.times(weighted_[at], count);
    for (const auto& [silent, mentions, count] : factors.among)
      product.times(among(group.grid[silent], mentions), count);
    return product.value();
  }
  /// The same of events.
  [[nodiscard]] double events_log(const Group& group, const NeedState& need) const {
    LogProduct product;
    if (mixing_ != Mixture::beta) {
      for (const Heard& h : need.heard) product.times(events(group, h, h.voice), h.count);
      return product.value();
    }
    const SaidFactors& factors = need.said_factors;
    for (const auto& [at, count] : factors.calm) product.times(calm_[at], count);
    for (const auto& [at, count] : factors.odds) product.times(odds_[at], count);
    for (const auto& [number, count] : factors.events) product.times(events_[number], count);
    return product.value();
  }
  [[nodiscard]] double operator()(const Group& group, const Heard& h, std::size_t voice, double silence) noexcept {
    return mentions(group, h, voice, silence) * events(group, h, voice);
  }

 private:
  using Voices = std::array<double, voice_points>;

  [[nodiscard]] static std::size_t count(double number) noexcept { return static_cast<std::size_t>(number + 0.5); }
  [[nodiscard]] std::size_t column(std::size_t row, std::size_t voice) const noexcept {
    return (row * voice_points + voice) * points_.size;
  }
  void mix(Mixture mixing) {
    if (mixing_ != mixing || points_.size == 0) points_ = mixing == Mixture::parts ? parts_points : normal_points;
    mixing_ = mixing;
  }

  void fill_beta(const Group& group, double detection, const Shared& shared) {
    const double correlation = std::clamp(shared.correlation(), 1e-4, 0.95);
    total_ = (1.0 - correlation) / correlation;
    for (std::size_t f = 0; f < voice_points; ++f) {
      mean_[f] = std::clamp(logistic(detection + shared.voice_deviation * voice_nodes[f]), 1e-6, 1.0 - 1e-6);
    }
    mentions_.resize((group.most_mentions + 1) * voice_points);
    Voices value{};
    value.fill(1.0);
    for (std::size_t m = 0; m <= group.most_mentions; ++m) {
      const double j = static_cast<double>(m);
      const double inverse = 1.0 / (total_ + j);
      for (std::size_t f = 0; f < voice_points; ++f) {
        mentions_[m * voice_points + f] = value[f];
        value[f] *= (mean_[f] * total_ + j) * inverse;
      }
    }
  }

  /// detail::fill_silence() for all voices at once.
  void fill_beta_silence(std::span<const double> grid, std::span<double> out) {
    Voices b{};
    Voices at{};
    Voices next{};
    Voices bend{};
    for (std::size_t f = 0; f < voice_points; ++f) b[f] = (1.0 - mean_[f]) * total_;
    at.fill(1.0);
    double n = 0.0;
    double stepped = -1.0;
    parts_.clear();
    powers_.clear();
    for (std::size_t g = 0; g < grid.size(); ++g) {
      const double wanted = grid[g];
      while (n + 1.0 <= wanted && n < 30.0) {
        const double inverse = 1.0 / (total_ + n);
        for (std::size_t f = 0; f < voice_points; ++f) at[f] *= (b[f] + n) * inverse;
        n += 1.0;
      }
      double* row = out.data() + g * voice_points;
      for (std::size_t f = 0; f < voice_points; ++f) row[f] = at[f];
      if (wanted > n && n < 30.0) {
        if (stepped != n) {
          const double inverse = 1.0 / (total_ + n);
          const double after = 1.0 / (total_ + n + 1.0);
          for (std::size_t f = 0; f < voice_points; ++f) {
            next[f] = std::log((b[f] + n) * inverse);
            bend[f] = std::log((b[f] + n + 1.0) * after) - next[f];
          }
          stepped = n;
        }
        parts_.push_back(g);
        // Between whole numbers the logarithm is a parabola.
        const double part = wanted - n;
        const double bow = 0.5 * part * (1.0 - part);
        for (std::size_t f = 0; f < voice_points; ++f) powers_.push_back(next[f] * part - bend[f] * bow);
      } else if (wanted > n) {
        const double all = log_gamma_step(total_ + n, wanted - n);
        for (std::size_t f = 0; f < voice_points; ++f) row[f] *= std::exp(log_gamma_step(b[f] + n, wanted - n) - all);
      }
    }
    stats::detail::exp_all(powers_);
    for (std::size_t x = 0; x < parts_.size(); ++x) {
      for (std::size_t f = 0; f < voice_points; ++f) out[parts_[x] * voice_points + f] *= powers_[x * voice_points + f];
    }
    for (double& value : out) value = std::max(value, 1e-120);
  }

  /// What the occasions without a mention take from the chance of the mentions: P(mentions | silence) / P(mentions).
  [[nodiscard]] double among(double silent, double mentions) const noexcept {
    double value = 1.0;
    for (double j = 0.0; j + 0.5 < mentions; j += 1.0) value *= (total_ + j) / (total_ + silent + j);
    return value;
  }

  [[nodiscard]] double beta_mentions(const Group& group, const Heard& h, std::size_t voice, double silence) noexcept {
    const double silent = group.grid[h.silent];
    if (silent != silent_ || h.mentions != of_mentions_) {  // the same for all voices
      silent_ = silent;
      of_mentions_ = h.mentions;
      among_ = among(silent, h.mentions);
    }
    double value = silence * among_ * mentions_[count(h.mentions) * voice_points + voice];
    if (h.weighted != Weighted::none) value *= weighted_[h.weighted * voice_points + voice];
    return value;
  }

  void fill_points(const Group& group, double detection, const Shared& shared) {
    // The variance of the log odds of which this is the share (pi^2 / 3 is that of a logistic occasion).
    const double deviation = std::sqrt(3.2898681336964524 * std::exp(std::min(shared.correlation_logit, 4.0)));
    quiet_log_.resize(voice_points * points_.size);
    for (std::size_t f = 0; f < voice_points; ++f) {
      for (std::size_t k = 0; k < points_.size; ++k) {
        const double at = detection + shared.voice_deviation * voice_nodes[f] + deviation * points_.nodes[k];
        quiet_log_[f * points_.size + k] = std::clamp(at, -30.0, 30.0);
      }
    }
    // log(1 - p) = -log(1 + odds).
    stats::detail::exp_all(quiet_log_);
    for (double& x : quiet_log_) x += 1.0;
    stats::detail::log_all(quiet_log_);
    for (double& x : quiet_log_) x = -x;
    const auto fill_powers = [&](std::span<const double> exponents, std::vector<double>& out) {
      out.resize(exponents.size() * quiet_log_.size());
      for (std::size_t g = 0; g < exponents.size(); ++g) {
        for (std::size_t c = 0; c < quiet_log_.size(); ++c) {
          out[g * quiet_log_.size() + c] = quiet_log_[c] * exponents[g];
        }
      }
      stats::detail::exp_all(out);
    };
    fill_powers(group.grid, quiet_);
    fill_powers(group.weights, loud_);
    for (double& x : loud_) x = 1.0 - x;
  }

  [[nodiscard]] double point_mentions(const Heard& h, std::size_t voice) const noexcept {
    const double* quiet = quiet_.data() + column(h.silent, voice);
    const double* loud = loud_.data() + column(h.weight, voice);
    std::array<double, MixturePoints::most> likely{};
    for (std::size_t k = 0; k < points_.size; ++k) likely[k] = points_.weights[k] * quiet[k];
    for (double j = 0.0; j + 0.5 < h.mentions; j += 1.0) {
      for (std::size_t k = 0; k < points_.size; ++k) likely[k] *= loud[k];
    }
    double sum = 0.0;
    for (std::size_t k = 0; k < points_.size; ++k) sum += likely[k];
    return sum;
  }

  [[nodiscard]] double common(const Group& group, const Heard& h, std::size_t voice) const noexcept {
    const std::size_t time = group.efforts[h.effort].time;
    const double* quiet = quiet_.data() + column(h.silent, voice);
    const double* loud = loud_.data() + column(h.weight, voice);
    const double* mean = means_.data() + column(time, voice);
    const double* calm = calms_.data() + column(time, voice);
    double sum = 0.0;
    for (std::size_t k = 0; k < points_.size; ++k) {
      double likely = points_.weights[k] * quiet[k] * calm[k];
      for (double j = 0.0; j + 0.5 < h.mentions; j += 1.0) likely *= loud[k];
      for (double j = 1.0; j < h.events + 0.5; j += 1.0) likely *= mean[k] / j;
      sum += likely;
    }
    return sum;
  }

  [[nodiscard]] double events(const Effort& effort, double number, std::size_t voice) const noexcept {
    if (mixing_ != Mixture::beta) {
      const double* mean = means_.data() + column(effort.time, voice);
      const double* calm = calms_.data() + column(effort.time, voice);
      double sum = 0.0;
      for (std::size_t k = 0; k < points_.size; ++k) {
        double likely = points_.weights[k] * calm[k];
        for (double j = 1.0; j < number + 0.5; j += 1.0) likely *= mean[k] / j;
        sum += likely;
      }
      return sum;
    }
    double value = calm_[effort.time * voice_points + voice] * events_[count(number)];
    for (double j = 0.0; j + 0.5 < number; j += 1.0) value *= odds_[effort.time * voice_points + voice];
    return value;
  }

  Mixture mixing_ = Mixture::beta;
  bool has_events_ = false;
  std::vector<double> calm_{}, odds_{};  ///< times x voices
  // Beta mixing.
  double total_ = 1.0;
  Voices mean_{};
  std::vector<double> mentions_{};  ///< mentions x voices
  WeightedMentions weighted_{};
  std::vector<double> events_{};
  double silent_ = -1.0, of_mentions_ = 0.0, among_ = 1.0;
  // Mixing by points.
  MixturePoints points_{};
  std::vector<double> quiet_log_{};        ///< voices x points: log P(no mention) on an occasion of weight 1
  std::vector<double> quiet_{};            ///< grid x voices x points: P(no mention); beta mixing: weights x voices
  std::vector<double> loud_{};             ///< weights x voices x points: P(a mention)
  std::vector<double> means_{}, calms_{};  ///< times x voices x points: expected events, P(none)
  // Kept to avoid allocation.
  std::vector<double> powers_{};
  std::vector<std::size_t> parts_{};
};

}  // namespace outweigh::inline OUTWEIGH_ABI::demand::detail
