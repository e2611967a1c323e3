#include <outweigh/core/arrow_abi.hpp>
// Another library's copy of the structs is skipped, because the macros are the specification's.
#include <outweigh/core/arrow_abi.hpp>

#include <cstddef>

#include "../support/catch.hpp"

TEST_CASE("the structs have the layout of the specification", "[core]") {
#if !defined(ARROW_C_DATA_INTERFACE) || !defined(ARROW_C_STREAM_INTERFACE)
  FAIL("the macros are missing");
#endif
  constexpr std::size_t pointer = sizeof(void*);
  CHECK(offsetof(ArrowSchema, flags) == 3 * pointer);
  CHECK(offsetof(ArrowSchema, release) == 3 * pointer + 16 + 2 * pointer);
  CHECK(offsetof(ArrowArray, buffers) == 40);
  CHECK(offsetof(ArrowArray, release) == 40 + 3 * pointer);
  CHECK(sizeof(ArrowArrayStream) == 5 * pointer);
  CHECK(ARROW_FLAG_NULLABLE == 2);
}
