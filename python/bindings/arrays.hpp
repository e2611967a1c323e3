// Columns of numbers, codes and levels from Python, borrowed where their layout allows.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <outweigh/core/errors.hpp>
#include <outweigh/listening/categorical.hpp>

#include "common.hpp"
#include "numbers.hpp"

namespace outweigh::python {

using listening::Categorical;
using listening::Codes;
using listening::Design;
using listening::Margin;
using listening::NumericTotal;

/// Arrays that borrowed views point into.
class Arrays {
 public:
  std::span<const double> numbers(const py::handle& values, const std::string& name) {
    const auto array = Numbers::ensure(values);
    if (!array) {
      PyErr_Clear();
      throw core::TypeMismatch("'" + name + "' must hold numbers", {.column = name});
    }
    if (array.ndim() != 1) throw core::InvalidInput("'" + name + "' must have one dimension", {.column = name});
    held_.push_back(array);
    return {array.data(), static_cast<std::size_t>(array.size())};
  }

  Codes codes(const py::handle& values, const std::string& name) {
    py::array array = py::array::ensure(values, py::array::c_style);
    if (!array || (array.dtype().kind() != 'i' && array.dtype().kind() != 'u')) {
      PyErr_Clear();
      throw core::TypeMismatch("the codes of '" + name + "' must be integers", {.column = name});
    }
    if (array.ndim() != 1)
      throw core::InvalidInput("the codes of '" + name + "' must have one dimension", {.column = name});
    const auto size = static_cast<std::size_t>(array.size());
    const bool is_unsigned = array.dtype().kind() == 'u';
    if (is_unsigned && array.itemsize() == 8) {
      array = py::array_t<std::int64_t, py::array::c_style | py::array::forcecast>::ensure(array);
    }
    held_.push_back(array);
    const auto view = [&]<class Integer>(Integer) {
      return Codes(std::span<const Integer>(static_cast<const Integer*>(array.data()), size));
    };
    switch (array.itemsize()) {
      case 1:
        return is_unsigned ? view(std::uint8_t{}) : view(std::int8_t{});
      case 2:
        return is_unsigned ? view(std::uint16_t{}) : view(std::int16_t{});
      case 4:
        return is_unsigned ? view(std::uint32_t{}) : view(std::int32_t{});
      default:
        return view(std::int64_t{});
    }
  }

  /// (name, levels, codes)
  Categorical categorical(const py::handle& column) {
    const auto parts = column.cast<py::tuple>();
    Categorical result;
    result.name = parts[0].cast<std::string>();
    result.levels = parts[1].cast<std::vector<std::string>>();
    result.codes = codes(parts[2], result.name);
    return result;
  }

  /// (name, levels, codes, {level: total})
  std::vector<Margin> margins(const py::sequence& list) {
    std::vector<Margin> result;
    for (const py::handle item : list) {
      const auto parts = item.cast<py::tuple>();
      Margin margin;
      margin.variable = categorical(item);
      for (const auto& [level, total] : parts[3].cast<py::dict>()) {
        margin.totals.push_back({level.cast<std::string>(), total.cast<double>()});
      }
      result.push_back(std::move(margin));
    }
    return result;
  }

  /// (name, values, total)
  std::vector<NumericTotal> numeric(const py::sequence& list) {
    std::vector<NumericTotal> result;
    for (const py::handle item : list) {
      const auto parts = item.cast<py::tuple>();
      const auto name = parts[0].cast<std::string>();
      result.push_back({name, numbers(parts[1], name), parts[2].cast<double>()});
    }
    return result;
  }

 private:
  std::vector<py::array> held_;
};

}  // namespace outweigh::python
