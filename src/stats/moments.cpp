#include <outweigh/stats/moments-inl.hpp>
#include <outweigh/stats/moments.hpp>
