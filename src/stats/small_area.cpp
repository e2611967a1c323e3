#include <outweigh/stats/small_area-inl.hpp>
#include <outweigh/stats/small_area.hpp>
