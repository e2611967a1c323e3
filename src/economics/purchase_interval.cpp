#include <outweigh/economics/purchase_interval.hpp>
#include <outweigh/economics/purchase_interval-inl.hpp>
