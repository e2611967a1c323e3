#include <outweigh/scoring/weighted_sum-inl.hpp>
#include <outweigh/scoring/weighted_sum.hpp>
