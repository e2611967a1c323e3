#include <outweigh/economics/purchase_interval-inl.hpp>
