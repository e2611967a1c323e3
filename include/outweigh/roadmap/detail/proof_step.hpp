// A step of a proof as a search writes it.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail {

/// A step of a proof, in the order of the search: what was decided, and at which price and rates what is refuted was.
struct ProofStep {
  enum Kind : std::uint8_t {
    price,      ///< the price and the rates of what follows
    put_in,     ///< the node is in: nothing better leaves it out
    put_out,    ///< the node is out: nothing better has it in
    in_first,   ///< two cases, each up to its `closed`: the node in, then out
    out_first,  ///< the same the other way round
    closed      ///< nothing better is left here
  };
  Kind kind = closed;
  std::uint32_t node = 0;
  double price_value = 0.0;                               ///< worth of a unit of cost
  std::vector<double> prices{};                           ///< of several budgets: worth of a unit of each
  std::vector<std::pair<std::uint32_t, double>> rates{};  ///< of needs, where below 1
};

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail
