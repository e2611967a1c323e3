#include <outweigh/stats/distributions.hpp>
#include <outweigh/stats/distributions-inl.hpp>
