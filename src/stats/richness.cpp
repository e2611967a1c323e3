#include <outweigh/stats/richness-inl.hpp>
