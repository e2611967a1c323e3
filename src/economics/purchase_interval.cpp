#include <outweigh/economics/purchase_interval-inl.hpp>
#include <outweigh/economics/purchase_interval.hpp>
