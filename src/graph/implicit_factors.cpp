#include <outweigh/graph/implicit_factors.hpp>
#include <outweigh/graph/implicit_factors-inl.hpp>
