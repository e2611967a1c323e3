#include <outweigh/demand/pooled-inl.hpp>
#include <outweigh/demand/pooled.hpp>
