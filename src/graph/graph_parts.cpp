#include <outweigh/graph/graph_parts-inl.hpp>
