#include <outweigh/economics/purchase_segments.hpp>
#include <outweigh/economics/purchase_segments-inl.hpp>
