#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/graph/stakeholders.hpp>
#include <outweigh/journey/touchpoints.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey {

namespace detail {

class TouchpointMaker {
 public:
  explicit TouchpointMaker(const graph::CustomerGraph& graph) : graph_(graph) {}

  void add(std::uint32_t account, core::Instant at, std::string_view activity, std::optional<graph::Stage> stage,
           std::optional<std::string_view> function, std::optional<double> value = {},
           std::optional<double> sentiment = {}, std::optional<std::string_view> case_id = {}) {
    if (graph::is_stakeholder(graph_, graph::AccountIndex(account)) || at > graph_.as_of()) return;
    account_.push_back(account);
    const std::string id = graph_.ids(graph::NodeKind::account).text(account);
    case_.push_back(case_id ? id + " / " + std::string(*case_id) : id);
    at_.push_back(at);
    activity_.emplace_back(activity);
    stage_.emplace_back(stage ? graph::to_string(*stage) : std::string_view());
    stage_known_.push_back(stage ? 1 : 0);
    function_.emplace_back(function.value_or(std::string_view()));
    function_known_.push_back(function ? 1 : 0);
    value_.push_back(value.value_or(0.0));
    value_known_.push_back(value ? 1 : 0);
    sentiment_.push_back(sentiment.value_or(0.0));
    sentiment_known_.push_back(sentiment ? 1 : 0);
  }

  [[nodiscard]] core::Table table() const {
    core::Table table;
    if (at_.empty()) {
      throw core::MissingInput(
          "a journey needs events, or interactions, tickets, deals, surveys or the beginning of accounts",
          {.table = "events"});
    }
    table.add("case_id", core::Column::strings(std::span<const std::string>(case_)));
    table.add("account_id", graph_.ids(graph::NodeKind::account).column(account_));
    table.add("at", core::Column::instants(at_));
    table.add("activity", core::Column::strings(std::span<const std::string>(activity_)));
    table.add("stage", core::Column::strings(std::span<const std::string>(stage_), stage_known_));
    table.add("function", core::Column::strings(std::span<const std::string>(function_), function_known_));
    table.add("value", core::Column::float64s(value_, value_known_));
    table.add("sentiment", core::Column::float64s(sentiment_, sentiment_known_));
    return table;
  }

 private:
  const graph::CustomerGraph& graph_;
  std::vector<std::uint32_t> account_;
  std::vector<std::string> case_;
  std::vector<core::Instant> at_;
  std::vector<std::string> activity_, stage_, function_;
  std::vector<double> value_, sentiment_;
  std::vector<std::uint8_t> stage_known_, function_known_, value_known_, sentiment_known_;
};

}  // namespace detail

OUTWEIGH_INLINE core::Table touchpoints(const graph::CustomerGraph& graph, bool others) {
  using graph::Stage;
  detail::TouchpointMaker maker(graph);
  const auto& events = graph.events();
  for (std::size_t row = 0; row < events.rows; ++row) {
    maker.add(events.account[row].value(), events.at[row], events.activity[row], events.stage.get(row),
              events.function.get(row), events.value.get(row), {}, events.case_id.get(row));
  }
  if (!others) return maker.table();

  const auto& interactions = graph.interactions();
  for (std::size_t row = 0; row < interactions.rows; ++row) {
    const auto add = [&](std::string_view activity, std::optional<Stage> stage,
                         std::optional<std::string_view> function) {
      maker.add(interactions.account[row].value(), interactions.at[row], activity, stage, function, {},
                interactions.sentiment.get(row));
    };
    if (!interactions.purpose.has(row)) {
      add("interaction", {}, {});
      continue;
    }
    switch (interactions.purpose[row]) {
      case graph::Purpose::learn:
        add("learn", Stage::learn, "product");
        break;
      case graph::Purpose::sell:
        add("sell", Stage::buy, "sales");
        break;
      case graph::Purpose::support:
        add("support", Stage::fix, "support");
        break;
      case graph::Purpose::escalation:
        add("escalation", Stage::fix, "support");
        break;
    }
  }
  const auto& tickets = graph.tickets();
  for (std::size_t row = 0; row < tickets.rows; ++row) {
    const std::uint32_t account = tickets.account[row].value();
    const bool down = tickets.showstopper.value_or(row, 0) != 0;
    maker.add(account, tickets.opened[row], down ? "showstopper" : "ticket opened", Stage::fix, "support");
    if (tickets.resolved.has(row)) maker.add(account, tickets.resolved[row], "ticket resolved", Stage::fix, "support");
  }
  const auto& deals = graph.deals();
  for (std::size_t row = 0; row < deals.rows; ++row) {
    const std::uint32_t account = deals.account[row].value();
    maker.add(account, deals.opened[row], "deal opened", Stage::buy, "sales");
    if (!deals.closed.has(row) || !deals.outcome.has(row) || deals.outcome[row] == graph::DealOutcome::open) continue;
    const bool won = deals.outcome[row] == graph::DealOutcome::won;
    std::optional<double> amount;
    if (won && deals.amount.has(row)) amount = deals.amount[row].units();
    maker.add(account, deals.closed[row], won ? "deal won" : "deal lost", Stage::buy, "sales", amount);
  }
  const auto& accounts = graph.accounts();
  for (std::size_t row = 0; row < accounts.rows; ++row) {
    const auto account = static_cast<std::uint32_t>(row);
    if (accounts.started.has(row)) maker.add(account, accounts.started[row], "started", Stage::buy, "sales");
    if (accounts.ended.has(row)) maker.add(account, accounts.ended[row], "ended", {}, "sales");
  }
  const auto& surveys = graph.surveys();
  for (std::size_t row = 0; row < surveys.rows; ++row) {
    maker.add(surveys.account[row].value(), surveys.at[row], "survey", Stage::for_life, "product", surveys.score[row]);
  }
  return maker.table();
}

}  // namespace outweigh::inline OUTWEIGH_ABI::journey
