#include <outweigh/demand/occupancy-inl.hpp>
