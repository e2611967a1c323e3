#include <outweigh/demand/raw-inl.hpp>
#include <outweigh/demand/raw.hpp>
