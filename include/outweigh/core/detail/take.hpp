// Rows of a column as a column that owns its memory.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <outweigh/core/column.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core::detail {

/// Validity of the rows, one byte each; empty when all are known.
[[nodiscard]] std::vector<std::uint8_t> taken_validity(const Column& column, std::span<const std::uint32_t> rows);

/// The rows in one chunk without a dictionary. Precondition: rows in range, a type other than null and unsupported.
[[nodiscard]] Column take_plain(const Column& column, std::span<const std::uint32_t> rows,
                                std::span<const std::uint8_t> valid);

}  // namespace outweigh::inline OUTWEIGH_ABI::core::detail
