#include <outweigh/stats/tally-inl.hpp>
#include <outweigh/stats/tally.hpp>
