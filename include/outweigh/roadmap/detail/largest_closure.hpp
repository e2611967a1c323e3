// The largest weight of a closed set, by a maximum flow. Of the checker of certificates alone.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail {

/// Nodes with weights and arcs to what a node needs. `solve` routes what nodes with positive weight can pay to those
/// with negative weight (Dinic 1970); what is left over on the positive side is the largest weight of a closed set.
class LargestClosure {
 public:
  explicit LargestClosure(std::vector<std::int64_t> weights) : left_(std::move(weights)), head_(left_.size(), none) {}

  void need(std::uint32_t node, std::uint32_t on) {
    link(node, on, unlimited);
    link(on, node, 0);
  }

  std::int64_t solve() {
    while (layer()) {
      current_ = head_;
      for (std::uint32_t u = 0; u < left_.size(); ++u) {
        while (left_[u] > 0 && push(u)) continue;
      }
    }
    std::int64_t sum = 0;
    for (const std::int64_t w : left_) sum += std::max<std::int64_t>(w, 0);
    return sum;
  }

  /// After `solve`: what is left of each node's weight. Having a node in costs what the closed set under it has below
  /// 0; leaving it out costs what the nodes that need it have above 0.
  [[nodiscard]] const std::vector<std::int64_t>& left() const noexcept { return left_; }

 private:
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::int64_t unlimited = std::numeric_limits<std::int64_t>::max() / 4;
  struct Arc {
    std::uint32_t to, next;
    std::int64_t room;
  };

  void link(std::uint32_t from, std::uint32_t to, std::int64_t room) {
    arcs_.push_back({to, head_[from], room});
    head_[from] = static_cast<std::uint32_t>(arcs_.size() - 1);
  }

  // Layers from the nodes with something left; true when one of them reaches a node that owes.
  bool layer() {
    layers_.assign(left_.size(), none);
    queue_.clear();
    for (std::uint32_t u = 0; u < left_.size(); ++u) {
      if (left_[u] <= 0) continue;
      layers_[u] = 0;
      queue_.push_back(u);
    }
    bool reached = false;
    for (std::size_t k = 0; k < queue_.size(); ++k) {
      const std::uint32_t u = queue_[k];
      for (std::uint32_t a = head_[u]; a != none; a = arcs_[a].next) {
        const std::uint32_t w = arcs_[a].to;
        if (arcs_[a].room == 0 || layers_[w] != none) continue;
        layers_[w] = layers_[u] + 1;
        reached = reached || left_[w] < 0;
        queue_.push_back(w);
      }
    }
    return reached;
  }

  // Sends what it can from `source` along one path of the layers.
  bool push(std::uint32_t source) {
    path_.clear();
    std::uint32_t at = source;
    while (left_[at] >= 0) {
      std::uint32_t& a = current_[at];
      while (a != none && (arcs_[a].room == 0 || layers_[arcs_[a].to] != layers_[at] + 1)) a = arcs_[a].next;
      if (a != none) {
        path_.push_back(a);
        at = arcs_[a].to;
        continue;
      }
      if (path_.empty()) return false;
      layers_[at] = none;
      path_.pop_back();
      at = path_.empty() ? source : arcs_[path_.back()].to;
    }
    std::int64_t amount = std::min(left_[source], -left_[at]);
    for (const std::uint32_t a : path_) amount = std::min(amount, arcs_[a].room);
    left_[source] -= amount;
    left_[at] += amount;
    for (const std::uint32_t a : path_) {
      arcs_[a].room -= amount;
      arcs_[a ^ 1U].room += amount;
    }
    return true;
  }

  std::vector<std::int64_t> left_;
  std::vector<std::uint32_t> head_, current_, layers_, queue_, path_;
  std::vector<Arc> arcs_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail
