// Figures that the data do not allow.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/journey/detail/table_maker.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey::detail {

/// Lists figures with the table and column that each lacks.
class Missing {
 public:
  void add(std::string_view figure, std::string_view table, std::string_view column) {
    maker_.row({figure, table, column});
    names_.emplace(figure);
  }
  [[nodiscard]] bool has(std::string_view figure) const { return names_.find(figure) != names_.end(); }

  /// Is the table there? If not, the figure is listed.
  bool needs(const graph::CustomerGraph& graph, std::string_view figure, std::string_view table) {
    if (graph.has_table(table)) return true;
    add(figure, table, "");
    return false;
  }
  /// Is anything known in this column?
  template <class Field>
  bool needs(std::string_view figure, std::string_view table, std::string_view column, const Field& field) {
    if (field.any()) return true;
    add(figure, table, column);
    return false;
  }
  /// Is the column there? Of a time at which something happened, all unknown may mean that nothing has.
  template <class Field>
  bool needs_column(std::string_view figure, std::string_view table, std::string_view column, const Field& field) {
    if (!field.absent()) return true;
    add(figure, table, column);
    return false;
  }
  [[nodiscard]] core::Table table() const { return maker_.table(); }

 private:
  std::set<std::string, std::less<>> names_;
  TableMaker maker_{
      {"figure", TableMaker::Type::text}, {"table", TableMaker::Type::text}, {"column", TableMaker::Type::text}};
};

}  // namespace outweigh::inline OUTWEIGH_ABI::journey::detail
