#include <outweigh/core/arrow_export.hpp>

#include <initializer_list>
#include <random>
#include <string>
#include <vector>

#include <outweigh/core/arrow_import.hpp>

#include "../support/catch.hpp"

using namespace outweigh::core;

namespace {

Table sample(std::size_t rows, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::uint8_t> valid(rows);
  std::vector<std::int64_t> integers(rows);
  std::vector<double> doubles(rows);
  std::vector<std::string> texts(rows);
  std::vector<std::uint8_t> flags(rows);
  std::vector<Instant> times(rows);
  std::vector<Money> amounts(rows);
  std::vector<std::uint32_t> codes(rows);
  std::vector<std::int32_t> days(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    valid[i] = random() % 4 != 0;
    integers[i] = static_cast<std::int64_t>(random()) - 7;
    doubles[i] = static_cast<double>(random()) / 16.0;
    texts[i] = std::string(random() % 30, static_cast<char>('a' + random() % 26));
    flags[i] = random() % 2 != 0;
    times[i] = Instant::from_microseconds(static_cast<std::int64_t>(random()) * 1'000'003);
    amounts[i] = Money::from_ticks(static_cast<std::int64_t>(random()) - (1 << 30));
    codes[i] = static_cast<std::uint32_t>(random() % 3);
    days[i] = static_cast<std::int32_t>(random() % 20'000);
  }
  const std::vector<std::string_view> words{"red", "green", "blue"};
  Table table;
  table.add("integers", Column::int64s(integers, valid))
      .add("doubles", Column::float64s(doubles))
      .add("texts", Column::strings(texts, valid))
      .add("flags", Column::booleans(flags, valid))
      .add("times", Column::instants(times))
      .add("local", Column::local_times(integers))
      .add("days", Column::dates(days, valid))
      .add("amounts", Column::moneys(amounts, valid))
      .add("words", Column::categories(codes, words, valid))
      .add("nothing", Column::nulls(rows));
  return table;
}

}  // namespace

TEST_CASE("what is exported comes back equal, without a copy", "[core]") {
  for (const std::size_t rows : std::initializer_list<std::size_t>{0, 1, 7, 8, 9, 64, 1000}) {
    const Table table = sample(rows, 5);
    ArrowArrayStream stream = export_arrow_stream(table);
    const Table back = import_arrow_stream(&stream);
    CHECK(stream.release == nullptr);
    REQUIRE(back == table);
    for (const std::string& name : table.names()) {
      REQUIRE(back[name].type() == table[name].type());
      if (rows != 0 && table[name].type() != ColumnType::null) {
        CHECK(back[name].data().chunks[0].values.data == table[name].data().chunks[0].values.data);
        CHECK(back[name].is_dictionary() == table[name].is_dictionary());
      }
    }
  }
}

TEST_CASE("slices and chunks export as batches", "[core]") {
  const Table table = sample(1000, 6);
  std::mt19937 random(1);
  for (int round = 0; round < 50; ++round) {
    const std::size_t begin = random() % 900;
    const std::size_t count = random() % (1000 - begin);
    const Table part = table.slice(begin, count);
    ArrowArrayStream stream = export_arrow_stream(part);
    const Table back = import_arrow_stream(&stream);
    REQUIRE(back == part);
    for (const std::string& name : table.names()) REQUIRE(back[name].null_count() == part[name].null_count());
  }
}

TEST_CASE("batches outlive the stream and the table", "[core]") {
  Table back;
  {
    Table table = sample(100, 7);
    ArrowArrayStream stream = export_arrow_stream(table);
    table = Table();
    back = import_arrow_stream(&stream);
  }
  CHECK(back == sample(100, 7));
}

TEST_CASE("a column exports alone", "[core]") {
  const Column column = Column::strings({"a", "b"});
  ArrowArrayStream stream = export_arrow_stream(column);
  CHECK(import_arrow_column_stream(&stream) == column);
  stream = export_arrow_stream(column);
  CHECK_THROWS_AS(import_arrow_stream(&stream), TypeMismatch);
  CHECK(stream.release == nullptr);
}

TEST_CASE("a stream may be released before it is read", "[core]") {
  ArrowArrayStream stream = export_arrow_stream(sample(10, 1));
  stream.release(&stream);
  CHECK(stream.release == nullptr);
  CHECK_THROWS_AS(import_arrow_stream(&stream), InvalidInput);
}
