#include <outweigh/demand/weighted-inl.hpp>
#include <outweigh/demand/weighted.hpp>
