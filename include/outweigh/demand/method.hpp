// The demand models, in one place. A new one is a header with its fit function, and a row in methods().
#pragma once

#include <span>
#include <string_view>

#include <outweigh/demand/evidence.hpp>
#include <outweigh/demand/fit.hpp>
#include <outweigh/demand/options.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand {

struct Method {
  std::string_view name;
  std::string_view summary;
  Fit (*fit)(const Evidence& evidence, const DemandOptions& options);
};

/// All methods, the default first.
[[nodiscard]] std::span<const Method> methods() noexcept;

/// Throws InvalidInput, naming those there are.
[[nodiscard]] const Method& find_method(std::string_view name);

}  // namespace outweigh::inline OUTWEIGH_ABI::demand

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/demand/method-inl.hpp>
#endif
