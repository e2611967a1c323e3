#include <outweigh/core/detail/counted.hpp>

#include <cstdint>
#include <limits>

#include "../support/catch.hpp"

using namespace outweigh::core::detail;

TEST_CASE("numbers in sentences have thousands set apart", "[core]") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(-999) == "-999");
  CHECK(grouped(-123456) == "-123,456");
  CHECK(grouped(std::numeric_limits<std::int64_t>::min()) == "-9,223,372,036,854,775,808");
  CHECK(grouped(std::numeric_limits<std::uint64_t>::max()) == "18,446,744,073,709,551,615");
  CHECK(set_apart("1234.5678") == "1,234.5678");
  CHECK(set_apart("-1000.25") == "-1,000.25");
  CHECK(set_apart("0.12345") == "0.12345");
  CHECK(set_apart("1e+16") == "1e+16");
  CHECK(set_apart("inf") == "inf");
  CHECK(set_apart("").empty());
}

TEST_CASE("one thing, many things", "[core]") {
  CHECK(counted(0, "ticket") == "0 tickets");
  CHECK(counted(1, "ticket") == "1 ticket");
  CHECK(counted(2, "ticket") == "2 tickets");
  CHECK(counted(std::size_t{50000}, "account") == "50,000 accounts");
}
