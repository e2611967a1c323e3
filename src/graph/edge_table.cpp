#include <outweigh/graph/edge_table.hpp>
#include <outweigh/graph/edge_table-inl.hpp>
