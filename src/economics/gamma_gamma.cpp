#include <outweigh/economics/gamma_gamma.hpp>
#include <outweigh/economics/gamma_gamma-inl.hpp>
