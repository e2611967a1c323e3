#include <outweigh/graph/implicit_factors-inl.hpp>
#include <outweigh/graph/implicit_factors.hpp>
