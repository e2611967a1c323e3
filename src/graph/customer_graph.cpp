#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/graph/customer_graph-inl.hpp>
