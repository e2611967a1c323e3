// The rows of tests/golden/survival.R.
#pragma once

#include <cstddef>
#include <vector>

struct SurvivalSample {
  std::vector<double> time = {4, 3, 1, 1, 2, 2, 3, 5, 6, 6, 7, 8, 2, 4, 4, 9, 10, 10, 11, 1};
  std::vector<double> event = {1, 1, 1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1};
  std::vector<double> x = {0, 2, 1, 1, 1, 0, 0, 3, 1, 2, 0, 1, 2, 1, 0, 0, 1, 2, 0, 3};
  std::vector<double> z = {1.5,  -0.3, 2.2, 0.1,  -1.1, 0.7,  0.9, -2.0, 1.3,  0.4,
                           -0.6, 1.0,  0.2, -0.9, 1.8,  -1.4, 0.5, 0.3,  -0.2, 0.8};
  std::vector<std::size_t> group, id;

  SurvivalSample() {
    for (std::size_t i = 0; i < time.size(); ++i) {
      group.push_back(i % 2);
      id.push_back(i % 10);
    }
  }
};
