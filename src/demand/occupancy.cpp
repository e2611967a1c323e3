#include <outweigh/demand/occupancy-inl.hpp>
#include <outweigh/demand/occupancy.hpp>
