// What counts as a gap, as bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/core/bytes.hpp>
#include <outweigh/journey/stage_matrix.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey::detail {

inline void write_gaps(core::ByteWriter& writer, const GapOptions& gaps) {
  writer.write(gaps.expected_share);
  writer.write(gaps.silent_quantile);
  writer.write(gaps.fewest_times);
  writer.write(gaps.fewest_accounts);
  writer.write(gaps.unhappy_below);
  writer.write(gaps.level);
  for (const auto* names : {&gaps.escalations, &gaps.ends}) {
    writer.write(static_cast<std::uint64_t>(names->size()));
    for (const std::string& name : *names) writer.write(std::string_view(name));
  }
}

[[nodiscard]] inline GapOptions read_gaps(core::ByteReader& reader) {
  GapOptions gaps;
  gaps.expected_share = reader.read_double();
  gaps.silent_quantile = reader.read_double();
  gaps.fewest_times = reader.read_int64();
  gaps.fewest_accounts = reader.read_int64();
  gaps.unhappy_below = reader.read_double();
  gaps.level = reader.read_double();
  for (auto* names : {&gaps.escalations, &gaps.ends}) {
    names->resize(reader.read_count(8));
    for (std::string& name : *names) name = reader.read_text();
  }
  return gaps;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::journey::detail
