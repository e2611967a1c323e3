#include <outweigh/graph/similarity-inl.hpp>
#include <outweigh/graph/similarity.hpp>
