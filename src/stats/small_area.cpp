#include <outweigh/stats/small_area.hpp>
#include <outweigh/stats/small_area-inl.hpp>
