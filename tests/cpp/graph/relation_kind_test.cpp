#include <outweigh/graph/relation_kind.hpp>

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

#include <support/catch.hpp>

using namespace outweigh;

TEST_CASE("each relation has a name of its own that begins with the kind it starts from", "[graph]") {
  std::set<std::string_view> names;
  for (std::size_t k = 0; k < graph::relation_kind_count; ++k) {
    const auto kind = static_cast<graph::RelationKind>(k);
    names.insert(to_string(kind));
    if (kind == graph::RelationKind::asked_need) continue;  // the table is called asked, its rows are interactions
    CHECK(to_string(kind).starts_with(to_string(graph::ends(kind).from)));
  }
  CHECK(names.size() == graph::relation_kind_count);
}
