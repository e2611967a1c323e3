// From columns to a defended roadmap: who was heard, who has which need, what to build, and why.
#include <cstdio>
#include <string>
#include <vector>

#include <outweigh/outweigh.hpp>

using namespace outweigh;
using core::Column;
using core::Table;

int main() {
  // Forty accounts, the first four large. The executive hears the large ones, visits reach every third account.
  std::vector<std::string> accounts, heard, through, need;
  std::vector<double> arr;
  std::vector<std::int64_t> contact, asking;
  std::vector<core::Instant> at, asked_at;
  for (std::int64_t i = 0; i < 40; ++i) {
    const bool is_large = i < 4;
    accounts.push_back("account " + std::to_string(i));
    arr.push_back(is_large ? 500'000.0 : 20'000.0);
    if (!is_large && i % 3 != 0) continue;
    contact.push_back(i);
    heard.push_back(accounts.back());
    through.emplace_back(is_large ? "executive" : "visits");
    at.push_back(core::Instant::from_date(2026, 1 + static_cast<int>(i % 6), 5));
    if (i % 4 == 2) continue;  // it said nothing that we could build
    asking.push_back(i);
    need.emplace_back(is_large ? "single sign-on" : "export");
    asked_at.push_back(at.back());
  }
  std::vector<std::string> asking_account, asking_source;
  for (const auto i : asking) {
    asking_account.push_back(accounts[static_cast<std::size_t>(i)]);
    asking_source.emplace_back(i < 4 ? "executive" : "visits");
  }

  const auto graph =
      graph::GraphBuilder()
          .add("accounts", Table().add("account_id", Column::strings(accounts)).add("arr", Column::float64s(arr)))
          .add("sources", Table().add("source_id", Column::strings({"executive", "visits"}))
                                 .add("kind", Column::strings({"executive", "discovery"})))
          .add("interactions", Table().add("interaction_id", Column::int64s(contact))
                                      .add("source_id", Column::strings(through))
                                      .add("account_id", Column::strings(heard)).add("at", Column::instants(at)))
          .add("needs", Table().add("need_id", Column::strings({"single sign-on", "export"}))
                               .add("title", Column::strings({"Single sign-on", "Export to spreadsheets"})))
          .add("requests", Table().add("request_id", Column::int64s(asking)).add("interaction_id", Column::int64s(asking))
                                  .add("account_id", Column::strings(asking_account))
                                  .add("source_id", Column::strings(asking_source))
                                  .add("need_id", Column::strings(need)).add("at", Column::instants(asked_at)))
          .add("solutions", Table().add("solution_id", Column::strings({"saml", "csv"}))
                                   .add("title", Column::strings({"SAML", "CSV export"}))
                                   .add("effort", Column::float64s({5, 4})))
          .add("covers", Table().add("solution_id", Column::strings({"saml", "csv"}))
                                .add("need_id", Column::strings({"single sign-on", "export"})))
          .build();
  const auto demand = demand::demand(graph);
  const auto plan = roadmap::plan(scoring::score(demand, scoring::Rice()), {.capacity = 5.0});
  for (const auto& row : demand.overall()) {
    std::printf("%-16s asked by %zu of %zu accounts\n", graph.ids(graph::NodeKind::need).text(row.need.value()).c_str(),
                row.requesting, row.accounts);
  }
  for (const auto solution : plan.solutions()) {
    std::printf("build %s\n", graph.ids(graph::NodeKind::solution).text(solution.value()).c_str());
  }
}
