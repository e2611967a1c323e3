#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <tuple>
#include <utility>

#include <outweigh/listening/detail/extreme_members.hpp>
#include <outweigh/listening/detail/revenue_bands.hpp>
#include <outweigh/listening/detail/rows.hpp>
#include <outweigh/listening/never_heard.hpp>
#include <outweigh/stats/distributions.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

namespace detail {

/// What words can be said of each account of the base; empty where a column is lacking.
struct AccountTraits {
  std::vector<std::uint32_t> third;  ///< of revenue
  std::vector<std::uint8_t> power;   ///< many uses
  std::vector<std::uint8_t> late;    ///< long until the first use
};

inline AccountTraits traits_of_base(const graph::CustomerGraph& graph) {
  AccountTraits traits;
  const auto base = graph.base();
  const auto& accounts = graph.accounts();
  if (accounts.arr.any()) traits.third = revenue_bands_of_base(graph, 3);
  const auto& events = graph.events();
  if (!events.stage.any()) return traits;
  std::vector<std::uint32_t> slot_of(graph.size(graph::NodeKind::account), no_level);
  for (std::size_t slot = 0; slot < base.size(); ++slot) slot_of[base[slot].value()] = static_cast<std::uint32_t>(slot);
  std::vector<double> uses(base.size(), 0.0);
  std::vector<std::optional<core::Instant>> first(base.size());
  for (std::size_t row = 0; row < events.rows; ++row) {
    if (!events.account.has(row) || !events.at.has(row) || !events.stage.has(row) || events.at[row] > graph.as_of())
      continue;
    const std::uint32_t slot = slot_of[events.account[row].value()];
    if (slot == no_level || events.stage[row] != graph::Stage::use) continue;
    uses[slot] += 1.0;
    if (!first[slot] || events.at[row] < *first[slot]) first[slot] = events.at[row];
  }
  std::vector<std::optional<double>> known(base.size());
  std::vector<std::optional<double>> delay(base.size());
  for (std::size_t slot = 0; slot < base.size(); ++slot) {
    if (uses[slot] > 0.0) known[slot] = uses[slot];
    const std::size_t account = base[slot].value();
    if (first[slot] && accounts.started.has(account))
      delay[slot] = first[slot]->days() - accounts.started[account].days();
  }
  traits.power = extreme_members(known, 0.1, true);
  // With fewer than three there is no slowest third.
  if (std::count_if(delay.begin(), delay.end(), [](const auto& days) { return days.has_value(); }) >= 3) {
    traits.late = extreme_members(delay, 1.0 / 3.0, true);
  }
  return traits;
}

/// Sums over the unheard accounts of one cell.
struct SilentCell {
  std::int64_t accounts = 0;
  std::int64_t silent = 0;
  core::Money revenue;
  core::Money silent_revenue;
  std::vector<std::uint32_t> members;  ///< that are silent
};

inline std::string describe(const graph::CustomerGraph& graph, const AccountTraits& traits,
                            std::span<const std::uint32_t> members) {
  const auto base = graph.base();
  const auto& accounts = graph.accounts();
  std::vector<double> sentiments;
  std::vector<double> ages;
  std::array<std::size_t, 3> third{};
  std::size_t power = 0;
  std::size_t late = 0;
  for (const std::uint32_t slot : members) {
    const std::size_t account = base[slot].value();
    if (accounts.sentiment.has(account)) sentiments.push_back(accounts.sentiment[account]);
    if (accounts.started.has(account))
      ages.push_back((graph.as_of().days() - accounts.started[account].days()) / 365.25);
    if (!traits.third.empty() && traits.third[slot] < 3) ++third[traits.third[slot]];
    power += !traits.power.empty() && traits.power[slot] != 0 ? 1 : 0;
    late += !traits.late.empty() && traits.late[slot] != 0 ? 1 : 0;
  }
  // Sorted, so that the last digit of a mean does not depend on the order of rows.
  const auto mean = [](std::vector<double>& values) {
    std::sort(values.begin(), values.end());
    double sum = 0.0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
  };
  std::string text;
  const auto word = [&text](const char* w) { text += (text.empty() ? "" : ", ") + std::string(w); };
  if (!sentiments.empty()) {
    const double mood = mean(sentiments);
    word(mood > 0.33 ? "happy" : (mood < -0.33 ? "unhappy" : "neither happy nor unhappy"));
  }
  if (third[0] + third[1] + third[2] > 0) {
    const auto most = std::max_element(third.begin(), third.end()) - third.begin();
    word(most == 0 ? "small" : (most == 1 ? "mid-sized" : "large"));
  }
  if (!ages.empty()) {
    const double years = mean(ages);
    word(years < 1.0 ? "new" : (years < 3.0 ? "with us 1 to 3 years" : "long with us"));
  }
  if (2 * power >= members.size() && power > 0) word("power users");
  if (2 * late >= members.size() && late > 0) word("late adopters");
  return text;
}

}  // namespace detail

OUTWEIGH_INLINE NeverHeard never_heard(const graph::CustomerGraph& graph, std::span<const std::uint8_t> heard,
                                       std::span<const Dimension> dimensions) {
  const auto base = graph.base();
  if (heard.size() != base.size()) {
    throw core::InvalidInput("there must be one flag an account of the base",
                             {.column = "heard", .value = std::to_string(heard.size())});
  }
  const auto& arr = graph.accounts().arr;
  const bool has_revenue = arr.any();
  // Levels of each account; a cell is a choice of one level a dimension.
  std::vector<std::vector<std::vector<std::uint32_t>>> levels_of(dimensions.size());
  for (std::size_t d = 0; d < dimensions.size(); ++d) {
    levels_of[d].resize(base.size());
    for (std::size_t level = 0; level < dimensions[d].members.size(); ++level) {
      for (const std::uint32_t slot : dimensions[d].members[level])
        levels_of[d][slot].push_back(static_cast<std::uint32_t>(level));
    }
  }
  std::map<std::vector<std::uint32_t>, detail::SilentCell> cells;
  std::vector<std::uint32_t> key(dimensions.size());
  std::int64_t heard_total = 0;
  for (std::uint32_t slot = 0; slot < base.size(); ++slot) {
    heard_total += heard[slot] != 0 ? 1 : 0;
    const std::size_t account = base[slot].value();
    const core::Money revenue = arr.has(account) ? arr[account] : core::Money();
    const auto visit = [&](const auto& self, std::size_t d) -> void {
      if (d < dimensions.size()) {
        for (const std::uint32_t level : levels_of[d][slot]) {
          key[d] = level;
          self(self, d + 1);
        }
        return;
      }
      detail::SilentCell& cell = cells[key];
      ++cell.accounts;
      cell.revenue += revenue;
      if (heard[slot] != 0) return;
      ++cell.silent;
      cell.silent_revenue += revenue;
      cell.members.push_back(slot);
    };
    visit(visit, 0);
  }
  const detail::AccountTraits traits = detail::traits_of_base(graph);
  NeverHeard result;
  for (const Dimension& dimension : dimensions) result.dimensions.push_back(dimension.name);
  const auto size = static_cast<std::int64_t>(base.size());
  for (const auto& [levels, cell] : cells) {
    if (cell.silent == 0) continue;
    NeverHeardRow row;
    for (std::size_t d = 0; d < dimensions.size(); ++d) row.levels.push_back(dimensions[d].levels[levels[d]]);
    row.accounts = cell.accounts;
    row.never_heard = cell.silent;
    row.heard_accounts = cell.accounts - cell.silent;
    if (has_revenue) {
      row.revenue = cell.revenue;
      row.never_heard_revenue = cell.silent_revenue;
    }
    row.chance =
        std::clamp(stats::hypergeometric(row.heard_accounts, size, cell.accounts, heard_total).lower, 0.0, 1.0);
    row.chance_of_silence = std::clamp(stats::hypergeometric_mass(0, size, cell.accounts, heard_total), 0.0, 1.0);
    row.description = detail::describe(graph, traits, cell.members);
    result.rows.push_back(std::move(row));
  }
  std::stable_sort(result.rows.begin(), result.rows.end(), [](const NeverHeardRow& a, const NeverHeardRow& b) {
    if (a.never_heard != b.never_heard) return a.never_heard > b.never_heard;
    return a.never_heard_revenue.value_or(core::Money()) > b.never_heard_revenue.value_or(core::Money());
  });
  std::vector<core::Money> revenues;
  for (std::size_t i = 0; i < result.rows.size(); ++i) {
    NeverHeardRow& row = result.rows[i];
    const bool tied = i > 0 && result.rows[i - 1].never_heard == row.never_heard;
    row.rank_by_accounts = tied ? result.rows[i - 1].rank_by_accounts : static_cast<std::int64_t>(i + 1);
    if (has_revenue) revenues.push_back(*row.never_heard_revenue);
  }
  std::sort(revenues.begin(), revenues.end(), std::greater<>());
  for (NeverHeardRow& row : result.rows) {
    if (!has_revenue) break;
    const auto place = std::lower_bound(revenues.begin(), revenues.end(), *row.never_heard_revenue, std::greater<>());
    row.rank_by_revenue = static_cast<std::int64_t>(place - revenues.begin()) + 1;
  }
  return result;
}

namespace detail {

/// The figures of a row by name, for its columns and its bytes.
struct NeverHeardFigures {
  static constexpr auto members() {
    using R = NeverHeardRow;
    return std::make_tuple(Member{"accounts", &R::accounts}, Member{"heard_accounts", &R::heard_accounts},
                           Member{"never_heard", &R::never_heard}, Member{"revenue", &R::revenue},
                           Member{"never_heard_revenue", &R::never_heard_revenue}, Member{"chance", &R::chance},
                           Member{"chance_of_silence", &R::chance_of_silence}, Member{"q_value", &R::q_value},
                           Member{"rank_by_accounts", &R::rank_by_accounts},
                           Member{"rank_by_revenue", &R::rank_by_revenue}, Member{"description", &R::description});
  }
};

}  // namespace detail

OUTWEIGH_INLINE core::Table NeverHeard::to_table() const {
  core::Table table;
  for (std::size_t d = 0; d < dimensions.size(); ++d) {
    std::vector<std::string> levels;
    for (const NeverHeardRow& row : rows) levels.push_back(row.levels[d]);
    table.add(dimensions[d], core::Column::strings(std::span<const std::string>(levels)));
  }
  detail::add_columns(table, std::span<const NeverHeardRow>(rows), detail::NeverHeardFigures::members());
  return table;
}

OUTWEIGH_INLINE void NeverHeard::put(core::ByteWriter& writer) const {
  writer.write(static_cast<std::uint64_t>(dimensions.size()));
  for (const std::string& name : dimensions) detail::put(writer, name);
  writer.write(static_cast<std::uint64_t>(rows.size()));
  for (const NeverHeardRow& row : rows) {
    for (const std::string& level : row.levels) detail::put(writer, level);
    std::apply([&](const auto&... m) { (detail::put(writer, row.*(m.member)), ...); },
               detail::NeverHeardFigures::members());
  }
}

OUTWEIGH_INLINE NeverHeard NeverHeard::get(core::ByteReader& reader) {
  NeverHeard result;
  result.dimensions.resize(reader.read_count(8));
  for (std::string& name : result.dimensions) detail::get(reader, name);
  result.rows.resize(reader.read_count(8));
  for (NeverHeardRow& row : result.rows) {
    row.levels.resize(result.dimensions.size());
    for (std::string& level : row.levels) detail::get(reader, level);
    std::apply([&](const auto&... m) { (detail::get(reader, row.*(m.member)), ...); },
               detail::NeverHeardFigures::members());
  }
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
