#include <outweigh/stats/exact_sum-inl.hpp>
