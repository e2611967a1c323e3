// The audit's work: what each voice heard, compared dimension by dimension.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/core/parallel.hpp>
#include <outweigh/listening/audit.hpp>
#include <outweigh/listening/comparison.hpp>
#include <outweigh/listening/concentration.hpp>
#include <outweigh/listening/detail/audit_base.hpp>
#include <outweigh/listening/detail/audit_q_values.hpp>
#include <outweigh/listening/detail/compare.hpp>
#include <outweigh/listening/detail/concentration_of.hpp>
#include <outweigh/listening/detail/counted_dimension.hpp>
#include <outweigh/listening/detail/extreme_members.hpp>
#include <outweigh/listening/detail/missing_figures.hpp>
#include <outweigh/listening/detail/shares.hpp>
#include <outweigh/listening/detail/voice_summary.hpp>
#include <outweigh/listening/detail/voices.hpp>
#include <outweigh/listening/measure.hpp>
#include <outweigh/stats/distributions.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

class Auditor {
 public:
  Auditor(const graph::CustomerGraph& graph, const Heard& heard, const AuditOptions& options)
      : graph_(graph), options_(options), base_(graph.base()) {
    require_share(options.whale_share, "whale_share");
    require_share(options.unhappy_share, "unhappy_share");
    require_share(options.level, "level");
    if (graph.size(graph::NodeKind::source) == 0) {
      throw core::MissingInput("an audit needs to know through whom was heard", {.table = "sources"});
    }
    if (heard.entries().empty()) {
      throw core::MissingInput(
          "an audit needs something that was heard: interactions, requests or tickets with a source",
          {.table = "interactions"});
    }
    figures_.emplace(graph, options.whale_share, options.unhappy_share);
    book_.emplace(graph, heard, options.sources);
    prepare_dimensions();
    prepare_numbers();
    prepare_model();
  }

  [[nodiscard]] Audit run() {
    Audit audit;
    audit.level = options_.level;
    audit.currency = graph_.currency();
    audit.base_accounts = static_cast<std::int64_t>(base_.size());
    audit.overlapping_segments = graph_.segments_overlap();
    audit.missing = missing_figures(graph_, left_out_);

    const std::vector<Voice>& voices = book_->voices();
    std::vector<Part> parts(voices.size());
    options_.control.report("audit", 0.0);
    core::parallel_for(options_.control, voices.size(), [&](std::size_t v) { parts[v] = hear(voices[v], v); });
    for (Part& part : parts) {
      audit.sources.push_back(std::move(part.summary));
      const auto take = [](auto& from, auto& to) { std::move(from.begin(), from.end(), std::back_inserter(to)); };
      take(part.rows, audit.rows);
      take(part.tests, audit.tests);
      take(part.numbers, audit.numbers);
    }
    audit.partial = std::move(parts.back().partial);

    const VoiceTally& all = voices.back().tally;
    audit.heard_accounts = static_cast<std::int64_t>(all.of_slot.size());
    if (!figures_->revenue.empty()) {
      core::Money heard_revenue;
      for (const auto& [slot, counts] : all.of_slot) heard_revenue += figures_->revenue[slot];
      audit.base_revenue = figures_->all_revenue;
      audit.never_heard_revenue = figures_->all_revenue - heard_revenue;
    }
    std::vector<std::uint8_t> heard(base_.size(), 0);
    for (const auto& [slot, counts] : all.of_slot) heard[slot] = 1;
    std::vector<Dimension> cells;
    for (const std::string& name : names_or_default(options_.cells))
      cells.push_back(divide_base(graph_, name, options_.dimension));
    audit.never_heard = never_heard(graph_, heard, cells);
    add_apart(audit);
    add_q_values(audit, book_->persons_are_teams());
    options_.control.report("audit", 1.0);
    return audit;
  }

 private:
  struct Part {
    SourceAudit summary;
    std::vector<AuditRow> rows;
    std::vector<DimensionTest> tests;
    std::vector<NumberRow> numbers;
    std::vector<PartialIndicator> partial;
  };

  [[nodiscard]] std::vector<std::string> names_or_default(const std::vector<std::string>& given) const {
    if (!given.empty()) {
      std::set<std::string> seen;
      for (const std::string& name : given) {
        if (!seen.insert(name).second) {
          throw core::InvalidInput("this dimension is named twice", {.column = "by", .value = name});
        }
      }
      return given;
    }
    std::vector<std::string> names = {"segment"};
    if (graph_.accounts().arr.any()) names.emplace_back("revenue_band");
    return names;
  }

  void prepare_dimensions() {
    for (const std::string& name : names_or_default(options_.by)) {
      CountedDimension counted;
      if (name == "role") {
        const Roles roles = roles_of_base(graph_, book_->slot_of());
        counted.dimension = {"role", roles.names, roles.members, true};
        counted.of_people = true;
        const double people = std::accumulate(roles.people.begin(), roles.people.end(), 0.0);
        for (const double number : roles.people) counted.share.push_back(people > 0.0 ? number / people : 0.0);
        role_contacts_ = book_->role_contacts(roles);
      } else {
        counted.dimension = divide_base(graph_, name, options_.dimension);
        for (const auto& members : counted.dimension.members) {
          counted.share.push_back(
              base_.empty() ? 0.0 : static_cast<double>(members.size()) / static_cast<double>(base_.size()));
        }
      }
      count_levels(counted, base_.size(), figures_->revenue);
      dimensions_.push_back(std::move(counted));
    }
  }

  void prepare_numbers() {
    const auto& accounts = graph_.accounts();
    std::vector<std::string> names = options_.numbers;
    if (names.empty()) {
      if (accounts.arr.any()) names.emplace_back("arr");
      if (accounts.sentiment.any()) names.emplace_back("sentiment");
      if (accounts.started.any()) names.emplace_back("tenure");
      for (const std::string& name : options_.by) {
        const core::Column* column = graph_.attributes("accounts").find(name);
        if (column != nullptr &&
            (column->type() == core::ColumnType::float64 || column->type() == core::ColumnType::int64 ||
             column->type() == core::ColumnType::decimal)) {
          names.push_back(name);
        }
      }
    }
    for (const std::string& name : names) {
      numbers_.push_back(sort_measure(measure_base(graph_, name)));
    }
  }

  void prepare_model() {
    std::vector<Dimension> variables;
    std::size_t coefficients = 1;
    for (const CountedDimension& counted : dimensions_) {
      if (counted.of_people) continue;
      Dimension variable = counted.dimension.overlapping ? sets_of(counted, base_.size()) : counted.dimension;
      // Segments without accounts divide nothing.
      for (std::size_t level = variable.levels.size(); level-- > 0;) {
        if (!variable.members[level].empty()) continue;
        variable.levels.erase(variable.levels.begin() + static_cast<std::ptrdiff_t>(level));
        variable.members.erase(variable.members.begin() + static_cast<std::ptrdiff_t>(level));
      }
      if (variable.levels.empty() || variable.levels.size() > 100 || coefficients + variable.levels.size() > 400) {
        if (!base_.empty()) left_out_.push_back(variable.name);
        continue;
      }
      coefficients += variable.levels.size() - 1;
      variables.push_back(std::move(variable));
    }
    model_.emplace(base_.size(), variables);
  }

  struct MemberShare {
    std::optional<double> share{};
    std::optional<double> lower{};
    std::optional<double> upper{};
    std::optional<double> base{};
  };

  /// Share of contacts with some members of the base, with its interval.
  [[nodiscard]] MemberShare member_share(const VoiceTally& tally, std::span<const std::uint8_t> members, double all,
                                         double independent) const {
    MemberShare result;
    if (members.empty()) return result;
    const auto count = std::accumulate(members.begin(), members.end(), std::int64_t{0});
    result.base = static_cast<double>(count) / static_cast<double>(members.size());
    if (!(all > 0.0)) return result;
    std::int64_t in = 0;
    for (const auto& [slot, counts] : tally.of_slot) in += members[slot] != 0 ? counts.contacts : 0;
    result.share = static_cast<double>(in) / all;
    const core::Interval interval = interval_of(*result.share, independent);
    result.lower = interval.lower;
    result.upper = interval.upper;
    return result;
  }

  [[nodiscard]] core::Interval interval_of(double share, double independent) const {
    return stats::proportion_interval(std::min(1.0, share) * independent, independent, options_.level,
                                      options_.interval);
  }

  [[nodiscard]] Part hear(const Voice& voice, std::size_t number) const {
    const VoiceTally& tally = voice.tally;
    std::vector<double> contacts;
    HeardCounts total;
    core::Money heard_revenue;
    for (const auto& [slot, counts] : tally.of_slot) {
      if (counts.contacts > 0) contacts.push_back(static_cast<double>(counts.contacts));
      total += counts;
      if (!figures_->revenue.empty()) heard_revenue += figures_->revenue[slot];
    }
    const Concentration spread = concentration_of(contacts, base_.size());
    const double all = static_cast<double>(total.contacts);
    const double independent = spread.effective_accounts;
    const core::Status status =
        all > 0.0 ? (independent < 5.0 ? core::Status::doubtful : core::Status::estimated) : core::Status::undefined;

    Part part;
    SourceAudit& summary = part.summary;
    summary.group = voice.group;
    summary.source_id = voice.source_id;
    summary.kind = voice.kind;
    summary.voice = voice.label;
    summary.name = voice.name;
    summary.contacts = total.contacts;
    summary.requests = total.requests;
    summary.heard_accounts = static_cast<std::int64_t>(tally.of_slot.size());
    summary.reach = base_.empty() ? 0.0 : static_cast<double>(tally.of_slot.size()) / static_cast<double>(base_.size());
    if (figures_->all_revenue > core::Money())
      summary.revenue_reach = heard_revenue.units() / figures_->all_revenue.units();
    const MemberShare whales = member_share(tally, figures_->whale, all, independent);
    summary.whale_share = whales.share;
    summary.whale_lower = whales.lower;
    summary.whale_upper = whales.upper;
    summary.whale_base_share = whales.base;
    const MemberShare unhappy = member_share(tally, figures_->unhappy, all, independent);
    summary.unhappy_share = unhappy.share;
    summary.unhappy_lower = unhappy.lower;
    summary.unhappy_upper = unhappy.upper;
    summary.unhappy_base_share = unhappy.base;
    put_conversations(summary, total);
    put_concentration(summary, spread);
    summary.outside = tally.outside.contacts;
    summary.apart = tally.apart.contacts;
    summary.status = status;
    std::vector<std::uint8_t> heard(base_.size(), 0);
    for (const auto& [slot, counts] : tally.of_slot) heard[slot] = 1;
    Representativity fit = model_->fit(heard, options_.level);
    summary.representativity = fit.adjusted;
    summary.representativity_lower = fit.lower;
    summary.representativity_upper = fit.upper;
    summary.representativity_unadjusted = fit.unadjusted;
    summary.coefficient_of_variation = fit.coefficient_of_variation;
    part.partial = std::move(fit.partial);

    for (const CountedDimension& counted : dimensions_) compare(part, voice, counted, number, all, independent);
    for (const SortedMeasure& measure : numbers_) {
      std::vector<double> aligned(measure.slot.size(), 0.0);
      for (std::size_t i = 0; i < measure.slot.size(); ++i) {
        if (heard[measure.slot[i]] != 0)
          aligned[i] = static_cast<double>(tally.of_slot.find(measure.slot[i])->second.contacts);
      }
      const NumberComparison c = compare_sorted(measure.value, aligned, options_.level);
      part.numbers.push_back({voice.group, voice.source_id, voice.kind, voice.label, measure.name, c.accounts,
                              c.heard_accounts, c.independent_contacts, c.base_mean, c.base_deviation, c.heard_mean,
                              c.standardised_difference, c.lower, c.upper, c.kolmogorov_smirnov, c.wasserstein,
                              c.p_value, std::nullopt, c.status});
    }
    return part;
  }

  void compare(Part& part, const Voice& voice, const CountedDimension& counted, std::size_t number, double all,
               double independent) const {
    const std::size_t levels = counted.dimension.levels.size();
    std::vector<std::int64_t> contacts(levels, 0);
    std::vector<std::int64_t> heard(levels, 0);
    std::vector<core::Money> heard_revenue(levels);
    const auto mark = [&](std::uint32_t level, std::uint32_t slot) {
      ++heard[level];
      if (!figures_->revenue.empty()) heard_revenue[level] += figures_->revenue[slot];
    };
    if (counted.of_people) {
      std::map<std::uint32_t, double> of_slot;
      all = 0.0;
      for (const RoleContact& contact : role_contacts_[number]) {
        contacts[contact.role] += contact.contacts;
        of_slot[contact.slot] += static_cast<double>(contact.contacts);
        all += static_cast<double>(contact.contacts);
        mark(contact.role, contact.slot);
      }
      std::vector<double> values;
      for (const auto& [slot, sum] : of_slot) values.push_back(sum);
      independent = independent_contacts(values);
    } else {
      for (const auto& [slot, counts] : voice.tally.of_slot) {
        for (std::uint32_t i = counted.begin[slot]; i < counted.begin[slot + 1]; ++i) {
          contacts[counted.level[i]] += counts.contacts;
          mark(counted.level[i], slot);
        }
      }
    }
    const auto heard_size = static_cast<std::int64_t>(voice.tally.of_slot.size());
    std::vector<double> sums(levels, 0.0);
    for (std::size_t level = 0; level < levels; ++level) {
      AuditRow row;
      row.group = voice.group;
      row.source_id = voice.source_id;
      row.kind = voice.kind;
      row.voice = voice.label;
      row.dimension = counted.dimension.name;
      row.level = counted.dimension.levels[level];
      row.accounts = static_cast<std::int64_t>(counted.dimension.members[level].size());
      row.base_share = counted.share[level];
      row.contacts = contacts[level];
      row.heard_accounts = heard[level];
      row.never_heard = row.accounts - row.heard_accounts;
      if (row.accounts > 0) row.reach = static_cast<double>(row.heard_accounts) / static_cast<double>(row.accounts);
      if (!figures_->revenue.empty()) {
        row.revenue = counted.revenue[level];
        row.never_heard_revenue = counted.revenue[level] - heard_revenue[level];
      }
      sums[level] = static_cast<double>(contacts[level]);
      if (all > 0.0) {
        row.heard_share = sums[level] / all;
        row.design_effect = all / independent;
        const core::Interval interval = interval_of(*row.heard_share, independent);
        row.lower = interval.lower;
        row.upper = interval.upper;
        if (row.base_share > 0.0) {
          row.ratio = *row.heard_share / row.base_share;
          if (row.base_share < 1.0) row.p_value = two_sided_p(*row.heard_share, independent, row.base_share);
        }
        if (row.heard_accounts == 0 && row.accounts > 0 && !counted.of_people) {
          row.chance_of_silence = std::clamp(
              stats::hypergeometric_mass(0, static_cast<std::int64_t>(base_.size()), row.accounts, heard_size), 0.0,
              1.0);
        }
        row.status = independent < 5.0 ? core::Status::doubtful : core::Status::estimated;
      }
      part.rows.push_back(std::move(row));
    }
    if (counted.dimension.overlapping && !counted.of_people) return;
    const ShareComparison test = share_comparison(counted.share, sums, all, independent);
    part.tests.push_back({voice.group, voice.source_id, voice.kind, voice.label, counted.dimension.name,
                          test.independent_contacts, test.design_effect, test.dissimilarity, test.chi_squared,
                          test.degrees_of_freedom, test.p_value, std::nullopt, test.status});
  }

  void add_apart(Audit& audit) const {
    for (const std::string_view who : {"stakeholder", "internal", "partner", "outside"}) {
      ApartRow row;
      row.who = who;
      if (const auto found = book_->apart().find(who); found != book_->apart().end()) {
        row.contacts = found->second.contacts;
        row.requests = found->second.requests;
        row.accounts = book_->apart_accounts(who);
      }
      audit.apart.push_back(std::move(row));
    }
  }

  const graph::CustomerGraph& graph_;
  const AuditOptions& options_;
  std::span<const graph::AccountIndex> base_;
  std::optional<AuditBase> figures_;
  std::optional<VoiceBook> book_;
  std::vector<CountedDimension> dimensions_;
  std::vector<SortedMeasure> numbers_;
  std::vector<std::vector<RoleContact>> role_contacts_;
  std::vector<std::string> left_out_;
  std::optional<RepresentativityModel> model_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
