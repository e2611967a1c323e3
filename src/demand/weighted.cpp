#include <outweigh/demand/weighted.hpp>
#include <outweigh/demand/weighted-inl.hpp>
