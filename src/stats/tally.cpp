#include <outweigh/stats/tally-inl.hpp>
