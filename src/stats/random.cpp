#include <outweigh/stats/random.hpp>
#include <outweigh/stats/random-inl.hpp>
