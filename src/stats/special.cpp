#include <outweigh/stats/special.hpp>
#include <outweigh/stats/special-inl.hpp>
