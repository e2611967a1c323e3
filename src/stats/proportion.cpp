#include <outweigh/stats/proportion-inl.hpp>
