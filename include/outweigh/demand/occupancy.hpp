// Site occupancy with a contact process: who has a need, from how often each account could have said so and did not.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <outweigh/core/run_control.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand {

/// What one account did about one need. Pairs that are not listed were silent.
struct History {
  std::uint32_t account = 0;
  double mentions = 0.0;  ///< occasions on which the need was mentioned
  /// Sum of the weights of occasions on which it was not silent; equals `mentions` where all occasions are alike and
  /// none is missing. Contacts that it began because of the need are no occasions for it: their weights count here.
  double weight = 0.0;
  /// Geometric mean of the weights of the occasions of `mentions`; 0 where all weigh 1.
  double said_weight = 0.0;
  double events = 0.0;    ///< contacts that the account began because of the need
  std::int8_t known = 0;  ///< 1 it has the need, -1 it has not, 0 not known beyond its history
  /// Was it asked whatever it would say? Then what is known informs prevalence; otherwise it is only kept as known.
  bool asked = false;
  bool is_sure = false;  ///< confirmed, so that no mention can have been false
  /// How much likelier than usual its mentions are untrue if it has not the need: the product over mentions, in [1e-6,
  /// 1e6], of what the kinds of their sources are known for.
  double untrue_odds = 1.0;
  bool on_ours = false;  ///< mentioned on an occasion that we began
  double apart = 0.0;    ///< mentions that are not independent of the others: they tell only that it was heard

  friend bool operator==(const History&, const History&) = default;
};

/// Chances to hear of a need. Needs that were open at the same time share theirs.
struct Exposure {
  std::vector<double> occasions{};  ///< by account: contacts in which a need that is there may be mentioned, weighted
  std::vector<double> years{};      ///< by account: time in which it could begin a contact; all 0 without such contacts
  std::vector<double> ours{};       ///< by account: those of the occasions that we began; empty where that is not known
};

/// How accounts that have a need differ in how readily they speak of it, beyond their voice. Laws that fit what was
/// heard equally well can disagree about how many were never heard (Link 2003, doi:10.1111/j.0006-341X.2003.00129.x;
/// Royle 2006, doi:10.1111/j.1541-0420.2005.00439.x).
enum class Mixture : std::uint8_t {
  beta,    ///< chances of a mention are beta distributed, rates of events gamma distributed
  normal,  ///< log odds of a mention and logarithms of rates are normal: fewer who hardly ever speak
  parts,   ///< a quarter of the accounts speaks less readily than the others, the more so the more they differ
  common   ///< normal, and one readiness moves both: who hardly mentions a need hardly calls about it, either
};

/// Groups of needs that can have voices of their own.
inline constexpr std::size_t most_voices = 3;

/// Detection histories. Results do not depend on the order of needs and accounts only if the caller keeps a canonical
/// one (the random numbers follow the positions).
struct Histories {
  std::size_t needs = 0;
  std::size_t accounts = 0;
  std::vector<std::uint32_t> stratum{};  ///< by account, 0 .. strata - 1: accounts of one kind, such as a segment
  std::size_t strata = 0;
  std::vector<double> covariate{};        ///< by account: standardised log revenue, 0 where unknown
  std::vector<double> worth{};            ///< by account: revenue, >= 0, for the draws of revenue
  std::vector<std::uint8_t> contacted{};  ///< by account: ever contacted; the others' odds are scaled by the odds ratio
  std::vector<Exposure> exposures{};
  std::vector<std::uint32_t> exposure_of_need{};
  /// By exposure, below most_voices: needs of one number share the accounts' voices. Empty: all do.
  std::vector<std::uint32_t> voice_of_exposure{};
  std::vector<std::vector<History>> heard{};  ///< by need, ascending accounts
};

struct OccupancyOptions {
  std::size_t draws = 400;
  /// Draws of the accounts' mean chance of having the need, in place of how many of them have it.
  bool superpopulation = false;
  std::size_t sweeps = 0;  ///< 0: chosen by the size of the data
  std::array<double, 2> odds_ratio{1.0, 1.0};
  /// Where needs go together in accounts, those never contacted may differ from the others by more than segment,
  /// covariate and voice tell: then, and if `odds_ratio` is {1, 1}, the band {1 / x, x} is taken instead. 1: never.
  double odds_ratio_if_together = 1.0;
  /// Chance per occasion that an account is reported to have a need that it has not, in [0, 0.2]. Below 0: learnt from
  /// repeated contacts and from reports found untrue, and 0 where these show none.
  double false_rate = -1.0;
  /// Are other laws of how readily accounts speak fitted beside the first?
  bool compares_mixtures = false;
  core::RunControl control{};
};

/// The joint posterior of who has which need.
struct OccupancyPosterior {
  std::vector<double> probabilities{};  ///< needs x accounts
  std::size_t draws = 0;
  bool superpopulation = false;  ///< draws of mean chances, not of numbers
  /// Number of accounts that have the need, by need, stratum and draw, under the odds ratios' middle (1 when it is in
  /// their range), lower and upper end. The ends are empty for a band of {1, 1}.
  std::vector<double> counts{};
  std::vector<double> counts_lower{};
  std::vector<double> counts_upper{};
  std::vector<double> worths{};  ///< needs x strata x draws: worth of the accounts that have the need
  /// By need: posterior mean of the chance that a typical account that has it mentions it on one occasion, and the
  /// posterior deviation of the logit prevalence relative to its spread over needs (1: nothing was learnt).
  std::vector<double> detection{};
  std::vector<double> learnt{};
  double overdispersion = 0.0;   ///< posterior mean of the correlation of two occasions of one account and need
  double voice_deviation = 0.0;  ///< posterior mean of the deviation of accounts' talkativeness, on the logit scale
  double false_rate = 0.0;       ///< posterior mean of the chance of a false report per occasion
  /// Where reports are believed for want of a plain sign of false ones: the rate that repeated occasions rule out with
  /// a probability of 95 %.
  double false_rate_at_most = 0.0;
  /// There, the median of the rate; it falls towards 0 with every repeat where reports are true.
  double false_rate_likely = 0.0;
  /// Though not beyond doubt: are more than 4 false reports of a need in 1,000 contacts more likely than fewer?
  [[nodiscard]] bool may_be_false() const noexcept { return false_rate == 0.0 && false_rate_likely >= 0.004; }
  double repeats = 0.0;            ///< pairs that were heard more than once
  double several_occasions = 0.0;  ///< heard pairs with more than one occasion
  /// Greatest standardised misfit of pairs heard, by number of occasions; where accounts begin contacts, too, by number
  /// of ours and of what was said on these.
  double worst_check = 0.0;
  /// Do needs go together in accounts? `together` at least 0.15, more than 3 standard errors of chance.
  [[nodiscard]] bool go_together() const noexcept { return together >= 0.15 && together_excess > 3.0; }
  /// Root mean square covariance over accounts of two needs' log odds, beyond segment, covariate and voice, and how
  /// many standard errors of chance their squares are above it.
  double together = 0.0;
  double together_excess = 0.0;
  /// The law behind all of this: beta, unless that is refuted by `common`.
  Mixture mixture = Mixture::beta;
  /// Of the other laws the one that moves prevalence most among those that are not refuted; the likeliest one where all
  /// are.
  Mixture other_mixture = Mixture::beta;
  double mixture_gain = 0.0;      ///< mean log likelihood of the law above that of the other
  bool mixture_is_plain = false;  ///< is the gain beyond chance? Then the other law is refuted
  /// Number of accounts that have the need under the other law: needs x strata x `other_draws`, 0 where none was
  /// fitted.
  std::vector<double> other_counts{};
  std::size_t other_draws = 0;
  double mixing = 0.0;  ///< greatest split-chain potential scale reduction of needs' prevalence
};

/// For need i and account j of stratum s:
///
///     has need:  logit psi_ij = alpha_i + beta_is + gamma_i * covariate_j,  beta_is ~ N(0, sigma_beta^2)
///     mentions:  beta-binomial over occasions, mean logistic(delta_i + u_j), correlation rho
///     events:    negative binomial, mean lambda_i * years_j * exp(u_j), size k
///
/// Beside it stand other laws of how accounts differ (Mixture).
///
/// alpha, gamma, delta, log lambda are normal over needs, u_j (the account's own voice, shared over needs) normal over
/// accounts, all hyperparameters have weak priors and are integrated. Whether a silent account has the need is summed
/// out; Metropolis-within-Gibbs on cells of equal accounts. After MacKenzie et al. 2002,
/// doi:10.1890/0012-9658(2002)083[2248:ESORWD]2.0.CO;2. Prevalence is that of the listed accounts: those heard are
/// known, the others predicted. Same result for any number of threads.
/// Throws InvalidInput for spans that do not fit, negative or non-finite counts; Cancelled.
[[nodiscard]] OccupancyPosterior occupancy(const Histories& histories, const OccupancyOptions& options = {});

/// Probability that an account with the need stays silent on `occasions` occasions: E[(1 - p)^occasions] for p
/// beta distributed with mean `detection` and correlation `overdispersion`, both in (0, 1).
[[nodiscard]] double silence(double occasions, double detection, double overdispersion);

}  // namespace outweigh::inline OUTWEIGH_ABI::demand

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/demand/occupancy-inl.hpp>
#endif
