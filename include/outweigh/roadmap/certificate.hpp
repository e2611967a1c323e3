// The proof of a bound, step by step, and a check of it that shares nothing with the search.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/core/run_control.hpp>
#include <outweigh/core/table.hpp>
#include <outweigh/roadmap/problem.hpp>
#include <outweigh/roadmap/selection.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap {

/// What a step of a proof says of plans that agree with the steps before it.
enum class ProofStepKind : std::uint8_t {
  price,      ///< what follows is refuted at this price of effort, or prices of the resources, and these rates of needs
  put_in,     ///< only plans with it matter: those without are worth no more than the bound
  put_out,    ///< only plans without it matter: those with it are worth no more than the bound, or not possible
  in_first,   ///< two cases: plans with it, up to the `closed` that ends the case, then plans without it
  out_first,  ///< the same two cases in the other order
  closed      ///< no plan that agrees with what was decided is worth more than the bound, or there is none
};

[[nodiscard]] std::string_view to_string(ProofStepKind kind) noexcept;

struct CertificateStep {
  ProofStepKind kind = ProofStepKind::closed;
  bool of_customer = false;  ///< `position` is a customer, in when it is paid for; otherwise a solution with its group
  std::uint32_t position = 0;  ///< 0 for price and closed
  double price = 0.0;          ///< value of a unit of effort, >= 0; of price only, and 0 under several capacities

  friend bool operator==(const CertificateStep&, const CertificateStep&) = default;
};

/// The price of a unit of a resource after a price step, under several capacities. 0 where none is given.
struct CertificatePrice {
  std::uint32_t step = 0;      ///< position of the price step
  std::uint32_t resource = 0;  ///< position of the resource in the problem
  double price = 0.0;          ///< >= 0

  friend bool operator==(const CertificatePrice&, const CertificatePrice&) = default;
};

/// The rate of a part of a need after a price step: what the part is worth at most is split into rate times what each
/// solution adds to it and (1 - rate) that is granted. 1 where no rate is given.
struct CertificateRate {
  std::uint32_t step = 0;  ///< position of the price step
  std::uint32_t need = 0;
  double above = 0.0, share = 0.0;  ///< with Overlap::best_share the part of the need between them; else 0
  double rate = 1.0;                ///< 0..1

  friend bool operator==(const CertificateRate&, const CertificateRate&) = default;
};

/// With Overlap::sum_of_shares, what a solution weighs for meeting a need after a price step. A need with any is shared
/// out: besides, it counts the most that a choice of the solutions that may still be chosen adds to it beyond their
/// shares. 0 where none is given.
struct CertificateShare {
  std::uint32_t step = 0;  ///< position of the price step
  std::uint32_t need = 0;
  std::uint32_t solution = 0;  ///< with its group
  double amount = 0.0;         ///< >= 0

  friend bool operator==(const CertificateShare&, const CertificateShare&) = default;
};

/// The fine of a set of solutions of which each pair excludes the other, after a price step: each of them weighs it
/// less, and one of them is granted it, so that plans with at most one lose nothing. 0 where none is given.
struct CertificateFine {
  std::uint32_t step = 0;  ///< position of the price step
  std::uint32_t set = 0;   ///< position in `exclusive`
  double fine = 0.0;       ///< >= 0

  friend bool operator==(const CertificateFine&, const CertificateFine&) = default;
};

/// A selection and the proof that no selection of its problem within the budget is worth more than `bound`.
///
/// At any price p >= 0 of effort and any rates, no plan that agrees with what is decided is worth more than
///     p * (budget - effort decided) + value decided + what is granted + the largest weight of a closed set of the
///     rest,
/// where a solution weighs its value and its part of needs less p * effort and its fines, a customer its value, and
/// closed means with all that is required or asked for (Lagrangian relaxation of the budget; Picard 1976,
/// doi:10.1287/mnsc.22.11.1268). Under several capacities p * effort is the sum of price * effort of the resources, and
/// so with what is left of each. A step is shown by one such bound, or because the effort decided is above the budget
/// or a capacity, or what is decided contradicts a dependency. Where all values are whole multiples of `value_step`, a
/// bound below `bound + value_step` will do.
struct Certificate {
  static constexpr std::uint32_t no_group = std::numeric_limits<std::uint32_t>::max();

  std::vector<std::uint32_t> solutions{};  ///< the selection, as positions
  double value = 0.0;
  double cost = 0.0;
  double budget = 0.0;
  double bound = 0.0;
  double value_step = 0.0;   ///< every value of the problem is a whole multiple; 0 for none
  double effort_step = 0.0;  ///< every effort is a whole multiple, and the budget counts down to one; 0 for none
  /// By resource, under several capacities (the budget is then infinite and its step 0), and else empty.
  std::vector<double> capacities{}, effort_steps{};
  std::vector<std::uint32_t> include{}, exclude{};  ///< what had to be in and out
  /// By solution. Of a group some best plan has all or none: the same things of worth need each of its members.
  /// no_group: nothing of worth needs it, or it fits no budget.
  std::vector<std::uint32_t> groups{};
  std::vector<CertificateStep> steps{};
  std::vector<CertificateRate> rates{};                 ///< by step
  std::vector<CertificateShare> shares{};               ///< by step, then by need
  std::vector<CertificatePrice> prices{};               ///< by step
  std::vector<std::vector<std::uint32_t>> exclusive{};  ///< sets of solutions of which each pair excludes each other
  std::vector<CertificateFine> fines{};                 ///< by step

  /// Columns step, kind, solution_id, customer_id, price (null where not meant).
  [[nodiscard]] core::Table to_table(const RoadmapProblem& problem) const;

  friend bool operator==(const Certificate&, const Certificate&) = default;
};

/// Searches again from the selection and writes down the proof: takes about as long as `solve` did for a selection that
/// is proved. For another the certificate holds the bound without branching, which may be above the selection's.
/// Throws InvalidInput when the selection is none of the problem; Cancelled when stopped.
[[nodiscard]] Certificate certify(const RoadmapProblem& problem, const Selection& selection,
                                  const core::RunControl& control = {});

/// All that is wrong with a certificate, in words; empty when the selection keeps to the problem, has the value and
/// cost stated, and the bound is proved. Shares no code with `solve`: works on the problem as given, and solves a
/// maximum flow of its own for each step. Numbers count as equal up to 1e-12 of the sum of all values. Never throws for
/// a certificate that is wrong; Cancelled when stopped.
[[nodiscard]] std::vector<std::string> check_certificate(const RoadmapProblem& problem, const Certificate& certificate,
                                                         const core::RunControl& control = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/roadmap/certificate-inl.hpp>
#endif
