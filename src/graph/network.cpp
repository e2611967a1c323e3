#include <outweigh/graph/network-inl.hpp>
#include <outweigh/graph/network.hpp>
