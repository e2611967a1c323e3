#include <outweigh/economics/bg_nbd.hpp>
#include <outweigh/economics/bg_nbd-inl.hpp>
