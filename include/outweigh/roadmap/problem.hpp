// The problem of what to build next: solutions with effort and value, customers, needs, and what depends on what.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <outweigh/core/errors.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap {

/// A solution that covers a share of a need.
struct Cover {
  std::uint32_t solution = 0;  ///< position of the solution
  double share = 1.0;          ///< 0..1, how much of the need it meets

  friend bool operator==(const Cover&, const Cover&) = default;
};

/// Two positions of solutions, the smaller one first.
struct ExcludedPair {
  std::uint32_t first = 0;
  std::uint32_t second = 0;

  friend bool operator==(const ExcludedPair&, const ExcludedPair&) = default;
};

/// How far solutions meet a need together.
enum class Overlap : std::uint8_t {
  best_share,     ///< as far as the best of them: what they meet is the same part of the need
  sum_of_shares,  ///< as far as the sum of their shares, up to 1: what they meet are different parts
};

/// Immutable; made by RoadmapBuilder. A plan is a set S of solutions that holds whatever its members require, no
/// excluded pair, and groups that stay together in full or not at all. Its cost is the sum of the efforts in S.
/// Its value is the sum of three parts, each of which may be absent:
///
///     sum over s in S of value(s)                                        additive
///   + sum over customers c with requests(c) inside S of value(c)         all or nothing (Bagnall et al. 2001,
///                                                                        doi:10.1016/S0950-5849(01)00194-X)
///   + sum over needs n of value(n) * met(n)                            a need counts once
///
/// where met(n) is the largest share(s, n) over s in S, or min(1, their sum), as overlap() says.
///
/// Solutions and customers are known by their position, in the order in which they were added; the user's ids are
/// kept. Where several resources are named (teams, roles), a solution has an effort of each beside its effort, and a
/// plan may be held to a capacity of each (see SolveOptions). The value of a solution may be negative (upkeep, harm):
/// it is chosen only if something worth more requires it. An effort of zero is allowed. A solution whose effort is
/// above every budget is allowed too, and never chosen. Whole numbers are exact up to 2^53.
class RoadmapProblem {
 public:
  RoadmapProblem() = default;

  [[nodiscard]] std::size_t solution_count() const noexcept { return solution_ids_.size(); }
  [[nodiscard]] std::size_t customer_count() const noexcept { return customer_ids_.size(); }
  [[nodiscard]] std::size_t need_count() const noexcept { return need_ids_.size(); }

  [[nodiscard]] std::span<const std::string> solution_ids() const noexcept { return solution_ids_; }
  [[nodiscard]] std::span<const std::string> customer_ids() const noexcept { return customer_ids_; }
  [[nodiscard]] std::span<const std::string> need_ids() const noexcept { return need_ids_; }

  /// One effort a solution, in the user's unit.
  [[nodiscard]] std::span<const double> efforts() const noexcept { return efforts_; }
  /// Names of the resources, in the order in which they came; empty where effort is one number.
  [[nodiscard]] std::span<const std::string> resources() const noexcept { return resources_; }
  /// Effort of one resource a solution. Throws InvalidInput for a position that is no resource.
  [[nodiscard]] std::span<const double> resource_efforts(std::size_t resource) const {
    if (resource >= resources_.size()) throw core::InvalidInput("no such resource in the problem", {.row = resource});
    return std::span<const double>(resource_efforts_).subspan(resource * efforts_.size(), efforts_.size());
  }
  [[nodiscard]] std::span<const double> values() const noexcept { return values_; }
  [[nodiscard]] std::span<const double> customer_values() const noexcept { return customer_values_; }
  [[nodiscard]] std::span<const double> need_values() const noexcept { return need_values_; }

  /// What a solution requires directly, as positions of solutions in increasing order.
  [[nodiscard]] std::span<const std::uint32_t> required_by(std::size_t solution) const {
    return row(requires_begin_, requires_to_, solution);
  }
  /// What a customer asked for, as positions of solutions in increasing order.
  [[nodiscard]] std::span<const std::uint32_t> requests(std::size_t customer) const {
    return row(requests_begin_, requests_to_, customer);
  }
  /// Who covers a need, in increasing order of the solutions.
  [[nodiscard]] std::span<const Cover> covers(std::size_t need) const { return row(covers_begin_, covers_, need); }
  [[nodiscard]] Overlap overlap() const noexcept { return overlap_; }
  [[nodiscard]] std::span<const ExcludedPair> excluded() const noexcept { return excluded_; }
  /// For each solution the smallest position in its group of solutions that stay together; itself when alone.
  [[nodiscard]] std::span<const std::uint32_t> together() const noexcept { return together_; }

  /// Position of a solution. Throws InvalidInput when the id is unknown.
  [[nodiscard]] std::size_t find_solution(std::string_view id) const;

  /// Position of a resource. Throws InvalidInput when there is none of that name.
  [[nodiscard]] std::size_t find_resource(std::string_view name) const;

  /// Sum of all efforts.
  [[nodiscard]] double total_effort() const noexcept;
  /// The value of a set of solutions by the formula above; `chosen` holds one byte a solution, 0 for left out.
  /// Throws InvalidInput when its length is wrong. Linear in the size of the problem.
  [[nodiscard]] double value_of(std::span<const std::uint8_t> chosen) const;
  /// The sum of the efforts of a set of solutions.
  [[nodiscard]] double cost_of(std::span<const std::uint8_t> chosen) const;
  /// The sum of their efforts of one resource.
  [[nodiscard]] double cost_of(std::span<const std::uint8_t> chosen, std::size_t resource) const;

  /// The same problem with other numbers, one for each item; efforts of resources stay. Throws InvalidInput, naming
  /// table, column and row, for what RoadmapBuilder::build would not take, and when their number is wrong.
  [[nodiscard]] RoadmapProblem with_numbers(std::span<const double> efforts, std::span<const double> values,
                                            std::span<const double> customer_values,
                                            std::span<const double> need_values) const;
  /// The same problem with other efforts of its resources: one for each solution, resource by resource. Throws
  /// InvalidInput as `with_numbers`.
  [[nodiscard]] RoadmapProblem with_resource_efforts(std::span<const double> amounts) const;

  friend bool operator==(const RoadmapProblem&, const RoadmapProblem&) = default;

 private:
  friend class RoadmapBuilder;

  template <class T>
  static std::span<const T> row(const std::vector<std::size_t>& begin, const std::vector<T>& all, std::size_t at) {
    if (at + 1 >= begin.size()) throw core::InvalidInput("no such position in the problem", {.row = at});
    return std::span<const T>(all).subspan(begin[at], begin[at + 1] - begin[at]);
  }

  std::vector<std::string> solution_ids_, customer_ids_, need_ids_;
  std::vector<double> efforts_, values_, customer_values_, need_values_;
  std::vector<std::string> resources_;
  std::vector<double> resource_efforts_;  // by resource, then by solution
  std::vector<std::size_t> requires_begin_, requests_begin_, covers_begin_;
  std::vector<std::uint32_t> requires_to_, requests_to_, together_;
  std::vector<Cover> covers_;
  Overlap overlap_ = Overlap::best_share;
  std::vector<ExcludedPair> excluded_;
  std::unordered_map<std::string, std::uint32_t> position_;
};

/// Collects a problem row by row and checks it. Adding never throws for what `build` can say better; references
/// may come before what they refer to.
class RoadmapBuilder {
 public:
  /// `value` is what the solution is worth whatever else is chosen.
  RoadmapBuilder& add_solution(std::string id, double effort, double value = 0.0);
  /// `amount` of a resource that a solution takes; several of the same pair add up. Once a resource is named, each
  /// solution needs an effort of at least one.
  RoadmapBuilder& add_effort(std::string solution, std::string resource, double amount);
  /// A customer that pays `value` >= 0 when all it asked for is chosen; at once if it asked for nothing.
  RoadmapBuilder& add_customer(std::string id, double value, std::vector<std::string> requests);
  /// A need worth `value` >= 0 when it is met in full.
  RoadmapBuilder& add_need(std::string id, double value);
  RoadmapBuilder& add_cover(std::string solution, std::string need, double share = 1.0);
  /// Default: best_share.
  RoadmapBuilder& set_overlap(Overlap overlap) {
    overlap_ = overlap;
    return *this;
  }
  /// `solution` can be chosen only together with `on`.
  RoadmapBuilder& add_requires(std::string solution, std::string on);
  /// At most one of the two.
  RoadmapBuilder& add_excludes(std::string one, std::string other);
  /// Both or neither.
  RoadmapBuilder& add_together(std::string one, std::string other);

  /// Repeated dependencies, requests and covers of the same pair count once, the last share standing. Throws
  /// InvalidInput, naming table, column, row and value: an id that is empty, duplicated or unknown; an effort that
  /// is negative or not finite, or of no resource though resources are named; a value that is not finite; a negative
  /// value of a customer or a need; a share outside 0..1; `requires` in a cycle (the message names it); a pair that
  /// excludes each other though one of them requires the other or both stay together.
  [[nodiscard]] RoadmapProblem build() const;

 private:
  struct NamedPair {
    std::string first, second;
    double share = 1.0;
    std::size_t row = 0;  ///< of a dependency, among those of all kinds
  };
  struct Customer {
    std::string id;
    double value = 0.0;
    std::vector<std::string> requests;
  };

  std::vector<std::string> solution_ids_, need_ids_;
  std::vector<double> efforts_, values_, need_values_;
  std::vector<Customer> customers_;
  std::vector<NamedPair> covers_, requires_, excludes_, together_, amounts_;
  std::size_t dependencies_ = 0;
  Overlap overlap_ = Overlap::best_share;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/roadmap/problem-inl.hpp>
#endif
