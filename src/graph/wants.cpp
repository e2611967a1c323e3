#include <outweigh/graph/wants-inl.hpp>
#include <outweigh/graph/wants.hpp>
