#include <outweigh/core/parallel-inl.hpp>
#include <outweigh/core/parallel.hpp>
