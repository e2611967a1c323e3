#include <outweigh/economics/purchase_segments-inl.hpp>
