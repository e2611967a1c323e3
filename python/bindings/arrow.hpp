// Tables from Python objects and back: Arrow streams, numpy arrays, lists.
#pragma once

#include <string>

#include <pybind11/pybind11.h>

#include <outweigh/core/column.hpp>
#include <outweigh/core/table.hpp>

namespace outweigh::python {

/// A mapping of names to arrays or lists, or anything with `__arrow_c_stream__`. `name` is for messages.
[[nodiscard]] core::Table read_table(const pybind11::object& columns, const std::string& name);

/// One column: an Arrow array or stream, a numpy array, or a sequence of Python values with None where unknown.
[[nodiscard]] core::Column read_column(const pybind11::object& values, const core::Place& where);

/// A capsule for `__arrow_c_stream__`.
[[nodiscard]] pybind11::capsule export_stream(const core::Table& table);

/// A numpy array where all rows are known numbers, truth values or times; else a list with None where unknown.
[[nodiscard]] pybind11::object column_to_python(const core::Column& column, const std::string& name);

}  // namespace outweigh::python
