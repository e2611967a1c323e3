#include <outweigh/graph/who_else-inl.hpp>
#include <outweigh/graph/who_else.hpp>
