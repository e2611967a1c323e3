// Customer bases of nothing but who wants what.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/graph/graph_builder.hpp>

namespace outweigh::test {

/// Accounts a0.., needs n0.. and one request for each pair, on the first of January 2026 or so many days later.
inline graph::CustomerGraph want_base(std::size_t accounts, std::size_t needs,
                                      const std::vector<std::pair<std::uint32_t, std::uint32_t>>& pairs,
                                      const std::vector<int>& days_of = {}) {
  using core::Column;
  std::vector<std::string> account_ids;
  std::vector<std::string> need_ids;
  for (std::size_t i = 0; i < accounts; ++i) account_ids.push_back("a" + std::to_string(i));
  for (std::size_t i = 0; i < needs; ++i) need_ids.push_back("n" + std::to_string(i));
  const auto texts = [](const std::vector<std::string>& values) {
    return Column::strings(std::span<const std::string>(values));
  };
  core::Table account_table;
  account_table.add("account_id", texts(account_ids));
  core::Table need_table;
  need_table.add("need_id", texts(need_ids)).add("title", texts(need_ids));
  core::Table sources;
  sources.add("source_id", Column::strings({"desk"})).add("kind", Column::strings({"pooled_support"}));
  std::vector<std::int64_t> ids;
  std::vector<std::string> who;
  std::vector<std::string> what;
  std::vector<core::Instant> at;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    ids.push_back(static_cast<std::int64_t>(i));
    who.push_back(account_ids[pairs[i].first]);
    what.push_back(need_ids[pairs[i].second]);
    const int day = days_of.empty() ? 0 : days_of[i];
    at.push_back(core::Instant::from_microseconds(core::Instant::from_date(2026, 1, 1).microseconds() +
                                                  day * core::Instant::microseconds_per_day));
  }
  core::Table requests;
  requests.add("request_id", Column::int64s(ids))
      .add("account_id", texts(who))
      .add("source_id", texts(std::vector<std::string>(pairs.size(), "desk")))
      .add("at", Column::instants(at))
      .add("need_id", texts(what));
  graph::GraphBuilder builder{graph::BuildOptions{}};
  builder.add("accounts", account_table);
  builder.add("needs", need_table);
  builder.add("sources", sources);
  if (!pairs.empty()) builder.add("requests", requests);
  return builder.build();
}

}  // namespace outweigh::test
