// The models of purchases without a contract, by name.
#pragma once

#include <cstdint>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

/// Which story of buying and leaving: bg_nbd.hpp and pareto_nbd.hpp in continuous time, bg_bb.hpp at occasions.
enum class PurchaseModel : std::uint8_t { bg_nbd, modified_bg_nbd, pareto_nbd, bg_bb };

}  // namespace outweigh::inline OUTWEIGH_ABI::economics
