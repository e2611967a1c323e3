// Nodes as messages and ledgers name them.
#pragma once

#include <cstddef>
#include <string>

#include <outweigh/core/ids.hpp>
#include <outweigh/core/text_field.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph::detail {

/// "n7 (Single sign-on)", or the id alone where there is no title.
[[nodiscard]] inline std::string label(const core::Ids& ids, const core::TextField& titles, std::size_t position) {
  std::string text = ids.text(position);
  if (titles.has(position)) text += " (" + std::string(titles[position]) + ")";
  return text;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph::detail
