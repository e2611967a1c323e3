#include <outweigh/graph/network-inl.hpp>
