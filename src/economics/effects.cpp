#include <outweigh/economics/effects-inl.hpp>
#include <outweigh/economics/effects.hpp>
