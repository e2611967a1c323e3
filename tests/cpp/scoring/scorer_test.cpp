#include <outweigh/scoring/scorer.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "../support/catch.hpp"

using namespace outweigh;
using scoring::ScoringInput;

namespace {

struct Least {
  std::string name() const { return "least"; }
  std::vector<double> score(const ScoringInput& input) const { return std::vector<double>(input.size); }
};
struct WithParts : Least {
  scoring::ScoreParts parts(const ScoringInput&) const { return {}; }
};
struct WithBasis : Least {
  scoring::ValueBasis value_basis() const { return scoring::ValueBasis::mix; }
};
struct ViewName {
  std::string_view name() const { return "view"; }
  std::vector<double> score(const ScoringInput&) const { return {}; }
};

struct NoName {
  std::vector<double> score(const ScoringInput&) const { return {}; }
};
struct NoScore {
  std::string name() const { return "none"; }
};
struct WrongResult {
  std::string name() const { return "wrong"; }
  double score(const ScoringInput&) const { return 0.0; }
};
struct NumberName {
  int name() const { return 1; }
  std::vector<double> score(const ScoringInput&) const { return {}; }
};
struct NotConst {
  std::string name() const { return "not const"; }
  std::vector<double> score(const ScoringInput&) { return {}; }
};
struct NotCopyable {
  NotCopyable() = default;
  NotCopyable(const NotCopyable&) = delete;
  std::string name() const { return "not copyable"; }
  std::vector<double> score(const ScoringInput&) const { return {}; }
};

static_assert(scoring::Scorer<Least>);
static_assert(scoring::Scorer<ViewName>);
static_assert(scoring::Scorer<WithParts> && scoring::AdditiveScorer<WithParts>);
static_assert(scoring::Scorer<WithBasis> && scoring::ValueBasedScorer<WithBasis>);
static_assert(!scoring::AdditiveScorer<Least> && !scoring::ValueBasedScorer<Least>);

static_assert(!scoring::Scorer<int>);
static_assert(!scoring::Scorer<NoName>);
static_assert(!scoring::Scorer<NoScore>);
static_assert(!scoring::Scorer<WrongResult>);
static_assert(!scoring::Scorer<NumberName>);
static_assert(!scoring::Scorer<NotConst>);
static_assert(!scoring::Scorer<NotCopyable>);

}  // namespace

TEST_CASE("columns of the input are found by name", "[scoring]") {
  const std::vector<double> values{1.0, 2.0};
  const ScoringInput input{.size = 2, .value = values};
  CHECK(input.column("value").data() == values.data());
  CHECK(input.column("effort").empty());
  CHECK(input.column("nothing").empty());
}
