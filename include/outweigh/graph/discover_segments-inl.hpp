#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string>
#include <utility>

#include <outweigh/core/errors.hpp>
#include <outweigh/graph/detail/positions.hpp>
#include <outweigh/graph/detail/shared_things.hpp>
#include <outweigh/graph/discover_segments.hpp>
#include <outweigh/graph/network.hpp>
#include <outweigh/graph/wants.hpp>
#include <outweigh/stats/distributions.hpp>
#include <outweigh/stats/partition_agreement.hpp>
#include <outweigh/stats/random.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

namespace detail {

inline void check_discover_options(const DiscoverOptions& options) {
  if (!(options.held_out >= 0.0 && options.held_out <= 0.9)) {
    throw core::InvalidInput("the share held out must lie between 0 and 0.9",
                             {.column = "held_out", .value = std::to_string(options.held_out)});
  }
  if (options.smallest == 0) {
    throw core::InvalidInput("a segment must have an account", {.column = "smallest", .value = "0"});
  }
  if (!(options.resolution > 0.0) || options.resolution > 1e300) {
    throw core::InvalidInput("the resolution must be positive and finite",
                             {.column = "resolution", .value = std::to_string(options.resolution)});
  }
}

/// What is typical of each segment, to assign accounts by what they want.
class SegmentProfiles {
 public:
  SegmentProfiles(const Wants& wants, const std::vector<std::uint32_t>& segment, std::size_t segments)
      : wants_(wants.by_account), segments_(segments), prior_(segments, 0.0) {
    const std::size_t needs = wants.needs.size();
    std::vector<double> counts(segments * needs, 0.0);
    std::vector<double> overall(needs, 0.5);
    std::vector<double> totals(segments, 0.0);
    double all = 0.5 * static_cast<double>(needs);
    for (std::size_t account = 0; account < segment.size(); ++account) {
      if (segment[account] == DiscoveredSegments::unassigned) continue;
      prior_[segment[account]] += 1.0;
      for (std::size_t i = wants_.offsets[account]; i < wants_.offsets[account + 1]; ++i) {
        counts[segment[account] * needs + wants_.neighbours[i]] += 1.0;
        overall[wants_.neighbours[i]] += 1.0;
        totals[segment[account]] += 1.0;
        all += 1.0;
      }
    }
    log_share_.resize(needs * segments);
    constexpr double weight = 2.0;  // mentions that the overall share counts for
    for (std::size_t s = 0; s < segments; ++s) {
      prior_[s] = std::log(prior_[s]);
      for (std::size_t n = 0; n < needs; ++n) {
        log_share_[n * segments + s] =
            std::log((counts[s * needs + n] + weight * overall[n] / all) / (totals[s] + weight));
      }
    }
  }

  /// The likeliest segment by what the account wants, `without` one need; ties go to the larger segment.
  [[nodiscard]] std::uint32_t assign(std::size_t account, std::uint32_t without = no_position) const {
    std::vector<double> score(prior_);
    bool known = false;
    for (std::size_t i = wants_.offsets[account]; i < wants_.offsets[account + 1]; ++i) {
      if (wants_.neighbours[i] == without) continue;
      known = true;
      const double* const shares = &log_share_[wants_.neighbours[i] * segments_];
      for (std::size_t s = 0; s < segments_; ++s) score[s] += shares[s];
    }
    if (!known) return DiscoveredSegments::unassigned;
    return static_cast<std::uint32_t>(std::max_element(score.begin(), score.end()) - score.begin());
  }

 private:
  const Adjacency& wants_;
  std::size_t segments_;
  std::vector<double> prior_;
  std::vector<double> log_share_;
};

/// Communities of the accounts that are not held out, as segments of at least `smallest`, the largest first.
[[nodiscard]] inline std::size_t find_segments(const Wants& wants, const DiscoverOptions& options,
                                               DiscoveredSegments& result) {
  const auto accounts = static_cast<std::uint32_t>(wants.accounts.size());
  std::vector<std::uint32_t> from;
  std::vector<std::uint32_t> to;
  for (std::uint32_t account = 0; account < accounts; ++account) {
    if (result.held_out[account] != 0) continue;
    for (std::size_t i = wants.by_account.offsets[account]; i < wants.by_account.offsets[account + 1]; ++i) {
      from.push_back(account);
      to.push_back(accounts + wants.by_account.neighbours[i]);
    }
  }
  const Network network =
      make_network({from, to, {}}, std::size_t{accounts} + wants.needs.size(), false, options.control);
  CommunityOptions search{
      .method = options.method, .resolution = options.resolution, .trials = 0, .control = options.control};
  const Communities found = communities(network, search);
  result.modularity = found.modularity;
  std::vector<std::uint32_t> members(found.count, 0);
  for (std::uint32_t account = 0; account < accounts; ++account) {
    if (result.held_out[account] == 0 && wants.by_account.offsets[account] < wants.by_account.offsets[account + 1]) {
      ++members[found.community[account]];
    }
  }
  std::vector<std::uint32_t> order(found.count);
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return members[a] > members[b]; });
  std::vector<std::uint32_t> number(found.count, DiscoveredSegments::unassigned);
  std::size_t segments = 0;
  for (const std::uint32_t community : order) {
    if (members[community] >= options.smallest) number[community] = static_cast<std::uint32_t>(segments++);
  }
  for (std::uint32_t account = 0; account < accounts; ++account) {
    if (result.held_out[account] == 0 && wants.by_account.offsets[account] < wants.by_account.offsets[account + 1]) {
      result.segment[account] = number[found.community[account]];
    }
  }
  return segments;
}

/// Where a thing stands among the accounts held out, by segment and by how many other needs they want: those that say
/// more want more of everything, which makes no segment of them.
struct HeldOutCounts {
  static constexpr std::size_t most = 64;  // needs told apart
  std::size_t segments = 0;
  std::vector<std::int64_t> all;     // needs x segments
  std::vector<std::int64_t> having;  // likewise

  explicit HeldOutCounts(std::size_t number) : segments(number), all((most + 1) * number, 0), having(all) {}

  [[nodiscard]] std::size_t at(std::size_t needs, std::uint32_t segment) const noexcept {
    return std::min(needs, most) * segments + segment;
  }
  [[nodiscard]] std::int64_t in(const std::vector<std::int64_t>& counts, std::size_t segment) const {
    std::int64_t sum = 0;
    for (std::size_t i = segment; i < counts.size(); i += segments) sum += counts[i];
    return sum;
  }
  /// Two-sided p-value of a segment against the others (Cochran 1954, doi:10.2307/3001616; Mantel and Haenszel 1959).
  [[nodiscard]] double p_value(std::size_t segment) const {
    double apart = 0.0;
    double variance = 0.0;
    for (std::size_t row = 0; row < all.size(); row += segments) {
      double population = 0.0;
      double marked = 0.0;
      for (std::size_t i = row; i < row + segments; ++i) {
        population += static_cast<double>(all[i]);
        marked += static_cast<double>(having[i]);
      }
      if (population < 2.0) continue;
      const auto drawn = static_cast<double>(all[row + segment]);
      const double expected = drawn * marked / population;
      apart += static_cast<double>(having[row + segment]) - expected;
      variance += expected * (1.0 - marked / population) * (population - drawn) / (population - 1.0);
    }
    if (!(variance > 0.0)) return 1.0;
    return std::min(1.0, 2.0 * stats::normal_cdf(-std::max(0.0, std::abs(apart) - 0.5) / std::sqrt(variance)));
  }
};

inline void adjust(std::vector<SegmentDescription>& rows) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].q_value) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return *rows[a].q_value < *rows[b].q_value; });
  double least = 1.0;
  for (std::size_t i = order.size(); i-- > 0;) {
    double& p = *rows[order[i]].q_value;
    least = std::min(least, p * static_cast<double>(order.size()) / static_cast<double>(i + 1));
    p = least;
  }
}

/// Accounts by the declared segments they are in.
[[nodiscard]] inline std::vector<std::uint32_t> declared_groups(const CustomerGraph& graph, const Wants& wants) {
  const Relation& relation = graph.relation(RelationKind::account_segment);
  std::map<std::vector<std::uint32_t>, std::uint32_t> known;
  std::vector<std::uint32_t> group;
  for (const std::uint32_t account : wants.accounts) {
    std::vector<std::uint32_t> own;
    if (account < relation.from_size()) own.assign(relation.out(account).begin(), relation.out(account).end());
    std::sort(own.begin(), own.end());
    own.erase(std::unique(own.begin(), own.end()), own.end());
    group.push_back(known.try_emplace(std::move(own), static_cast<std::uint32_t>(known.size())).first->second);
  }
  return group;
}

inline void describe(const CustomerGraph& graph, const Wants& wants, const SegmentProfiles& profiles,
                     const DiscoverOptions& options, std::size_t segments, DiscoveredSegments& result) {
  const std::vector<SharedThing> things = shared_things(graph, wants, {});
  const auto count = [&](const std::vector<std::uint32_t>& accounts) {
    std::vector<std::int64_t> counts(segments, 0);
    for (const std::uint32_t account : accounts) {
      if (result.segment[account] != DiscoveredSegments::unassigned && result.held_out[account] == 0) {
        ++counts[result.segment[account]];
      }
    }
    return counts;
  };
  std::vector<std::uint32_t> everyone(wants.accounts.size());
  std::iota(everyone.begin(), everyone.end(), 0U);
  const auto sum = [](const std::vector<std::int64_t>& counts) {
    return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  };
  const auto wanted = [&](std::uint32_t account) {
    return wants.by_account.offsets[account + 1] - wants.by_account.offsets[account];
  };
  const std::vector<std::int64_t> seen = count(everyone);
  HeldOutCounts held(segments);
  for (const std::uint32_t account : everyone) {
    if (result.held_out[account] != 0) ++held.all[held.at(wanted(account), result.segment[account])];
  }
  std::vector<std::uint32_t> need_of(things.size(), no_position);
  struct Candidate {
    double strength;
    std::size_t thing;
  };
  std::vector<std::vector<Candidate>> unusual(segments);
  std::vector<std::vector<std::int64_t>> having(things.size());
  std::size_t next_need = 0;
  for (std::size_t t = 0; t < things.size(); ++t) {
    having[t] = count(things[t].accounts);
    const auto all = static_cast<double>(sum(having[t]));
    const auto total = static_cast<double>(sum(seen));
    for (std::size_t s = 0; s < segments; ++s) {
      const double expected = all * static_cast<double>(seen[s]) / total;
      const double variance = expected * (1.0 - all / total) * (1.0 - static_cast<double>(seen[s]) / total);
      const double strength =
          variance > 0.0 ? std::abs(static_cast<double>(having[t][s]) - expected) / std::sqrt(variance) : 0.0;
      if (strength > 1.0) unusual[s].push_back({strength, t});
    }
    if (things[t].kind != SharedThing::Kind::need) continue;
    while (graph.ids(NodeKind::need).text(wants.needs[next_need]) != things[t].name) ++next_need;
    need_of[t] = static_cast<std::uint32_t>(next_need);
  }
  std::map<std::size_t, HeldOutCounts> known;  // what is unusual in one segment often is in another, too
  const auto held_out_counts = [&](std::size_t t) -> const HeldOutCounts& {
    const auto [place, is_new] = known.try_emplace(t, held);
    HeldOutCounts& counts = place->second;
    if (!is_new) return counts;
    for (const std::uint32_t account : things[t].accounts) {
      if (result.held_out[account] == 0) continue;
      if (need_of[t] == no_position) {
        ++counts.having[counts.at(wanted(account), result.segment[account])];
        continue;
      }
      // Assigned by its other needs, and no more by this one.
      --counts.all[counts.at(wanted(account), result.segment[account])];
      const std::uint32_t blind = profiles.assign(account, need_of[t]);
      if (blind == DiscoveredSegments::unassigned) continue;
      ++counts.all[counts.at(wanted(account) - 1, blind)];
      ++counts.having[counts.at(wanted(account) - 1, blind)];
    }
    return counts;
  };
  const auto share = [](std::int64_t part, std::int64_t whole) {
    return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
  };
  for (std::size_t s = 0; s < segments; ++s) {
    std::stable_sort(unusual[s].begin(), unusual[s].end(),
                     [](const Candidate& a, const Candidate& b) { return a.strength > b.strength; });
    for (std::size_t i = 0; i < std::min(options.descriptions, unusual[s].size()); ++i) {
      const std::size_t t = unusual[s][i].thing;
      const auto& kind = things[t].kind;
      SegmentDescription row;
      row.segment = static_cast<std::uint32_t>(s);
      row.kind = kind == SharedThing::Kind::need ? "need" : kind == SharedThing::Kind::use ? "use" : "segment";
      row.id = things[t].name;
      const std::int64_t in = having[t][s];
      row.share = share(in, seen[s]);
      row.share_elsewhere = share(sum(having[t]) - in, sum(seen) - seen[s]);
      if (result.tested) {
        const HeldOutCounts& counts = held_out_counts(t);
        const std::int64_t inside = counts.in(counts.all, s);
        const std::int64_t marked = counts.in(counts.having, s);
        const std::int64_t others = sum(counts.all) - inside;
        if (inside > 0) row.held_out_share = share(marked, inside);
        if (others > 0) row.held_out_elsewhere = share(sum(counts.having) - marked, others);
        row.q_value = counts.p_value(s);
      }
      result.descriptions.push_back(std::move(row));
    }
  }
  adjust(result.descriptions);
}

}  // namespace detail

OUTWEIGH_INLINE DiscoveredSegments discover_segments(const CustomerGraph& graph, const DiscoverOptions& options) {
  detail::check_discover_options(options);
  const Wants wants = collect_wants(graph);
  const std::size_t size = wants.accounts.size();
  DiscoveredSegments result;
  for (const std::uint32_t account : wants.accounts) result.accounts.emplace_back(account);
  result.segment.assign(size, DiscoveredSegments::unassigned);
  result.held_out.assign(size, 0);
  if (wants.by_account.entries() == 0) {
    result.status = core::Status::undefined;
    result.reason = "no account of the base is known to want anything";
    return result;
  }
  std::vector<std::uint32_t> told;
  for (std::uint32_t account = 0; account < size; ++account) {
    if (wants.by_account.offsets[account] < wants.by_account.offsets[account + 1]) told.push_back(account);
  }
  const auto apart = static_cast<std::size_t>(options.held_out * static_cast<double>(told.size()));
  result.tested = apart >= 20;
  if (result.tested) {
    stats::Random random = stats::Random(options.control.seed).stream("held out");
    for (const std::size_t i : random.sample_without_replacement(told.size(), apart)) result.held_out[told[i]] = 1;
  }
  const std::size_t segments = detail::find_segments(wants, options, result);
  if (segments < 2) {
    std::fill(result.segment.begin(), result.segment.end(), DiscoveredSegments::unassigned);
    std::fill(result.held_out.begin(), result.held_out.end(), std::uint8_t{0});
    result.tested = false;
    result.status = core::Status::not_identified;
    result.reason = "what accounts want does not divide them into two segments of at least " +
                    std::to_string(options.smallest) + " accounts";
    return result;
  }
  const detail::SegmentProfiles profiles(wants, result.segment, segments);
  for (const std::uint32_t account : told) {
    if (result.segment[account] == DiscoveredSegments::unassigned) result.segment[account] = profiles.assign(account);
  }
  detail::describe(graph, wants, profiles, options, segments, result);
  result.sizes.assign(segments, 0);
  for (const std::uint32_t account : told) ++result.sizes[result.segment[account]];

  const std::vector<std::uint32_t> declared = detail::declared_groups(graph, wants);
  std::vector<std::uint32_t> a;
  std::vector<std::uint32_t> b;
  for (const std::uint32_t account : told) {
    a.push_back(result.segment[account]);
    b.push_back(declared[account]);
  }
  if (std::any_of(b.begin(), b.end(), [&](std::uint32_t group) { return group != b.front(); })) {
    result.agreement = stats::partition_agreement(a, b).adjusted;
  }
  std::vector<std::uint8_t> holds(segments, 0);
  for (const SegmentDescription& row : result.descriptions) {
    if (row.q_value && *row.q_value <= 0.05) holds[row.segment] = 1;
  }
  result.confirmed = static_cast<std::size_t>(std::accumulate(holds.begin(), holds.end(), 0));
  if (!result.tested) {
    result.status = core::Status::doubtful;
    result.reason = "descriptive: no 20 accounts were held out to test what was found";
  } else if (result.confirmed == 0) {
    result.status = core::Status::doubtful;
    result.reason = "nothing that is unusual in a segment is so among the accounts held out";
  } else if (result.confirmed < segments) {
    result.reason = std::to_string(result.confirmed) + " of " + std::to_string(segments) +
                    " segments differ among the accounts held out";
  }
  return result;
}

OUTWEIGH_INLINE core::Table DiscoveredSegments::to_table(const CustomerGraph& graph) const {
  std::vector<std::uint32_t> positions;
  std::vector<std::int64_t> numbers;
  std::vector<std::uint8_t> valid;
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    positions.push_back(accounts[i].value());
    valid.push_back(segment[i] == unassigned ? 0 : 1);
    numbers.push_back(segment[i] == unassigned ? 0 : segment[i]);
  }
  core::Table table;
  table.add("account_id", graph.ids(NodeKind::account).column(positions));
  table.add("segment", core::Column::int64s(numbers, valid));
  table.add("held_out", core::Column::booleans(held_out));
  return table;
}

OUTWEIGH_INLINE core::Table DiscoveredSegments::descriptions_table() const {
  std::vector<std::int64_t> number;
  std::vector<std::int64_t> size;
  std::vector<std::string> kind;
  std::vector<std::string> id;
  std::vector<double> numbers[5];
  std::vector<std::uint8_t> valid[5];
  for (const SegmentDescription& row : descriptions) {
    number.push_back(row.segment);
    size.push_back(sizes[row.segment]);
    kind.push_back(row.kind);
    id.push_back(row.id);
    const std::optional<double> values[] = {row.share, row.share_elsewhere, row.held_out_share, row.held_out_elsewhere,
                                            row.q_value};
    for (std::size_t i = 0; i < 5; ++i) {
      numbers[i].push_back(values[i].value_or(0.0));
      valid[i].push_back(values[i] ? 1 : 0);
    }
  }
  core::Table table;
  table.add("segment", core::Column::int64s(number));
  table.add("accounts", core::Column::int64s(size));
  table.add("kind", core::Column::strings(std::span<const std::string>(kind)));
  table.add("id", core::Column::strings(std::span<const std::string>(id)));
  const char* const names[] = {"share", "share_elsewhere", "held_out_share", "held_out_elsewhere", "q_value"};
  for (std::size_t i = 0; i < 5; ++i) table.add(names[i], core::Column::float64s(numbers[i], valid[i]));
  return table;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph
