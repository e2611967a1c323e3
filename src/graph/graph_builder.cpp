#include <outweigh/graph/graph_builder.hpp>
#include <outweigh/graph/graph_builder-inl.hpp>
