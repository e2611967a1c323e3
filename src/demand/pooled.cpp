#include <outweigh/demand/pooled.hpp>
#include <outweigh/demand/pooled-inl.hpp>
