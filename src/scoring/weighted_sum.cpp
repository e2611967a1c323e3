#include <outweigh/scoring/weighted_sum-inl.hpp>
