// Tables from any producer of the Arrow C data interface.
#pragma once

#include <outweigh/core/arrow_abi.hpp>
#include <outweigh/core/errors.hpp>
#include <outweigh/core/table.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

/// Reads a stream of record batches to its end. Nothing is copied: the table borrows the producer's buffers and
/// releases them when the last column that uses them is gone; run-end encoded columns get row positions of their own.
///
/// The stream is moved from (its `release` becomes null) and released exactly once, whatever happens. `where.table`
/// names the table in errors.
///
/// The input is not trusted as far as the interface lets us see: structure, lengths, offsets, string offsets, views,
/// dictionary positions, run ends, validity and UTF-8 are all checked here, so that everything behind needs no checks.
/// What nobody can check is that the producer's pointers point at as many bytes as its lengths say: the interface does
/// not carry the sizes of buffers (except of those behind string views).
///
/// Throws InvalidInput, naming column and row where known: a producer's error, released or malformed structures, more
/// than 2^32 - 2 rows, text that is not UTF-8. Nested types, binary, intervals, unions and types unknown to us become
/// columns of type unsupported. O(values + bytes of text).
[[nodiscard]] Table import_arrow_stream(ArrowArrayStream* stream, const Place& where = {});

/// The same for one record batch. Both structs are moved from.
[[nodiscard]] Table import_arrow_array(ArrowArray* array, ArrowSchema* schema, const Place& where = {});

/// The same for a stream or an array of a single column instead of record batches.
[[nodiscard]] Column import_arrow_column_stream(ArrowArrayStream* stream, const Place& where = {});
[[nodiscard]] Column import_arrow_column(ArrowArray* array, ArrowSchema* schema, const Place& where = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::core

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/core/arrow_import-inl.hpp>
#endif
