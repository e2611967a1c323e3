#include <outweigh/graph/similarity-inl.hpp>
