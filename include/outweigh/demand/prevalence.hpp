// How many accounts have each need: the result of the demand stage.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <outweigh/core/estimate.hpp>
#include <outweigh/core/money.hpp>
#include <outweigh/core/table.hpp>
#include <outweigh/demand/evidence.hpp>
#include <outweigh/demand/options.hpp>
#include <outweigh/demand/voices.hpp>
#include <outweigh/graph/customer_graph.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand {

/// One need in one segment, or in the whole base.
struct DemandRow {
  graph::NeedIndex need{};
  std::optional<graph::SegmentIndex> segment{};  ///< nothing: the whole base
  std::size_t accounts = 0;                      ///< N: accounts of the base in the segment
  std::size_t contacted = 0;                     ///< of these, accounts with a contact while the need was open
  std::size_t requesting = 0;                    ///< distinct accounts that mentioned the need
  std::size_t confirmed = 0;
  std::size_t denied = 0;
  double raw = 0.0;  ///< requesting / accounts; 0 in an empty segment
  /// Share of the accounts that have the need open at `as_of`; the interval is for this finite share.
  core::Estimate prevalence{};
  /// [confirmed / N, 1 - denied / N]: true whatever one assumes.
  core::Interval range{0.0, 1.0, 1.0};
  /// Prevalence under another law of how readily accounts speak; nothing where none was fitted.
  std::optional<double> other_mixture{};
  /// Expected yearly revenue of the accounts that have the need; absent where no account has a known `arr`.
  std::optional<core::Money> revenue{};
  core::Interval revenue_interval{};  ///< in units of the currency
  std::string reason{};               ///< why the status is what it is, in words

  friend bool operator==(const DemandRow&, const DemandRow&) = default;
};

/// Requests for a need by internal people and partners. Shown apart and never counted as demand.
struct StakeholderRow {
  graph::NeedIndex need{};
  std::size_t requests = 0;
  std::size_t accounts = 0;  ///< distinct accounts they came through

  friend bool operator==(const StakeholderRow&, const StakeholderRow&) = default;
};

/// Everything a Demand consists of; to store one and to rebuild it without recomputing.
struct DemandParts {
  graph::CustomerGraph graph;
  DemandOptions options{};
  std::vector<DemandRow> rows{};        ///< need by need, in each segment by segment
  std::vector<DemandRow> overall{};     ///< one a need, over the whole base
  std::vector<double> probabilities{};  ///< needs x accounts of the base, need-major
  std::vector<Voice> voices{};          ///< likewise
  std::size_t draws = 0;
  std::vector<double> account_draws{};  ///< needs x draws: number of accounts of the base that have the need
  std::vector<double> revenue_draws{};  ///< needs x draws: their revenue, in units of the currency
  std::vector<StakeholderRow> stakeholders{};
  core::Instant since{};                   ///< first contact; the window in which anything was heard ends at `as_of`
  std::vector<LabelRow> labels{};          ///< by source that brought requests
  std::vector<std::string> assumptions{};  ///< what the figures rest on
  std::vector<std::string> warnings{};     ///< checks of the assumptions that failed
};

/// Immutable; copies share everything. Made by demand().
class Demand {
 public:
  /// Throws InvalidInput when the parts do not fit each other.
  explicit Demand(DemandParts parts);

  [[nodiscard]] const graph::CustomerGraph& graph() const noexcept { return parts_->graph; }
  [[nodiscard]] const DemandOptions& options() const noexcept { return parts_->options; }
  [[nodiscard]] const DemandParts& parts() const noexcept { return *parts_; }

  /// Need by need, within a need segment by segment. A segment holds the members of the segments below it.
  [[nodiscard]] std::span<const DemandRow> rows() const noexcept { return parts_->rows; }
  /// One row a need, over the whole base: accounts in several segments or in none are counted once.
  [[nodiscard]] std::span<const DemandRow> overall() const noexcept { return parts_->overall; }

  /// Probability that the account has the need; 0 outside the base. Throws InvalidInput for an unknown index.
  [[nodiscard]] double probability(graph::NeedIndex need, graph::AccountIndex account) const;
  /// The same for all accounts of `graph().base()`, in its order.
  [[nodiscard]] std::span<const double> probabilities(graph::NeedIndex need) const noexcept {
    return std::span(parts_->probabilities).subspan(need.value() * base_size_, base_size_);
  }
  /// What each account of `graph().base()` said about the need.
  [[nodiscard]] std::span<const Voice> voices(graph::NeedIndex need) const noexcept {
    return std::span(parts_->voices).subspan(need.value() * base_size_, base_size_);
  }

  /// Number of joint draws: draw d of all needs is one state of the world that the evidence allows.
  [[nodiscard]] std::size_t draws() const noexcept { return parts_->draws; }
  /// Number of accounts of the base that have the need, by draw.
  [[nodiscard]] std::span<const double> account_draws(graph::NeedIndex need) const noexcept {
    return std::span(parts_->account_draws).subspan(need.value() * parts_->draws, parts_->draws);
  }
  /// Yearly revenue of the accounts that have the need, by draw, in units of the currency.
  [[nodiscard]] std::span<const double> revenue_draws(graph::NeedIndex need) const noexcept {
    return std::span(parts_->revenue_draws).subspan(need.value() * parts_->draws, parts_->draws);
  }

  [[nodiscard]] std::span<const StakeholderRow> stakeholders() const noexcept { return parts_->stakeholders; }
  [[nodiscard]] std::span<const std::string> assumptions() const noexcept { return parts_->assumptions; }
  [[nodiscard]] std::span<const std::string> warnings() const noexcept { return parts_->warnings; }

  /// Columns need_id, segment_id, accounts, contacted, requesting, confirmed, denied, raw, prevalence, lower, upper,
  /// level, standard_error, status, range_lower, range_upper, revenue, revenue_lower, revenue_upper, reason; one row
  /// a need and segment. Figures that mean nothing are null.
  [[nodiscard]] core::Table to_table() const;
  /// The same without segment_id, over the whole base.
  [[nodiscard]] core::Table overall_table() const;
  /// source_id, requests, labelled, share: requests of the base that name a need, by source. Under .8 in all only
  /// bounds are known.
  [[nodiscard]] core::Table labels_table() const;
  /// need_id, segment_id, prevalence, other_mixture, difference: under the law that the figures rest on and under
  /// another one, which may fit as well. Null where none was fitted.
  [[nodiscard]] core::Table mixtures_table() const;
  /// need_id, requests, accounts.
  [[nodiscard]] core::Table stakeholders_table() const;

  friend bool operator==(const Demand& a, const Demand& b);

 private:
  std::shared_ptr<const DemandParts> parts_;
  std::size_t base_size_ = 0;
};

/// Share of the accounts of the base that have each need open at `as_of`, by segment and over all, by the method that
/// the options name. Requests of accounts outside the base and of internal people and partners are not counted.
/// Throws MissingInput where the table `needs` or `requests` was not given or no request names a need, InvalidInput
/// for options out of range, Cancelled.
[[nodiscard]] Demand demand(const graph::CustomerGraph& graph, const DemandOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::demand

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/demand/prevalence-inl.hpp>
#endif
