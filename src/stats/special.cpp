#include <outweigh/stats/special-inl.hpp>
#include <outweigh/stats/special.hpp>
