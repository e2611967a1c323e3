// A result of several tables, with figures and remarks in words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <outweigh/core/bytes.hpp>
#include <outweigh/core/table.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey {

/// Tables by name, the main one first; single figures by name (one that is not there is not known); what the figures
/// rest on; and the figures that the data do not allow, each with the table and column that it needs.
struct NamedTables {
  std::string summary{};
  std::vector<std::pair<std::string, core::Table>> tables{};
  std::map<std::string, double> figures{};
  std::vector<std::string> assumptions{};
  core::Table missing{};  ///< figure, table, column

  /// The main table. Precondition: there is one.
  [[nodiscard]] const core::Table& to_table() const noexcept { return tables.front().second; }
  /// Throws InvalidInput for a name that is not there.
  [[nodiscard]] const core::Table& table(std::string_view name) const;

  [[nodiscard]] core::Bytes to_bytes() const;
  /// Throws CorruptState.
  [[nodiscard]] static NamedTables from_bytes(std::span<const std::byte> bytes);

  friend bool operator==(const NamedTables&, const NamedTables&) = default;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::journey

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/journey/named_tables-inl.hpp>
#endif
