#include <outweigh/core/parallel.hpp>
#include <outweigh/core/parallel-inl.hpp>
