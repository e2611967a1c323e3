#include <outweigh/graph/graph_parts-inl.hpp>
#include <outweigh/graph/graph_parts.hpp>
