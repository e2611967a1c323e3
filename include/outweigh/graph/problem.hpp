// One thing that is wrong with the tables a graph was to be built from.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <outweigh/core/errors.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

enum class ProblemKind : std::uint8_t {
  missing_table,
  empty_table,
  missing_column,
  wrong_type,
  missing_value,  ///< a required cell is null
  duplicate_id,
  unknown_id,    ///< a reference to a node that is not there
  not_a_word,    ///< a word that is not of the column's vocabulary
  out_of_range,  ///< outside the column's range, or not finite
  bad_time,      ///< naive without a time zone, naive among zoned, or out of range
  cycle,
  contradiction,     ///< two values of the row, or of it and a row it refers to, cannot both be true
  hangs_on_rejected  ///< the row itself is fine, but a row it refers to was set aside
};

[[nodiscard]] constexpr std::string_view to_string(ProblemKind kind) noexcept {
  switch (kind) {
    case ProblemKind::missing_table:
      return "missing_table";
    case ProblemKind::empty_table:
      return "empty_table";
    case ProblemKind::missing_column:
      return "missing_column";
    case ProblemKind::wrong_type:
      return "wrong_type";
    case ProblemKind::missing_value:
      return "missing_value";
    case ProblemKind::duplicate_id:
      return "duplicate_id";
    case ProblemKind::unknown_id:
      return "unknown_id";
    case ProblemKind::not_a_word:
      return "not_a_word";
    case ProblemKind::out_of_range:
      return "out_of_range";
    case ProblemKind::bad_time:
      return "bad_time";
    case ProblemKind::cycle:
      return "cycle";
    case ProblemKind::contradiction:
      return "contradiction";
    case ProblemKind::hangs_on_rejected:
      return "hangs_on_rejected";
  }
  return "";
}

struct Problem {
  ProblemKind kind = ProblemKind::out_of_range;
  core::Place place{};
  std::string message{};  ///< what is wrong and what to do about it

  friend bool operator==(const Problem&, const Problem&) = default;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::graph
