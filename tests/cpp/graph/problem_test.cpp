#include <outweigh/graph/problem.hpp>

#include <set>
#include <string_view>

#include <support/catch.hpp>

using namespace outweigh;

TEST_CASE("each kind of problem has a name of its own", "[graph]") {
  std::set<std::string_view> names;
  int kinds = 0;
  for (; !to_string(static_cast<graph::ProblemKind>(kinds)).empty(); ++kinds) {
    names.insert(to_string(static_cast<graph::ProblemKind>(kinds)));
  }
  CHECK(names.size() == static_cast<std::size_t>(kinds));
  CHECK(kinds >= 11);
}
