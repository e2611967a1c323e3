#include <outweigh/graph/tables/events.hpp>
#include <outweigh/graph/tables/money.hpp>
#include <outweigh/graph/tables/needs.hpp>
#include <outweigh/graph/tables/people.hpp>
#include <outweigh/graph/tables/solutions.hpp>
#include <outweigh/graph/tables/voices.hpp>

#include <set>
#include <string>
#include <string_view>

#include <support/catch.hpp>

using namespace outweigh;

namespace {

struct Names {
  std::set<std::string> all;
  std::set<std::string> required;
  int seen = 0;

  template <class FieldType>
  void operator()(std::string_view name, const FieldType&, graph::ColumnRule rule) {
    ++seen;
    all.emplace(name);
    if (rule.is_required) required.emplace(name);
  }
};

template <class Table>
Names names_of() {
  Table table;
  Names names;
  Table::columns(table, names);
  CHECK(static_cast<int>(names.all.size()) == names.seen);
  CHECK_FALSE(std::string_view(Table::table).empty());
  return names;
}

using Set = std::set<std::string>;

}  // namespace

TEST_CASE("tables list each column once, with those that they cannot do without", "[graph]") {
  CHECK(names_of<graph::Accounts>().required.empty());
  CHECK(names_of<graph::Segments>().required == Set{"segment_id", "account_id"});
  CHECK(names_of<graph::Customers>().required == Set{"account_id"});
  CHECK(names_of<graph::Uses>().required == Set{"account_id", "use"});
  CHECK(names_of<graph::Population>().required == Set{"dimension", "level", "total"});
  CHECK(names_of<graph::Sources>().required == Set{"kind"});
  CHECK(names_of<graph::Coverage>().required == Set{"source_id", "account_id"});
  CHECK(names_of<graph::Interactions>().required == Set{"source_id", "account_id", "at"});
  CHECK(names_of<graph::Asked>().required == Set{"interaction_id", "need_id", "answer"});
  CHECK(names_of<graph::Surveys>().required == Set{"account_id", "at", "question", "score"});
  CHECK(names_of<graph::Needs>().required == Set{"title"});
  CHECK(names_of<graph::Requests>().required == Set{"account_id", "source_id", "at"});
  CHECK(names_of<graph::Tickets>().required == Set{"account_id", "opened"});
  CHECK(names_of<graph::Articles>().required == Set{"article", "at", "reads"});
  CHECK(names_of<graph::Solutions>().required == Set{"title"});
  CHECK(names_of<graph::Efforts>().required == Set{"solution_id", "resource", "amount"});
  CHECK(names_of<graph::Capacities>().required == Set{"resource", "period", "amount"});
  CHECK(names_of<graph::Covers>().required == Set{"solution_id", "need_id"});
  CHECK(names_of<graph::Dependencies>().required == Set{"solution_id", "on", "kind"});
  CHECK(names_of<graph::Commitments>().required == Set{"account_id", "solution_id"});
  CHECK(names_of<graph::Deals>().required == Set{"deal_id", "account_id", "opened"});
  CHECK(names_of<graph::Revenue>().required == Set{"account_id", "at", "amount"});
  CHECK(names_of<graph::Costs>().required == Set{"account_id", "at", "amount"});
  CHECK(names_of<graph::Events>().required == Set{"account_id", "at", "activity"});
}
