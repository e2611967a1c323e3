// Fields of tables without their types, so that code about tables is compiled once and not once a table.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <outweigh/graph/detail/column_reader.hpp>
#include <outweigh/graph/detail/graph_data.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph::detail {

using Rows = std::span<const std::uint32_t>;

/// A field of some table, by reference.
class AnyField {
 public:
  AnyField() = default;
  AnyField(const AnyField&) = delete;
  AnyField& operator=(const AnyField&) = delete;
  virtual ~AnyField() = default;

  [[nodiscard]] virtual bool absent() const = 0;
  [[nodiscard]] virtual bool has(std::size_t row) const = 0;
  [[nodiscard]] virtual core::Column write(const GraphData& data) const = 0;
  /// Precondition: `other` is of the same type.
  [[nodiscard]] virtual bool same(const AnyField& other) const = 0;
  /// The latest of its times, if it has any.
  [[nodiscard]] virtual std::optional<core::Instant> latest() const { return std::nullopt; }
  /// The time of a row, if it has one.
  [[nodiscard]] virtual std::optional<core::Instant> time(std::size_t) const { return std::nullopt; }
  /// The kind of nodes it refers to, if it does.
  [[nodiscard]] virtual std::optional<NodeKind> refers_to() const { return std::nullopt; }
  /// Number of the node that a row refers to. Precondition: has(row).
  [[nodiscard]] virtual std::uint32_t node(std::size_t) const { return dropped; }
  [[nodiscard]] virtual bool is_time() const { return false; }
  /// "number", "word", ...; empty for references.
  [[nodiscard]] virtual std::string_view type_name() const { return {}; }
  /// The closed vocabulary it is of, if any.
  [[nodiscard]] virtual std::span<const std::string_view> words() const { return {}; }

  virtual void clear(std::size_t rows) = 0;
  /// Values, not references.
  virtual void read(ColumnInput&, std::string_view, const core::TimeZone*) {}
  virtual void set_nodes(Read<std::uint32_t>&&) {}
  virtual void take(Rows rows) = 0;
  /// Nodes get new numbers; those that are dropped become unknown.
  virtual void renumber(Rows) {}
};

template <class T>
[[nodiscard]] bool same_values(const core::Field<T>& a, const core::Field<T>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t row = 0; row < a.size(); ++row) {
    if (a.has(row) != b.has(row) || (a.has(row) && !(a[row] == b[row]))) return false;
  }
  return true;
}

template <class T>
[[nodiscard]] core::Field<T> taken(const core::Field<T>& field, Rows rows) {
  if (field.absent()) return core::Field<T>::missing(rows.size());
  std::vector<T> values(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) values[i] = field.values()[rows[i]];
  std::vector<std::uint8_t> valid;
  if (!field.valid().empty()) {
    valid.resize(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) valid[i] = field.valid()[rows[i]];
  }
  return core::Field<T>(std::move(values), std::move(valid));
}

/// What all fields but text have in common.
template <class T>
class FieldBase : public AnyField {
 public:
  explicit FieldBase(core::Field<T>& field) : field_(field) {}
  [[nodiscard]] bool absent() const override { return field_.absent(); }
  [[nodiscard]] bool has(std::size_t row) const override { return field_.has(row); }
  [[nodiscard]] bool same(const AnyField& other) const override {
    return same_values(field_, static_cast<const FieldBase&>(other).field_);
  }
  void clear(std::size_t rows) override { field_ = core::Field<T>::missing(rows); }
  void take(Rows rows) override { field_ = taken(field_, rows); }

 protected:
  core::Field<T>& field_;
};

template <class T>
class FieldOf final : public FieldBase<T> {
  using Base = FieldBase<T>;

 public:
  using Base::Base;
  void read(ColumnInput& input, std::string_view table, const core::TimeZone* zone) override {
    read_field(input, table, zone, this->field_);
    require_values(input, table);
  }
  [[nodiscard]] core::Column write(const GraphData&) const override {
    if constexpr (std::is_same_v<T, core::Money>) {
      return core::Column::moneys(this->field_.values(), this->field_.valid());
    } else {
      return core::Column::from(this->field_);
    }
  }
  [[nodiscard]] bool is_time() const override { return std::is_same_v<T, core::Instant>; }
  [[nodiscard]] std::string_view type_name() const override {
    if (std::is_same_v<T, core::Money>) return "money";
    if (std::is_same_v<T, core::Instant>) return "time";
    return std::is_same_v<T, std::uint8_t> ? "boolean" : "number";
  }
  [[nodiscard]] std::optional<core::Instant> latest() const override {
    std::optional<core::Instant> time;
    if constexpr (std::is_same_v<T, core::Instant>) {
      for (std::size_t row = 0; row < this->field_.size(); ++row) {
        if (this->field_.has(row)) time = time ? std::max(*time, this->field_[row]) : this->field_[row];
      }
    }
    return time;
  }
  [[nodiscard]] std::optional<core::Instant> time([[maybe_unused]] std::size_t row) const override {
    if constexpr (std::is_same_v<T, core::Instant>) return this->field_.get(row);
    return std::nullopt;
  }
};

template <class Enum>
  requires std::is_enum_v<Enum>
class FieldOf<Enum> final : public FieldBase<Enum> {
  using Base = FieldBase<Enum>;

 public:
  using Base::Base;
  void read(ColumnInput& input, std::string_view table, const core::TimeZone*) override {
    Read<std::uint8_t> read = read_words(input, table, Vocabulary<Enum>::words);
    std::vector<Enum> values(read.values.size());
    std::transform(read.values.begin(), read.values.end(), values.begin(),
                   [](std::uint8_t code) { return static_cast<Enum>(code); });
    this->field_ = core::Field<Enum>(std::move(values), std::move(read.valid));
    require_values(input, table);
  }
  [[nodiscard]] core::Column write(const GraphData&) const override {
    std::vector<std::uint32_t> codes(this->field_.size());
    for (std::size_t row = 0; row < codes.size(); ++row) {
      if (this->field_.has(row)) codes[row] = static_cast<std::uint32_t>(this->field_[row]);
    }
    return core::Column::categories(std::move(codes), Vocabulary<Enum>::words, this->field_.valid());
  }
  [[nodiscard]] std::string_view type_name() const override { return "word"; }
  [[nodiscard]] std::span<const std::string_view> words() const override { return Vocabulary<Enum>::words; }
};

template <class Tag>
class FieldOf<core::Index<Tag>> final : public FieldBase<core::Index<Tag>> {
  using Node = core::Index<Tag>;
  using Base = FieldBase<Node>;

 public:
  using Base::Base;
  [[nodiscard]] std::optional<NodeKind> refers_to() const override { return Tag::kind; }
  [[nodiscard]] std::uint32_t node(std::size_t row) const override { return this->field_[row].value(); }
  void set_nodes(Read<std::uint32_t>&& read) override {
    std::vector<Node> nodes(read.values.size());
    std::transform(read.values.begin(), read.values.end(), nodes.begin(),
                   [](std::uint32_t node) { return Node(node); });
    this->field_ = core::Field<Node>(std::move(nodes), std::move(read.valid));
  }
  void renumber(Rows numbers) override {
    if (this->field_.absent()) return;
    Read<std::uint32_t> read{std::vector<std::uint32_t>(this->field_.size()),
                             std::vector<std::uint8_t>(this->field_.size(), 1)};
    bool is_complete = true;
    for (std::size_t row = 0; row < read.values.size(); ++row) {
      const std::uint32_t number = this->field_.has(row) ? numbers[this->field_[row].value()] : dropped;
      if (number == dropped) {
        read.valid[row] = 0;
        is_complete = false;
      } else {
        read.values[row] = number;
      }
    }
    if (is_complete) read.valid.clear();
    set_nodes(std::move(read));
  }
  [[nodiscard]] core::Column write(const GraphData& data) const override {
    std::vector<std::uint32_t> positions(this->field_.size(), core::Ids::null_row);
    for (std::size_t row = 0; row < positions.size(); ++row) {
      if (this->field_.has(row)) positions[row] = this->field_[row].value();
    }
    return data.ids[position(Tag::kind)].column(positions);
  }
};

class TextFieldOf final : public AnyField {
 public:
  explicit TextFieldOf(core::TextField& field) : field_(field) {}
  [[nodiscard]] bool absent() const override { return field_.absent(); }
  [[nodiscard]] bool has(std::size_t row) const override { return field_.has(row); }
  [[nodiscard]] core::Column write(const GraphData&) const override { return field_.column(); }
  [[nodiscard]] bool same(const AnyField& other) const override {
    return field_ == static_cast<const TextFieldOf&>(other).field_;
  }
  [[nodiscard]] std::string_view type_name() const override { return "text"; }
  void clear(std::size_t rows) override { field_ = core::TextField::missing(rows); }
  void read(ColumnInput& input, std::string_view table, const core::TimeZone* zone) override {
    read_field(input, table, zone, field_);
    require_values(input, table);
  }
  void take(Rows rows) override {
    field_ = field_.absent() ? core::TextField::missing(rows.size()) : core::TextField(field_.column().take(rows));
  }

 private:
  core::TextField& field_;
};

template <class T>
[[nodiscard]] std::unique_ptr<AnyField> any_field(core::Field<T>& field) {
  return std::make_unique<FieldOf<T>>(field);
}
[[nodiscard]] inline std::unique_ptr<AnyField> any_field(core::TextField& field) {
  return std::make_unique<TextFieldOf>(field);
}

struct NamedField {
  std::string_view name;
  ColumnRule rule;
  std::unique_ptr<AnyField> field;
};

/// A table of a graph, by reference.
struct AnyTable {
  std::size_t at = 0;  ///< its position among all tables
  std::string_view name{};
  std::string_view key{};           ///< empty where rows are no nodes
  NodeKind kind = NodeKind::party;  ///< of the rows, if they are nodes
  std::size_t* rows = nullptr;
  std::vector<NamedField> fields{};

  [[nodiscard]] bool has_key() const noexcept { return !key.empty(); }
};

template <class T>
[[nodiscard]] AnyTable any_table(T& table) {
  AnyTable any;
  any.at = table_position(T::table);
  any.name = T::table;
  if constexpr (HasKey<T>) {
    any.key = T::key;
    any.kind = kind_of<T>();
  }
  any.rows = &table.rows;
  T::columns(table, [&](std::string_view name, auto& field, ColumnRule rule) {
    any.fields.push_back({name, rule, any_field(field)});
  });
  return any;
}

/// Tables in the order of the documentation.
[[nodiscard]] inline std::vector<AnyTable> any_tables(AllTables& tables) {
  std::vector<AnyTable> all;
  for_each_table(tables, [&](auto& table) { all.push_back(any_table(table)); });
  return all;
}
/// For reading only: nothing that changes a field may be called.
[[nodiscard]] inline std::vector<AnyTable> any_tables(const AllTables& tables) {
  return any_tables(const_cast<AllTables&>(tables));
}
[[nodiscard]] inline AnyTable any_table(const Segments& table) { return any_table(const_cast<Segments&>(table)); }

/// Positions of tables such that each comes after those it refers to.
[[nodiscard]] inline std::vector<std::size_t> loading_order() {
  std::vector<std::size_t> order;
  for (const NodeKind kind : {NodeKind::account, NodeKind::source, NodeKind::need, NodeKind::solution,
                              NodeKind::customer, NodeKind::interaction, NodeKind::ticket, NodeKind::request}) {
    order.push_back(table_position(table_of_kind[position(kind)]));
  }
  for (std::size_t at = 0; at < table_count; ++at) {
    if (std::find(order.begin(), order.end(), at) == order.end()) order.push_back(at);
  }
  return order;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph::detail
