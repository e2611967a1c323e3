#include <outweigh/economics/bg_bb-inl.hpp>
#include <outweigh/economics/bg_bb.hpp>
