// Proportional hazards: how covariates go with the hazard of an event.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <outweigh/core/estimate.hpp>
#include <outweigh/core/run_control.hpp>
#include <outweigh/stats/fit_status.hpp>
#include <outweigh/stats/kaplan_meier.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

/// How events at the same time enter the partial likelihood.
enum class Ties : std::uint8_t { efron, breslow };

struct CoxColumns {
  std::span<const double> duration;
  std::span<const double> event;
  std::vector<std::span<const double>> covariates;
  std::vector<std::string> names;           ///< of the covariates
  std::span<const std::size_t> strata{};    ///< empty: one
  std::span<const std::size_t> clusters{};  ///< for robust errors; empty: each row its own
};

struct CoxOptions {
  Ties ties = Ties::efron;
  bool robust = false;  ///< sandwich errors; Lin and Wei 1989, doi:10.1080/01621459.1989.10478874
};

struct CoxFit {
  std::vector<std::string> names;
  std::vector<double> coefficients;
  std::vector<double> covariance;          ///< inverse of the observed information, or the sandwich
  std::vector<std::uint8_t> undetermined;  ///< 1: constant, collinear or separated; no standard error
  std::vector<double> means;               ///< of the covariates; the baseline is at them
  double log_likelihood = 0.0;
  double null_log_likelihood = 0.0;
  FitStatus status = FitStatus::not_identified;
  std::string cause;
  std::size_t rows = 0;
  std::size_t events = 0;
  int iterations = 0;
  /// Cumulative baseline hazard at the means: ascending times within ascending strata.
  std::vector<std::size_t> baseline_stratum;
  std::vector<double> baseline_time;
  std::vector<double> baseline_hazard;
  /// What the errors of predictions need at these times: the variance of the cumulative hazard for known coefficients,
  /// and, times * covariates, its derivatives by them.
  std::vector<double> baseline_variance;
  std::vector<double> baseline_slope;

  [[nodiscard]] std::optional<double> standard_error(std::size_t covariate) const;

  friend bool operator==(const CoxFit&, const CoxFit&) = default;
};

/// Cox's partial likelihood (1972, doi:10.1111/j.2517-6161.1972.tb00899.x) maximised by Newton's method, ties after
/// Efron (1977, doi:10.1080/01621459.1977.10480613) or Breslow. Covariates that are constant, collinear with others, or
/// that separate the events give a status and a cause, never an unbounded coefficient without warning. Throws
/// InvalidInput as check_survival and for covariates that are not finite, naming column and row. O(rows * covariates^2)
/// an iteration.
[[nodiscard]] CoxFit fit_cox(const CoxColumns& columns, const CoxOptions& options = {},
                             const core::RunControl& control = {});

/// Values by row with their standard errors.
struct CoxPredictions {
  std::vector<double> values;
  std::vector<double> standard_errors;
};

/// Probability that no event has happened to each row by `time`: exp(-hazard(time) e^(coefficients (x - means))). The
/// error has the part of the baseline and that of the coefficients (Therneau and Grambsch 2000, section 10.2; Tsiatis
/// 1981, doi:10.1214/aos/1176345335). Covariates that are not determined have no part in it. `covariates` are columns
/// in the order of the fit. Throws InvalidInput for an unknown stratum, a time that is not a number, columns that are
/// missing, differ in length or hold what is not finite; NotIdentified where no event was seen. O(rows * covariates^2).
[[nodiscard]] CoxPredictions cox_survival(const CoxFit& fit, const std::vector<std::span<const double>>& covariates,
                                          double time, std::size_t stratum = 0);

/// Hazard of each row over that of a row at the means of the covariates, e^(coefficients (x - means)). Throws as
/// cox_survival. O(rows * covariates^2).
[[nodiscard]] CoxPredictions cox_relative_risk(const CoxFit& fit,
                                               const std::vector<std::span<const double>>& covariates);

}  // namespace outweigh::inline OUTWEIGH_ABI::stats

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/stats/cox-inl.hpp>
#endif
