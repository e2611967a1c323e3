#pragma once

#include <utility>

#include <outweigh/core/text_field.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

OUTWEIGH_INLINE TextField::TextField(Column column, const Place& where) : column_(std::move(column)), present_(true) {
  if (column_.type() != ColumnType::string && column_.type() != ColumnType::null) {
    Place place = where;
    place.value = column_.type_name();
    throw TypeMismatch("the column must hold text", std::move(place));
  }
}

}  // namespace outweigh::inline OUTWEIGH_ABI::core
