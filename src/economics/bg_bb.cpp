#include <outweigh/economics/bg_bb-inl.hpp>
