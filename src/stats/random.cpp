#include <outweigh/stats/random-inl.hpp>
#include <outweigh/stats/random.hpp>
