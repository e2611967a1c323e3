#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <outweigh/core/detail/arrow_check.hpp>
#include <outweigh/core/detail/arrow_format.hpp>
#include <outweigh/core/detail/build.hpp>
#include <outweigh/core/detail/take.hpp>
#include <outweigh/core/table_bytes.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

namespace detail {

inline constexpr std::string_view table_kind = "core.table";
inline constexpr std::uint32_t table_version = 1;

template <class T>
[[nodiscard]] std::string_view raw_bytes(const T* data, std::size_t count) noexcept {
  return {reinterpret_cast<const char*>(data), count * sizeof(T)};
}

template <class T>
[[nodiscard]] std::vector<T> values_of(std::string_view raw, std::size_t count) {
  if (raw.size() != count * sizeof(T)) ByteReader::fail("a column has another number of bytes than rows");
  std::vector<T> values(count);
  if (count != 0) std::memcpy(values.data(), raw.data(), raw.size());
  return values;
}

}  // namespace detail

OUTWEIGH_INLINE Bytes to_bytes(const Table& table) {
  ByteWriter out(detail::table_kind, detail::table_version);
  // Values are written as they lie in memory.
  out.write(static_cast<std::uint8_t>(std::endian::native == std::endian::little ? 1 : 2));
  out.write(static_cast<std::uint64_t>(table.columns()));
  out.write(static_cast<std::uint64_t>(table.rows()));
  std::vector<std::uint32_t> all(table.rows());
  std::iota(all.begin(), all.end(), 0U);
  for (std::size_t c = 0; c < table.columns(); ++c) {
    const Column& column = table.column(c);
    if (column.type() == ColumnType::unsupported) {
      throw TypeMismatch("a column of this type cannot be written; leave it out",
                         {.column = table.names()[c], .value = column.type_name()});
    }
    out.write(std::string_view(table.names()[c]));
    const bool is_text = column.type() == ColumnType::string;
    out.write(is_text ? std::string_view("U") : std::string_view(column.data().format.spelled));
    if (column.type() == ColumnType::null) continue;
    const std::vector<std::uint8_t> valid = detail::taken_validity(column, all);
    out.write(detail::raw_bytes(valid.data(), valid.size()));
    if (table.rows() == 0) continue;
    const Column plain = detail::take_plain(column, all, valid);
    const detail::Values& values = plain.data().chunks.front().values;
    if (is_text) {
      const auto* const offsets = static_cast<const std::int64_t*>(values.offsets);
      out.write(detail::raw_bytes(offsets, all.size() + 1));
      out.write(std::string_view(static_cast<const char*>(values.data), static_cast<std::size_t>(offsets[all.size()])));
    } else if (column.type() == ColumnType::boolean) {
      out.write(detail::raw_bytes(static_cast<const std::uint8_t*>(values.data), (all.size() + 7) / 8));
    } else {
      out.write(detail::raw_bytes(static_cast<const unsigned char*>(values.data),
                                  all.size() * detail::byte_width(column.data().format.layout)));
    }
  }
  return std::move(out).finish();
}

OUTWEIGH_INLINE Table table_from_bytes(std::span<const std::byte> bytes) {
  using detail::Layout;
  ByteReader in(bytes, detail::table_kind, detail::table_version);
  if (in.read_uint8() != (std::endian::native == std::endian::little ? 1 : 2)) {
    ByteReader::fail("the table comes from a machine of another byte order");
  }
  const std::size_t columns = in.read_count(1);
  const std::uint64_t row_count = in.read_uint64();
  if (row_count > 0xFFFF'FFFEU) ByteReader::fail("more rows than can be numbered");
  const auto rows = static_cast<std::size_t>(row_count);
  Table table;
  for (std::size_t c = 0; c < columns; ++c) {
    std::string name(in.read_text());
    auto format = detail::parse_format(in.read_text());
    if (!format || format->layout == Layout::unsupported || !detail::is_utf8(name) || table.has(name)) {
      ByteReader::fail("a column's name or type cannot be");
    }
    if (format->layout == Layout::null) {
      table.add(std::move(name), Column::nulls(rows));
      continue;
    }
    const std::string_view raw_valid = in.read_text();
    const auto valid = detail::values_of<std::uint8_t>(raw_valid, raw_valid.empty() ? 0 : rows);
    if (rows == 0) {
      table.add(std::move(name), Column(detail::make_column(*format, {})));
      continue;
    }
    detail::Chunk chunk;
    if (format->layout == Layout::large_utf8) {
      detail::OwnedBuffers<char> buffers;
      buffers.offsets = detail::values_of<std::int64_t>(in.read_text(), rows + 1);
      const std::string_view text = in.read_text();
      buffers.data.assign(text.begin(), text.end());
      buffers.validity = detail::pack_validity(valid, rows);
      chunk = detail::own(std::move(buffers), rows);
      if (static_cast<const std::int64_t*>(chunk.values.offsets)[rows] > static_cast<std::int64_t>(text.size())) {
        ByteReader::fail("a text reaches beyond its bytes");
      }
      try {
        detail::check_strings<std::int64_t>(chunk.values, {});
      } catch (const InvalidInput& error) {
        ByteReader::fail(error.message());
      }
    } else {
      const std::size_t width = detail::byte_width(format->layout);
      if (format->layout != Layout::boolean && width == 0) ByteReader::fail("a column's type cannot be");
      detail::OwnedBuffers<unsigned char> buffers;
      buffers.data = detail::values_of<unsigned char>(
          in.read_text(), format->layout == Layout::boolean ? (rows + 7) / 8 : rows * width);
      buffers.validity = detail::pack_validity(valid, rows);
      chunk = detail::own(std::move(buffers), rows);
    }
    table.add(std::move(name), Column(detail::make_column(*format, {std::move(chunk)})));
  }
  in.finish();
  return table;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::core
