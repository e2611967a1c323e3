// Answers to the question of NPS that count.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/journey/detail/figures.hpp>
#include <outweigh/journey/detail/groups.hpp>
#include <outweigh/journey/detail/same_question.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey::detail {

/// One item a person and period, `y` is the score. `any`: was the question asked at all?
[[nodiscard]] inline std::vector<Item> nps_items(const graph::CustomerGraph& graph, const std::string& question,
                                                 Period period, bool& any) {
  const auto& surveys = graph.surveys();
  // The latest answer of each person in each period, of two at once the lower one; nobody's is one of the account's.
  std::map<std::tuple<std::uint32_t, std::int64_t, std::int64_t>, std::pair<core::Instant, double>> latest;
  for (std::size_t row = 0; row < surveys.rows; ++row) {
    if (surveys.at[row] > graph.as_of() || !same_question(surveys.question[row], question)) continue;
    any = true;
    const double score = surveys.score[row];
    if (!(score >= 0.0 && score <= 10.0)) {
      throw core::InvalidInput("a score of NPS lies between 0 and 10",
                               {.table = "surveys", .column = "score", .row = row, .value = std::to_string(score)});
    }
    const std::int64_t person = surveys.customer.has(row) ? std::int64_t{surveys.customer[row].value()} : -1;
    const std::pair answer{surveys.at[row], -score};
    const auto place = std::tuple(surveys.account[row].value(), period_index(surveys.at[row], period), person);
    const auto found = latest.try_emplace(place, answer).first;
    found->second = std::max(found->second, answer);
  }
  std::vector<Item> items;
  for (const auto& [key, answer] : latest) items.push_back({std::get<0>(key), std::get<1>(key), 0.0, -answer.second});
  return items;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::journey::detail
