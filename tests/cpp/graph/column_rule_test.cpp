#include <outweigh/graph/column_rule.hpp>

#include <support/catch.hpp>

using namespace outweigh;

TEST_CASE("rules joined hold together", "[graph]") {
  constexpr graph::ColumnRule rule = graph::required | graph::not_negative | graph::between(-1.0, 5.0);
  CHECK(rule.is_required);
  CHECK(rule.lowest == 0.0);
  CHECK(rule.highest == 5.0);
  CHECK_FALSE(graph::optional.is_required);
}
