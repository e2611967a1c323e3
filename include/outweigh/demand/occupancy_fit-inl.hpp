#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <outweigh/demand/detail/deaf_kinds.hpp>
#include <outweigh/demand/detail/mixture_spread.hpp>
#include <outweigh/demand/occupancy.hpp>
#include <outweigh/demand/occupancy_fit.hpp>
#include <outweigh/graph/vocabulary.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand {

namespace detail {

[[nodiscard]] inline std::string percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, share < 0.095 ? "%.1f %%" : "%.0f %%", 100.0 * share);
  return text;
}

/// Kinds of sources, bit 1 + graph::SourceKind for each, in words; empty without any.
[[nodiscard]] inline std::string kinds_text(std::uint16_t mask) {
  std::string text;
  for (std::size_t k = 1; k < source_kinds; ++k) {
    if ((mask >> k & 1U) == 0) continue;
    text += text.empty() ? "" : ", ";
    text += graph::to_string(static_cast<graph::SourceKind>(k - 1));
  }
  return text;
}

}  // namespace detail

OUTWEIGH_INLINE Fit fit_occupancy(const Evidence& evidence, const DemandOptions& options) {
  OccupancyOptions fitted{.draws = options.draws,
                          .superpopulation = options.target == Target::superpopulation,
                          .odds_ratio = options.odds_ratio,
                          .odds_ratio_if_together = 2.0,
                          .false_rate = options.false_reports[0],
                          .compares_mixtures = true,
                          .control = options.control};
  OccupancyPosterior posterior = occupancy(evidence.histories, fitted);
  const bool may_be_false = options.false_reports[0] < 0.0 && posterior.may_be_false();
  if (may_be_false || options.false_reports[1] > options.false_reports[0]) {
    fitted.false_rate = may_be_false ? posterior.false_rate_at_most : options.false_reports[1];
    fitted.compares_mixtures = false;
    if (options.control.progress) {  // which never goes back
      fitted.control.progress = [&](std::string_view task, double) { return options.control.progress(task, 1.0); };
    }
    OccupancyPosterior other = occupancy(evidence.histories, fitted);
    posterior.counts_lower = std::move(other.counts_lower.empty() ? other.counts : other.counts_lower);
    if (posterior.counts_upper.empty()) posterior.counts_upper = posterior.counts;
  }
  const std::size_t needs = evidence.needs.size();
  detail::MixtureSpread spread = detail::mixture_spread(posterior, needs, evidence.strata, evidence.accounts.size());
  if (posterior.repeats < 25.0) {  // then detection is hard to tell under any law, and that is said below
    spread.all_hang = false;
    std::fill(spread.hangs.begin(), spread.hangs.end(), std::uint8_t{0});
  }
  std::size_t hanging = 0;
  for (const std::uint8_t hangs : spread.hangs) hanging += hangs;
  if (hanging > 0 || spread.all_hang) {
    detail::widen_by_mixture(spread, posterior, evidence.strata, posterior.counts_lower, posterior.counts_upper);
  }
  Fit fit;
  fit.other_counts = std::move(spread.other);
  fit.probabilities = std::move(posterior.probabilities);
  fit.draws = posterior.draws;
  fit.counts = std::move(posterior.counts);
  fit.counts_lower = std::move(posterior.counts_lower);
  fit.counts_upper = std::move(posterior.counts_upper);
  fit.worths = std::move(posterior.worths);
  fit.assumptions = {
      posterior.false_rate > 0.0
          ? "A report may be false, with the same chance on every occasion; one found untrue counts as a no."
          : "An account that asked has the need; a request found untrue counts as a no.",
      "An account that has a need mentions it by chance on an occasion, more or less often by need, by account and by "
      "kind of contact.",
      "An account begins a contact because of one of its needs, the first that the contact mentions; for its other "
      "needs the contact is an occasion. One that mentions none had another cause and tells nothing.",
      "Needs rise or fall with log revenue inside a segment; otherwise accounts never contacted are like contacted "
      "ones "
      "of their segment.",
      "A need stays as it was while it was open.",
      posterior.mixture == Mixture::common
          ? "Accounts differ in how readily they speak of a need by one normal readiness, both to mention it and to "
            "call "
            "about it; a share of them that never speaks of it at all could not be told from a share that has it not."
          : "Accounts differ in how readily they speak of a need by beta distributed chances; a share of them that "
            "never "
            "speaks of it at all could not be told from a share that has it not."};

  std::size_t with_deaf = 0;
  for (const std::uint16_t mask : evidence.deaf) with_deaf += mask != 0 ? 1U : 0U;
  if (with_deaf > 0) {
    fit.assumptions.push_back(
        "Sources of a kind that speaks of other needs and never of this one are not there to hear it: "
        "their contacts are no occasions for it (" +
        std::to_string(with_deaf) + " of " + std::to_string(needs) +
        " needs; the reason of each row names the kinds).");
  }
  const std::string another_law = detail::another_law(posterior);
  bool trusts_silence = true;
  const auto fail = [&](core::Status status, const std::string& reason, bool is_of_silence = true) {
    fit.warnings.push_back(reason);
    trusts_silence = trusts_silence && !is_of_silence;
    if (static_cast<int>(status) <= static_cast<int>(fit.status)) return;
    fit.status = status;
    fit.reason = reason;
  };
  if (evidence.requests > 0 && evidence.labelled_share() < 0.8) {
    fail(core::Status::bounds_only, "only " + detail::percent(evidence.labelled_share()) +
                                        " of the requests name a need; label at least 80 % of them");
  }
  if (posterior.repeats < 5.0) {
    fail(
        core::Status::bounds_only,
        "hardly any account was heard twice on one need, so that a rare need that is told cannot be told from a common "
        "one that is kept quiet");
  } else if (posterior.repeats < 25.0) {
    fail(core::Status::doubtful,
         "few accounts were heard twice on one need: prevalence and detection are hard to tell "
         "apart");
  }
  if (evidence.by_us == ContactRole::events) {
    fail(core::Status::doubtful,
         "far fewer contacts without a need are logged than those with one and with two let expect: calls without a "
         "request seem not to be logged, so silence is judged by time alone");
  } else if (evidence.logged == 0 && evidence.inferred > 0) {
    fail(core::Status::doubtful,
         "no contact was logged (table interactions): contacts are inferred from the requests, "
         "and silence is judged by time alone");
  } else if (evidence.inferred > evidence.logged) {
    fail(core::Status::doubtful, "more contacts are inferred from requests than were logged (table interactions)");
  }
  std::size_t untrue = 0;
  for (const auto& list : evidence.histories.heard) {
    for (const History& history : list) untrue += history.known < 0 && history.mentions > 0.0 ? 1U : 0U;
  }
  if (untrue >= 20 && options.false_reports[0] < 0.0) {
    fit.warnings.push_back("about " + detail::percent(posterior.false_rate) +
                           " of contacts bring a false report, need by need, as reports found untrue show; what was "
                           "heard once is not taken for certain");
  } else if (posterior.false_rate > 0.0 && options.false_reports[0] < 0.0) {
    fail(core::Status::doubtful, "repeated contacts look as if " + detail::percent(posterior.false_rate) +
                                     " of contacts brought a false report, need by need: what was heard once is not "
                                     "taken for true; let reports be confirmed");
  }
  if (may_be_false) {
    fail(core::Status::doubtful,
         "too few contacts repeat to tell whether up to " + detail::percent(posterior.false_rate_at_most) +
             " of contacts bring a false report, need by need: intervals include what would be true then; let reports "
             "be confirmed");
  }
  std::uint16_t less_true = 0;
  for (std::size_t kind = 1; kind < detail::source_kinds; ++kind) {
    if (evidence.untrue_odds[kind] > 1.5) less_true = static_cast<std::uint16_t>(less_true | 1U << kind);
  }
  // Of the accounts that asked, at most so many, over needs.
  double possible = 0.0;
  double asked = 0.0;
  for (std::size_t i = 0; i < needs; ++i) {
    const Exposure& exposure = evidence.histories.exposures[evidence.histories.exposure_of_need[i]];
    for (const double occasions : exposure.occasions) possible += posterior.false_rate_at_most * occasions;
    for (const History& history : evidence.histories.heard[i]) asked += history.mentions > 0.0 ? 1.0 : 0.0;
  }
  if (possible > 0.1 * asked && fit.status == core::Status::estimated) {
    fit.warnings.push_back("reports are believed, but too few contacts repeat to rule out that up to " +
                           detail::percent(posterior.false_rate_at_most) +
                           " of contacts bring a false report of a need, which would be one in " +
                           std::to_string(std::max(1, static_cast<int>(asked / possible))) +
                           " of the accounts that asked: let some be confirmed, or see false_reports=(0, 0.02)");
  }
  if (posterior.false_rate > 0.0 && less_true != 0) {
    fit.warnings.push_back("reports through " + detail::kinds_text(less_true) +
                           " were found untrue more often than others, and are believed less");
  }
  if (evidence.by_us != ContactRole::occasions && evidence.by_them == ContactRole::caused) {
    fail(core::Status::doubtful,
         "accounts begin nearly all contacts: how long they stay silent has to stand in for how "
         "often they were asked");
  }
  // Contacts of ours that name no need say how often one names none by chance.
  const double by_chance = evidence.silent_by_us > 0.0 ? evidence.silent_by_us : 1.0;
  const double uncaused = std::min(1.0, evidence.silent_by_them / by_chance);
  if (evidence.by_them == ContactRole::caused && uncaused > 0.1) {
    fit.warnings.push_back(detail::percent(evidence.silent_by_them) +
                           " of the contacts that accounts began name no need, so that up to " +
                           detail::percent(uncaused) +
                           " have another cause; those without a need are no occasions, but a need that comes up on "
                           "the others is taken for their cause, and may look rarer than it is");
  }
  if (posterior.worst_check > 4.0) {
    fail(core::Status::doubtful,
         "accounts were heard more or less often than the model expects, by number of contacts");
  }
  if (posterior.go_together()) {
    fail(core::Status::doubtful,
         std::string(
             "needs go together in accounts more than segment, revenue and voice explain: accounts never contacted "
             "may differ from those heard") +
             (options.odds_ratio == std::array{1.0, 1.0}
                  ? ", and intervals include what would be true if their odds were half or twice"
                  : ""),
         false);
  }
  if (spread.all_hang) {
    fail(core::Status::doubtful, another_law + "other shares: intervals include both");
  } else if (hanging > 0) {
    fit.warnings.push_back("for " + std::to_string(hanging) + " of " + std::to_string(needs) + " needs " + another_law +
                           "another share");
  }
  if (posterior.mixing > 1.6) {
    fail(core::Status::doubtful, "the computation had not settled");
  }
  fit.need_status.assign(needs, fit.status);
  fit.need_reason.assign(needs, fit.reason);
  fit.trusts_silence.assign(needs, 0);
  for (std::size_t i = 0; i < needs; ++i) {
    bool is_heard = false;
    for (const History& history : evidence.histories.heard[i]) is_heard = is_heard || history.known > 0;
    if (fit.status == core::Status::estimated) {
      if (is_heard) {
        fit.need_reason[i] =
            "silent accounts were weighed by how often they could have spoken: an account that has it "
            "mentions it on about " +
            detail::percent(posterior.detection[i]) + " of occasions";
        if (evidence.by_us != ContactRole::occasions && evidence.by_them != ContactRole::occasions) {
          fit.need_reason[i] = "silent accounts were weighed by how long they could have spoken";
        }
      } else {
        fit.need_status[i] = core::Status::doubtful;
        fit.need_reason[i] = "nobody asked for it: the figure rests on how other needs are heard";
      }
      if (is_heard && !spread.hangs.empty() && spread.hangs[i] != 0) {
        fit.need_status[i] = core::Status::doubtful;
        fit.need_reason[i] =
            another_law + (spread.shift[i] < 0.0 ? "less" : "more") + "; the interval includes both (see mixtures)";
      }
    }
    const bool hangs = !spread.hangs.empty() && spread.hangs[i] != 0;
    fit.trusts_silence[i] = trusts_silence && is_heard && !hangs && fit.status == core::Status::doubtful ? 1 : 0;
    if (!is_heard && fit.status == core::Status::doubtful) {
      fit.need_reason[i] = "nobody asked for it: the figure rests on how other needs are heard; " + fit.reason;
    }
    if (evidence.deaf[i] != 0) {
      fit.need_reason[i] += "; never spoken of through " + detail::kinds_text(evidence.deaf[i]);
    }
  }
  return fit;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::demand
