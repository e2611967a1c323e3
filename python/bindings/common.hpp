// What all bindings share: equality, repr, tables, pickling, and how a long call runs under Python.
#pragma once

#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <outweigh/core/bytes.hpp>
#include <outweigh/core/errors.hpp>
#include <outweigh/core/run_control.hpp>

namespace outweigh::python {

namespace py = pybind11;

/// Runs `kernel()` without the interpreter lock. The kernel must not touch Python objects.
template <class Kernel>
auto without_lock(Kernel&& kernel) {
  py::gil_scoped_release release;
  return kernel();
}

/// `==` by value; NotImplemented for other classes. Results are values, so they are not hashable.
template <class Class>
Class& add_equality(Class& bound) {
  using Value = typename Class::type;
  bound.def(
      "__eq__",
      [](const Value& self, const py::object& other) -> py::object {
        if (!py::isinstance<Value>(other)) return py::reinterpret_borrow<py::object>(Py_NotImplemented);
        const auto& value = other.cast<const Value&>();
        return py::bool_(without_lock([&] { return &self == &value || self == value; }));
      },
      py::is_operator());
  bound.attr("__hash__") = py::none();
  return bound;
}

/// `to_table()`, from the value's own `to_table()`.
template <class Class>
Class& add_table(Class& bound, const char* documentation = "The result as a table with the user's ids.") {
  using Value = typename Class::type;
  bound.def(
      "to_table", [](const Value& self) { return without_lock([&] { return self.to_table(); }); }, documentation);
  return bound;
}

/// `repr()` as "outweigh.<Name>(<what describe(value) says>)".
template <class Class, class Describe>
Class& add_repr(Class& bound, Describe describe) {
  using Value = typename Class::type;
  const auto name = py::cast<std::string>(bound.attr("__name__"));
  bound.def("__repr__",
            [name, describe](const Value& self) { return "outweigh." + name + "(" + describe(self) + ")"; });
  return bound;
}

/// Pickling through a tuple of parts: `to_parts(value) -> py::tuple`, `from_parts(py::tuple) -> Value`. The state
/// carries the class and a version; anything else raises CorruptState.
template <class Class, class ToParts, class FromParts>
Class& add_pickling(Class& bound, int version, ToParts to_parts, FromParts from_parts) {
  using Value = typename Class::type;
  const auto name = py::cast<std::string>(bound.attr("__name__"));
  bound.def(py::pickle(
      [name, version, to_parts](const Value& self) { return py::make_tuple(name, version, py::tuple(to_parts(self))); },
      [name, version, from_parts](const py::tuple& state) -> Value {
        const bool is_ours = state.size() == 3 && py::isinstance<py::str>(state[0]) &&
                             state[0].template cast<std::string>() == name && py::isinstance<py::int_>(state[1]) &&
                             state[1].template cast<int>() == version && py::isinstance<py::tuple>(state[2]);
        if (!is_ours) throw core::CorruptState("the pickled state is not one of this version's " + name);
        return from_parts(state[2].template cast<py::tuple>());
      }));
  return bound;
}

/// What the library stores, as Python's bytes, and back.
inline py::bytes to_python_bytes(const core::Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline std::span<const std::byte> as_stored(std::string_view bytes) {
  return std::as_bytes(std::span(bytes.data(), bytes.size()));
}

/// Pickling through stored bytes: `store(value) -> core::Bytes`, `restore(span of bytes) -> Value`.
template <class Class, class Store, class Restore>
Class& add_byte_pickling(Class& bound, Store store, Restore restore) {
  using Value = typename Class::type;
  return add_pickling(
      bound, 1,
      [store](const Value& self) { return py::make_tuple(to_python_bytes(without_lock([&] { return store(self); }))); },
      [restore](const py::tuple& state) -> Value {
        if (state.size() != 1 || !py::isinstance<py::bytes>(state[0])) {
          throw core::CorruptState("the pickled state has no bytes");
        }
        return restore(as_stored(state[0].template cast<std::string_view>()));
      });
}

/// `to_bytes()` and `from_bytes()`, and pickling through them.
template <class Class>
Class& add_bytes(Class& bound) {
  using Value = typename Class::type;
  bound.def("to_bytes",
            [](const Value& self) { return to_python_bytes(without_lock([&] { return self.to_bytes(); })); });
  bound.def_static("from_bytes", [](const std::string& bytes) {
    return without_lock([&] { return Value::from_bytes(as_stored(bytes)); });
  });
  return add_byte_pickling(
      bound, [](const Value& self) { return self.to_bytes(); },
      [](std::span<const std::byte> bytes) { return Value::from_bytes(bytes); });
}

/// While it lives, Ctrl-C also triggers a stop token. Python's own handler still runs, so KeyboardInterrupt follows.
class StopOnInterrupt {
 public:
  explicit StopOnInterrupt(const core::StopToken& token) : token_(token) {
    if (!is_main_thread()) return;
    outer_ = current().exchange(&token_);
    is_installed_ = true;
    if (outer_ != nullptr) return;
    const auto handler = std::signal(SIGINT, &StopOnInterrupt::handle);
    if (handler == SIG_DFL || handler == SIG_IGN || handler == SIG_ERR) {
      // Nobody in Python listens: leave the signal as it was.
      if (handler != SIG_ERR) std::signal(SIGINT, handler);
      current().store(nullptr);
      is_installed_ = false;
      return;
    }
    previous().store(handler);
  }
  ~StopOnInterrupt() {
    if (!is_installed_) return;
    current().store(outer_);
    if (outer_ == nullptr) std::signal(SIGINT, previous().load());
  }
  StopOnInterrupt(const StopOnInterrupt&) = delete;
  StopOnInterrupt& operator=(const StopOnInterrupt&) = delete;

 private:
  using Handler = void (*)(int);

  static std::atomic<const core::StopToken*>& current() {
    static std::atomic<const core::StopToken*> token{nullptr};
    return token;
  }
  static std::atomic<Handler>& previous() {
    static std::atomic<Handler> handler{nullptr};
    return handler;
  }
  static void handle(int signal) {
    if (const auto* token = current().load()) token->request_stop();
    if (const auto handler = previous().load()) handler(signal);
  }
  static bool is_main_thread() {
    const auto threading = py::module_::import("threading");
    return threading.attr("current_thread")().is(threading.attr("main_thread")());
  }

  core::StopToken token_;
  const core::StopToken* outer_ = nullptr;
  bool is_installed_ = false;
};

/// The keyword arguments `threads=`, `seed=` and `progress=` of a long call, and how the call runs:
///
///     [](const graph::CustomerGraph& graph, py::object threads, std::uint64_t seed, py::object progress) {
///       return Run(threads, seed, progress)([&](const core::RunControl& control) { return audit(graph, {control}); });
///     }
///
/// `threads` None means all cores. `progress` is a callable of (task, done) that may return False to stop, or True to
/// print to standard error.
/// The lock is released while the kernel runs and taken again for the callback. Ctrl-C stops the kernel.
class Run {
 public:
  Run(const py::object& threads, std::uint64_t seed, py::object progress) {
    control_.threads = read_threads(threads);
    control_.seed = seed;
    if (progress.is(py::bool_(true))) progress = py::module_::import("outweigh.core.progress").attr("Printer")();
    if (progress.is(py::bool_(false))) progress = py::none();
    if (!progress.is_none()) {
      if (PyCallable_Check(progress.ptr()) == 0) {
        throw core::TypeMismatch("progress must be a function of (task, done)",
                                 {.column = "progress", .value = type_name(progress)});
      }
      control_.progress = [progress = hold(progress)](std::string_view task, double done) {
        py::gil_scoped_acquire lock;
        if (PyErr_CheckSignals() != 0) throw py::error_already_set();
        const py::object answer = (*progress)(py::str(task.data(), task.size()), done);
        return answer.is_none() || answer.cast<bool>();
      };
    }
  }

  template <class Kernel>
  auto operator()(Kernel&& kernel) const {
    const StopOnInterrupt guard(control_.stop);
    try {
      return without_lock([&] { return kernel(control_); });
    } catch (const core::Cancelled&) {
      if (PyErr_CheckSignals() != 0) throw py::error_already_set();
      throw;
    }
  }

  /// For kernels that call back into Python themselves (user scorers): keeps the lock.
  template <class Kernel>
  auto with_lock(Kernel&& kernel) const {
    const StopOnInterrupt guard(control_.stop);
    try {
      return kernel(control_);
    } catch (const core::Cancelled&) {
      if (PyErr_CheckSignals() != 0) throw py::error_already_set();
      throw;
    }
  }

  [[nodiscard]] const core::RunControl& control() const noexcept { return control_; }

  static std::string type_name(const py::handle& object) {
    return py::cast<std::string>(py::type::handle_of(object).attr("__name__"));
  }

 private:
  static std::size_t read_threads(const py::object& threads) {
    if (threads.is_none()) return 0;
    if (!py::isinstance<py::int_>(threads) || py::isinstance<py::bool_>(threads)) {
      throw core::TypeMismatch("threads must be a whole number or None",
                               {.column = "threads", .value = type_name(threads)});
    }
    const auto count = threads.cast<std::int64_t>();
    if (count < 0 || count > 4096) {
      throw core::InvalidInput("threads must lie between 0 (all cores) and 4096",
                               {.column = "threads", .value = std::to_string(count)});
    }
    return static_cast<std::size_t>(count);
  }
  // A callback may be released on a thread that does not hold the lock.
  static std::shared_ptr<py::object> hold(const py::object& object) {
    return {new py::object(object), [](py::object* held) {
              py::gil_scoped_acquire lock;
              delete held;
            }};
  }

  core::RunControl control_{};
};

}  // namespace outweigh::python
