#include <outweigh/stats/credibility-inl.hpp>
#include <outweigh/stats/credibility.hpp>
