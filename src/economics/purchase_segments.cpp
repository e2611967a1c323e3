#include <outweigh/economics/purchase_segments-inl.hpp>
#include <outweigh/economics/purchase_segments.hpp>
