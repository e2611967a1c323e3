#pragma once

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/core/arrow_export.hpp>
#include <outweigh/core/detail/arrow_format.hpp>
#include <outweigh/core/detail/build.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

namespace detail {

/// What keeps an exported schema alive; children are owned by value and released on their own.
struct ExportedSchema {
  std::string format;
  std::string name;
  std::vector<ArrowSchema> children;
  std::vector<ArrowSchema*> child_pointers;
  ArrowSchema dictionary{};

  static void release(ArrowSchema* schema) noexcept {
    auto* const self = static_cast<ExportedSchema*>(schema->private_data);
    for (ArrowSchema& child : self->children) {
      if (child.release != nullptr) child.release(&child);
    }
    if (self->dictionary.release != nullptr) self->dictionary.release(&self->dictionary);
    delete self;
    schema->release = nullptr;
  }

  /// Hands the schema over to `out`.
  static void hand_over(std::unique_ptr<ExportedSchema> self, ArrowSchema* out) noexcept {
    *out = {};
    out->format = self->format.c_str();
    out->name = self->name.c_str();
    out->flags = ARROW_FLAG_NULLABLE;
    for (ArrowSchema& child : self->children) self->child_pointers.push_back(&child);
    out->n_children = static_cast<std::int64_t>(self->child_pointers.size());
    out->children = self->child_pointers.empty() ? nullptr : self->child_pointers.data();
    out->dictionary = self->dictionary.release != nullptr ? &self->dictionary : nullptr;
    out->release = &release;
    out->private_data = self.release();
  }
};

struct ExportedArray {
  std::vector<const void*> buffers;
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> child_pointers;
  ArrowArray dictionary{};
  std::shared_ptr<const void> owner;

  static void release(ArrowArray* array) noexcept {
    auto* const self = static_cast<ExportedArray*>(array->private_data);
    for (ArrowArray& child : self->children) {
      if (child.release != nullptr) child.release(&child);
    }
    if (self->dictionary.release != nullptr) self->dictionary.release(&self->dictionary);
    delete self;
    array->release = nullptr;
  }

  static void hand_over(std::unique_ptr<ExportedArray> self, std::size_t length, std::size_t nulls, std::size_t offset,
                        ArrowArray* out) noexcept {
    *out = {};
    out->length = static_cast<std::int64_t>(length);
    out->null_count = static_cast<std::int64_t>(nulls);
    out->offset = static_cast<std::int64_t>(offset);
    out->n_buffers = static_cast<std::int64_t>(self->buffers.size());
    out->buffers = self->buffers.empty() ? nullptr : self->buffers.data();
    for (ArrowArray& child : self->children) self->child_pointers.push_back(&child);
    out->n_children = static_cast<std::int64_t>(self->child_pointers.size());
    out->children = self->child_pointers.empty() ? nullptr : self->child_pointers.data();
    out->dictionary = self->dictionary.release != nullptr ? &self->dictionary : nullptr;
    out->release = &release;
    out->private_data = self.release();
  }
};

OUTWEIGH_INLINE void export_schema(const Column& column, const std::string& name, ArrowSchema* out) {
  auto schema = std::make_unique<ExportedSchema>();
  schema->name = name;
  schema->format = column.data().format.spelled;
  if (column.is_dictionary()) {
    auto dictionary = std::make_unique<ExportedSchema>();
    dictionary->format = std::move(schema->format);
    schema->format = integer_format(column.data().chunks.front().index);
    ExportedSchema::hand_over(std::move(dictionary), &schema->dictionary);
  }
  schema->child_pointers.reserve(schema->children.size());
  ExportedSchema::hand_over(std::move(schema), out);
}

/// Buffers of a run of values; `layout` is theirs.
OUTWEIGH_INLINE void export_values(const Values& values, Layout layout, std::shared_ptr<const void> owner,
                                   std::unique_ptr<ExportedArray> array, ArrowArray* out) {
  // Consumers may insist on buffers even where nothing is in them.
  static constexpr std::array<std::int64_t, 2> nothing{0, 0};
  array->owner = std::move(owner);
  if (layout != Layout::null) {
    array->buffers.push_back(values.validity);
    if (layout == Layout::utf8 || layout == Layout::large_utf8) {
      array->buffers.push_back(values.offsets != nullptr ? values.offsets : nothing.data());
      array->buffers.push_back(values.data != nullptr ? values.data : nothing.data());
    } else {
      array->buffers.push_back(values.data != nullptr ? values.data : nothing.data());
    }
    if (layout == Layout::utf8_view) {
      for (std::size_t i = 0; i < values.view_buffer_count; ++i) array->buffers.push_back(values.view_buffers[i]);
      array->buffers.push_back(values.view_sizes != nullptr ? values.view_sizes : nothing.data());
    }
  }
  const bool is_empty = values.length == 0;
  ExportedArray::hand_over(std::move(array), values.length, values.nulls, is_empty ? 0 : values.offset, out);
}

/// Rows `begin .. begin + count - 1` of a column, which lie in one chunk.
OUTWEIGH_INLINE void export_rows(const Column& column, std::size_t begin, std::size_t count, ArrowArray* out) {
  const ColumnData& data = column.data();
  const auto after = std::upper_bound(data.starts.begin(), data.starts.end(), begin);
  const auto c = static_cast<std::size_t>(after - data.starts.begin()) - 1;
  const Chunk& chunk = data.chunks[c];
  Values values = chunk.values;
  values.offset += begin - data.starts[c];
  if (values.length != count) {
    values.length = count;
    if (data.format.layout == Layout::null) {
      values.nulls = count;
    } else if (values.validity != nullptr) {
      values.nulls = 0;
      for (std::size_t i = 0; i < count; ++i) values.nulls += is_known(values, i) ? 0U : 1U;
    }
  }
  auto array = std::make_unique<ExportedArray>();
  if (chunk.encoded) {
    export_values(chunk.dictionary, data.format.layout, chunk.owner, std::make_unique<ExportedArray>(),
                  &array->dictionary);
  }
  export_values(values, chunk.encoded ? chunk.index : data.format.layout, chunk.owner, std::move(array), out);
}

struct ExportedStream {
  std::vector<std::string> names;
  std::vector<Column> columns;
  bool is_table = true;
  std::size_t rows = 0;
  std::size_t at = 0;
  std::string error;

  static ExportedStream& of(ArrowArrayStream* stream) noexcept {
    return *static_cast<ExportedStream*>(stream->private_data);
  }

  template <class Work>
  static int guarded(ArrowArrayStream* stream, Work&& work) noexcept {
    try {
      work(of(stream));
      return 0;
    } catch (const std::bad_alloc&) {
      return ENOMEM;
    } catch (const std::exception& caught) {
      try {
        of(stream).error = caught.what();
      } catch (...) {
      }
      return EINVAL;
    }
  }

  static int get_schema(ArrowArrayStream* stream, ArrowSchema* out) noexcept {
    return guarded(stream, [out](ExportedStream& self) {
      out->release = nullptr;
      if (!self.is_table) {
        export_schema(self.columns.front(), self.names.front(), out);
        return;
      }
      // Children are released with their parent even if a later one cannot be made.
      ArrowSchema parent{};
      auto schema = std::make_unique<ExportedSchema>();
      schema->format = "+s";
      schema->children.resize(self.columns.size());
      schema->child_pointers.reserve(self.columns.size());
      ExportedSchema* const made = schema.get();
      ExportedSchema::hand_over(std::move(schema), &parent);
      try {
        for (std::size_t c = 0; c < self.columns.size(); ++c) {
          export_schema(self.columns[c], self.names[c], &made->children[c]);
        }
      } catch (...) {
        parent.release(&parent);
        throw;
      }
      parent.flags = 0;
      *out = parent;
    });
  }

  static int get_next(ArrowArrayStream* stream, ArrowArray* out) noexcept {
    return guarded(stream, [out](ExportedStream& self) {
      out->release = nullptr;
      if (self.at >= self.rows) return;
      std::size_t end = self.rows;
      for (const Column& column : self.columns) {
        const auto& starts = column.data().starts;
        const auto next = std::upper_bound(starts.begin(), starts.end(), self.at);
        if (next != starts.end()) end = std::min(end, *next);
      }
      const std::size_t count = end - self.at;
      if (!self.is_table) {
        export_rows(self.columns.front(), self.at, count, out);
        self.at = end;
        return;
      }
      ArrowArray parent{};
      auto array = std::make_unique<ExportedArray>();
      array->buffers.push_back(nullptr);
      array->children.resize(self.columns.size());
      array->child_pointers.reserve(self.columns.size());
      ExportedArray* const made = array.get();
      ExportedArray::hand_over(std::move(array), count, 0, 0, &parent);
      try {
        for (std::size_t c = 0; c < self.columns.size(); ++c) {
          export_rows(self.columns[c], self.at, count, &made->children[c]);
        }
      } catch (...) {
        parent.release(&parent);
        throw;
      }
      *out = parent;
      self.at = end;
    });
  }

  static const char* get_last_error(ArrowArrayStream* stream) noexcept {
    return of(stream).error.empty() ? nullptr : of(stream).error.c_str();
  }

  static void release(ArrowArrayStream* stream) noexcept {
    delete static_cast<ExportedStream*>(stream->private_data);
    stream->release = nullptr;
  }
};

[[nodiscard]] OUTWEIGH_INLINE ArrowArrayStream make_stream(std::unique_ptr<ExportedStream> stream) {
  for (std::size_t c = 0; c < stream->columns.size(); ++c) {
    if (stream->columns[c].type() == ColumnType::unsupported) {
      throw TypeMismatch("a column of this type cannot be exported; leave it out",
                         {.column = stream->names[c], .value = stream->columns[c].type_name()});
    }
  }
  ArrowArrayStream out{};
  out.get_schema = &ExportedStream::get_schema;
  out.get_next = &ExportedStream::get_next;
  out.get_last_error = &ExportedStream::get_last_error;
  out.release = &ExportedStream::release;
  out.private_data = stream.release();
  return out;
}

}  // namespace detail

OUTWEIGH_INLINE ArrowArrayStream export_arrow_stream(const Table& table) {
  auto stream = std::make_unique<detail::ExportedStream>();
  stream->names = table.names();
  for (std::size_t c = 0; c < table.columns(); ++c) stream->columns.push_back(table.column(c));
  stream->rows = table.rows();
  return detail::make_stream(std::move(stream));
}

OUTWEIGH_INLINE ArrowArrayStream export_arrow_stream(const Column& column) {
  auto stream = std::make_unique<detail::ExportedStream>();
  stream->names.emplace_back();
  stream->columns.push_back(column);
  stream->is_table = false;
  stream->rows = column.size();
  return detail::make_stream(std::move(stream));
}

}  // namespace outweigh::inline OUTWEIGH_ABI::core
