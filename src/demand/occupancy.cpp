#include <outweigh/demand/occupancy.hpp>
#include <outweigh/demand/occupancy-inl.hpp>
