// What an application does that includes a single module's headers with their bodies.
#include <outweigh/stats/stats.hpp>

#include <cstdio>

int main() {
  outweigh::stats::ExactSum sum;
  for (const double part : {1e300, 1.0, -1e300}) sum.add(part);
  std::printf("%g\n", sum.value());
  return sum.value() == 1.0 ? 0 : 1;
}
