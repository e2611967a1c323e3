#include <outweigh/scoring/weighted_sum.hpp>
#include <outweigh/scoring/weighted_sum-inl.hpp>
