#include <outweigh/stats/richness.hpp>
#include <outweigh/stats/richness-inl.hpp>
