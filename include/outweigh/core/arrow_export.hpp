// Tables to any consumer of the Arrow C data interface.
#pragma once

#include <outweigh/core/arrow_abi.hpp>
#include <outweigh/core/table.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

/// A stream of record batches over the table's memory, nothing copied. A batch ends where any column's chunk ends.
/// The caller owns the stream and calls its `release`; batches stay valid after that until they are released
/// themselves. Throws TypeMismatch for a column of type unsupported.
[[nodiscard]] ArrowArrayStream export_arrow_stream(const Table& table);

/// The same for a single column, whose name is empty.
[[nodiscard]] ArrowArrayStream export_arrow_stream(const Column& column);

}  // namespace outweigh::inline OUTWEIGH_ABI::core

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/core/arrow_export-inl.hpp>
#endif
