#include <outweigh/stats/logistic_regression-inl.hpp>
#include <outweigh/stats/logistic_regression.hpp>
