#include <outweigh/graph/similarity.hpp>
#include <outweigh/graph/similarity-inl.hpp>
