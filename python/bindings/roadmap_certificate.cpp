// Proofs of bounds as plain data, and their check.
#include <algorithm>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <outweigh/roadmap/certificate.hpp>

#include "common.hpp"
#include "roadmap_problem.hpp"

namespace outweigh::python {

namespace {

using roadmap::Certificate;
using roadmap::ProofStepKind;

// None under one budget.
py::object amounts_by_resource(const Problem& problem, const std::vector<double>& amounts) {
  if (amounts.empty()) return py::none();
  py::dict named;
  for (std::size_t r = 0; r < amounts.size(); ++r) named[py::str(problem.problem->resources()[r])] = amounts[r];
  return named;
}

// Amounts in the order of the problem; empty for None.
std::vector<double> amounts_in_order(const Problem& problem, py::handle named, const char* column) {
  std::vector<double> amounts;
  if (named.is_none()) return amounts;
  const auto given = py::reinterpret_borrow<py::dict>(named);
  const auto& resources = problem.problem->resources();
  for (const auto& resource : resources) {
    if (!given.contains(py::str(resource))) {
      throw core::InvalidInput("a resource is missing", {.table = "certificate", .column = column, .value = resource});
    }
    amounts.push_back(given[py::str(resource)].cast<double>());
  }
  if (given.size() != resources.size()) {
    throw core::InvalidInput("a resource is unknown", {.table = "certificate", .column = column});
  }
  return amounts;
}

py::dict to_parts(const Problem& problem, const Certificate& certificate) {
  py::list groups, kinds, solutions, customers, prices, step, need, above, share, rate, price_step, resource,
      of_resource;
  for (const auto group : certificate.groups) {
    groups.append(group == Certificate::no_group ? py::object(py::none()) : problem.solution_id(group));
  }
  for (const auto& s : certificate.steps) {
    const bool names = s.kind != ProofStepKind::price && s.kind != ProofStepKind::closed;
    kinds.append(py::str(std::string(roadmap::to_string(s.kind))));
    solutions.append(names && !s.of_customer ? problem.solution_id(s.position) : py::object(py::none()));
    customers.append(names && s.of_customer ? problem.customer_id(s.position) : py::object(py::none()));
    const bool priced = s.kind == ProofStepKind::price && certificate.capacities.empty();
    prices.append(priced ? py::object(py::float_(s.price)) : py::object(py::none()));
  }
  for (const auto& p : certificate.prices) {
    price_step.append(p.step);
    resource.append(problem.problem->resources()[p.resource]);
    of_resource.append(p.price);
  }
  for (const auto& r : certificate.rates) {
    step.append(r.step);
    need.append(problem.problem->need_ids()[r.need]);
    above.append(r.above);
    share.append(r.share);
    rate.append(r.rate);
  }
  py::list share_step, share_need, share_solution, share_amount;
  for (const auto& shared : certificate.shares) {
    share_step.append(shared.step);
    share_need.append(problem.problem->need_ids()[shared.need]);
    share_solution.append(problem.solution_id(shared.solution));
    share_amount.append(shared.amount);
  }
  py::list exclusive, fine_step, fine_set, fine;
  for (const auto& set : certificate.exclusive) exclusive.append(problem.solution_list(set));
  for (const auto& f : certificate.fines) {
    fine_step.append(f.step);
    fine_set.append(f.set);
    fine.append(f.fine);
  }
  py::dict parts;
  parts["share_step"] = share_step;
  parts["share_need"] = share_need;
  parts["share_solution"] = share_solution;
  parts["share_amount"] = share_amount;
  parts["exclusive"] = exclusive;
  parts["fine_step"] = fine_step;
  parts["fine_set"] = fine_set;
  parts["fine"] = fine;
  parts["solutions"] = problem.solution_list(certificate.solutions);
  parts["value"] = certificate.value;
  parts["cost"] = certificate.cost;
  parts["budget"] = certificate.budget;
  parts["bound"] = certificate.bound;
  parts["value_step"] = certificate.value_step;
  parts["effort_step"] = certificate.effort_step;
  parts["capacities"] = amounts_by_resource(problem, certificate.capacities);
  parts["effort_steps"] = amounts_by_resource(problem, certificate.effort_steps);
  parts["price_step"] = price_step;
  parts["resource"] = resource;
  parts["resource_price"] = of_resource;
  parts["include"] = problem.solution_list(certificate.include);
  parts["exclude"] = problem.solution_list(certificate.exclude);
  parts["groups"] = groups;
  parts["kind"] = kinds;
  parts["solution_id"] = solutions;
  parts["customer_id"] = customers;
  parts["price"] = prices;
  parts["rate_step"] = step;
  parts["need_id"] = need;
  parts["above"] = above;
  parts["share"] = share;
  parts["rate"] = rate;
  return parts;
}

template <class Ids>
std::unordered_map<std::string, std::uint32_t> by_id(const Ids& ids) {
  std::unordered_map<std::string, std::uint32_t> positions;
  for (std::size_t at = 0; at < ids.size(); ++at) positions.emplace(ids[at], static_cast<std::uint32_t>(at));
  return positions;
}

std::uint32_t find(const std::unordered_map<std::string, std::uint32_t>& positions, py::handle id, const char* column) {
  const auto text = py::cast<std::string>(py::str(id));
  const auto at = positions.find(text);
  if (at == positions.end()) {
    throw core::InvalidInput("an id is unknown", {.table = "certificate", .column = column, .value = text});
  }
  return at->second;
}

ProofStepKind parse_kind(const std::string& word) {
  for (const auto kind : {ProofStepKind::price, ProofStepKind::put_in, ProofStepKind::put_out, ProofStepKind::in_first,
                          ProofStepKind::out_first, ProofStepKind::closed}) {
    if (word == roadmap::to_string(kind)) return kind;
  }
  throw core::InvalidInput("a step is of no known kind", {.table = "certificate", .column = "kind", .value = word});
}

Certificate from_parts(const Problem& problem, const py::dict& parts) {
  const auto solutions = by_id(problem.problem->solution_ids());
  const auto customers = by_id(problem.problem->customer_ids());
  const auto needs = by_id(problem.problem->need_ids());
  const auto list = [&](const char* name) { return parts[name].cast<py::list>(); };
  const auto positions = [&](const char* name) {
    std::vector<std::uint32_t> found;
    for (const auto id : list(name)) found.push_back(find(solutions, id, name));
    return found;
  };
  Certificate certificate;
  certificate.solutions = positions("solutions");
  std::sort(certificate.solutions.begin(), certificate.solutions.end());
  certificate.value = parts["value"].cast<double>();
  certificate.cost = parts["cost"].cast<double>();
  certificate.budget = parts["budget"].cast<double>();
  certificate.bound = parts["bound"].cast<double>();
  certificate.value_step = parts["value_step"].cast<double>();
  certificate.effort_step = parts["effort_step"].cast<double>();
  certificate.capacities = amounts_in_order(problem, parts["capacities"], "capacities");
  certificate.effort_steps = amounts_in_order(problem, parts["effort_steps"], "effort_steps");
  certificate.include = positions("include");
  certificate.exclude = positions("exclude");
  for (const auto group : list("groups")) {
    certificate.groups.push_back(group.is_none() ? Certificate::no_group : find(solutions, group, "groups"));
  }
  const auto kinds = list("kind"), of_solution = list("solution_id"), of_customer = list("customer_id"),
             prices = list("price");
  if (of_solution.size() != kinds.size() || of_customer.size() != kinds.size() || prices.size() != kinds.size()) {
    throw core::InvalidInput("the columns of the steps differ in length", {.table = "certificate", .column = "steps"});
  }
  for (std::size_t k = 0; k < kinds.size(); ++k) {
    roadmap::CertificateStep step{.kind = parse_kind(kinds[k].cast<std::string>())};
    if (!py::object(of_customer[k]).is_none()) {
      step.of_customer = true;
      step.position = find(customers, of_customer[k], "customer_id");
    } else if (!py::object(of_solution[k]).is_none()) {
      step.position = find(solutions, of_solution[k], "solution_id");
    } else if (step.kind != ProofStepKind::price && step.kind != ProofStepKind::closed) {
      throw core::InvalidInput("a step names neither a solution nor a customer", {.table = "certificate", .row = k});
    }
    if (!py::object(prices[k]).is_none()) step.price = prices[k].cast<double>();
    certificate.steps.push_back(step);
  }
  const auto step = list("rate_step"), need = list("need_id"), above = list("above"), share = list("share"),
             rate = list("rate");
  if (need.size() != step.size() || above.size() != step.size() || share.size() != step.size() ||
      rate.size() != step.size()) {
    throw core::InvalidInput("the columns of the rates differ in length", {.table = "certificate", .column = "rates"});
  }
  for (std::size_t k = 0; k < step.size(); ++k) {
    certificate.rates.push_back({.step = step[k].cast<std::uint32_t>(),
                                 .need = find(needs, need[k], "need_id"),
                                 .above = above[k].cast<double>(),
                                 .share = share[k].cast<double>(),
                                 .rate = rate[k].cast<double>()});
  }
  const auto share_step = list("share_step"), share_need = list("share_need"), share_solution = list("share_solution"),
             share_amount = list("share_amount");
  if (share_need.size() != share_step.size() || share_solution.size() != share_step.size() ||
      share_amount.size() != share_step.size()) {
    throw core::InvalidInput("the columns of the shares differ in length",
                             {.table = "certificate", .column = "shares"});
  }
  for (std::size_t k = 0; k < share_step.size(); ++k) {
    certificate.shares.push_back({.step = share_step[k].cast<std::uint32_t>(),
                                  .need = find(needs, share_need[k], "need_id"),
                                  .solution = find(solutions, share_solution[k], "solution_id"),
                                  .amount = share_amount[k].cast<double>()});
  }
  const auto price_step = list("price_step"), resource = list("resource"), of_resource = list("resource_price");
  if (resource.size() != price_step.size() || of_resource.size() != price_step.size()) {
    throw core::InvalidInput("the columns of the prices differ in length",
                             {.table = "certificate", .column = "prices"});
  }
  for (std::size_t k = 0; k < price_step.size(); ++k) {
    const auto at = problem.problem->find_resource(py::cast<std::string>(py::str(resource[k])));
    certificate.prices.push_back({.step = price_step[k].cast<std::uint32_t>(),
                                  .resource = static_cast<std::uint32_t>(at),
                                  .price = of_resource[k].cast<double>()});
  }
  for (const auto set : list("exclusive")) {
    certificate.exclusive.emplace_back();
    for (const auto id : set) certificate.exclusive.back().push_back(find(solutions, id, "exclusive"));
  }
  const auto fine_step = list("fine_step"), fine_set = list("fine_set"), fine = list("fine");
  if (fine_set.size() != fine_step.size() || fine.size() != fine_step.size()) {
    throw core::InvalidInput("the columns of the fines differ in length", {.table = "certificate", .column = "fines"});
  }
  for (std::size_t k = 0; k < fine_step.size(); ++k) {
    certificate.fines.push_back({.step = fine_step[k].cast<std::uint32_t>(),
                                 .set = fine_set[k].cast<std::uint32_t>(),
                                 .fine = fine[k].cast<double>()});
  }
  return certificate;
}

}  // namespace

void register_certificate(py::module_& module) {
  module.def(
      "certify",
      [](const Selected& selected) {
        const Certificate certificate = Run(py::int_(1), 0, py::none())([&](const core::RunControl& control) {
          return roadmap::certify(*selected.problem.problem, selected.selection, control);
        });
        return to_parts(selected.problem, certificate);
      },
      py::arg("selection"), "The proof of a selection's bound, as a dictionary of lists.");
  module.def(
      "check_certificate",
      [](const Problem& problem, const py::dict& parts) {
        const Certificate certificate = from_parts(problem, parts);
        return Run(py::int_(1), 0, py::none())([&](const core::RunControl& control) {
          return roadmap::check_certificate(*problem.problem, certificate, control);
        });
      },
      py::arg("problem"), py::arg("parts"), "All that is wrong with a certificate; an empty list when nothing is.");
}

}  // namespace outweigh::python
