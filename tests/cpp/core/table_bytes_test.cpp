#include <outweigh/core/table_bytes.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include "../support/catch.hpp"

using namespace outweigh::core;

namespace {

Table sample_table() {
  const std::vector<std::uint8_t> valid{1, 0, 1};
  const std::vector<std::uint8_t> flags{1, 1, 0};
  const std::vector<Instant> times{Instant{}, Instant::from_date(2026, 1, 1), Instant::from_date(1900, 1, 1)};
  const std::vector<Money> amounts{Money::from_units(-1.5), Money{}, Money::from_units(2)};
  const std::vector<std::string_view> words{"x", "y"};
  const std::vector<std::string> texts{"one", "", "Zürich"};
  Table table;
  table.add("texts", Column::strings(texts, valid))
      .add("numbers", Column::float64s({1.5, -0.0, 3.0}, valid))
      .add("integers", Column::int64s({1, 2, INT64_MIN}))
      .add("flags", Column::booleans(flags, valid))
      .add("times", Column::instants(times))
      .add("days", Column::dates({1, 2, 3}))
      .add("amounts", Column::moneys(amounts, valid))
      .add("words", Column::categories({1, 0, 1}, words, valid))
      .add("nothing", Column::nulls(3));
  return table;
}

}  // namespace

TEST_CASE("a table comes back from its bytes", "[core]") {
  const Table table = sample_table();
  CHECK(table_from_bytes(to_bytes(table)) == table);
  CHECK(table_from_bytes(to_bytes(table.slice(1, 2))) == table.slice(1, 2));
  CHECK(table_from_bytes(to_bytes(table.slice(1, 0))) == table.slice(1, 0));
  CHECK(table_from_bytes(to_bytes(Table())) == Table());
}

TEST_CASE("bytes that are cut or changed anywhere are refused", "[core]") {
  const Bytes good = to_bytes(sample_table());
  for (std::size_t length = 0; length < good.size(); ++length) {
    const Bytes cut(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(length));
    CHECK_THROWS_AS(table_from_bytes(cut), CorruptState);
  }
  for (std::size_t at = 0; at < good.size(); ++at) {
    Bytes changed = good;
    changed[at] ^= std::byte{0x40};
    CHECK_THROWS_AS(table_from_bytes(changed), CorruptState);
  }
}

TEST_CASE("bytes with a good checksum and bad content are refused", "[core]") {
  const auto refuse = [](auto write) {
    ByteWriter out("core.table", 1);
    out.write(std::uint8_t{1});
    out.write(std::uint64_t{1});
    write(out);
    CHECK_THROWS_AS(table_from_bytes(std::move(out).finish()), CorruptState);
  };
  using Text = std::string_view;
  refuse([](ByteWriter& out) { out.write(~std::uint64_t{0}); });
  const auto column = [&](Text format, std::uint64_t rows, std::vector<std::string> parts) {
    refuse([&](ByteWriter& out) {
      out.write(rows);
      out.write(Text("c"));
      out.write(format);
      for (const std::string& part : parts) out.write(Text(part));
    });
  };
  column("xyz", 1, {"", ""});
  column("u", 1, {"", ""});
  column("l", 2, {"", std::string(8, '\0')});
  column("l", 0xFFFF'FFF0U, {"", std::string(8, '\0')});
  column("l", 2, {std::string(1, '\1'), std::string(16, '\0')});
  const auto offsets = [](std::vector<std::int64_t> values) {
    return std::string(reinterpret_cast<const char*>(values.data()), values.size() * 8);
  };
  column("U", 1, {"", offsets({0, 9}), "abc"});
  column("U", 2, {"", offsets({0, 3, 1}), "abc"});
  column("U", 1, {"", offsets({-1, 3}), "abc"});
  column("U", 1, {"", offsets({0, 1}), "\xFF"});
}
