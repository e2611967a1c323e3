#include <outweigh/graph/customer_graph-inl.hpp>
