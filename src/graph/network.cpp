#include <outweigh/graph/network.hpp>
#include <outweigh/graph/network-inl.hpp>
