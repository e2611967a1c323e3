#include <outweigh/graph/graph_builder-inl.hpp>
