#include <outweigh/graph/who_else-inl.hpp>
