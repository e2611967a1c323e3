#include <outweigh/graph/customer_graph-inl.hpp>
#include <outweigh/graph/customer_graph.hpp>
