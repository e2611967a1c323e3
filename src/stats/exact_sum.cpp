#include <outweigh/stats/exact_sum.hpp>
#include <outweigh/stats/exact_sum-inl.hpp>
