#include <outweigh/graph/vocabulary.hpp>

#include <cstddef>
#include <string>

#include <support/catch.hpp>

using namespace outweigh;

namespace {

template <class Enum>
void check_round_trip() {
  const auto& words = graph::Vocabulary<Enum>::words;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto value = static_cast<Enum>(i);
    CHECK(to_string(value) == words[i]);
    CHECK(graph::parse<Enum>(words[i]) == value);
  }
  CHECK_FALSE(graph::parse<Enum>("").has_value());
  CHECK_FALSE(graph::parse<Enum>(std::string(words[0]) + " ").has_value());
}

}  // namespace

TEST_CASE("words of the vocabularies stand for one value each", "[graph]") {
  check_round_trip<graph::AccountKind>();
  check_round_trip<graph::Party>();
  check_round_trip<graph::SourceKind>();
  check_round_trip<graph::Purpose>();
  check_round_trip<graph::Side>();
  check_round_trip<graph::Answer>();
  check_round_trip<graph::NeedUse>();
  check_round_trip<graph::Outcome>();
  check_round_trip<graph::RequestBasis>();
  check_round_trip<graph::RequestKind>();
  check_round_trip<graph::Blocks>();
  check_round_trip<graph::DealOutcome>();
  check_round_trip<graph::SolutionStatus>();
  check_round_trip<graph::DependencyKind>();
  check_round_trip<graph::RevenueKind>();
  check_round_trip<graph::CostFunction>();
  check_round_trip<graph::Stage>();
  CHECK(graph::parse<graph::DependencyKind>("requires") == graph::DependencyKind::requires_);
}
