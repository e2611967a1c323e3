#pragma once

#include <utility>

#include <outweigh/core/detail/type_mismatch.hpp>
#include <outweigh/core/text_field.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

OUTWEIGH_INLINE TextField::TextField(Column column, const Place& where) : column_(std::move(column)), present_(true) {
  if (column_.type() != ColumnType::string && column_.type() != ColumnType::null) {
    detail::throw_type(column_, where, "the column must hold text");
  }
}

}  // namespace outweigh::inline OUTWEIGH_ABI::core
