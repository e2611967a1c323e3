#include <outweigh/economics/bg_nbd-inl.hpp>
#include <outweigh/economics/bg_nbd.hpp>
