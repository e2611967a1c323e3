#include <outweigh/graph/discover_segments-inl.hpp>
