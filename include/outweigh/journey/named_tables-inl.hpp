#pragma once

#include <cmath>

#include <outweigh/core/table_bytes.hpp>
#include <outweigh/journey/named_tables.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey {

namespace detail {

inline void write_table(core::ByteWriter& writer, const core::Table& table) {
  const core::Bytes bytes = core::to_bytes(table);
  writer.write(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}
inline core::Table read_table(core::ByteReader& reader) {
  const std::string_view bytes = reader.read_text();
  return core::table_from_bytes({reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()});
}

}  // namespace detail

OUTWEIGH_INLINE const core::Table& NamedTables::table(std::string_view name) const {
  for (const auto& [known, table] : tables) {
    if (known == name) return table;
  }
  throw core::InvalidInput("the result has no table of this name", {.value = std::string(name)});
}

OUTWEIGH_INLINE core::Bytes NamedTables::to_bytes() const {
  core::ByteWriter writer("named_tables", 1);
  writer.write(std::string_view(summary));
  writer.write(static_cast<std::uint64_t>(tables.size()));
  for (const auto& [name, table] : tables) {
    writer.write(std::string_view(name));
    detail::write_table(writer, table);
  }
  writer.write(static_cast<std::uint64_t>(figures.size()));
  for (const auto& [name, value] : figures) {
    writer.write(std::string_view(name));
    writer.write(value);
  }
  writer.write(static_cast<std::uint64_t>(assumptions.size()));
  for (const std::string& text : assumptions) writer.write(std::string_view(text));
  detail::write_table(writer, missing);
  return std::move(writer).finish();
}

OUTWEIGH_INLINE NamedTables NamedTables::from_bytes(std::span<const std::byte> bytes) {
  core::ByteReader reader(bytes, "named_tables", 1);
  NamedTables result;
  result.summary = reader.read_text();
  const std::size_t tables = reader.read_count(16);
  for (std::size_t i = 0; i < tables; ++i) {
    std::string name(reader.read_text());
    result.tables.emplace_back(std::move(name), detail::read_table(reader));
  }
  if (tables == 0) core::ByteReader::fail("the state has no table");
  const std::size_t figures = reader.read_count(16);
  for (std::size_t i = 0; i < figures; ++i) {
    std::string name(reader.read_text());
    const double value = reader.read_double();
    if (!std::isfinite(value)) core::ByteReader::fail("the state has a figure that is not finite");
    result.figures.emplace(std::move(name), value);
  }
  result.assumptions.resize(reader.read_count(8));
  for (std::string& text : result.assumptions) text = reader.read_text();
  result.missing = detail::read_table(reader);
  reader.finish();
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::journey
