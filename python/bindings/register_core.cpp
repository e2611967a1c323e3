// Errors and tables.
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <datetime.h>

#include <outweigh/core/arrow_export.hpp>
#include <outweigh/core/arrow_import.hpp>
#include <outweigh/core/column.hpp>
#include <outweigh/core/detail/counted.hpp>
#include <outweigh/core/errors.hpp>
#include <outweigh/core/read_column.hpp>
#include <outweigh/core/table.hpp>
#include <outweigh/core/table_bytes.hpp>
#include <outweigh/core/time_zone.hpp>

#include "arrow.hpp"
#include "common.hpp"

namespace outweigh::python {

namespace {

constexpr std::int64_t not_a_time = std::numeric_limits<std::int64_t>::min();

// ---- errors

py::object error_class(const char* name) { return py::module_::import("outweigh.core.errors").attr(name); }

void raise(const char* name, const core::Error& error) {
  const auto& place = error.place();
  const py::object row = place.row ? py::object(py::int_(*place.row)) : py::object(py::none());
  const py::object where = error_class("Place")(place.table, place.column, row, place.value);
  const py::object type = error_class(name);
  PyErr_SetObject(type.ptr(), type(error.message(), where).ptr());
}

void translate(std::exception_ptr pointer) {
  try {
    if (pointer) std::rethrow_exception(pointer);
  } catch (const core::InvalidInput& error) {
    raise("InvalidInput", error);
  } catch (const core::MissingInput& error) {
    raise("MissingInput", error);
  } catch (const core::TypeMismatch& error) {
    raise("TypeMismatch", error);
  } catch (const core::NotIdentified& error) {
    raise("NotIdentified", error);
  } catch (const core::Infeasible& error) {
    raise("Infeasible", error);
  } catch (const core::ContractViolation& error) {
    raise("ContractViolation", error);
  } catch (const core::CorruptState& error) {
    raise("CorruptState", error);
  } catch (const core::Cancelled& error) {
    raise("Cancelled", error);
  } catch (const core::Error& error) {
    raise("OutweighError", error);
  }
}

// ---- columns from Python

template <class T>
core::Column numbers(const py::array& array) {
  const auto values = py::array_t<T, py::array::c_style | py::array::forcecast>(array);
  const std::span<const T> view(values.data(), static_cast<std::size_t>(values.size()));
  if constexpr (std::is_same_v<T, double>)
    return core::Column::float64s({view.begin(), view.end()});
  else
    return core::Column::int64s({view.begin(), view.end()});
}

core::Column times(const py::array& array, const core::Place& where) {
  const auto unit =
      py::module_::import("numpy").attr("datetime_data")(array.dtype()).cast<py::tuple>()[0].cast<std::string>();
  if (unit == "generic") throw core::TypeMismatch("times without a unit cannot be read", where);
  const bool is_date = unit == "D" || unit == "W" || unit == "M" || unit == "Y";
  const auto whole = array.attr("astype")(is_date ? "datetime64[D]" : "datetime64[us]").attr("view")("int64");
  const auto values = py::array_t<std::int64_t, py::array::c_style>(whole);
  std::vector<std::int64_t> ticks(values.data(), values.data() + values.size());
  std::vector<std::uint8_t> valid(ticks.size(), 1);
  for (std::size_t row = 0; row < ticks.size(); ++row) {
    if (ticks[row] == not_a_time) valid[row] = 0, ticks[row] = 0;
  }
  if (!is_date) return core::Column::local_times(std::move(ticks), valid);
  std::vector<std::int32_t> days(ticks.size());
  for (std::size_t row = 0; row < ticks.size(); ++row) {
    if (ticks[row] < std::numeric_limits<std::int32_t>::min() ||
        ticks[row] > std::numeric_limits<std::int32_t>::max()) {
      auto place = where;
      place.row = row;
      throw core::InvalidInput("a date is out of range", place);
    }
    days[row] = static_cast<std::int32_t>(ticks[row]);
  }
  return core::Column::dates(std::move(days), valid);
}

// One pass over Python values, which must all be of one kind; None, NaT and pandas' NA are unknown.
class ListReader {
 public:
  explicit ListReader(core::Place where) : where_(std::move(where)) {
    if (PyDateTimeAPI == nullptr) PyDateTime_IMPORT;
    if (PyDateTimeAPI == nullptr) throw py::error_already_set();
    decimal_type_ = py::module_::import("decimal").attr("Decimal");
    generic_type_ = py::module_::import("numpy").attr("generic");
  }

  core::Column read(const py::list& values) {
    const std::size_t rows = values.size();
    valid_.assign(rows, 1);
    for (std::size_t row = 0; row < rows; ++row) add(values[row], row);
    switch (kind_) {
      case Kind::none:
        return core::Column::nulls(rows);
      case Kind::boolean:
        return core::Column::booleans(narrow(), valid_);
      case Kind::whole:
        return core::Column::int64s(std::move(whole_), valid_);
      case Kind::real:
        return core::Column::float64s(std::move(real_), valid_);
      case Kind::text:
        return core::Column::strings(text_, valid_);
      case Kind::zoned:
        return core::Column::instants(instants(), valid_);
      case Kind::naive:
        return core::Column::local_times(std::move(whole_), valid_);
      case Kind::date:
        return core::Column::dates(days(), valid_);
      case Kind::nested:
        return core::Column::unsupported(rows, nested_);
    }
    return core::Column::nulls(rows);
  }

 private:
  enum class Kind { none, boolean, whole, real, text, zoned, naive, date, nested };

  static const char* words(Kind kind) {
    switch (kind) {
      case Kind::none:
        return "nothing";
      case Kind::boolean:
        return "truth values";
      case Kind::whole:
      case Kind::real:
        return "numbers";
      case Kind::text:
        return "text";
      case Kind::zoned:
        return "times with a zone";
      case Kind::naive:
        return "times without a zone";
      case Kind::date:
        return "dates";
      case Kind::nested:
        return "lists, structs or bytes";
    }
    return "";
  }

  [[nodiscard]] core::Place at(std::size_t row, const py::handle& value) const {
    auto place = where_;
    place.row = row;
    place.value = py::cast<std::string>(py::str(value));
    return place;
  }

  void add(const py::handle& value, std::size_t row) {
    PyObject* object = value.ptr();
    if (object == Py_None) {
      add_unknown(row);
    } else if (PyUnicode_Check(object)) {
      Py_ssize_t size = 0;
      const char* bytes = PyUnicode_AsUTF8AndSize(object, &size);
      if (bytes == nullptr) {
        PyErr_Clear();
        auto place = where_;
        place.row = row;
        throw core::InvalidInput("the text is not valid Unicode", place);
      }
      settle(Kind::text, row, value);
      text_.emplace_back(bytes, static_cast<std::size_t>(size));
    } else if (PyFloat_Check(object)) {
      settle(Kind::real, row, value);
      real_.push_back(PyFloat_AS_DOUBLE(object));
    } else if (PyBool_Check(object)) {
      settle(Kind::boolean, row, value);
      whole_.push_back(object == Py_True ? 1 : 0);
    } else if (PyLong_Check(object)) {
      const auto number = PyLong_AsLongLong(object);
      if (number == -1 && PyErr_Occurred() != nullptr) {
        PyErr_Clear();
        throw core::InvalidInput("the number is out of range", at(row, value));
      }
      if (kind_ == Kind::real) {
        real_.push_back(static_cast<double>(number));
      } else {
        settle(Kind::whole, row, value);
        whole_.push_back(number);
      }
    } else if (is_missing(value)) {
      add_unknown(row);
    } else if (PyDateTime_Check(object)) {
      add_time(value, row);
    } else if (PyDate_Check(object)) {
      settle(Kind::date, row, value);
      whole_.push_back(core::Instant::from_date(PyDateTime_GET_YEAR(object), PyDateTime_GET_MONTH(object),
                                                PyDateTime_GET_DAY(object))
                           .microseconds() /
                       core::Instant::microseconds_per_day);
    } else if (py::isinstance(value, decimal_type_)) {
      settle(Kind::real, row, value);
      real_.push_back(value.attr("__float__")().cast<double>());
    } else if (py::isinstance(value, generic_type_)) {
      const py::object plain = value.attr("item")();
      if (py::isinstance(plain, generic_type_)) throw unreadable(value, row);
      add(plain, row);
    } else if (const auto type = nested_type(value); !type.empty()) {
      settle(Kind::nested, row, value);
      nested_ = type;
    } else {
      throw unreadable(value, row);
    }
  }

  // What Arrow would call them; a table may have such columns, and nothing reads them.
  static std::string_view nested_type(const py::handle& value) {
    if (py::isinstance<py::list>(value) || py::isinstance<py::tuple>(value) || py::isinstance<py::anyset>(value) ||
        py::isinstance<py::array>(value)) {
      return "list";
    }
    if (py::isinstance<py::dict>(value)) return "struct";
    if (py::isinstance<py::bytes>(value) || py::isinstance<py::bytearray>(value)) return "binary";
    return {};
  }

  [[nodiscard]] core::TypeMismatch unreadable(const py::handle& value, std::size_t row) const {
    return core::TypeMismatch("values of type " + Run::type_name(value) + " cannot be read", at(row, value));
  }

  void add_time(const py::handle& value, std::size_t row) {
    PyObject* object = value.ptr();
    PyObject* zone = PyDateTime_DATE_GET_TZINFO(object);
    const bool is_utc = zone == PyDateTime_TimeZone_UTC;
    py::object offset = py::none();
    if (!is_utc && zone != Py_None) offset = value.attr("utcoffset")();
    settle(is_utc || !offset.is_none() ? Kind::zoned : Kind::naive, row, value);
    const auto day =
        core::Instant::from_date(PyDateTime_GET_YEAR(object), PyDateTime_GET_MONTH(object), PyDateTime_GET_DAY(object));
    const std::int64_t seconds = (PyDateTime_DATE_GET_HOUR(object) * 60 + PyDateTime_DATE_GET_MINUTE(object)) * 60 +
                                 PyDateTime_DATE_GET_SECOND(object);
    const std::int64_t shift = offset.is_none() ? 0 : microseconds(offset);
    whole_.push_back(day.microseconds() + seconds * 1'000'000 + PyDateTime_DATE_GET_MICROSECOND(object) - shift);
  }

  static bool is_missing(const py::handle& value) {
    const std::string_view name = Py_TYPE(value.ptr())->tp_name;
    return name.ends_with("NaTType") || name.ends_with("NAType");
  }

  static std::int64_t microseconds(const py::object& span) {
    return (span.attr("days").cast<std::int64_t>() * 86'400 + span.attr("seconds").cast<std::int64_t>()) * 1'000'000 +
           span.attr("microseconds").cast<std::int64_t>();
  }

  void add_unknown(std::size_t row) {
    valid_[row] = 0;
    if (kind_ == Kind::real)
      real_.push_back(0.0);
    else if (kind_ == Kind::text)
      text_.emplace_back();
    else
      whole_.push_back(0);
  }

  // Before the first known value only unknown rows were seen, so the list begins with as many empty values.
  void settle(Kind kind, std::size_t row, const py::handle& value) {
    if (kind == kind_) return;
    if (kind_ == Kind::none) {
      kind_ = kind;
      if (kind == Kind::real || kind == Kind::text) whole_.clear();
      if (kind == Kind::real) real_.assign(row, 0.0);
      if (kind == Kind::text) text_.assign(row, {});
      return;
    }
    if (kind_ == Kind::whole && kind == Kind::real) {
      kind_ = kind;
      real_.assign(whole_.begin(), whole_.end());
      whole_.clear();
      return;
    }
    const bool mixes_zones =
        (kind == Kind::naive && kind_ == Kind::zoned) || (kind == Kind::zoned && kind_ == Kind::naive);
    const std::string message = std::string(words(kind)) + " among " + words(kind_) + " in one column";
    if (mixes_zones) throw core::InvalidInput(message, at(row, value));
    throw core::TypeMismatch(message, at(row, value));
  }

  [[nodiscard]] std::vector<std::uint8_t> narrow() const { return {whole_.begin(), whole_.end()}; }
  [[nodiscard]] std::vector<core::Instant> instants() const {
    std::vector<core::Instant> result;
    result.reserve(whole_.size());
    for (const auto value : whole_) result.push_back(core::Instant::from_microseconds(value));
    return result;
  }
  [[nodiscard]] std::vector<std::int32_t> days() const {
    std::vector<std::int32_t> result;
    for (const auto value : whole_) result.push_back(static_cast<std::int32_t>(value));
    return result;
  }

  core::Place where_;
  py::object decimal_type_, generic_type_;
  Kind kind_ = Kind::none;
  std::vector<std::uint8_t> valid_;
  std::vector<std::int64_t> whole_;
  std::vector<double> real_;
  std::vector<std::string> text_;
  std::string_view nested_;
};

core::Column read_array(const py::array& array, const core::Place& where) {
  if (array.ndim() != 1) throw core::TypeMismatch("a column must have one dimension", where);
  if (py::hasattr(array, "mask")) {
    // As a list, what is masked is None. Only times of microseconds become times there.
    const bool is_time = array.dtype().kind() == 'M';
    const py::object readable = is_time ? array.attr("astype")("datetime64[us]") : py::object(array);
    return ListReader(where).read(readable.attr("tolist")().cast<py::list>());
  }
  switch (array.dtype().kind()) {
    case 'b': {
      const auto values = py::array_t<bool, py::array::c_style | py::array::forcecast>(array);
      std::vector<std::uint8_t> bytes(values.data(), values.data() + values.size());
      return core::Column::booleans(bytes);
    }
    case 'f':
      return numbers<double>(array);
    case 'u':
      if (array.dtype().itemsize() == 8) {
        return ListReader(where).read(array.attr("tolist")().cast<py::list>());
      }
      return numbers<std::int64_t>(array);
    case 'i':
      return numbers<std::int64_t>(array);
    case 'M':
      return times(array, where);
    default:
      return ListReader(where).read(array.attr("tolist")().cast<py::list>());
  }
}

template <class Struct>
Struct* from_capsule(const py::object& capsule, const char* name) {
  auto* pointer = static_cast<Struct*>(PyCapsule_GetPointer(capsule.ptr(), name));
  if (pointer == nullptr) throw py::error_already_set();
  return pointer;
}

void release_stream(PyObject* capsule) {
  auto* stream = static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(capsule, "arrow_array_stream"));
  if (stream == nullptr) {
    PyErr_Clear();
    return;
  }
  if (stream->release != nullptr) stream->release(stream);
  delete stream;
}

}  // namespace

core::Column read_column(const py::object& values, const core::Place& where) {
  if (py::hasattr(values, "__arrow_c_stream__")) {
    const py::object capsule = values.attr("__arrow_c_stream__")();
    return core::import_arrow_column_stream(from_capsule<ArrowArrayStream>(capsule, "arrow_array_stream"), where);
  }
  if (py::hasattr(values, "__arrow_c_array__")) {
    const auto pair = values.attr("__arrow_c_array__")().cast<py::tuple>();
    return core::import_arrow_column(from_capsule<ArrowArray>(pair[1], "arrow_array"),
                                     from_capsule<ArrowSchema>(pair[0], "arrow_schema"), where);
  }
  if (py::isinstance<py::array>(values)) return read_array(values.cast<py::array>(), where);
  if (py::isinstance<py::str>(values) || py::isinstance<py::bytes>(values) || py::isinstance<py::dict>(values) ||
      py::isinstance<py::anyset>(values) || !py::hasattr(values, "__iter__") || !py::hasattr(values, "__len__")) {
    throw core::TypeMismatch("a column must be an array or a list, not " + Run::type_name(values), where);
  }
  return ListReader(where).read(py::list(values));
}

core::Table read_table(const py::object& columns, const std::string& name) {
  if (py::isinstance<py::dict>(columns)) {
    core::Table table;
    for (const auto& [key, values] : columns.cast<py::dict>()) {
      if (!py::isinstance<py::str>(key)) {
        throw core::TypeMismatch("names of columns must be text",
                                 {.table = name, .value = py::cast<std::string>(py::str(key))});
      }
      const auto column = key.cast<std::string>();
      auto read = read_column(py::reinterpret_borrow<py::object>(values), {.table = name, .column = column});
      if (table.columns() != 0 && read.size() != table.rows()) {
        throw core::InvalidInput("the column has " + core::detail::counted(read.size(), "row") + ", the first one " +
                                     core::detail::grouped(table.rows()),
                                 {.table = name, .column = column});
      }
      table.add(column, std::move(read));
    }
    return table;
  }
  if (py::hasattr(columns, "__arrow_c_stream__")) {
    const py::object capsule = columns.attr("__arrow_c_stream__")();
    auto* stream = from_capsule<ArrowArrayStream>(capsule, "arrow_array_stream");
    // The producer may need the lock for itself (a reader of Python batches).
    return core::import_arrow_stream(stream, {.table = name});
  }
  throw core::TypeMismatch(
      "a table must be a mapping of columns or have __arrow_c_stream__, not " + Run::type_name(columns),
      {.table = name});
}

py::capsule export_stream(const core::Table& table) {
  auto* stream = new ArrowArrayStream(core::export_arrow_stream(table));
  return py::capsule(stream, "arrow_array_stream", &release_stream);
}

namespace {

template <class T, class Convert>
py::list to_list(const core::Field<T>& field, Convert convert) {
  py::list values(field.size());
  for (std::size_t row = 0; row < field.size(); ++row) {
    if (field.has(row))
      values[row] = convert(field[row]);
    else
      values[row] = py::none();
  }
  return values;
}

template <class T>
py::array to_array(std::span<const T> values) {
  return py::array_t<T>(static_cast<py::ssize_t>(values.size()), values.data());
}

core::Field<core::Instant> instants_of(const core::Column& column) {
  const core::TimeZone utc;
  auto reading = core::try_read_instants(column, &utc);
  if (!reading.bad.empty()) {
    throw core::InvalidInput("the time is out of range",
                             {.row = reading.bad.front().row, .value = reading.bad.front().value});
  }
  return std::move(reading.field);
}

/// Python values with None where unknown.
py::list values_of(const core::Column& column, const std::string& name) {
  switch (column.type()) {
    case core::ColumnType::boolean:
      return to_list(core::read_booleans(column), [](std::uint8_t value) { return py::bool_(value != 0); });
    case core::ColumnType::int64:
      return to_list(core::read_int64s(column), [](std::int64_t value) { return py::int_(value); });
    case core::ColumnType::float64:
      return to_list(core::read_float64s(column), [](double value) { return py::float_(value); });
    case core::ColumnType::timestamp: {
      const auto datetime = py::module_::import("datetime");
      const py::object zone =
          column.timezone().empty() ? py::object(py::none()) : datetime.attr("timezone").attr("utc");
      const py::object epoch = datetime.attr("datetime")(1970, 1, 1, py::arg("tzinfo") = zone);
      const py::object span = datetime.attr("timedelta");
      return to_list(instants_of(column), [&](core::Instant at) { return epoch + span(0, 0, at.microseconds()); });
    }
    case core::ColumnType::date: {
      const py::object date = py::module_::import("datetime").attr("date");
      return to_list(instants_of(column), [&](core::Instant at) {
        return date.attr("fromordinal")(719'163 + at.microseconds() / core::Instant::microseconds_per_day);
      });
    }
    case core::ColumnType::unsupported:
      throw core::TypeMismatch("values of type " + column.type_name() + " cannot be read; leave the column out",
                               {.column = name});
    default:
      break;
  }
  const py::object decimal = py::module_::import("decimal").attr("Decimal");
  py::list values(column.size());
  for (std::size_t row = 0; row < column.size(); ++row) {
    if (column.is_null(row)) {
      values[row] = py::none();
    } else if (column.type() == core::ColumnType::string) {
      const auto text = column.string(row);
      values[row] = py::str(text.data(), text.size());
    } else if (column.type() == core::ColumnType::decimal) {
      values[row] = decimal(column.text(row));
    } else {
      values[row] = py::str(column.text(row));
    }
  }
  return values;
}

}  // namespace

py::object column_to_python(const core::Column& column, const std::string& name) {
  if (column.null_count() != 0) return values_of(column, name);
  switch (column.type()) {
    case core::ColumnType::boolean:
      return to_array(core::read_booleans(column).values()).attr("astype")("bool");
    case core::ColumnType::int64:
      return to_array(core::read_int64s(column).values());
    case core::ColumnType::float64:
      return to_array(core::read_float64s(column).values());
    case core::ColumnType::timestamp:
    case core::ColumnType::date: {
      const auto field = instants_of(column);
      std::vector<std::int64_t> ticks;
      ticks.reserve(field.size());
      for (const auto at : field.values()) ticks.push_back(at.microseconds());
      const auto times = to_array(std::span<const std::int64_t>(ticks)).attr("view")("datetime64[us]");
      return column.type() == core::ColumnType::date ? py::object(times.attr("astype")("datetime64[D]"))
                                                     : py::object(times);
    }
    default:
      return values_of(column, name);
  }
}

void register_core(py::module_& module) {
  py::register_exception_translator(&translate);
  const auto errors = py::module_::import("outweigh.core.errors");
  for (const char* name : {"OutweighError", "InvalidInput", "MissingInput", "TypeMismatch", "NotIdentified",
                           "Infeasible", "ContractViolation", "CorruptState", "Cancelled", "Place"}) {
    module.attr(name) = errors.attr(name);
  }

  py::class_<core::Table> table(module, "Table", "Columns of equal length with names, in Arrow's memory layout.");
  table.def(py::init([](const py::object& columns, const std::string& name) { return read_table(columns, name); }),
            py::arg("columns"), py::arg("name") = "");
  table.def_property_readonly("columns", &core::Table::names, "Names of the columns, in order.");
  table.def_property_readonly("num_rows", &core::Table::rows, "Number of rows.");
  table.def(
      "column", [](const core::Table& self, const std::string& name) { return column_to_python(self[name], name); },
      py::arg("name"), "A numpy array where all values are known and no text; else a list with None where unknown.");
  table.def(
      "values",
      [](const core::Table& self, const std::string& name, std::optional<std::size_t> rows) {
        const core::Column& column = self[name];
        return values_of(rows && *rows < column.size() ? column.slice(0, *rows) : column, name);
      },
      py::arg("name"), py::arg("rows") = py::none(),
      "A list of Python values with None where unknown; the first `rows` of them, or all.");
  table.def(
      "column_type",
      [](const core::Table& self, const std::string& name) { return std::string(core::to_string(self[name].type())); },
      py::arg("name"), "Type of a column in one word.");
  table.def(
      "__arrow_c_stream__", [](const core::Table& self, const py::object&) { return export_stream(self); },
      py::arg("requested_schema") = py::none(), "The table as an Arrow stream; nothing is copied.");
  add_equality(table);
  add_byte_pickling(
      table, [](const core::Table& self) { return core::to_bytes(self); },
      [](std::span<const std::byte> bytes) { return core::table_from_bytes(bytes); });
  add_repr(table, [](const core::Table& self) {
    return std::to_string(self.rows()) + " rows, " + std::to_string(self.columns()) + " columns";
  });
}

}  // namespace outweigh::python
