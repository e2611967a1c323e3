#include <outweigh/stats/distributions-inl.hpp>
#include <outweigh/stats/distributions.hpp>
