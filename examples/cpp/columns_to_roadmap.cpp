// From columns to a defended roadmap: who was heard, who has which need, what to build, and why.
#include <cstdio>
#include <string>
#include <vector>

#include <outweigh/outweigh.hpp>

using namespace outweigh;
using core::Column;
using core::Table;

int main() {
  // Forty accounts, four of them large. The chief executive hears the large ones, visits reach every third account.
  std::vector<std::string> accounts, heard, through, asked_for, quotes;
  std::vector<double> revenue;
  std::vector<core::Instant> days;
  for (int i = 0; i < 40; ++i) {
    accounts.push_back("account " + std::to_string(i));
    revenue.push_back(i < 4 ? 500'000.0 : 20'000.0);
    if (i >= 4 && i % 3 != 0) continue;
    heard.push_back(accounts.back());
    through.emplace_back(i < 4 ? "executive" : "visits");
    asked_for.emplace_back(i < 4 ? "single sign-on" : "export");
    quotes.emplace_back(i < 4 ? "Nobody here wants one more password." : "We type it all off by hand.");
    days.push_back(core::Instant::from_date(2026, 1 + i % 6, 5));
  }
  std::vector<std::int64_t> contacts;
  for (std::int64_t i = 0; i < std::ssize(heard); ++i) contacts.push_back(i);

  const auto customers =
      graph::GraphBuilder()
          .add("accounts", Table().add("account_id", Column::strings(accounts)).add("arr", Column::float64s(revenue)))
          .add("sources", Table()
                              .add("source_id", Column::strings({"executive", "visits"}))
                              .add("kind", Column::strings({"executive", "discovery"})))
          .add("interactions", Table()
                                   .add("interaction_id", Column::int64s(contacts))
                                   .add("at", Column::instants(days))
                                   .add("account_id", Column::strings(heard))
                                   .add("source_id", Column::strings(through)))
          .add("needs", Table()
                            .add("need_id", Column::strings({"single sign-on", "export"}))
                            .add("title", Column::strings({"Sign on once", "Export to spreadsheets"})))
          .add("requests", Table()
                               .add("request_id", Column::int64s(contacts))
                               .add("at", Column::instants(days))
                               .add("account_id", Column::strings(heard))
                               .add("source_id", Column::strings(through))
                               .add("need_id", Column::strings(asked_for))
                               .add("interaction_id", Column::int64s(contacts))
                               .add("quote", Column::strings(quotes)))
          .add("solutions", Table()
                                .add("solution_id", Column::strings({"saml", "csv"}))
                                .add("title", Column::strings({"SAML", "CSV"}))
                                .add("effort", Column::float64s({5, 4})))
          .add("covers", Table()
                             .add("solution_id", Column::strings({"saml", "csv"}))
                             .add("need_id", Column::strings({"single sign-on", "export"})))
          .build();

  std::printf("%s\n", listening::audit(customers).summary().c_str());
  const auto scores = scoring::score(demand::demand(customers), scoring::Rice());
  const auto plan = roadmap::plan(scores, {.capacity = 5.0});
  for (const auto solution : plan.solutions()) {
    const auto id = customers.ids(graph::NodeKind::solution).text(solution.value());
    std::printf("\nBuild %s%s\n%s", id.c_str(), plan.proven() ? ", proved best" : "",
                core::to_text(explain::explain(plan, id), 6, 3).c_str());
  }
}
