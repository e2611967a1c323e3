#include <outweigh/stats/proportion.hpp>
#include <outweigh/stats/proportion-inl.hpp>
