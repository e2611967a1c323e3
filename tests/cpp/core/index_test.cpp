#include <outweigh/core/index.hpp>

#include <type_traits>
#include <unordered_set>

#include "../support/catch.hpp"

namespace {

struct ATag;
struct BTag;
using AIndex = outweigh::core::Index<ATag>;
using BIndex = outweigh::core::Index<BTag>;

}  // namespace

TEST_CASE("indices of different kinds do not mix", "[core]") {
  static_assert(!std::is_convertible_v<AIndex, BIndex>);
  static_assert(!std::is_convertible_v<AIndex, std::size_t>);
  static_assert(!std::is_convertible_v<std::size_t, AIndex>);
  static_assert(sizeof(AIndex) == 4);
  CHECK(AIndex(3).value() == 3);
  CHECK(std::size_t{AIndex(3)} == 3);
  CHECK(AIndex(1) < AIndex(2));
  CHECK(AIndex() == AIndex(0));
  CHECK(std::unordered_set<AIndex>{AIndex(1), AIndex(1), AIndex(2)}.size() == 2);
}
