#include <outweigh/stats/tally.hpp>
#include <outweigh/stats/tally-inl.hpp>
