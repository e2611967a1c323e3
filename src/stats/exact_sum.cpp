#include <outweigh/stats/exact_sum-inl.hpp>
#include <outweigh/stats/exact_sum.hpp>
