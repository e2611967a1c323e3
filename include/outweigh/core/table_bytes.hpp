// Tables as bytes, for pickling and for other processes.
#pragma once

#include <cstddef>
#include <span>

#include <outweigh/core/bytes.hpp>
#include <outweigh/core/table.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

/// The table's values; chunks and dictionaries are not kept, so equal tables may have different bytes when their
/// columns differ in width. Throws TypeMismatch for a column of type unsupported.
[[nodiscard]] Bytes to_bytes(const Table& table);

/// The table back, equal to the one written. Throws CorruptState for bytes that are truncated, damaged or foreign.
[[nodiscard]] Table table_from_bytes(std::span<const std::byte> bytes);

}  // namespace outweigh::inline OUTWEIGH_ABI::core

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/core/table_bytes-inl.hpp>
#endif
