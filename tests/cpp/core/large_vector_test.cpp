#include <outweigh/core/large_vector.hpp>

#include <algorithm>
#include <cstddef>
#include <thread>
#include <utility>
#include <vector>

#include "../support/catch.hpp"

using outweigh::core::LargeVector;
using outweigh::core::detail::spare_blocks;
using outweigh::core::detail::SpareBlocks;

TEST_CASE("A long vector takes the block that one of its length gave back", "[core]") {
  constexpr std::size_t million = 1'000'000;
  LargeVector<double> first(million, 1.0);
  const double* const where = first.data();
  LargeVector<double>().swap(first);
  const std::size_t kept = spare_blocks().bytes();
  CHECK(kept >= million * sizeof(double));
  LargeVector<float> shorter(million, 3.0F);  // other lengths do not take it
  CHECK(static_cast<const void*>(shorter.data()) != static_cast<const void*>(where));
  LargeVector<double> second(million, 2.0);
  CHECK(second.data() == where);
  CHECK(spare_blocks().bytes() < kept);
  CHECK(std::count(second.begin(), second.end(), 2.0) == static_cast<std::ptrdiff_t>(million));
}

TEST_CASE("Spare blocks take no more than their capacity, and the oldest go first", "[core]") {
  SpareBlocks blocks;
  std::vector<int> released;
  std::vector<int> memory(40);
  const auto release = [&](void* block) {
    released.push_back(static_cast<int>(static_cast<int*>(block) - &memory[0]));
  };
  CHECK_FALSE(blocks.keep(&memory[0], SpareBlocks::capacity + 1, release));
  const std::size_t third = SpareBlocks::capacity / 3;
  for (int i = 1; i <= 5; ++i) CHECK(blocks.keep(&memory[static_cast<std::size_t>(i)], third, release));
  CHECK(released == std::vector<int>{1, 2});
  CHECK(blocks.bytes() == 3 * third);
  CHECK(blocks.take(third + 1) == nullptr);
  CHECK(blocks.take(third) == &memory[5]);
  for (int i = 6; i < 30; ++i) CHECK(blocks.keep(&memory[static_cast<std::size_t>(i)], 8, release));
  CHECK(blocks.bytes() <= SpareBlocks::capacity);
  CHECK(released.size() > 2);
}

TEST_CASE("Vectors of several threads never share a block", "[core]") {
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (std::size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([t, &wrong] {
      for (std::size_t turn = 0; turn < 40; ++turn) {
        const std::size_t length = 300'000 + 300'000 * (turn % 2);
        LargeVector<std::size_t> mine(length, t);
        LargeVector<std::size_t> moved = std::move(mine);
        if (std::count(moved.begin(), moved.end(), t) != static_cast<std::ptrdiff_t>(length)) ++wrong[t];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == std::vector<int>(4, 0));
}
