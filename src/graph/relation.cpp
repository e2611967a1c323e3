#include <outweigh/graph/relation.hpp>
#include <outweigh/graph/relation-inl.hpp>
