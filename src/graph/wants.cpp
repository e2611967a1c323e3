#include <outweigh/graph/wants.hpp>
#include <outweigh/graph/wants-inl.hpp>
