#include <outweigh/stats/moments.hpp>
#include <outweigh/stats/moments-inl.hpp>
