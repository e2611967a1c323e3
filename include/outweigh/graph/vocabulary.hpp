// The closed vocabularies of the tables: kinds of accounts, sources, requests and so on, as users write them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

/// The words of a vocabulary, in the order of its enumerators. Specialised for each enumeration below.
template <class Enum>
struct Vocabulary;

enum class AccountKind : std::uint8_t { customer, prospect, former, partner, internal };
enum class Party : std::uint8_t { customer, stakeholder, internal, partner };
enum class SourceKind : std::uint8_t {
  executive,
  named_account,
  multi_account,
  dedicated_support,
  pooled_support,
  survey,
  portal,
  discovery,
  usage
};
enum class Purpose : std::uint8_t { learn, escalation, sell, support };
enum class Side : std::uint8_t { us, them };
enum class Answer : std::uint8_t { yes, no, unknown };
enum class NeedUse : std::uint8_t { target, adjacent };
enum class Outcome : std::uint8_t { revenue, retention, support_cost, delight, efficiency, risk };
enum class RequestBasis : std::uint8_t { said, relayed, inferred };
enum class RequestKind : std::uint8_t { feature, defect, pricing, legal, training, service };
enum class Blocks : std::uint8_t { implementation, deployment, none };
enum class DealOutcome : std::uint8_t { won, lost, open };
enum class SolutionStatus : std::uint8_t { candidate, in_progress, shipped, dropped };
enum class DependencyKind : std::uint8_t { requires_, excludes, together, value, effort };
enum class RevenueKind : std::uint8_t { recurring, one_off };
enum class CostFunction : std::uint8_t { support, engineering, product, marketing, sales, legal, other };
enum class Stage : std::uint8_t { learn, buy, use, fix, for_life };

#define OUTWEIGH_VOCABULARY(Enum, Name, ...)                                            \
  template <>                                                                           \
  struct Vocabulary<Enum> {                                                             \
    static constexpr std::string_view name = Name;                                      \
    static constexpr std::array words = std::to_array<std::string_view>({__VA_ARGS__}); \
  }

OUTWEIGH_VOCABULARY(AccountKind, "kind", "customer", "prospect", "former", "partner", "internal");
OUTWEIGH_VOCABULARY(Party, "party", "customer", "stakeholder", "internal", "partner");
OUTWEIGH_VOCABULARY(SourceKind, "kind", "executive", "named_account", "multi_account", "dedicated_support",
                    "pooled_support", "survey", "portal", "discovery", "usage");
OUTWEIGH_VOCABULARY(Purpose, "purpose", "learn", "escalation", "sell", "support");
OUTWEIGH_VOCABULARY(Side, "initiated_by", "us", "them");
OUTWEIGH_VOCABULARY(Answer, "answer", "yes", "no", "unknown");
OUTWEIGH_VOCABULARY(NeedUse, "use", "target", "adjacent");
OUTWEIGH_VOCABULARY(Outcome, "outcome", "revenue", "retention", "support_cost", "delight", "efficiency", "risk");
OUTWEIGH_VOCABULARY(RequestBasis, "basis", "said", "relayed", "inferred");
OUTWEIGH_VOCABULARY(RequestKind, "kind", "feature", "defect", "pricing", "legal", "training", "service");
OUTWEIGH_VOCABULARY(Blocks, "blocks", "implementation", "deployment", "none");
OUTWEIGH_VOCABULARY(DealOutcome, "outcome", "won", "lost", "open");
OUTWEIGH_VOCABULARY(SolutionStatus, "status", "candidate", "in_progress", "shipped", "dropped");
OUTWEIGH_VOCABULARY(DependencyKind, "kind", "requires", "excludes", "together", "value", "effort");
OUTWEIGH_VOCABULARY(RevenueKind, "kind", "recurring", "one_off");
OUTWEIGH_VOCABULARY(CostFunction, "function", "support", "engineering", "product", "marketing", "sales", "legal",
                    "other");
OUTWEIGH_VOCABULARY(Stage, "stage", "learn", "buy", "use", "fix", "for_life");

#undef OUTWEIGH_VOCABULARY

template <class Enum>
  requires requires { Vocabulary<Enum>::words; }
[[nodiscard]] constexpr std::string_view to_string(Enum value) noexcept {
  return Vocabulary<Enum>::words[static_cast<std::size_t>(value)];
}

/// The enumerator that `word` names, exactly as spelled in the vocabulary; nothing for any other word.
template <class Enum>
[[nodiscard]] constexpr std::optional<Enum> parse(std::string_view word) noexcept {
  for (std::size_t i = 0; i < Vocabulary<Enum>::words.size(); ++i) {
    if (Vocabulary<Enum>::words[i] == word) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph
