#include <outweigh/graph/graph_builder-inl.hpp>
#include <outweigh/graph/graph_builder.hpp>
