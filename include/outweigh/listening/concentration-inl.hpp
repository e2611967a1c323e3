#pragma once

#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/core/detail/number.hpp>
#include <outweigh/listening/concentration.hpp>
#include <outweigh/listening/detail/concentration_of.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

OUTWEIGH_INLINE Concentration concentration(std::span<const double> contacts) {
  for (std::size_t row = 0; row < contacts.size(); ++row) {
    if (!(contacts[row] >= 0.0) || !std::isfinite(contacts[row])) {
      throw core::InvalidInput("contacts must be finite and not negative",
                               {.column = "contacts", .row = row, .value = core::detail::number_text(contacts[row])});
    }
  }
  std::vector<double> loud;
  for (const double c : contacts) {
    if (c > 0.0) loud.push_back(c);
  }
  return detail::concentration_of(std::move(loud), contacts.size());
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
