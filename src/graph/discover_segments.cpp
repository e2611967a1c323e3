#include <outweigh/graph/discover_segments-inl.hpp>
#include <outweigh/graph/discover_segments.hpp>
