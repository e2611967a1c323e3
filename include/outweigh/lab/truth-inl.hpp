#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/lab/detail/truth_data.hpp>
#include <outweigh/lab/truth.hpp>

namespace outweigh::inline OUTWEIGH_ABI::lab {

OUTWEIGH_INLINE const core::Table& Truth::prevalence() const { return data_->prevalence; }
OUTWEIGH_INLINE const core::Table& Truth::needs() const { return data_->by_need; }

OUTWEIGH_INLINE bool Truth::has(std::size_t need, std::size_t account) const {
  if (need >= data_->needs.size()) {
    throw core::InvalidInput("there is no need at this position", {.table = "needs", .row = need});
  }
  if (account >= data_->accounts.size()) {
    throw core::InvalidInput("there is no account at this position", {.table = "accounts", .row = account});
  }
  return data_->has(need, account);
}

OUTWEIGH_INLINE bool Truth::has(std::string_view need_id, std::string_view account_id) const {
  const std::optional<std::uint32_t> need = data_->needs.find(need_id);
  if (!need) {
    throw core::InvalidInput("there is no such need",
                             {.table = "needs", .column = "need_id", .value = std::string(need_id)});
  }
  const std::optional<std::uint32_t> account = data_->accounts.find(account_id);
  if (!account) {
    throw core::InvalidInput("there is no such account",
                             {.table = "accounts", .column = "account_id", .value = std::string(account_id)});
  }
  return data_->has(*need, *account);
}

OUTWEIGH_INLINE bool Truth::in_base(std::size_t account) const {
  if (account >= data_->base.size()) {
    throw core::InvalidInput("there is no account at this position", {.table = "accounts", .row = account});
  }
  return data_->base[account] != 0;
}

OUTWEIGH_INLINE core::Table Truth::to_table() const {
  core::Table table;
  table.add("account_id", data_->accounts.column());
  table.add("in_base", core::Column::booleans(data_->base));
  std::vector<std::uint8_t> has(data_->accounts.size());
  for (std::size_t need = 0; need < data_->needs.size(); ++need) {
    for (std::size_t account = 0; account < has.size(); ++account) has[account] = data_->has(need, account) ? 1 : 0;
    table.add(data_->needs.text(need), core::Column::booleans(has));
  }
  return table;
}

OUTWEIGH_INLINE bool operator==(const Truth& a, const Truth& b) {
  return a.data_ == b.data_ || (a.data_->needs == b.data_->needs && a.data_->accounts == b.data_->accounts &&
                                a.data_->bits == b.data_->bits && a.data_->base == b.data_->base &&
                                a.data_->prevalence == b.data_->prevalence);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::lab
