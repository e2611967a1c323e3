#include <outweigh/graph/edge_table-inl.hpp>
