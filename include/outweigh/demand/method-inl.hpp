#pragma once

#include <array>
#include <string>

#include <outweigh/core/errors.hpp>
#include <outweigh/demand/method.hpp>
#include <outweigh/demand/occupancy_fit.hpp>
#include <outweigh/demand/pooled.hpp>
#include <outweigh/demand/raw.hpp>
#include <outweigh/demand/weighted.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand {

OUTWEIGH_INLINE std::span<const Method> methods() noexcept {
  static constexpr std::array<Method, 4> all{{
      {"occupancy", "true prevalence from who spoke, through whom, and how often each could have", &fit_occupancy},
      {"pooled", "share of contacted accounts that asked, small segments shrunk; silence on contact taken for absence",
       &fit_pooled},
      {"weighted", "share of contacted accounts that asked, post-stratified by segment and revenue to the base",
       &fit_weighted},
      {"raw", "accounts that asked, of all accounts: a lower bound", &fit_raw},
  }};
  return all;
}

OUTWEIGH_INLINE const Method& find_method(std::string_view name) {
  std::string names;
  for (const Method& method : methods()) {
    if (method.name == name) return method;
    names += names.empty() ? "" : ", ";
    names += method.name;
  }
  throw core::InvalidInput("there is no such demand method; there are " + names,
                           {.column = "method", .value = std::string(name)});
}

}  // namespace outweigh::inline OUTWEIGH_ABI::demand
