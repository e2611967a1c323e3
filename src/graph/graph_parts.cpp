#include <outweigh/graph/graph_parts.hpp>
#include <outweigh/graph/graph_parts-inl.hpp>
