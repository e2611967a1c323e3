#include <outweigh/stats/proportion-inl.hpp>
#include <outweigh/stats/proportion.hpp>
