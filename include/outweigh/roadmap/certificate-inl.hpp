#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <outweigh/roadmap/certificate.hpp>
#include <outweigh/roadmap/detail/apply_rules.hpp>
#include <outweigh/roadmap/detail/branch_and_bound.hpp>
#include <outweigh/roadmap/detail/certificate_checker.hpp>
#include <outweigh/roadmap/detail/resource_costs.hpp>
#include <outweigh/roadmap/detail/scaled_problem.hpp>
#include <outweigh/roadmap/detail/several_budgets.hpp>
#include <outweigh/roadmap/solve.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap {

namespace detail {

// The steps of a search in the terms of the problem.
class ProofWriter {
 public:
  /// `units`: the effort of 1 of each resource; empty under one budget.
  ProofWriter(const ScaledProblem& scaled, Certificate& certificate, std::vector<double> units = {})
      : scaled_(scaled), certificate_(certificate), units_(std::move(units)) {}

  void operator()(const ProofStep& step) const {
    CertificateStep written;
    written.kind = static_cast<ProofStepKind>(step.kind);
    // a price that nothing was refuted at
    if (step.kind == ProofStep::price || step.kind == ProofStep::in_first || step.kind == ProofStep::out_first) {
      auto& steps = certificate_.steps;
      while (!steps.empty() && steps.back().kind == ProofStepKind::price) {
        steps.pop_back();
        drop_after(certificate_.rates, steps.size());
        drop_after(certificate_.shares, steps.size());
        drop_after(certificate_.prices, steps.size());
        drop_after(certificate_.fines, steps.size());
      }
    }
    if (step.kind == ProofStep::price) {
      written.price = step.price_value * (scaled_.value_unit / scaled_.cost_unit);
      for (std::uint32_t r = 0; r < step.prices.size(); ++r) {
        const double price = step.prices[r] * (scaled_.value_unit / units_[r]);
        if (price > 0.0)
          certificate_.prices.push_back({static_cast<std::uint32_t>(certificate_.steps.size()), r, price});
      }
      const auto at = static_cast<std::uint32_t>(certificate_.steps.size());
      for (const auto& [need, rate] : step.rates) {
        if (need >= scaled_.need_of.size()) {
          const double fine = (1.0 - rate) * static_cast<double>(scaled_.closure.need_value[need]) * scaled_.value_unit;
          certificate_.fines.push_back({at, static_cast<std::uint32_t>(need - scaled_.need_of.size()), fine});
          continue;
        }
        const auto& part = scaled_.need_of[need];
        certificate_.rates.push_back({at, part.need, part.above, part.share, rate});
      }
      for (const ProofStep::Share& share : step.shares) {
        certificate_.shares.push_back({at, scaled_.need_of[share.need].need,
                                       scaled_.members.entry[scaled_.members.first(share.node)],
                                       share.amount * scaled_.value_unit});
      }
    } else if (step.kind != ProofStep::closed) {
      // a customer stands for the solutions that only it needs, too
      const std::uint32_t customer = scaled_.customer_of[step.node];
      written.of_customer = customer != no_node;
      written.position = written.of_customer ? customer : scaled_.members.entry[scaled_.members.first(step.node)];
    }
    certificate_.steps.push_back(written);
  }

 private:
  template <class Rows>
  static void drop_after(Rows& rows, std::size_t step) {
    while (!rows.empty() && rows.back().step >= step) rows.pop_back();
  }

  const ScaledProblem& scaled_;
  Certificate& certificate_;
  std::vector<double> units_;
};

// A solution of each node of a set.
inline std::vector<std::uint32_t> one_of_each(const ScaledProblem& scaled, const std::vector<std::uint32_t>& set) {
  std::vector<std::uint32_t> members;
  for (const std::uint32_t u : set) members.push_back(scaled.members.entry[scaled.members.first(u)]);
  std::sort(members.begin(), members.end());
  return members;
}

// A better selection, found on the way from one that is not the best, would leave steps that were refuted by what was
// known before; from the best nothing changes.
template <class Search>
void write_proof(Search& search, const typename Search::Limits& limits, Certificate& certificate) {
  while (true) {
    const std::int64_t before = search.value();
    certificate.steps.clear();
    certificate.rates.clear();
    certificate.shares.clear();
    certificate.prices.clear();
    certificate.fines.clear();
    search.run(limits);
    if (search.value() == before) break;
  }
  if (!search.finished()) certificate.steps.push_back({});
}

// The problem of a certificate in whole numbers, of one budget or with the costs of several resources.
struct CertifiedProblem {
  ScaledProblem scaled;
  std::vector<ResourceCosts> resources{};
  bool is_rounded = false;  ///< efforts are, so that budgets are, too
};

OUTWEIGH_INLINE CertifiedProblem certified_problem(const RoadmapProblem& problem, const Selection& selection) {
  CertifiedProblem result{.scaled = scale(problem, selection.budget, selection.include)};
  if (selection.capacities.empty()) {
    result.is_rounded = result.scaled.budget < result.scaled.loose_budget;
    return result;
  }
  for (std::size_t r = 0; r < selection.capacities.size(); ++r) {
    result.resources.push_back(scale_resource(problem, result.scaled, r, selection.capacities[r]));
    result.is_rounded = result.is_rounded || result.resources.back().budget < result.resources.back().loose_budget;
  }
  return result;
}

}  // namespace detail

OUTWEIGH_INLINE std::string_view to_string(ProofStepKind kind) noexcept {
  switch (kind) {
    case ProofStepKind::price:
      return "price";
    case ProofStepKind::put_in:
      return "put_in";
    case ProofStepKind::put_out:
      return "put_out";
    case ProofStepKind::in_first:
      return "in_first";
    case ProofStepKind::out_first:
      return "out_first";
    case ProofStepKind::closed:
      return "closed";
  }
  return "";
}

OUTWEIGH_INLINE core::Table Certificate::to_table(const RoadmapProblem& problem) const {
  std::vector<std::int64_t> step;
  std::vector<std::string> kind, solution, customer;
  std::vector<std::uint8_t> of_solution, of_customer, priced;
  std::vector<double> price;
  for (const CertificateStep& s : steps) {
    const bool names = s.kind != ProofStepKind::price && s.kind != ProofStepKind::closed;
    step.push_back(static_cast<std::int64_t>(step.size()));
    kind.emplace_back(to_string(s.kind));
    of_solution.push_back(names && !s.of_customer ? 1 : 0);
    of_customer.push_back(names && s.of_customer ? 1 : 0);
    solution.push_back(of_solution.back() != 0 ? problem.solution_ids()[s.position] : "");
    customer.push_back(of_customer.back() != 0 ? problem.customer_ids()[s.position] : "");
    price.push_back(s.price);
    priced.push_back(s.kind == ProofStepKind::price ? 1 : 0);
  }
  core::Table table;
  table.add("step", core::Column::int64s(std::move(step)));
  table.add("kind", core::Column::strings(kind));
  table.add("solution_id", core::Column::strings(solution, of_solution));
  table.add("customer_id", core::Column::strings(customer, of_customer));
  table.add("price", core::Column::float64s(std::move(price), priced));
  return table;
}

OUTWEIGH_INLINE Certificate certify(const RoadmapProblem& problem, const Selection& selection,
                                    const core::RunControl& control) {
  if (const auto faults = check_selection(problem, selection); !faults.empty()) {
    throw core::InvalidInput("the selection is none of this problem: " + faults.front(), {.column = "selection"});
  }
  const detail::CertifiedProblem certified = detail::certified_problem(problem, selection);
  const detail::ScaledProblem& scaled = certified.scaled;
  Certificate certificate;
  certificate.solutions = selection.solutions;
  certificate.value = selection.value;
  certificate.cost = selection.cost;
  certificate.budget = selection.budget;
  certificate.include = selection.include;
  certificate.exclude = selection.exclude;
  certificate.value_step = scaled.exact_values ? scaled.value_unit : 0.0;
  certificate.capacities = selection.capacities;
  if (selection.capacities.empty()) {
    certificate.effort_step = scaled.budget == scaled.loose_budget && scaled.exact_efforts ? scaled.cost_unit : 0.0;
  }
  for (const detail::ResourceCosts& resource : certified.resources) {
    certificate.effort_steps.push_back(resource.exact ? resource.unit : 0.0);
  }
  // the first member of a group is its number
  for (std::uint32_t s = 0; s < problem.solution_count(); ++s) {
    const std::uint32_t node = scaled.node_of[s];
    certificate.groups.push_back(node == detail::no_node ? Certificate::no_group
                                                         : scaled.members.entry[scaled.members.first(node)]);
  }
  for (const auto& set : scaled.exclusive) certificate.exclusive.push_back(detail::one_of_each(scaled, set));
  std::vector<std::uint8_t> given(problem.solution_count(), 0);
  for (const std::uint32_t s : selection.solutions) given[s] = 1;

  // what counted as proved counts as proved here
  const double magnitude = std::abs(selection.value);
  const double allowed = selection.proven && magnitude > 0.0 ? std::min(1.0, selection.gap / magnitude) : 0.0;
  struct Proof {
    std::int64_t bound, value;
    bool found_better;
  };
  bool exact = true;  // nothing is rounded that matters
  const auto prove = [&](auto& search, std::vector<double> units) {
    search.offer(detail::nodes_of(scaled, given));
    const std::int64_t offered = search.value();
    typename std::remove_reference_t<decltype(search)>::Limits limits;
    limits.work = selection.proven ? 0 : 1;
    limits.tolerance = std::max(allowed * (1.0 - 1e-9), exact ? 0.0 : 5e-8);
    limits.interrupt = [&](double, double) {
      control.check();
      return false;
    };
    limits.record = detail::ProofWriter(scaled, certificate, std::move(units));
    detail::write_proof(search, limits, certificate);
    return Proof{search.bound(), search.value(), search.value() > offered};
  };
  const auto prove_within = [&](bool is_loose) {
    if (certified.resources.empty()) {
      detail::BranchAndBound search(scaled.closure, is_loose ? scaled.loose_budget : scaled.budget,
                                    scaled.loose_budget);
      detail::apply_rules(problem, scaled, selection.budget, selection.include, selection.exclude, search);
      return prove(search, {});
    }
    std::vector<detail::ResourceCosts> resources = certified.resources;
    std::vector<double> units;
    for (detail::ResourceCosts& resource : resources) {
      units.push_back(resource.unit);
      if (is_loose) resource.budget = resource.loose_budget;
    }
    detail::SeveralBudgets search(scaled.closure, resources);
    detail::force_rules(problem, scaled, selection.include, selection.exclude, search);
    (void)search.settle();  // it was a selection, so that what is forced fits
    return prove(search, std::move(units));
  };
  // As solve does: what the loose budget proves holds, unless there is something better that does not fit as given.
  exact = scaled.exact_values;
  Proof proof = prove_within(certified.is_rounded);
  if (certified.is_rounded && proof.found_better) {
    exact = false;
    certificate.steps.clear();
    certificate.rates.clear();
    certificate.shares.clear();
    certificate.prices.clear();
    certificate.fines.clear();
    proof = prove_within(false);
  }
  const auto [bound, value, unused] = proof;
  certificate.bound = std::max(selection.value, scaled.constant + static_cast<double>(bound) * scaled.value_unit);
  if (exact && bound == value && selection.proven) certificate.bound = selection.value;
  // The search counts in whole numbers and rounds its bounds down to one; where the problem's values are none, a step
  // may hold only up to the next.
  if (!scaled.exact_values && !detail::CertificateChecker(problem, certificate).run(control).empty()) {
    certificate.bound += scaled.value_unit;
  }
  return certificate;
}

OUTWEIGH_INLINE std::vector<std::string> check_certificate(const RoadmapProblem& problem,
                                                           const Certificate& certificate,
                                                           const core::RunControl& control) {
  Selection selection;
  selection.solutions = certificate.solutions;
  selection.value = certificate.value;
  selection.cost = certificate.cost;
  selection.budget = certificate.budget;
  selection.bound = certificate.bound;
  selection.gap = certificate.bound - certificate.value;
  selection.include = certificate.include;
  selection.exclude = certificate.exclude;
  selection.capacities = certificate.capacities;
  std::vector<std::uint8_t> chosen(problem.solution_count(), 0);
  for (const std::uint32_t s : certificate.solutions) {
    if (s < chosen.size()) chosen[s] = 1;
  }
  // a certificate does not state these
  for (std::size_t r = 0; r < std::min(certificate.capacities.size(), problem.resources().size()); ++r) {
    selection.costs.push_back(problem.cost_of(chosen, r));
    selection.prices.push_back(0.0);
  }
  for (std::uint32_t c = 0; c < problem.customer_count(); ++c) {
    const auto asked = problem.requests(c);
    if (std::all_of(asked.begin(), asked.end(), [&](std::uint32_t s) { return chosen[s] != 0; })) {
      selection.customers.push_back(c);
    }
  }
  std::vector<std::string> faults = check_selection(problem, selection);
  if (std::string fault = detail::CertificateChecker(problem, certificate).run(control); !fault.empty()) {
    faults.push_back(std::move(fault));
  }
  return faults;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap
