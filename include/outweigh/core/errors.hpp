// The few typed errors of the library. Each names the place of the trouble: table, column, row and value.
#pragma once

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

/// Where an error was found. Empty parts are unknown or do not apply; `row` counts from 0.
struct Place {
  std::string table{};
  std::string column{};
  std::optional<std::size_t> row{};
  std::string value{};

  friend bool operator==(const Place&, const Place&) = default;
};

/// "table 'requests', column 'account_id', row 3, value 'A9'", leaving out the unknown parts.
[[nodiscard]] std::string to_string(const Place& place);

/// Base of every error thrown by the library. `what()` is the message followed by the place.
class Error : public std::runtime_error {
 public:
  explicit Error(std::string_view message, Place place = {});

  [[nodiscard]] const std::string& message() const noexcept { return message_; }
  [[nodiscard]] const Place& place() const noexcept { return place_; }

 private:
  std::string message_;
  Place place_;
};

/// A value, a row or an option that cannot be right: out of range, duplicated, dangling, contradictory.
class InvalidInput : public Error {
 public:
  using Error::Error;
};

/// A table, column or argument that the call needs and did not get.
class MissingInput : public Error {
 public:
  using Error::Error;
};

/// A column whose type cannot hold what is asked of it.
class TypeMismatch : public Error {
 public:
  using Error::Error;
};

/// The data cannot tell: the quantity asked for is not identified, or the computation cannot converge.
class NotIdentified : public Error {
 public:
  using Error::Error;
};

/// No solution satisfies all constraints; the message names those that conflict.
class Infeasible : public Error {
 public:
  using Error::Error;
};

/// A user's type (scorer, callback) broke its contract; `place().value` names the type.
class ContractViolation : public Error {
 public:
  using Error::Error;
};

/// Bytes that are truncated, foreign, of another version, or otherwise not a state of ours.
class CorruptState : public Error {
 public:
  using Error::Error;
};

/// The caller's stop token was triggered.
class Cancelled : public Error {
 public:
  using Error::Error;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::core

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/core/errors-inl.hpp>
#endif
