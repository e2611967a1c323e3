// One family of tests for a whole audit.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <outweigh/listening/audit.hpp>
#include <outweigh/listening/detail/q_values.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

/// q-values of all tests of the audit, one family. Where persons are the teams over again (`repeated`) they are not
/// tested twice.
inline void add_q_values(Audit& audit, bool repeated) {
  std::vector<double> p;
  const auto counts = [&](const auto& row) { return row.p_value && !(repeated && row.group == "person"); };
  const auto gather = [&](const auto& rows) {
    for (const auto& row : rows) {
      if (counts(row)) p.push_back(*row.p_value);
    }
  };
  gather(audit.rows);
  gather(audit.tests);
  gather(audit.numbers);
  for (const NeverHeardRow& row : audit.never_heard.rows) p.push_back(row.chance);
  const std::vector<double> q = q_values(p);
  std::size_t next = 0;
  const auto assign = [&](auto& rows) {
    for (auto& row : rows) {
      if (counts(row)) row.q_value = q[next++];
    }
    if (!repeated) return;
    // Rows of teams and persons come in the same order.
    std::vector<std::optional<double>> of_teams;
    for (const auto& row : rows) {
      if (row.group == "team") of_teams.push_back(row.q_value);
    }
    std::size_t place = 0;
    for (auto& row : rows) {
      if (row.group == "person") row.q_value = of_teams[place++];
    }
  };
  assign(audit.rows);
  assign(audit.tests);
  assign(audit.numbers);
  for (NeverHeardRow& row : audit.never_heard.rows) row.q_value = q[next++];
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
