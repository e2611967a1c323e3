#include <outweigh/graph/relation-inl.hpp>
#include <outweigh/graph/relation.hpp>
