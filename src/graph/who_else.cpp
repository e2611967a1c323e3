#include <outweigh/graph/who_else.hpp>
#include <outweigh/graph/who_else-inl.hpp>
