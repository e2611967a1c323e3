#include <outweigh/economics/effects.hpp>
#include <outweigh/economics/effects-inl.hpp>
