// What each solution is worth: the result of the scoring stage.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <outweigh/core/estimate.hpp>
#include <outweigh/core/table.hpp>
#include <outweigh/demand/prevalence.hpp>
#include <outweigh/scoring/need_value.hpp>

namespace outweigh::inline OUTWEIGH_ABI::scoring {

struct ScoreOptions {
  /// Unset: what the scorer is made for (`votes` for Votes, `voiced_revenue` for Revenue), else `accounts`.
  std::optional<ValueOptions> value{};
  /// Probability that intervals of values cover; unset: the level of the demand.
  std::optional<double> level{};
};

/// A need that a solution meets.
struct CoveredNeed {
  graph::NeedIndex need{};
  double share = 1.0;  ///< how much of the need it meets, 0..1
  double value = 0.0;  ///< share * value of the need

  friend bool operator==(const CoveredNeed&, const CoveredNeed&) = default;
};

/// One solution.
struct SolutionScore {
  graph::SolutionIndex solution{};
  double value = 0.0;         ///< stand-alone: sum over the needs it covers of share * value of the need; >= 0
  core::Interval interval{};  ///< of the value
  double accounts = 0.0;      ///< reach: expected number of distinct accounts with a need that it meets
  double revenue = 0.0;       ///< revenue behind the needs it meets, accounts counted once, in units of the currency
  std::optional<double> effort{};  ///< in the user's unit; nothing: unknown, so that it cannot be planned
  double score = 0.0;              ///< by the scorer; greater is better
  std::size_t rank = 0;            ///< 1 is best; equal scores share the better rank; 0: not ranked (see status)
  core::Status status = core::Status::undefined;
  std::string reason{};

  friend bool operator==(const SolutionScore&, const SolutionScore&) = default;
};

/// Everything a Scores consists of.
struct ScoresParts {
  demand::Demand demand;
  std::string scorer{};  ///< its name
  ValueOptions value{};  ///< as used
  double level = 0.9;
  bool is_additive = false;                    ///< does the scorer take its scores apart?
  std::vector<NeedValue> needs{};              ///< one a need, in the order of the needs
  std::vector<SolutionScore> solutions{};      ///< one a solution, in the order of the solutions
  std::vector<std::size_t> covered_offsets{};  ///< solutions + 1
  std::vector<CoveredNeed> covered{};          ///< by solution
  /// Named parts of the score by solution, where the scorer explains itself; part names may be empty.
  std::vector<std::string> part_names{};
  std::vector<double> part_values{};  ///< solutions x part names
  /// By covered need: how much the score of the solution falls when it does not cover that need. Only for scorers that
  /// do not take their scores apart; such effects need not add up. Empty too above `most_removals` of them.
  std::vector<double> removals{};
  std::vector<std::string> warnings{};

  static constexpr std::size_t most_removals = 5000;
};

/// Immutable; copies share everything. Made by score().
class Scores {
 public:
  /// Throws InvalidInput when the parts do not fit each other.
  explicit Scores(ScoresParts parts);

  [[nodiscard]] const demand::Demand& demand() const noexcept { return parts_->demand; }
  [[nodiscard]] const graph::CustomerGraph& graph() const noexcept { return parts_->demand.graph(); }
  [[nodiscard]] const ScoresParts& parts() const noexcept { return *parts_; }
  [[nodiscard]] const std::string& scorer() const noexcept { return parts_->scorer; }
  [[nodiscard]] const ValueOptions& value_options() const noexcept { return parts_->value; }

  /// One a solution, in the order of the solutions' indices.
  [[nodiscard]] std::span<const SolutionScore> solutions() const noexcept { return parts_->solutions; }
  /// One a need, in the order of the needs' indices.
  [[nodiscard]] std::span<const NeedValue> needs() const noexcept { return parts_->needs; }
  /// The needs that a solution covers, by ascending need; a pair given twice has its greater share.
  [[nodiscard]] std::span<const CoveredNeed> covered(graph::SolutionIndex solution) const noexcept {
    const auto& offsets = parts_->covered_offsets;
    return std::span(parts_->covered)
        .subspan(offsets[solution.value()], offsets[solution.value() + 1] - offsets[solution.value()]);
  }
  /// Solutions by rank, then in the order of their indices; those without a rank last.
  [[nodiscard]] std::vector<graph::SolutionIndex> ranking() const;

  /// Columns solution_id, title, rank, score, value, lower, upper, accounts, revenue, effort, status, reason, by rank.
  [[nodiscard]] core::Table to_table() const;
  /// Columns need_id, title, value, lower, upper, accounts, revenue, status.
  [[nodiscard]] core::Table needs_table() const;

  friend bool operator==(const Scores& a, const Scores& b);

 private:
  std::shared_ptr<const ScoresParts> parts_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::scoring

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/scoring/scores-inl.hpp>
#endif
