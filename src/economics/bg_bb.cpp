#include <outweigh/economics/bg_bb.hpp>
#include <outweigh/economics/bg_bb-inl.hpp>
