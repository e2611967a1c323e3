#include <outweigh/demand/raw.hpp>
#include <outweigh/demand/raw-inl.hpp>
