#include <outweigh/graph/discover_segments.hpp>
#include <outweigh/graph/discover_segments-inl.hpp>
