#include <outweigh/core/arrow_import.hpp>

#include <array>
#include <cstring>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <outweigh/core/arrow_export.hpp>
#include <outweigh/core/read_column.hpp>

#include "../support/catch.hpp"

using namespace outweigh::core;

namespace {

/// Arrays made by hand, as wrong as a test wants them. Everything lives as long as the producer.
struct Producer {
  std::deque<ArrowSchema> schemas;
  std::deque<ArrowArray> arrays;
  std::deque<std::vector<unsigned char>> bytes;
  std::deque<std::vector<const void*>> buffer_lists;
  std::deque<std::vector<ArrowSchema*>> schema_lists;
  std::deque<std::vector<ArrowArray*>> array_lists;
  int released_schemas = 0;
  int released_arrays = 0;
  int released_streams = 0;
  int schema_code = 0;
  int next_code = 0;
  const char* message = nullptr;
  std::vector<ArrowArray*> batches;
  ArrowSchema* root = nullptr;

  template <class T>
  const void* buffer(const std::vector<T>& values) {
    bytes.emplace_back(values.size() * sizeof(T) + 1);
    if (!values.empty()) std::memcpy(bytes.back().data(), values.data(), values.size() * sizeof(T));
    return bytes.back().data();
  }
  const void* text(const std::string& values) { return buffer(std::vector<char>(values.begin(), values.end())); }

  ArrowSchema* schema(const char* format, const char* name, std::vector<ArrowSchema*> children = {}) {
    schema_lists.push_back(std::move(children));
    schemas.push_back({});
    ArrowSchema& made = schemas.back();
    made.format = format;
    made.name = name;
    made.flags = ARROW_FLAG_NULLABLE;
    made.n_children = static_cast<std::int64_t>(schema_lists.back().size());
    made.children = schema_lists.back().data();
    made.private_data = this;
    made.release = [](ArrowSchema* self) {
      ++static_cast<Producer*>(self->private_data)->released_schemas;
      self->release = nullptr;
    };
    return &made;
  }

  ArrowArray* array(std::int64_t length, std::vector<const void*> buffers, std::vector<ArrowArray*> children = {}) {
    buffer_lists.push_back(std::move(buffers));
    array_lists.push_back(std::move(children));
    arrays.push_back({});
    ArrowArray& made = arrays.back();
    made.length = length;
    made.null_count = -1;
    made.n_buffers = static_cast<std::int64_t>(buffer_lists.back().size());
    made.buffers = buffer_lists.back().data();
    made.n_children = static_cast<std::int64_t>(array_lists.back().size());
    made.children = array_lists.back().data();
    made.private_data = this;
    made.release = [](ArrowArray* self) {
      ++static_cast<Producer*>(self->private_data)->released_arrays;
      self->release = nullptr;
    };
    return &made;
  }

  /// A stream of one column's chunks as a table.
  ArrowArrayStream stream(ArrowSchema* column, const std::vector<ArrowArray*>& chunks) {
    root = schema("+s", "", {column});
    for (ArrowArray* chunk : chunks) batches.push_back(array(chunk->length, {nullptr}, {chunk}));
    return stream();
  }
  ArrowArrayStream stream() {
    ArrowArrayStream made{};
    made.private_data = this;
    made.get_schema = [](ArrowArrayStream* self, ArrowSchema* out) {
      Producer& producer = *static_cast<Producer*>(self->private_data);
      if (producer.schema_code != 0) return producer.schema_code;
      *out = *producer.root;
      return 0;
    };
    made.get_next = [](ArrowArrayStream* self, ArrowArray* out) {
      Producer& producer = *static_cast<Producer*>(self->private_data);
      if (producer.batches.empty()) {
        if (producer.next_code != 0) return producer.next_code;
        *out = {};
        return 0;
      }
      *out = *producer.batches.front();
      producer.batches.erase(producer.batches.begin());
      return 0;
    };
    made.get_last_error = [](ArrowArrayStream* self) { return static_cast<Producer*>(self->private_data)->message; };
    made.release = [](ArrowArrayStream* self) {
      ++static_cast<Producer*>(self->private_data)->released_streams;
      self->release = nullptr;
    };
    return made;
  }
};

/// Imports a stream of one column; everything must be released once afterwards.
Column import(Producer& producer, ArrowSchema* schema, const std::vector<ArrowArray*>& chunks) {
  ArrowArrayStream stream = producer.stream(schema, chunks);
  Table table = import_arrow_stream(&stream, {.table = "t"});
  return table["c"];
}

Place failure(Producer& producer, ArrowSchema* schema, const std::vector<ArrowArray*>& chunks) {
  ArrowArrayStream stream = producer.stream(schema, chunks);
  try {
    (void)import_arrow_stream(&stream, {.table = "t"});
  } catch (const InvalidInput& error) {
    CHECK(stream.release == nullptr);
    CHECK(producer.released_streams == 1);
    CHECK(producer.released_schemas == 1);
    INFO(error.what());
    CHECK(error.place().table == "t");
    return error.place();
  }
  FAIL("accepted");
  return {};
}

using Ints = std::vector<std::int32_t>;
using Longs = std::vector<std::int64_t>;

std::vector<unsigned char> view(const std::string& text, std::int32_t buffer, std::int32_t start) {
  std::vector<unsigned char> bytes(16, 0);
  const auto length = static_cast<std::int32_t>(text.size());
  std::memcpy(bytes.data(), &length, 4);
  std::memcpy(bytes.data() + 4, text.data(), text.size() <= 12 ? text.size() : 4);
  if (text.size() > 12) {
    std::memcpy(bytes.data() + 8, &buffer, 4);
    std::memcpy(bytes.data() + 12, &start, 4);
  }
  return bytes;
}

}  // namespace

TEST_CASE("chunks with offsets of their own become one column, and all is released once", "[core]") {
  Producer p;
  {
    ArrowArray* first = p.array(2, {nullptr, p.buffer(Ints{9, 9, 1, 2, 9})});
    first->offset = 2;
    ArrowArray* empty = p.array(0, {nullptr, nullptr});
    ArrowArray* last = p.array(3, {p.buffer(std::vector<unsigned char>{0b1010}), p.buffer(Ints{9, 3, 4, 5})});
    last->offset = 1;
    const Column column = import(p, p.schema("i", "c"), {first, empty, last});
    CHECK(read_int64s(column) == Field<std::int64_t>({1, 2, 3, 0, 5}, {1, 1, 1, 0, 1}));
    CHECK(column.chunks() == 2);
    CHECK(column.null_count() == 1);
    CHECK(p.released_arrays == 1);  // the empty batch
    CHECK(p.released_streams == 1);
    CHECK(p.released_schemas == 1);
  }
  CHECK(p.released_arrays == 3);
}

TEST_CASE("the offset of a batch counts on top of its columns' offsets", "[core]") {
  Producer p;
  p.root = p.schema("+s", "", {p.schema("i", "a"), p.schema("i", "b")});
  ArrowArray* a = p.array(4, {nullptr, p.buffer(Ints{0, 1, 2, 3, 4})});
  a->offset = 1;
  ArrowArray* b = p.array(4, {nullptr, p.buffer(Ints{10, 11, 12, 13})});
  ArrowArray* batch = p.array(2, {nullptr}, {a, b});
  batch->offset = 1;
  p.batches = {batch};
  ArrowArrayStream stream = p.stream();
  const Table table = import_arrow_stream(&stream);
  CHECK(read_int64s(table["a"]) == Field<std::int64_t>({2, 3}));
  CHECK(read_int64s(table["b"]) == Field<std::int64_t>({11, 12}));
}

TEST_CASE("a validity bitmap without nulls, and one that contradicts its count", "[core]") {
  Producer p;
  const Column column =
      import(p, p.schema("g", "c"),
             {p.array(2, {p.buffer(std::vector<unsigned char>{0xFF}), p.buffer(std::vector<double>{1, 2})})});
  CHECK(column.null_count() == 0);
  Producer q;
  ArrowArray* wrong = q.array(2, {nullptr, q.buffer(std::vector<double>{1, 2})});
  wrong->null_count = 1;
  CHECK(failure(q, q.schema("g", "c"), {wrong}).column == "c");
}

TEST_CASE("strings of all layouts", "[core]") {
  const std::vector<std::string> texts{"", "short", "a text that is longer than twelve bytes", "Zürich"};
  std::string all;
  Ints ends{0};
  Longs long_ends{0};
  std::vector<unsigned char> views;
  for (const std::string& text : texts) {
    const auto bytes = view(text, 0, static_cast<std::int32_t>(all.size()));
    views.insert(views.end(), bytes.begin(), bytes.end());
    all += text;
    ends.push_back(static_cast<std::int32_t>(all.size()));
    long_ends.push_back(static_cast<std::int64_t>(all.size()));
  }
  const Column expected = Column::strings(texts);
  Producer p;
  CHECK(import(p, p.schema("u", "c"), {p.array(4, {nullptr, p.buffer(ends), p.text(all)})}) == expected);
  Producer q;
  CHECK(import(q, q.schema("U", "c"), {q.array(4, {nullptr, q.buffer(long_ends), q.text(all)})}) == expected);
  Producer r;
  const Longs sizes{static_cast<std::int64_t>(all.size())};
  const auto viewed = [&](Producer& producer) {
    return producer.array(4, {nullptr, producer.buffer(views), producer.text(all), producer.buffer(sizes)});
  };
  CHECK(import(r, r.schema("vu", "c"), {viewed(r)}) == expected);

  // A dictionary over views, as polars makes them.
  Producer s;
  ArrowSchema* schema = s.schema("I", "c");
  schema->dictionary = s.schema("vu", "");
  ArrowArray* rows = s.array(3, {nullptr, s.buffer(std::vector<std::uint32_t>{3, 1, 3})});
  rows->dictionary = viewed(s);
  const Column coded = import(s, schema, {rows});
  CHECK(coded == Column::strings({"Zürich", "short", "Zürich"}));
  CHECK(coded.is_dictionary());
}

TEST_CASE("malformed strings are refused with their row", "[core]") {
  const auto utf8 = [](const Ints& offsets, const std::string& text) {
    Producer p;
    return failure(
        p, p.schema("u", "c"),
        {p.array(static_cast<std::int64_t>(offsets.size()) - 1, {nullptr, p.buffer(offsets), p.text(text)})});
  };
  CHECK(utf8({0, 2, 1, 3}, "abc").row == 1U);
  CHECK(utf8({-1, 2}, "abc").row == 0U);
  CHECK(utf8({0, 1, 3}, "a\xC3\x28").row == 1U);
  CHECK(utf8({0, 1, 2}, "\xC3\xBC").row == 0U);  // a character cut in two
  {
    Producer p;
    CHECK(failure(p, p.schema("u", "c"), {p.array(1, {nullptr, nullptr, p.text("a")})}).column == "c");
  }
  {
    Producer p;
    CHECK(failure(p, p.schema("u", "c"), {p.array(1, {nullptr, p.buffer(Ints{0, 1}), nullptr})}).column == "c");
  }
  const auto views = [](std::vector<unsigned char> bytes, const std::string& text, std::int64_t size) {
    Producer p;
    return failure(p, p.schema("vu", "c"),
                   {p.array(1, {nullptr, p.buffer(bytes), p.text(text), p.buffer(Longs{size})})});
  };
  const std::string text(20, 'x');
  CHECK(views(view(text, 1, 0), text, 20).row == 0U);
  CHECK(views(view(text, -1, 0), text, 20).row == 0U);
  CHECK(views(view(text, 0, 1), text, 20).row == 0U);
  CHECK(views(view(text, 0, -1), text, 20).row == 0U);
  CHECK(views(view(text, 0, 0), text, -1).row == 0U);
  CHECK(views(view("\xFF", 0, 0), "", 0).row == 0U);
  std::vector<unsigned char> negative = view("a", 0, 0);
  negative[3] = 0x80;
  CHECK(views(negative, "", 0).row == 0U);
}

TEST_CASE("bytes behind nulls do not matter", "[core]") {
  Producer p;
  ArrowArray* rows =
      p.array(2, {p.buffer(std::vector<unsigned char>{0b01}), p.buffer(Ints{0, 1, 3}), p.text("a\xC3\x28")});
  const std::vector<std::uint8_t> valid{1, 0};
  CHECK(import(p, p.schema("u", "c"), {rows}) == Column::strings(std::vector<std::string>{"a", ""}, valid));
  Producer q;
  ArrowSchema* schema = q.schema("i", "c");
  schema->dictionary = q.schema("i", "");
  ArrowArray* codes = q.array(2, {q.buffer(std::vector<unsigned char>{0b10}), q.buffer(Ints{-5, 0})});
  codes->dictionary = q.array(1, {nullptr, q.buffer(Ints{42})});
  CHECK(read_int64s(import(q, schema, {codes})) == Field<std::int64_t>({0, 42}, {0, 1}));
}

TEST_CASE("dictionaries: positions of any width, nulls inside, positions out of range", "[core]") {
  const auto with = [](const char* format, auto zero) {
    using T = decltype(zero);
    Producer p;
    ArrowSchema* schema = p.schema(format, "c");
    schema->dictionary = p.schema("g", "");
    ArrowArray* rows = p.array(3, {nullptr, p.buffer(std::vector<T>{1, 0, 1})});
    rows->dictionary = p.array(2, {p.buffer(std::vector<unsigned char>{0b10}), p.buffer(std::vector<double>{0, 2.5})});
    const Column column = import(p, schema, {rows});
    CHECK(column.null_count() == 1);
    CHECK(read_float64s(column) == Field<double>({2.5, 0.0, 2.5}, {1, 0, 1}));
    Producer q;
    schema = q.schema(format, "c");
    schema->dictionary = q.schema("g", "");
    rows = q.array(2, {nullptr, q.buffer(std::vector<T>{1, 2})});
    rows->dictionary = q.array(2, {nullptr, q.buffer(std::vector<double>{0, 2.5})});
    CHECK(failure(q, schema, {rows}).row == 1U);
  };
  with("c", std::int8_t{});
  with("C", std::uint8_t{});
  with("s", std::int16_t{});
  with("S", std::uint16_t{});
  with("i", std::int32_t{});
  with("I", std::uint32_t{});
  with("l", std::int64_t{});
  with("L", std::uint64_t{});
  Producer p;
  ArrowSchema* schema = p.schema("g", "c");
  schema->dictionary = p.schema("g", "");
  CHECK(failure(p, schema, {}).column == "c");
  Producer q;
  schema = q.schema("i", "c");
  schema->dictionary = q.schema("g", "");
  CHECK(failure(q, schema, {q.array(1, {nullptr, q.buffer(Ints{0})})}).column == "c");
}

TEST_CASE("run-end encoded columns", "[core]") {
  const auto build = [](Producer& p, const Ints& ends, std::int64_t length, std::int64_t offset) {
    ArrowArray* runs = p.array(static_cast<std::int64_t>(ends.size()), {nullptr, p.buffer(ends)});
    ArrowArray* values = p.array(3, {p.buffer(std::vector<unsigned char>{0b101}), p.buffer(Ints{10, 0, 30})});
    ArrowArray* rows = p.array(length, {}, {runs, values});
    rows->offset = offset;
    return rows;
  };
  const auto schema = [](Producer& p) {
    return p.schema("+r", "c", {p.schema("i", "run_ends"), p.schema("i", "values")});
  };
  Producer p;
  CHECK(read_int64s(import(p, schema(p), {build(p, {2, 3, 6}, 4, 1)})) ==
        Field<std::int64_t>({10, 0, 30, 30}, {1, 0, 1, 1}));
  Producer q;
  CHECK(failure(q, schema(q), {build(q, {2, 2, 6}, 4, 0)}).column == "c");
  Producer r;
  CHECK(failure(r, schema(r), {build(r, {2, 3, 4}, 5, 0)}).column == "c");
  Producer s;
  CHECK(failure(s, schema(s), {build(s, {-1, 3, 4}, 3, 0)}).column == "c");
}

TEST_CASE("numbers and times of every width", "[core]") {
  Producer p;
  const auto number = [](const char* format, auto value, double expected) {
    Producer q;
    const Column column = import(q, q.schema(format, "c"), {q.array(1, {nullptr, q.buffer(std::vector{value})})});
    INFO(format);
    CHECK(read_float64s(column) == Field<double>({expected}));
    const std::vector<std::uint32_t> twice{0, 0};
    CHECK(read_float64s(column.take(twice)) == Field<double>({expected, expected}));
    ArrowArrayStream stream = export_arrow_stream(column);
    CHECK(import_arrow_column_stream(&stream) == column);
  };
  number("c", std::int8_t{-1}, -1);
  number("C", std::uint8_t{255}, 255);
  number("s", std::int16_t{-300}, -300);
  number("S", std::uint16_t{65535}, 65535);
  number("i", std::int32_t{-70000}, -70000);
  number("I", std::uint32_t{4000000000U}, 4e9);
  number("l", std::int64_t{-1} << 40, -1099511627776.0);
  number("L", std::uint64_t{1} << 63, 9223372036854775808.0);
  number("e", std::uint16_t{0x3C01}, 1.0 + 1.0 / 1024);
  number("e", std::uint16_t{0x8001}, -std::ldexp(1.0, -24));
  number("f", 1.5F, 1.5);
  number("g", 0.1, 0.1);
  number("d:9,2,32", std::int32_t{-12345}, -123.45);
  number("d:18,3,64", std::int64_t{-12345}, -12.345);
  number("d:38,4", std::array<std::int64_t, 2>{-12345, -1}, -1.2345);
  number("d:38,-2", std::array<std::int64_t, 2>{12, 0}, 1200);
  number("d:76,10,256", std::array<std::int64_t, 4>{5, 0, 0, 0}, 5e-10);
  number("d:38,0", std::array<std::int64_t, 2>{0, 1}, 18446744073709551616.0);

  const auto time = [](const char* format, auto value, std::int64_t microseconds) {
    Producer q;
    const Column column = import(q, q.schema(format, "c"), {q.array(1, {nullptr, q.buffer(std::vector{value})})});
    INFO(format);
    CHECK(read_instants(column)[0].microseconds() == microseconds);
  };
  time("tdD", std::int32_t{-1}, -86'400'000'000);
  time("tdm", std::int64_t{86'400'000}, 86'400'000'000);
  time("tss:UTC", std::int64_t{-5}, -5'000'000);
  time("tsm:Europe/Zurich", std::int64_t{5}, 5'000);
  time("tsu:+02:00", std::int64_t{5}, 5);
  time("tsn:UTC", std::int64_t{1999}, 1);
  time("tsn:UTC", std::int64_t{-1}, -1);
  Producer q;
  const Column far = import(q, q.schema("tss:UTC", "c"), {q.array(1, {nullptr, q.buffer(Longs{INT64_MAX})})});
  CHECK(try_read_instants(far).bad.size() == 1);
}

TEST_CASE("columns of nulls and of types that are not read", "[core]") {
  Producer p;
  CHECK(import(p, p.schema("n", "c"), {p.array(3, {})}) == Column::nulls(3));
  for (const char* format : {"z", "Z", "vz", "w:16", "+l", "+L", "+w:3", "+m", "+ud:0,1", "tiM", "xyz", "+vl"}) {
    Producer q;
    const Column column = import(q, q.schema(format, "c"), {q.array(2, {nullptr, nullptr, nullptr})});
    CHECK(column.type() == ColumnType::unsupported);
    CHECK(column.size() == 2);
    CHECK_THROWS_AS(read_float64s(column), TypeMismatch);
    CHECK(column.take(std::vector<std::uint32_t>{1}).size() == 1);
    CHECK_THROWS_AS(export_arrow_stream(column), TypeMismatch);
  }
}

TEST_CASE("malformed structures are refused", "[core]") {
  const auto refuse = [](const std::function<void(Producer&, ArrowSchema&, ArrowArray&)>& spoil) {
    Producer p;
    ArrowSchema* schema = p.schema("i", "c");
    ArrowArray* array = p.array(2, {nullptr, p.buffer(Ints{1, 2})});
    p.root = p.schema("+s", "", {schema});
    p.batches.push_back(p.array(2, {nullptr}, {array}));
    spoil(p, *schema, *array);
    ArrowArrayStream stream = p.stream();
    CHECK_THROWS_AS(import_arrow_stream(&stream), Error);
    CHECK(stream.release == nullptr);
    CHECK(p.released_streams == 1);
  };
  using P = Producer;
  using S = ArrowSchema;
  using A = ArrowArray;
  refuse([](P&, S& s, A&) { s.format = nullptr; });
  refuse([](P&, S& s, A&) { s.name = "\xFF"; });
  for (const char* format : {"d:", "d:0,0", "d:77,0", "d:5", "d:5,", "d:5,x", "d:5,2,100", "d:5,2,64,", "d:5,99",
                             "tsx:", "ts", "tsu", "tty", "ttuu", "tDx", "td", "tdX", "tsu:\xFF"}) {
    INFO(format);
    refuse([&](P&, S& s, A&) { s.format = format; });
  }
  refuse([](P&, S&, A& a) { a.length = -1; });
  refuse([](P&, S&, A& a) { a.offset = -1; });
  refuse([](P&, S&, A& a) { a.offset = INT64_MAX; });
  refuse([](P&, S&, A& a) { a.length = 1; });
  refuse([](P&, S&, A& a) { a.null_count = 3; });
  refuse([](P&, S&, A& a) { a.null_count = -2; });
  refuse([](P&, S&, A& a) { a.n_buffers = 1; });
  refuse([](P&, S&, A& a) { a.buffers = nullptr; });
  refuse([](P&, S&, A& a) { a.buffers[1] = nullptr; });
  refuse([](P&, S&, A& a) { a.release = nullptr; });
  refuse([](P& p, S&, A&) { p.batches[0]->length = -1; });
  refuse([](P& p, S&, A&) { p.batches[0]->length = INT64_MAX; });
  refuse([](P& p, S&, A&) { p.batches[0]->n_children = 2; });
  refuse([](P& p, S&, A&) { p.batches[0]->children = nullptr; });
  refuse([](P& p, S&, A&) { p.batches[0]->children[0] = nullptr; });
  refuse([](P& p, S&, A&) { p.batches[0]->n_buffers = 2; });
  refuse([](P& p, S&, A&) { p.root->format = "i"; });
  refuse([](P& p, S&, A&) { p.root->format = nullptr; });
  refuse([](P& p, S&, A&) { p.root->n_children = -1; });
  refuse([](P& p, S&, A&) { p.root->children = nullptr; });
  refuse([](P& p, S&, A&) { p.root->children[0] = nullptr; });
  refuse([](P& p, S&, A&) { p.root->release = nullptr; });
}

TEST_CASE("a whole row that is null is refused", "[core]") {
  Producer p;
  p.root = p.schema("+s", "", {p.schema("i", "c")});
  ArrowArray* column = p.array(2, {nullptr, p.buffer(Ints{1, 2})});
  p.batches = {p.array(2, {p.buffer(std::vector<unsigned char>{0b01})}, {column})};
  ArrowArrayStream stream = p.stream();
  try {
    (void)import_arrow_stream(&stream);
    FAIL("accepted");
  } catch (const InvalidInput& error) {
    CHECK(error.place().row == 1U);
  }
}

TEST_CASE("what the producer says went wrong reaches the caller", "[core]") {
  Producer p;
  p.root = p.schema("+s", "", {p.schema("i", "c")});
  p.next_code = 5;
  p.message = "disk on fire";
  ArrowArrayStream stream = p.stream();
  try {
    (void)import_arrow_stream(&stream);
    FAIL("accepted");
  } catch (const InvalidInput& error) {
    CHECK_THAT(error.message(), outweigh::test::contains("disk on fire"));
  }
  CHECK(p.released_streams == 1);
  CHECK(p.released_schemas == 1);
  Producer q;
  q.schema_code = 22;
  stream = q.stream();
  CHECK_THROWS_AS(import_arrow_stream(&stream), InvalidInput);
  CHECK(q.released_streams == 1);
  CHECK_THROWS_AS(import_arrow_stream(nullptr), InvalidInput);
}

TEST_CASE("arrays and schemas come in pairs too", "[core]") {
  Producer p;
  ArrowArray array = *p.array(1, {nullptr, p.buffer(Ints{7})});
  ArrowSchema schema = *p.schema("i", "");
  CHECK(read_int64s(import_arrow_column(&array, &schema)) == Field<std::int64_t>({7}));
  CHECK(p.released_arrays == 1);
  CHECK(p.released_schemas == 1);
  CHECK_THROWS_AS(import_arrow_column(&array, &schema), InvalidInput);
  CHECK_THROWS_AS(import_arrow_array(nullptr, nullptr), InvalidInput);
}

TEST_CASE("two columns of one name are refused", "[core]") {
  Producer p;
  p.root = p.schema("+s", "", {p.schema("i", "c"), p.schema("i", "c")});
  ArrowArrayStream stream = p.stream();
  CHECK_THROWS_AS(import_arrow_stream(&stream), InvalidInput);
}
