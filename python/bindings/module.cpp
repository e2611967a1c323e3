// The extension module outweigh._core: one register_<module>.cpp per module of the library.
#include <pybind11/pybind11.h>

#include <outweigh/config.hpp>

namespace py = pybind11;

namespace outweigh::python {
void register_core(py::module_& module);
void register_stats(py::module_& module);
void register_graph(py::module_& module);
void register_network(py::module_& module);
void register_look_alikes(py::module_& module);
void register_listening(py::module_& module);
void register_pooling(py::module_& module);
void register_sources(py::module_& module);
void register_economics(py::module_& module);
void register_journey(py::module_& module);
void register_demand(py::module_& module);
void register_scoring(py::module_& module);
void register_roadmap(py::module_& module);
void register_cases(py::module_& module);
void register_explain(py::module_& module);
void register_lab(py::module_& module);
}  // namespace outweigh::python

PYBIND11_MODULE(_core, module) {
  module.doc() = "Compiled part of outweigh. The public names are those of the package `outweigh`.";
  module.attr("__version__") = OUTWEIGH_VERSION;
  // In the order of the modules: a class is registered before the functions that return it.
  outweigh::python::register_core(module);
  outweigh::python::register_stats(module);
  outweigh::python::register_graph(module);
  outweigh::python::register_network(module);
  outweigh::python::register_look_alikes(module);
  outweigh::python::register_listening(module);
  outweigh::python::register_pooling(module);
  outweigh::python::register_sources(module);
  outweigh::python::register_economics(module);
  outweigh::python::register_journey(module);
  outweigh::python::register_demand(module);
  outweigh::python::register_scoring(module);
  outweigh::python::register_roadmap(module);
  outweigh::python::register_cases(module);
  outweigh::python::register_explain(module);
  outweigh::python::register_lab(module);
}
