// Customers under contract, who renew or leave at the end of each period: shifted-beta-geometric and
// beta-discrete-Weibull.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <outweigh/core/run_control.hpp>
#include <outweigh/economics/model_fit.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

/// Columns of equal length, one row a customer.
struct ContractColumns {
  std::span<const double> periods;   ///< of customers who left, the period at whose end they did: 1, 2, ...; of the
                                     ///< others the periods survived so far: 0, 1, ...
  std::span<const double> left;      ///< 1 who left, 0 who are still there
  std::span<const double> weight{};  ///< customers a row stands for; empty: 1 each
};

/// The model of how probabilities of leaving develop.
enum class ContractModel : std::uint8_t {
  shifted_beta_geometric,  ///< constant for a customer, Beta(alpha, beta) over customers: survival B(alpha, beta + t) /
                           ///< B(alpha, beta); Fader and Hardie 2007, doi:10.1002/dir.20074
  beta_discrete_weibull  ///< changes with tenure by the power c: survival B(alpha, beta + t^c) / B(alpha, beta); Fader,
                         ///< Hardie, Liu, Davin and Steenburgh 2018, doi:10.1016/j.intmar.2018.01.002
};

/// Maximum likelihood of alpha, beta and, for the beta-discrete-Weibull, c. Throws InvalidInput, naming column, row and
/// value, for periods that are not whole, leaving before period 1, and when there is no customer.
[[nodiscard]] ModelFit fit_contract(const ContractColumns& columns,
                                    ContractModel model = ContractModel::shifted_beta_geometric,
                                    const core::RunControl& control = {});

[[nodiscard]] ModelFit known_shifted_beta_geometric(double alpha, double beta);
[[nodiscard]] ModelFit known_beta_discrete_weibull(double alpha, double beta, double c);

/// Share of a cohort still there after each number of periods, whole or not, 0 or more.
[[nodiscard]] Predictions contract_survival(const ModelFit& fit, std::span<const double> periods,
                                            bool with_errors = false, const core::RunControl& control = {});

/// Share of those there after t - 1 periods who are there after t, for each t, 1 or more.
[[nodiscard]] Predictions contract_retention(const ModelFit& fit, std::span<const double> periods,
                                             bool with_errors = false, const core::RunControl& control = {});

/// Discounted periods still to be paid by a customer who has survived `renewals` periods: sum over j = 0, 1, ... below
/// `horizon` of S(renewals + j) / S(renewals) / (1 + discount)^j; the payment at j = 0 is due at once. An infinite
/// horizon needs a positive discount. O(terms).
[[nodiscard]] Predictions contract_discounted_periods(const ModelFit& fit, std::span<const double> renewals,
                                                      double discount, double horizon, bool with_errors = false,
                                                      const core::RunControl& control = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::economics

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/economics/contract-inl.hpp>
#endif
