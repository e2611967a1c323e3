#include <outweigh/graph/wants-inl.hpp>
