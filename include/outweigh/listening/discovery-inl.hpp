#pragma once

#include <algorithm>
#include <utility>

#include <outweigh/core/detail/counted.hpp>
#include <outweigh/listening/detail/discovery_planner.hpp>
#include <outweigh/listening/discovery.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

OUTWEIGH_INLINE Discovery discovery(const graph::CustomerGraph& graph, const DiscoveryOptions& options) {
  return detail::DiscoveryPlanner(graph, options).run();
}

OUTWEIGH_INLINE std::string Discovery::summary() const {
  if (base_accounts == 0) return "There is no account in the base to visit.";
  using core::detail::counted;
  using core::detail::grouped;
  std::string text = visits == 0 ? "No visit was made"
                                 : counted(visits, "visit") + " to " + counted(visited_accounts, "account") +
                                       (visits == 1 ? " was" : " were") + " made";
  text += ", of " + grouped(first) + (first == target ? "" : " to " + grouped(target)) + " before the first decision";
  text += visited_accounts < first ? ": too few to decide yet." : ".";
  const auto empty =
      std::count_if(cells.begin(), cells.end(), [](const DiscoveryCell& cell) { return cell.visited == 0; });
  const auto behind = std::count_if(cells.begin(), cells.end(), [](const DiscoveryCell& cell) { return cell.gap > 0; });
  if (behind > 0) {
    text += " " + grouped(behind) + " of " + counted(cells.size(), "cell") +
            (behind == 1 ? " is behind its target" : " are behind their target");
    if (empty > 0) text += ", " + grouped(empty) + " without any visit";
    text += ".";
  }
  std::int64_t asked = 0;
  std::int64_t enough = 0;
  for (const DiscoveryPerson& person : people) {
    asked += person.weeks;
    enough += person.weeks_enough;
  }
  char figure[96];
  if (asked > 0) {
    std::snprintf(figure, sizeof figure, " %g customer hours a person and week were reached in ", hours);
    text += figure + grouped(enough) + " of " + counted(asked, "week") + ".";
  }
  if (standard_error && standard_error_next && !accounts.empty()) {
    std::snprintf(figure, sizeof figure, " would lower the standard error from %.2f to %.2f points.",
                  100.0 * *standard_error, 100.0 * *standard_error_next);
    text += " " + counted(accounts.size(), "more visit") + figure;
  }
  if (accounts.empty() && visited_accounts == base_accounts) text += " All accounts were visited.";
  return text;
}

OUTWEIGH_INLINE core::Bytes Discovery::to_bytes() const {
  core::ByteWriter writer("discovery", 1);
  detail::put_rows(writer, accounts);
  detail::put_rows(writer, cells);
  detail::put_rows(writer, weeks);
  detail::put_rows(writer, people);
  detail::put_rows(writer, apart);
  detail::put_rows(writer, missing);
  for (const std::int64_t number : {base_accounts, visits, visited_accounts, first, target})
    detail::put(writer, number);
  detail::put(writer, hours);
  detail::put(writer, standard_error);
  detail::put(writer, standard_error_next);
  detail::put(writer, status);
  writer.write(static_cast<std::uint64_t>(assumptions.size()));
  for (const std::string& text : assumptions) detail::put(writer, text);
  return std::move(writer).finish();
}

OUTWEIGH_INLINE Discovery Discovery::from_bytes(std::span<const std::byte> bytes) {
  core::ByteReader reader(bytes, "discovery", 1);
  Discovery result;
  detail::get_rows(reader, result.accounts);
  detail::get_rows(reader, result.cells);
  detail::get_rows(reader, result.weeks);
  detail::get_rows(reader, result.people);
  detail::get_rows(reader, result.apart);
  detail::get_rows(reader, result.missing);
  for (std::int64_t* number :
       {&result.base_accounts, &result.visits, &result.visited_accounts, &result.first, &result.target}) {
    detail::get(reader, *number);
  }
  detail::get(reader, result.hours);
  detail::get(reader, result.standard_error);
  detail::get(reader, result.standard_error_next);
  detail::get(reader, result.status);
  result.assumptions.resize(reader.read_count(8));
  for (std::string& text : result.assumptions) detail::get(reader, text);
  reader.finish();
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
