#include <outweigh/demand/occupancy_fit-inl.hpp>
