#include <outweigh/graph/edge_table-inl.hpp>
#include <outweigh/graph/edge_table.hpp>
