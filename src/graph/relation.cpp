#include <outweigh/graph/relation-inl.hpp>
