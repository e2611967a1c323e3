#include <outweigh/graph/node_kind.hpp>

#include <concepts>
#include <set>
#include <string_view>

#include <support/catch.hpp>

using namespace outweigh;

static_assert(!std::convertible_to<graph::AccountIndex, graph::NeedIndex>);
static_assert(!std::constructible_from<graph::AccountIndex, graph::NeedIndex>);

TEST_CASE("each kind of node has a name of its own", "[graph]") {
  std::set<std::string_view> names;
  for (const graph::NodeKind kind : graph::node_kinds) names.insert(to_string(kind));
  CHECK(names.size() == graph::node_kinds.size());
  CHECK(names.count("") == 0);
}
