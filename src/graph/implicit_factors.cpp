#include <outweigh/graph/implicit_factors-inl.hpp>
