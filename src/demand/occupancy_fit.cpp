#include <outweigh/demand/occupancy_fit.hpp>
#include <outweigh/demand/occupancy_fit-inl.hpp>
