// A scorer of one's own: any copyable type with `name` and `score`.
#include <cstdio>
#include <string_view>
#include <vector>

#include <outweigh/outweigh.hpp>

using namespace outweigh;

// What a solution brings at the least, for its effort: doubt counts against it.
struct CautiousValue {
  static std::string_view name() { return "cautious value"; }
  std::vector<double> score(const scoring::ScoringInput& input) const {
    std::vector<double> scores(input.size);
    for (std::size_t i = 0; i < input.size; ++i) scores[i] = input.value_lower[i] / (1.0 + input.effort[i]);
    return scores;
  }
};
static_assert(scoring::Scorer<CautiousValue>);

// Its order is that of a wish list, whatever the evidence; it forgets one solution, and is told so.
struct WishList {
  static std::string_view name() { return "wish list"; }
  std::vector<double> score(const scoring::ScoringInput& input) const { return std::vector<double>(input.size - 1); }
};

int main() {
  const auto customers = lab::simulate({.seed = 7, .accounts = 300, .needs = 8, .solutions = 6}).graph();
  const auto demand = demand::demand(customers, {.method = "pooled"});
  for (const scoring::AnyScorer& scorer : {scoring::AnyScorer(CautiousValue()), scoring::AnyScorer(scoring::Rice())}) {
    const auto scores = scoring::score(demand, scorer);
    std::printf("by %s:", scores.scorer().c_str());
    for (const auto solution : scores.ranking()) {
      std::printf(" %s", customers.ids(graph::NodeKind::solution).text(solution.value()).c_str());
    }
    std::printf("\n");
  }
  try {
    static_cast<void>(scoring::score(demand, WishList()));
  } catch (const core::ContractViolation& error) {
    std::printf("%s\n", error.what());
  }
}
