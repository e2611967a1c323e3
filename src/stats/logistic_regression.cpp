#include <outweigh/stats/logistic_regression-inl.hpp>
