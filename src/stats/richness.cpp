#include <outweigh/stats/richness-inl.hpp>
#include <outweigh/stats/richness.hpp>
