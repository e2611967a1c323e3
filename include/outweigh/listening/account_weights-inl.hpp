#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include <outweigh/core/detail/counted.hpp>
#include <outweigh/listening/account_weights.hpp>
#include <outweigh/listening/detail/revenue_bands.hpp>
#include <outweigh/listening/poststratify.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

namespace detail {

/// For each account of the base the ids of its segments, sorted and joined.
inline std::vector<std::string> strata_of_base(const graph::CustomerGraph& graph) {
  const auto& ids = graph.ids(graph::NodeKind::segment);
  const auto& of_account = graph.relation(graph::RelationKind::account_segment);
  std::vector<std::string> strata;
  for (const auto account : graph.base()) {
    std::set<std::string> segments;
    for (const std::uint32_t segment : of_account.out(account.value())) segments.insert(ids.text(segment));
    std::string stratum;
    for (const std::string& segment : segments) stratum += (stratum.empty() ? "" : " + ") + segment;
    strata.push_back(stratum.empty() ? "(no segment)" : stratum);
  }
  return strata;
}

inline std::string whole(double value) { return std::to_string(std::llround(value)); }

}  // namespace detail

OUTWEIGH_INLINE AccountWeights weights(const graph::CustomerGraph& graph, const Heard& heard,
                                       const WeightOptions& options) {
  const auto base = graph.base();
  AccountWeights result;
  result.base_accounts = static_cast<std::int64_t>(base.size());
  std::vector<std::string> bands = {""};
  std::vector<std::uint32_t> band(base.size(), 0);
  const bool banded = options.revenue_bands != 1 && graph.accounts().arr.any();
  {
    const std::vector<std::uint32_t> found = detail::revenue_bands_of_base(graph, options.revenue_bands);
    if (banded) {
      band = found;
      bands = detail::band_names(options.revenue_bands);
      bands.emplace_back("unknown");
      for (std::uint32_t& code : band) code = std::min(code, static_cast<std::uint32_t>(bands.size() - 1));
    }
  }
  if (base.empty()) {
    result.verdict = "The base is empty: there is nobody to stand for.";
    return result;
  }

  const core::Ids& ids = graph.ids(graph::NodeKind::account);
  std::vector<std::uint8_t> is_heard(base.size(), 0);
  {
    std::vector<std::uint32_t> slot_of(graph.size(graph::NodeKind::account), detail::no_level);
    for (std::size_t slot = 0; slot < base.size(); ++slot)
      slot_of[base[slot].value()] = static_cast<std::uint32_t>(slot);
    for (const auto& [key, counts] : heard.entries()) {
      if (key.party != graph::Party::customer || counts.contacts + counts.requests == 0) continue;
      const auto account = ids.find(std::string_view(key.account_id));
      if (account && slot_of[*account] != detail::no_level) is_heard[slot_of[*account]] = 1;
    }
  }
  result.heard_accounts = std::count(is_heard.begin(), is_heard.end(), std::uint8_t{1});

  const std::vector<std::string> strata = detail::strata_of_base(graph);
  struct Stratum {
    std::vector<std::int64_t> accounts;
    std::vector<std::int64_t> heard;
    std::int64_t total_heard = 0;
    std::vector<std::size_t> group;
  };
  std::map<std::string, Stratum> by_stratum;
  for (std::size_t slot = 0; slot < base.size(); ++slot) {
    Stratum& stratum = by_stratum[strata[slot]];
    stratum.accounts.resize(bands.size());
    stratum.heard.resize(bands.size());
    ++stratum.accounts[band[slot]];
    stratum.heard[band[slot]] += is_heard[slot];
    stratum.total_heard += is_heard[slot];
  }
  if (result.heard_accounts == 0) {
    for (const auto& [name, stratum] : by_stratum) {
      for (std::size_t b = 0; b < bands.size(); ++b) {
        if (stratum.accounts[b] > 0)
          result.cells.push_back({name, bands[b], stratum.accounts[b], 0, 0, 0.0, "nobody was heard"});
      }
    }
    result.collapsed_cells = static_cast<std::int64_t>(result.cells.size());
    result.collapsed_share = 1.0;
    result.status = core::Status::not_identified;
    result.verdict = "No account of the base was heard; no weights can make up for that.";
    return result;
  }

  // The group of a cell is the number of the heard cell that it joins.
  const auto nearest = [&](const Stratum& stratum, std::size_t b) {
    for (std::size_t distance = 0; distance < bands.size(); ++distance) {
      if (b >= distance && stratum.heard[b - distance] > 0) return b - distance;
      if (b + distance < bands.size() && stratum.heard[b + distance] > 0) return b + distance;
    }
    return b;
  };
  const auto loudest = std::max_element(by_stratum.begin(), by_stratum.end(), [](const auto& a, const auto& b) {
    return a.second.total_heard < b.second.total_heard;
  });
  std::size_t groups = 0;
  for (auto& [name, stratum] : by_stratum) {
    stratum.group.assign(bands.size(), 0);
    for (std::size_t b = 0; b < bands.size(); ++b) {
      if (stratum.heard[b] > 0) stratum.group[b] = groups++;
    }
  }
  std::vector<double> total(groups, 0.0);
  for (auto& [name, stratum] : by_stratum) {
    for (std::size_t b = 0; b < bands.size(); ++b) {
      if (stratum.accounts[b] == 0) continue;
      WeightCell cell{name, bands[b], stratum.accounts[b], stratum.heard[b], 0, 0.0, ""};
      if (stratum.heard[b] == 0) {
        const bool own = stratum.total_heard > 0;
        const Stratum& host = own ? stratum : loudest->second;
        const std::size_t to = nearest(host, b);
        stratum.group[b] = host.group[to];
        cell.reason = "nobody was heard here; joined with ";
        if (own) {
          cell.reason += "revenue band " + bands[to] + " of the same segment";
        } else {
          cell.reason += "segment " + loudest->first + (bands[to].empty() ? "" : ", revenue band " + bands[to]);
        }
        ++result.collapsed_cells;
        result.collapsed_share += static_cast<double>(cell.accounts) / static_cast<double>(base.size());
      }
      cell.group = static_cast<std::int64_t>(stratum.group[b]);
      total[stratum.group[b]] += static_cast<double>(cell.accounts);
      result.cells.push_back(std::move(cell));
    }
  }

  std::vector<std::uint32_t> codes;
  std::vector<std::size_t> slots;
  for (std::size_t slot = 0; slot < base.size(); ++slot) {
    if (is_heard[slot] == 0) continue;
    codes.push_back(static_cast<std::uint32_t>(by_stratum[strata[slot]].group[band[slot]]));
    slots.push_back(slot);
  }
  Margin margin;
  margin.variable.name = "cell";
  margin.variable.codes = Codes(codes);
  for (std::size_t group = 0; group < groups; ++group) {
    margin.variable.levels.push_back(std::to_string(group));
    margin.totals.push_back({std::to_string(group), total[group]});
  }
  options.control.report("weights", 0.5);
  const Weights found = poststratify(Design(), margin, options.control);
  std::vector<double> of_group(groups, 0.0);
  for (std::size_t i = 0; i < slots.size(); ++i) {
    of_group[codes[i]] = found.values()[i];
    result.accounts.push_back({ids.text(base[slots[i]].value()), found.values()[i]});
  }
  for (WeightCell& cell : result.cells) cell.weight = of_group[static_cast<std::size_t>(cell.group)];
  result.effective_sample_size = found.effective_sample_size();
  result.design_effect = found.design_effect();

  options.control.report("weights", 1.0);
  const std::string heard_text =
      std::to_string(result.heard_accounts) + " of " + std::to_string(result.base_accounts) + " accounts were heard";
  if (result.heard_accounts == result.base_accounts) {
    result.status = core::Status::exact;
    result.verdict = "Every account of the base was heard; no correction is needed.";
    return result;
  }
  const std::string corrected = banded ? "segment and revenue" : "segment";
  result.verdict = heard_text + "; weighted by " + corrected + " they are worth " +
                   detail::whole(result.effective_sample_size) + " equally weighted ones. ";
  const bool weak = result.design_effect > 2.0 || result.effective_sample_size < 30.0;
  if (result.collapsed_cells > 0 || weak) {
    result.status = core::Status::doubtful;
    result.verdict += "Not to be trusted without a second look: ";
    if (result.collapsed_cells > 0) {
      result.verdict += core::detail::counted(static_cast<std::size_t>(result.collapsed_cells), "cell") + " with " +
                        detail::whole(100.0 * result.collapsed_share) + " % of the base had nobody who was heard";
    }
    if (weak) {
      result.verdict +=
          std::string(result.collapsed_cells > 0 ? ", and " : "") + "few accounts carry much of the weight";
    }
    result.verdict += ".";
  } else {
    result.status = core::Status::estimated;
    const bool barely = result.design_effect < 1.02;
    result.verdict += barely ? "The weights barely differ from each other. " : "";
    result.verdict += "Corrected for " + corrected + "; whatever else decides who speaks is not.";
  }
  if (!banded && options.revenue_bands != 1) result.verdict += " Revenue is left out: accounts have no arr.";
  if (graph.segments_overlap()) {
    result.verdict += " Segments overlap; accounts in the same set of segments stand for each other.";
  }
  return result;
}

OUTWEIGH_INLINE AccountWeights weights(const graph::CustomerGraph& graph, const WeightOptions& options) {
  return weights(graph, collect_heard(graph), options);
}

OUTWEIGH_INLINE core::Bytes AccountWeights::to_bytes() const {
  core::ByteWriter writer("account weights", 1);
  detail::put_rows(writer, accounts);
  detail::put_rows(writer, cells);
  for (const std::int64_t count : {base_accounts, heard_accounts, collapsed_cells}) writer.write(count);
  for (const double value : {collapsed_share, effective_sample_size, design_effect}) writer.write(value);
  detail::put(writer, status);
  detail::put(writer, verdict);
  return std::move(writer).finish();
}

OUTWEIGH_INLINE AccountWeights AccountWeights::from_bytes(std::span<const std::byte> bytes) {
  core::ByteReader reader(bytes, "account weights", 1);
  AccountWeights result;
  detail::get_rows(reader, result.accounts);
  detail::get_rows(reader, result.cells);
  for (std::int64_t* count : {&result.base_accounts, &result.heard_accounts, &result.collapsed_cells})
    *count = reader.read_int64();
  for (double* value : {&result.collapsed_share, &result.effective_sample_size, &result.design_effect})
    *value = reader.read_double();
  detail::get(reader, result.status);
  detail::get(reader, result.verdict);
  reader.finish();
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
