#include <outweigh/stats/credibility.hpp>
#include <outweigh/stats/credibility-inl.hpp>
