#include <outweigh/economics/gamma_gamma-inl.hpp>
#include <outweigh/economics/gamma_gamma.hpp>
