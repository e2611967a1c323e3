// Fuzzes the import of Arrow streams.
//
// Pointers cannot come from bytes, so the input is a recipe: it says which structures to build and how to spoil them.
// Every buffer is made as long as a reader may expect after it checked what the interface lets it check: lengths and
// offsets come from the recipe, and buffers are allocated to cover them. Whatever else a producer can get wrong
// (formats, counts, children, string offsets, views, positions, run ends, validity, text) comes from the recipe as is.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/core/arrow_export.hpp>
#include <outweigh/core/arrow_import.hpp>
#include <outweigh/core/ids.hpp>
#include <outweigh/core/read_column.hpp>
#include <outweigh/core/table_bytes.hpp>
#include <outweigh/core/time_zone.hpp>

namespace {

using namespace outweigh::core;

void require(bool holds) {
  if (!holds) std::abort();
}

class Recipe {
 public:
  Recipe(const std::uint8_t* data, std::size_t size) : at_(data), end_(data + size) {}
  std::uint8_t byte() { return at_ == end_ ? 0 : *at_++; }
  bool one_in(int n) { return byte() % n == 1; }
  std::size_t below(std::size_t n) { return byte() % n; }
  std::vector<unsigned char> bytes(std::size_t count) {
    std::vector<unsigned char> out(count, 0);
    const std::size_t there = std::min(count, static_cast<std::size_t>(end_ - at_));
    if (there != 0) std::memcpy(out.data(), at_, there);
    at_ += there;
    return out;
  }
  std::string text(std::size_t longest) {
    const auto raw = bytes(below(longest + 1));
    std::string out(raw.begin(), raw.end());
    out.resize(std::strlen(out.c_str()));
    return out;
  }
  bool empty() const { return at_ == end_; }

 private:
  const std::uint8_t* at_;
  const std::uint8_t* end_;
};

/// Everything of one stream. Counts releases: each struct that was handed out must be released exactly once.
struct Producer {
  std::deque<std::string> texts;
  // Each buffer is an allocation of its own, so that reading beyond it is seen.
  std::vector<std::unique_ptr<unsigned char[]>> buffers;
  std::deque<std::vector<const void*>> buffer_lists;
  std::deque<ArrowSchema> schemas;
  std::deque<ArrowArray> arrays;
  std::deque<std::vector<ArrowSchema*>> schema_lists;
  std::deque<std::vector<ArrowArray*>> array_lists;
  ArrowSchema* root = nullptr;
  std::deque<ArrowArray*> batches;
  int schema_code = 0;
  int next_code = 0;
  std::string message;
  int handed_out = 0;
  int released = 0;

  const void* keep(const std::vector<unsigned char>& bytes) {
    buffers.push_back(std::make_unique<unsigned char[]>(std::max<std::size_t>(bytes.size(), 1)));
    if (!bytes.empty()) std::memcpy(buffers.back().get(), bytes.data(), bytes.size());
    return buffers.back().get();
  }
};

constexpr const char* formats[] = {
    "n",   "b",    "c",       "C",          "s",         "S",       "i",           "I",   "l",   "L",
    "e",   "f",    "g",       "u",          "U",         "vu",      "z",           "Z",   "vz",  "tdD",
    "tdm", "tss:", "tsm:UTC", "tsu:+02:00", "tsn:",      "tts",     "ttu",         "tDs", "tDn", "tiM",
    "+l",  "+s",   "+w:2",    "d:9,2,32",   "d:18,4,64", "d:38,10", "d:76,-3,256", "w:4", "+r",  "+m"};

std::size_t width_of(const std::string& format) {
  if (format == "c" || format == "C") return 1;
  if (format == "s" || format == "S" || format == "e") return 2;
  if (format == "i" || format == "I" || format == "f" || format == "tdD" || format == "tts" || format == "ttm")
    return 4;
  if (format.rfind("d:", 0) == 0) return 32;
  return 8;
}

class Builder {
 public:
  Builder(Recipe& recipe, Producer& producer) : recipe_(recipe), out_(producer) {}

  /// The schema of a column, and how to make arrays for it.
  struct Shape {
    std::string format;
    bool dictionary = false;
    bool runs = false;
    std::string value_format;
    bool runs_over_dictionary = false;
    std::string run_format;
  };

  ArrowSchema* schema(const char* format, const char* name, std::vector<ArrowSchema*> children = {}) {
    out_.schema_lists.push_back(std::move(children));
    out_.schemas.push_back({});
    ArrowSchema& made = out_.schemas.back();
    made.format = format;
    made.name = name;
    made.n_children = static_cast<std::int64_t>(out_.schema_lists.back().size());
    made.children = out_.schema_lists.back().data();
    made.private_data = &out_;
    made.release = [](ArrowSchema* self) {
      ++static_cast<Producer*>(self->private_data)->released;
      self->release = nullptr;
    };
    return &made;
  }

  std::string format() {
    if (recipe_.one_in(16)) return recipe_.text(12);
    return formats[recipe_.below(std::size(formats))];
  }

  const char* keep_text(std::string text) {
    out_.texts.push_back(std::move(text));
    return out_.texts.back().c_str();
  }

  ArrowSchema* column_schema(Shape& shape, std::size_t number) {
    const char* name = recipe_.one_in(8) ? keep_text(recipe_.text(4)) : keep_text("c" + std::to_string(number));
    if (recipe_.one_in(32)) name = nullptr;
    shape.format = format();
    if (shape.format == "+r") {
      shape.runs = true;
      shape.run_format = recipe_.one_in(8) ? format() : (recipe_.one_in(2) ? "i" : "s");
      shape.value_format = format();
      ArrowSchema* values = schema(keep_text(shape.value_format), "values");
      if (recipe_.one_in(4)) {
        shape.runs_over_dictionary = true;
        values->dictionary = schema(keep_text(shape.value_format), "");
        values->format = keep_text("C");
      }
      return schema("+r", name, {schema(keep_text(shape.run_format), "run_ends"), values});
    }
    ArrowSchema* made = schema(keep_text(shape.format), name);
    if (recipe_.one_in(4)) {
      shape.dictionary = true;
      shape.value_format = shape.format;
      shape.format = recipe_.one_in(8) ? format() : std::string(1, "cCsSiIlL"[recipe_.below(8)]);
      made->dictionary = schema(keep_text(shape.value_format), "");
      made->format = keep_text(shape.format);
    }
    if (recipe_.one_in(32)) made->n_children = static_cast<std::int8_t>(recipe_.byte());
    if (recipe_.one_in(64)) made->format = nullptr;
    return made;
  }

  ArrowArray* array(std::int64_t length, std::int64_t offset, std::vector<const void*> buffers,
                    std::vector<ArrowArray*> children = {}) {
    out_.buffer_lists.push_back(std::move(buffers));
    out_.array_lists.push_back(std::move(children));
    out_.arrays.push_back({});
    ArrowArray& made = out_.arrays.back();
    made.length = length;
    made.null_count = -1;
    made.offset = offset;
    made.n_buffers = static_cast<std::int64_t>(out_.buffer_lists.back().size());
    made.buffers = out_.buffer_lists.back().empty() ? nullptr : out_.buffer_lists.back().data();
    made.n_children = static_cast<std::int64_t>(out_.array_lists.back().size());
    made.children = out_.array_lists.back().empty() ? nullptr : out_.array_lists.back().data();
    made.private_data = &out_;
    made.release = [](ArrowArray* self) {
      ++static_cast<Producer*>(self->private_data)->released;
      self->release = nullptr;
    };
    return &made;
  }

  /// An array of one format whose buffers cover `length` values after `offset`.
  ArrowArray* plain(const std::string& format, std::size_t length, std::size_t offset) {
    const std::size_t reach = length + offset;
    const void* validity = recipe_.one_in(2) ? out_.keep(recipe_.bytes(reach / 8 + 1)) : nullptr;
    std::vector<const void*> buffers;
    if (format == "n" || format == "+r") {
    } else if (format == "u" || format == "U") {
      // String offsets within the bytes that there are: nobody can check more. Their order is the recipe's.
      const std::size_t size = recipe_.below(48);
      const bool wide = format == "U";
      std::vector<unsigned char> offsets;
      std::int64_t previous = 0;
      for (std::size_t i = 0; i <= reach; ++i) {
        std::int64_t at = recipe_.one_in(24) ? std::int64_t{static_cast<std::int8_t>(recipe_.byte())}
                                             : previous + static_cast<std::int64_t>(recipe_.below(6));
        at = std::min(at, static_cast<std::int64_t>(size));
        previous = at;
        const auto narrow = static_cast<std::int32_t>(at);
        const auto* raw =
            wide ? reinterpret_cast<const unsigned char*>(&at) : reinterpret_cast<const unsigned char*>(&narrow);
        offsets.insert(offsets.end(), raw, raw + (wide ? 8 : 4));
      }
      buffers = {validity, out_.keep(offsets), out_.keep(recipe_.bytes(size))};
    } else if (format == "vu") {
      const std::size_t count = recipe_.below(3);
      std::vector<const void*> variadic;
      std::vector<std::int64_t> sizes;
      for (std::size_t i = 0; i < count; ++i) {
        const std::size_t size = recipe_.below(40);
        variadic.push_back(recipe_.one_in(16) ? nullptr : out_.keep(recipe_.bytes(size)));
        sizes.push_back(recipe_.one_in(16) ? -1 : static_cast<std::int64_t>(size));
      }
      std::vector<unsigned char> views = recipe_.bytes(reach * 16);
      for (std::size_t i = 0; i < reach; ++i) {
        // Small numbers, most of the time, so that views hit something.
        if (recipe_.one_in(8)) continue;
        const std::int32_t fields[2] = {static_cast<std::int32_t>(recipe_.below(4)),
                                        static_cast<std::int32_t>(recipe_.below(40))};
        const auto view_length = static_cast<std::int32_t>(recipe_.below(24));
        std::memcpy(&views[i * 16], &view_length, 4);
        if (view_length > 12) std::memcpy(&views[i * 16 + 8], fields, 8);
      }
      std::vector<unsigned char> raw(sizes.size() * 8);
      if (!raw.empty()) std::memcpy(raw.data(), sizes.data(), raw.size());
      buffers = {validity, out_.keep(views)};
      buffers.insert(buffers.end(), variadic.begin(), variadic.end());
      buffers.push_back(out_.keep(raw));
    } else if (format == "b") {
      buffers = {validity, out_.keep(recipe_.bytes(reach / 8 + 1))};
    } else {
      std::vector<unsigned char> values(reach * width_of(format), 0);
      const std::size_t width = width_of(format);
      // Whole numbers near zero most of the time: as positions they should sometimes be right.
      for (std::size_t i = 0; i < reach; ++i) values[i * width] = static_cast<unsigned char>(recipe_.below(8));
      if (recipe_.one_in(4)) values = recipe_.bytes(values.size());
      buffers = {validity, out_.keep(values)};
    }
    ArrowArray* made = array(static_cast<std::int64_t>(length), static_cast<std::int64_t>(offset), std::move(buffers));
    spoil(*made);
    return made;
  }

  /// Counts and pointers that do not fit. Lengths only shrink: buffers must still cover them.
  void spoil(ArrowArray& made) {
    if (!recipe_.one_in(8)) return;
    switch (recipe_.below(10)) {
      case 0:
        made.length = -made.length;
        break;
      case 1:
        made.offset = -1 - made.offset;
        break;
      case 2:
        made.null_count = static_cast<std::int8_t>(recipe_.byte());
        break;
      case 3:
        made.n_buffers = static_cast<std::int64_t>(recipe_.below(3));
        break;
      case 4:
        made.buffers = nullptr;
        break;
      case 5:
        if (made.n_buffers > 0) made.buffers[recipe_.below(static_cast<std::size_t>(made.n_buffers))] = nullptr;
        break;
      case 6:
        made.release = nullptr;
        break;
      case 7:
        made.length = made.length / 2;
        break;
      case 8:
        made.offset = INT64_MAX;
        break;
      default:
        made.n_children = static_cast<std::int8_t>(recipe_.byte());
        break;
    }
  }

  ArrowArray* column(const Shape& shape, std::size_t length, std::size_t offset) {
    if (shape.runs) {
      const std::size_t runs = recipe_.below(6);
      std::vector<unsigned char> ends(runs * width_of(shape.run_format) + 8, 0);
      std::size_t end = 0;
      for (std::size_t i = 0; i < runs; ++i) {
        end += recipe_.below(6);
        ends[i * width_of(shape.run_format)] = static_cast<unsigned char>(end);
      }
      ArrowArray* run_ends = array(static_cast<std::int64_t>(runs), 0, {nullptr, out_.keep(ends)});
      ArrowArray* values =
          plain(shape.runs_over_dictionary ? "C" : shape.value_format, recipe_.below(8), recipe_.below(2));
      if (shape.runs_over_dictionary) values->dictionary = plain(shape.value_format, recipe_.below(8), 0);
      if (recipe_.one_in(16)) run_ends->length = -1;
      ArrowArray* made =
          array(static_cast<std::int64_t>(length), static_cast<std::int64_t>(offset), {}, {run_ends, values});
      if (recipe_.one_in(16)) made->children[recipe_.below(2)] = nullptr;
      return made;
    }
    ArrowArray* made = plain(shape.format, length, offset);
    if (shape.dictionary && !recipe_.one_in(32))
      made->dictionary = plain(shape.value_format, recipe_.below(8), recipe_.below(3));
    return made;
  }

  void build() {
    const std::size_t columns = recipe_.below(4);
    std::vector<Shape> shapes(columns);
    std::vector<ArrowSchema*> children;
    for (std::size_t c = 0; c < columns; ++c) children.push_back(column_schema(shapes[c], c));
    if (recipe_.one_in(64) && columns != 0) children[0] = nullptr;
    out_.root = schema(recipe_.one_in(64) ? "i" : "+s", "", children);
    const std::size_t batches = recipe_.below(4);
    for (std::size_t b = 0; b < batches; ++b) {
      const std::size_t length = recipe_.below(20);
      const std::size_t begin = recipe_.one_in(4) ? recipe_.below(3) : 0;
      std::vector<ArrowArray*> arrays;
      for (std::size_t c = 0; c < columns; ++c) {
        arrays.push_back(column(shapes[c], length + begin, recipe_.below(10)));
      }
      if (recipe_.one_in(64) && columns != 0) arrays[0] = nullptr;
      const void* validity = recipe_.one_in(8) ? out_.keep(recipe_.bytes((length + begin) / 8 + 1)) : nullptr;
      ArrowArray* batch =
          array(static_cast<std::int64_t>(length), static_cast<std::int64_t>(begin), {validity}, arrays);
      if (recipe_.one_in(32)) batch->n_children = static_cast<std::int64_t>(recipe_.below(columns + 1));
      if (recipe_.one_in(64)) batch->length = -1;
      out_.batches.push_back(batch);
    }
    if (recipe_.one_in(32)) out_.schema_code = 5;
    if (recipe_.one_in(16)) out_.next_code = 22;
    out_.message = recipe_.text(20);
  }

 private:
  Recipe& recipe_;
  Producer& out_;
};

ArrowArrayStream stream_of(Producer& producer) {
  ArrowArrayStream stream{};
  stream.private_data = &producer;
  stream.get_schema = [](ArrowArrayStream* self, ArrowSchema* out) {
    Producer& from = *static_cast<Producer*>(self->private_data);
    if (from.schema_code != 0) return from.schema_code;
    *out = *from.root;
    ++from.handed_out;
    return 0;
  };
  stream.get_next = [](ArrowArrayStream* self, ArrowArray* out) {
    Producer& from = *static_cast<Producer*>(self->private_data);
    *out = {};
    if (from.batches.empty()) return from.next_code;
    *out = *from.batches.front();
    from.batches.pop_front();
    ++from.handed_out;
    return 0;
  };
  stream.get_last_error = [](ArrowArrayStream* self) -> const char* {
    Producer& from = *static_cast<Producer*>(self->private_data);
    return from.message.empty() ? nullptr : from.message.c_str();
  };
  stream.release = [](ArrowArrayStream* self) {
    ++static_cast<Producer*>(self->private_data)->released;
    self->release = nullptr;
  };
  ++producer.handed_out;
  return stream;
}

/// Uses every value in every way that the library has.
void use(const Table& table) {
  const TimeZone east = TimeZone::fixed(7200);
  std::vector<std::uint32_t> backwards(table.rows());
  for (std::size_t i = 0; i < backwards.size(); ++i)
    backwards[i] = static_cast<std::uint32_t>(backwards.size() - 1 - i);
  Table readable;
  for (std::size_t c = 0; c < table.columns(); ++c) {
    const Column& column = table.column(c);
    require(column.size() == table.rows());
    std::size_t nulls = 0;
    for (std::size_t row = 0; row < column.size(); ++row) {
      nulls += column.is_null(row) ? 1U : 0U;
      (void)column.text(row);
    }
    if (column.type() != ColumnType::unsupported) {
      require(nulls == column.null_count());
      require(column == column.take(backwards).take(backwards));
      readable.add(table.names()[c], column);
    }
    const auto attempt = [](auto work) {
      try {
        (void)work();
      } catch (const Error&) {
      }
    };
    attempt([&] { return try_read_float64s(column); });
    attempt([&] { return try_read_int64s(column); });
    attempt([&] { return try_read_booleans(column); });
    attempt([&] { return try_read_moneys(column); });
    attempt([&] { return try_read_instants(column, &east); });
    attempt([&] { return Ids::encode(column).ids.positions(column); });
  }
  if (readable.columns() == 0) return;
  ArrowArrayStream stream = export_arrow_stream(readable);
  require(import_arrow_stream(&stream) == readable);
  require(table_from_bytes(to_bytes(readable)) == readable);
  const Table part = readable.slice(readable.rows() / 3, readable.rows() / 2);
  stream = export_arrow_stream(part);
  require(import_arrow_stream(&stream) == part);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Producer producer;
  Recipe recipe(data, size);
  Builder(recipe, producer).build();
  ArrowArrayStream stream = stream_of(producer);
  try {
    const Table table = import_arrow_stream(&stream, {.table = "t"});
    use(table);
  } catch (const Error&) {
  }
  require(stream.release == nullptr);
  require(producer.handed_out == producer.released);
  return 0;
}
