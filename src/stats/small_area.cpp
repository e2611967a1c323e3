#include <outweigh/stats/small_area-inl.hpp>
