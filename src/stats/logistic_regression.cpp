#include <outweigh/stats/logistic_regression.hpp>
#include <outweigh/stats/logistic_regression-inl.hpp>
