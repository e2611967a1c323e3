// One-dimensional columns of numbers as numpy gives them.
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

namespace outweigh::python {

using Numbers = pybind11::array_t<double, pybind11::array::c_style | pybind11::array::forcecast>;

}  // namespace outweigh::python
