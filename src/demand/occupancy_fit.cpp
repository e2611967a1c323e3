#include <outweigh/demand/occupancy_fit-inl.hpp>
#include <outweigh/demand/occupancy_fit.hpp>
